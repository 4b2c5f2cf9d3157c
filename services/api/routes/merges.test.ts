// Merged conversations over HTTP: two phones' WhatsApp chats and Discord's two formats, suggested, previewed, merged, searched, undone.
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleaning } from "#services/contract/cleaning.ts";
import {
  type ConversationPage,
  conversationList,
  conversationPage,
} from "#services/contract/conversations.ts";
import {
  mergeAccepted,
  mergeList,
  mergePreview,
  mergeSuggestions,
} from "#services/contract/merges.ts";
import { collectionPeople, savedPeopleEdit } from "#services/contract/people.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { uploadAccepted } from "#services/contract/uploads.ts";
import { noCleaning } from "#services/domain/cleaning.ts";
import { aPng } from "#services/parse/documents/documents.builders.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const send = async (collection: string, name: string, bytes: string | Uint8Array) => {
  const at = `/api/v1/collections/${collection}/uploads?filename=${encodeURIComponent(name)}`;
  const body = typeof bytes === "string" ? bytes : new Uint8Array(bytes);
  const { id } = uploadAccepted.parse(await (await api.ask(at, { method: "PUT", body })).json());
  await (await api.ask(`/api/v1/uploads/${id}/events`)).text();
  return id;
};

const list = (collection: string) =>
  api.read(conversationList, `/api/v1/collections/${collection}/conversations`);
const idOf = async (collection: string, title: string): Promise<string> => {
  const found = (await list(collection)).conversations.find((one) => one.title === title);
  if (!found) throw new Error(`no ${title}`);
  return found.id;
};
const read = (id: string): Promise<ConversationPage> =>
  api.read(conversationPage, `/api/v1/conversations/${id}`);
const lines = async (id: string) =>
  (await read(id)).messages.map(({ author, text }) => `${author}: ${text}`);
const found = async (collection: string, query: string) =>
  (
    await api.read(searchAnswer, `/api/v1/collections/${collection}/search`, {
      body: { query, mode: "lexical", units: ["message"] },
    })
  ).hits.map(({ conversation }) => conversation);

/** Until what was asked for is done, and is in a version. */
const settled = async (collection: string) => {
  for (;;) {
    const { merges } = await api.read(mergeList, `/api/v1/collections/${collection}/merges`);
    const stats = await (await api.ask(`/api/v1/collections/${collection}`)).json();
    const { pending } = stats as { pending: number };
    if (merges.every(({ state }) => state === "merged") && pending === 0) return merges;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
/** Until the newest version has no more than is shown: removed chunks are left out of it a moment later. */
const until = async (check: () => Promise<boolean>) => {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 20));
};

const merge = async (collection: string, conversations: readonly string[]) => {
  const at = `/api/v1/collections/${collection}/merges`;
  const { id } = await api.read(mergeAccepted, at, { body: { conversations }, status: 202 });
  await settled(collection);
  return id;
};
const undo = async (collection: string, id: string) => {
  const at = `/api/v1/collections/${collection}/merges/${id}`;
  await api.read(mergeAccepted, at, { method: "DELETE", status: 202 });
  await settled(collection);
};

/** On Anna's iPhone, in Berlin: 24 hours, seconds. */
const mine = `[07.03.26, 21:22:39] Anna: Shall we row to the island on sunday?
[07.03.26, 21:23:05] Ben: ok
[07.03.26, 21:23:40] Anna: Meet me at nine by the old bridge
\u200e[07.03.26, 21:24:10] Ben: \u200e<attached: 00000004-PHOTO-2026-03-07.jpg>
[07.03.26, 21:25:00] Anna: my number is anna@example.org
[07.03.26, 21:26:59] Ben: I bring the varnished oars this time
`;
/** On Ben's Android, in London: 12 hours, no seconds, other names, and one message more. */
const theirs = `3/7/26, 8:22 PM - Mum: Shall we row to the island on sunday?
3/7/26, 8:23 PM - Benny: ok
3/7/26, 8:23 PM - Mum: Meet me at nine by the old bridge
3/7/26, 8:24 PM - Benny: IMG-20260307-WA0001.jpg (file attached)
3/7/26, 8:25 PM - Mum: my number is anna@example.org
3/7/26, 8:25 PM - Benny: the forecast says drizzle
3/7/26, 8:27 PM - Benny: I bring the varnished oars this time
`;
const later = `${theirs}3/8/26, 7:02 AM - Mum: The thermos is packed
`;
const shown = [
  "Anna: Shall we row to the island on sunday?",
  "Ben: ok",
  "Anna: Meet me at nine by the old bridge",
  "Ben: 00000004-PHOTO-2026-03-07.jpg",
  "Anna: my number is anna@example.org",
  "Ben: the forecast says drizzle",
  "Ben: I bring the varnished oars this time",
];

const phones = async (name: string) => {
  const { id: collection } = await api.makeCollection(name);
  await send(collection, "WhatsApp Chat - Ben.txt", mine);
  const upload = await send(
    collection,
    "WhatsApp Chat with Mum.zip",
    zipSync({
      "WhatsApp Chat with Mum.txt": Buffer.from(theirs),
      "IMG-20260307-WA0001.jpg": aPng(),
    }),
  );
  const ids = [await idOf(collection, "Ben"), await idOf(collection, "Mum")] as const;
  return { collection, upload, ids };
};

describe("WhatsApp from two phones", () => {
  it("is suggested, previewed, and one chat once it is merged", async () => {
    const { collection, ids } = await phones("Merged");
    await send(collection, "WhatsApp Chat - Zoe.txt", "[07.03.26, 21:22:39] Zoe: Something else\n");
    const at = `/api/v1/collections/${collection}`;
    const { suggestions } = await api.read(
      mergeSuggestions,
      `${at}/merge-suggestions?conversation=${ids[0]}`,
    );
    expect(suggestions.map(({ conversation }) => conversation.id)).toEqual([ids[1]]);
    const preview = await api.read(mergePreview, `${at}/merges/preview`, {
      body: { conversations: ids },
    });
    expect(preview).toMatchObject({
      messages: 7,
      conversations: [
        { same: 0, only: 6 },
        {
          same: 6,
          only: 1,
          shifts: [{ minutes: 60, messages: 6 }],
          names: [
            { name: "Mum", shown: "Anna" },
            { name: "Benny", shown: "Ben" },
          ],
        },
      ],
    });
    const id = await merge(collection, ids);
    expect(await lines(id)).toEqual(shown);
    const { conversations, total } = await list(collection);
    expect([
      total,
      ...conversations.map(({ title, messages }) => `${title} ${messages}`).sort(),
    ]).toEqual([2, "Ben 7", "Zoe 1"]);
    expect(await (await api.ask(at)).json()).toMatchObject({ conversations: 2, messages: 8 });
    await until(async () => (await found(collection, "varnished")).length === 1);
    expect(await found(collection, "varnished")).toEqual([id]);
    expect(await found(collection, "drizzle")).toEqual([id]);
    // A link from before leads to what is shown now.
    const before = await read(ids[1]);
    expect(before.conversation.id).toBe(id);
    const text = await (await api.ask(`${at}/export?format=markdown`)).text();
    expect(text.split("varnished oars")).toHaveLength(2);
  });

  it("keeps the file that only one of them has, at the message of both", async () => {
    const { collection, ids } = await phones("Files");
    const id = await merge(collection, ids);
    const file = (await read(id)).messages[3]?.attachments[0];
    expect(file).toMatchObject({
      name: "IMG-20260307-WA0001.jpg",
      kept: { mediaType: "image/png" },
    });
    expect((await api.ask(`/api/v1/attachments/${file?.kept?.id}`)).status).toBe(200);
  });

  it("takes a later export in, and is two chats again with it once that is undone", async () => {
    const { collection, ids } = await phones("Later");
    const id = await merge(collection, ids);
    await send(collection, "WhatsApp Chat with Mum.txt", later);
    expect(await lines(id)).toEqual([...shown, "Anna: The thermos is packed"]);
    await send(collection, "WhatsApp Chat - Ben.txt", mine);
    expect(await lines(id)).toEqual([...shown, "Anna: The thermos is packed"]);
    await undo(collection, id);
    expect(await lines(ids[0])).toHaveLength(6);
    expect((await lines(ids[1])).at(-1)).toBe("Mum: The thermos is packed");
    await until(async () => (await found(collection, "varnished")).length === 2);
    expect((await found(collection, "varnished")).sort()).toEqual([...ids].sort());
    expect((await api.ask(`/api/v1/conversations/${id}`)).status).toBe(404);
  });

  it("loses with an upload just what only that one brought", async () => {
    const { collection, upload, ids } = await phones("Deleted");
    const id = await merge(collection, ids);
    await api.ask(`/api/v1/uploads/${upload}`, { method: "DELETE" });
    const left = shown.filter((one) => !one.includes("drizzle"));
    expect(await lines(id)).toEqual(left);
    await until(async () => (await api.ask(`/api/v1/uploads/${upload}`)).status === 404);
    expect(await lines(id)).toEqual(left);
    await until(async () => (await found(collection, "varnished")).length === 1);
    expect(await found(collection, "drizzle")).toEqual([]);
  });

  it("is cleaned as any other, and its people are joined as any others", async () => {
    const { collection, ids } = await phones("Cleaned");
    const at = `/api/v1/collections/${collection}`;
    const id = await merge(collection, ids);
    await api.read(cleaning, `${at}/cleaning`, {
      method: "PUT",
      status: 202,
      body: { ...noCleaning, found: { ...noCleaning.found, email: "mask" } },
    });
    await until(async () => (await lines(id))[4] === "Anna: my number is «e-mail»");
    await until(async () => (await api.read(cleaning, `${at}/cleaning`)).applying === null);
    const { found: counts } = await api.read(cleaning, `${at}/cleaning`);
    expect(counts).toMatchObject([{ kind: "email", places: 1, messages: 1 }]);
    await send(collection, "WhatsApp Chat with Mum.txt", later);
    expect((await lines(id))[4]).toBe("Anna: my number is «e-mail»");
    expect(await lines(id)).toHaveLength(8);
    const { people } = await api.read(collectionPeople, `${at}/people`);
    expect(people.map(({ shown: name, messages }) => `${name} ${messages}`)).toEqual([
      "Anna 4",
      "Ben 4",
    ]);
    await api.read(savedPeopleEdit, `${at}/people/edits`, {
      body: { kind: "join", people: ["Anna", "Ben"], shown: "Us" },
      status: 201,
    });
    expect((await read(id)).conversation.participants).toMatchObject([{ name: "Us", messages: 8 }]);
  });

  it("cannot be merged with itself, or with what is not there, and says so", async () => {
    const { collection, ids } = await phones("Refused");
    const ask = async (conversations: readonly string[]) => {
      const answer = await api.ask(`/api/v1/collections/${collection}/merges`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ conversations }),
      });
      const { code } = (await answer.json()) as { code: string };
      return [answer.status, code];
    };
    expect(await ask([ids[0], ids[0]])).toEqual([409, "one-conversation"]);
    expect(await ask([ids[0], `cnv_${"0".repeat(26)}`])).toEqual([404, "unknown-conversation"]);
  });
});

describe("Discord's package and an export of the same channel", () => {
  it("are one chat once they are merged, by the ids of their messages", async () => {
    const { id: collection } = await api.makeCollection("Discord");
    const said = [
      ["1100011000000000011", "2023-04-24T12:00:00.123+00:00", "mira", "who keeps <@12> the bees?"],
      ["1100012000000000012", "2023-04-24T12:01:00.500+00:00", "jon", "I do, since the spring"],
      [
        "1100013000000000013",
        "2023-04-24T12:02:00.900+00:00",
        "mira",
        "then they are in good hands",
      ],
    ] as const;
    const exported = {
      guild: { id: "1", name: "Bees" },
      channel: { id: "1100000000000000001", type: "GuildTextChat", name: "hive", category: null },
      exportedAt: "2023-04-25T00:00:00+00:00",
      messages: said.map(([id, timestamp, name, content]) => ({
        id,
        type: "Default",
        timestamp,
        content: content.replace("<@12>", "@jon"),
        author: { id: name === "mira" ? "11" : "12", name, nickname: name, isBot: false },
        attachments: [],
        embeds: [],
        reactions: [],
        mentions: [],
      })),
      messageCount: 3,
    };
    await send(collection, "hive.json", JSON.stringify(exported));
    // Out of its folder, so that nothing says which channel it is.
    const own = [
      ...said.filter(([, , name]) => name === "mira"),
      [
        "1100014000000000014",
        "2023-04-24T12:03:00.000+00:00",
        "mira",
        "deleted in the channel since",
      ],
    ].map(([id, time = "", , text]) => ({
      ID: id,
      Timestamp: time.slice(0, 19).replace("T", " "),
      Contents: text,
      Attachments: "",
    }));
    await send(collection, "messages.json", JSON.stringify(own));
    const { conversations } = await list(collection);
    expect(conversations).toHaveLength(2);
    const sorted = [...conversations].sort((a, b) => b.participants.length - a.participants.length);
    const id = await merge(
      collection,
      sorted.map((one) => one.id),
    );
    expect(await lines(id)).toEqual([
      "mira: who keeps @jon the bees?",
      "jon: I do, since the spring",
      "mira: then they are in good hands",
      "mira: deleted in the channel since",
    ]);
  });
});
