// Files of messages over HTTP: kept from an export, served as downloads only, found by their text, gone with their upload.
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleaning } from "#services/contract/cleaning.ts";
import {
  type ConversationPage,
  conversationList,
  conversationPage,
} from "#services/contract/conversations.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { type Upload, upload, uploadAccepted } from "#services/contract/uploads.ts";
import { noCleaning } from "#services/domain/cleaning.ts";
import { organizationId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { aDocx, aPdf, aPng } from "#services/parse/documents/documents.builders.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";
import { buildApp } from "../app.ts";

const picture = aPng();
const pages = aPdf("The walnut table costs ninety euros");
const letter = aDocx("Dear Ben,", "the lighthouse opens at nine.");
const script = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
);

const chat = `[07.03.26, 21:22:39] Anna: Here is the picture
\u200e[07.03.26, 21:22:40] Anna: \u200e<attached: 00000001-PHOTO.png>
\u200e[07.03.26, 21:22:41] Ben: \u200e<attached: 00000002-offer.pdf>
\u200e[07.03.26, 21:22:42] Ben: \u200e<attached: 00000003-letter.docx>
\u200e[07.03.26, 21:22:43] Anna: \u200e<attached: 00000004-drawing.png>
\u200e[07.03.26, 21:22:44] Anna: \u200e<attached: 00000005-VIDEO.mp4>
\u200e[07.03.26, 21:22:45] Anna: \u200e<attached: 00000006-long.pdf>
\u200e[07.03.26, 21:22:46] Ben: \u200e<attached: 00000007-broken.pdf>
[07.03.26, 21:22:47] Ben: Thank you
`;
const MOST = 4000;
const packed = Buffer.from(
  zipSync(
    {
      "_chat.txt": Buffer.from(chat),
      "00000001-PHOTO.png": picture,
      "00000002-offer.pdf": pages,
      "00000003-letter.docx": letter,
      // What it is called says nothing.
      "00000004-drawing.png": script,
      "00000006-long.pdf": Buffer.concat([pages, Buffer.alloc(MOST, " ")]),
      "00000007-broken.pdf": Buffer.from("%PDF-1.7\nand nothing more"),
    },
    { level: 6 },
  ),
);

let api: TestApi;
let collection: string;
let sent: Upload;
let page: ConversationPage;

const bring = async (into: string, bytes: Buffer, filename = "WhatsApp Chat.zip") => {
  const at = `/api/v1/collections/${into}/uploads?filename=${encodeURIComponent(filename)}`;
  const answer = await api.ask(at, { method: "PUT", body: new Uint8Array(bytes) });
  const { id } = uploadAccepted.parse(await answer.json());
  await (await api.ask(`/api/v1/uploads/${id}/events`)).text();
  return api.read(upload, `/api/v1/uploads/${id}`);
};

const read = async (from: string): Promise<ConversationPage> => {
  const list = await api.read(conversationList, `/api/v1/collections/${from}/conversations`);
  return api.read(conversationPage, `/api/v1/conversations/${list.conversations[0]?.id}`);
};

const keptOf = (name: string) =>
  page.messages.flatMap(({ attachments }) => attachments).find((one) => one.name === name)?.kept;

beforeAll(async () => {
  api = await openTestApi({ env: { PARLANCE_MAX_ATTACHMENT_BYTES: String(MOST) } });
  collection = (await api.makeCollection("Family")).id;
  sent = await bring(collection, packed);
  page = await read(collection);
});
afterAll(() => api.close());

describe("an upload with files", () => {
  it("says how many were kept, are too large and are not in it, and which could not be read", () => {
    expect(sent.attachments).toEqual({
      kept: 5,
      bytes: picture.length + pages.length + letter.length + script.length + 25,
      tooLarge: 1,
      missing: 1,
    });
    expect(sent.problems).toMatchObject([
      { code: "unclear-dates" },
      { code: "unread-document", place: "00000007-broken.pdf", count: 1 },
    ]);
  });

  it("names each kept file in its message, with the type that its bytes have", () => {
    expect(keptOf("00000001-PHOTO.png")).toMatchObject({
      mediaType: "image/png",
      size: picture.length,
    });
    expect(keptOf("00000004-drawing.png")).toMatchObject({ mediaType: "text/plain" });
    expect(keptOf("00000005-VIDEO.mp4")).toBeUndefined();
    expect(keptOf("00000006-long.pdf")).toBeUndefined();
  });

  it("is found by the text of its documents", async () => {
    const found = async (query: string) => {
      const at = `/api/v1/collections/${collection}/search`;
      const answer = await api.read(searchAnswer, at, { body: { query, mode: "lexical" } });
      return JSON.stringify(answer.hits);
    };
    expect(await found("kind:attachment walnut")).toContain("walnut");
    expect(await found("kind:attachment lighthouse")).toContain("lighthouse");
  });

  it("brings no file twice, and the same messages, when it is sent again", async () => {
    const again = await bring(collection, packed);
    expect(again.progress).toMatchObject({ newMessages: 0, changedMessages: 0, knownMessages: 9 });
    const kept = (await read(collection)).messages.flatMap(({ attachments }) => attachments);
    expect(kept).toHaveLength(7);
    expect((await api.ask(`/api/v1/uploads/${again.id}`, { method: "DELETE" })).status).toBe(202);
  });
});

describe("a message with two files of one name", () => {
  it("has only the one that was in the upload, in its place", async () => {
    const file = (id: string) => ({
      id,
      url: `log_Files/${id}/image001.png`,
      fileName: "image001.png",
    });
    const log = {
      guild: { id: "1", name: "Boats" },
      channel: { id: "2", type: "GuildTextChat", name: "harbour" },
      messages: [
        {
          id: "3",
          type: "Default",
          timestamp: "2026-01-01T10:00:00+00:00",
          content: "Both of them",
          author: { id: "4", name: "ola" },
          attachments: [file("5"), file("6")],
        },
      ],
      messageCount: 1,
    };
    const { id } = await api.makeCollection("Boats");
    const files = {
      "log.json": Buffer.from(JSON.stringify(log)),
      "log_Files/6/image001.png": picture,
    };
    await bring(id, Buffer.from(zipSync(files)), "boats.zip");
    const shown = (await read(id)).messages.flatMap(({ attachments }) => attachments);
    expect(shown.map(({ kept }) => kept?.size)).toEqual([undefined, picture.length]);
  });
});

describe("a kept file", () => {
  const at = (name = "00000001-PHOTO.png") => `/api/v1/attachments/${keptOf(name)?.id}`;

  it("comes as a download that no browser runs, whatever is in it", async () => {
    for (const [name, bytes] of [
      ["00000001-PHOTO.png", picture],
      ["00000004-drawing.png", script],
    ] as const) {
      const answer = await api.ask(at(name));
      const { headers } = answer;
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
      expect(headers.get("content-type")).toBe("application/octet-stream");
      expect(headers.get("content-disposition")).toContain(`attachment; filename="${name}"`);
      expect(headers.get("content-security-policy")).toContain("sandbox");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("comes in parts", async () => {
    const answer = await api.ask(at(), { headers: { range: "bytes=1-3" } });
    expect([answer.status, await answer.text()]).toEqual([206, "PNG"]);
    expect(answer.headers.get("content-range")).toBe(`bytes 1-3/${picture.length}`);
    const range = `bytes=${picture.length}-`;
    expect((await api.ask(at(), { headers: { range } })).status).toBe(416);
  });

  it("is not there for another organization, under no made-up id, and not for whoever may not read its collection", async () => {
    const path = at();
    const others = [
      workerScope(organizationId("other")),
      { ...workerScope(organizationId("default")), collections: [] },
    ];
    for (const scope of others) {
      const app = buildApp(api.instance, { scopeOf: () => scope });
      expect((await app.request(path)).status).toBe(404);
    }
    expect(await api.refusal("/api/v1/attachments/att_0000000000000000")).toEqual([
      404,
      "unknown-attachment",
    ]);
    expect((await api.ask(path)).status).toBe(200);
  });
});

describe("a collection that keeps no files", () => {
  it("has the messages without them", async () => {
    const { id } = await api.makeCollection("Bare");
    const body = { keepAttachments: "never" };
    const headers = { "content-type": "application/json" };
    const init = { method: "PATCH", body: JSON.stringify(body), headers };
    expect((await api.ask(`/api/v1/collections/${id}`, init)).status).toBe(200);
    const bare = await bring(id, packed);
    expect(bare.attachments).toBeUndefined();
    const { messages } = await read(id);
    expect(messages.flatMap(({ attachments }) => attachments)).toHaveLength(7);
    expect(messages.flatMap(({ attachments }) => attachments.map(({ kept }) => kept))).toEqual(
      Array.from({ length: 7 }, () => undefined),
    );
  });
});

describe("what is deleted", () => {
  const files = async (id: string) => {
    const keys: string[] = [];
    for await (const { key } of api.parlance.blobs.list(`uploads/${id}`)) keys.push(key);
    return keys;
  };
  const rows = () => api.parlance.store.rows.selectFrom("attachments").selectAll().execute();

  it("takes its files with it: an upload's at once out of sight, then from disk and rows", async () => {
    const { id } = await api.makeCollection("Short");
    const one = await bring(id, packed);
    const kept = (await read(id)).messages.flatMap(({ attachments }) => attachments);
    const path = `/api/v1/attachments/${kept[0]?.kept?.id}`;
    expect((await api.ask(path)).status).toBe(200);
    expect(await files(one.id)).toHaveLength(6);
    expect((await api.ask(`/api/v1/uploads/${one.id}`, { method: "DELETE" })).status).toBe(202);
    expect((await api.ask(path)).status).toBe(404);
    await expect.poll(() => files(one.id), { timeout: 10_000 }).toEqual([]);
    await expect
      .poll(async () => (await rows()).filter(({ upload_id }) => upload_id === one.id))
      .toEqual([]);
  });

  it("leaves the files of another upload that has the same ones", async () => {
    const { id } = await api.makeCollection("Twice");
    const [first, second] = [await bring(id, packed), await bring(id, packed)];
    await api.ask(`/api/v1/uploads/${first.id}`, { method: "DELETE" });
    await expect.poll(() => files(first.id), { timeout: 10_000 }).toEqual([]);
    expect(await files(second.id)).toHaveLength(6);
    const kept = (await read(id)).messages.flatMap(({ attachments }) => attachments);
    const answer = await api.ask(`/api/v1/attachments/${kept[0]?.kept?.id}`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(picture)).toBe(true);
  });

  it("takes a whole collection's files", async () => {
    const { id } = await api.makeCollection("Gone");
    const one = await bring(id, packed);
    expect((await api.ask(`/api/v1/collections/${id}`, { method: "DELETE" })).status).toBe(202);
    await expect.poll(() => files(one.id), { timeout: 10_000 }).toEqual([]);
    await expect
      .poll(async () => (await rows()).filter((row) => row.collection_id === id))
      .toEqual([]);
  });
});

describe("cleaning", () => {
  it("masks the name of a file that was kept before, and takes the files of what it refuses", async () => {
    const { id } = await api.makeCollection("Cleaned files");
    const log = `[07.03.26, 21:22:39] Anna: Look
\u200e[07.03.26, 21:22:40] Anna: \u200e<attached: ann.berg@harbour.example.png>
\u200e[07.03.26, 21:22:41] Ben: \u200e<attached: secret.png>
the password is hunter2
`;
    const files = {
      "_chat.txt": Buffer.from(log),
      "ann.berg@harbour.example.png": picture,
      "secret.png": Buffer.concat([picture, Buffer.from(" ")]),
    };
    await bring(id, Buffer.from(zipSync(files)));
    const kept = (await read(id)).messages
      .flatMap(({ attachments }) => attachments)
      .map((one) => `/api/v1/attachments/${one.kept?.id}`);
    expect(kept).toHaveLength(2);
    const [named = "", refused = ""] = kept;
    const nameOf = async () =>
      decodeURIComponent((await api.ask(named)).headers.get("content-disposition") ?? "");
    expect(await nameOf()).toContain("ann.berg");
    expect((await api.ask(refused)).status).toBe(200);
    await api.read(cleaning, `/api/v1/collections/${id}/cleaning`, {
      method: "PUT",
      body: { ...noCleaning, found: { ...noCleaning.found, email: "mask", token: "refuse" } },
      status: 202,
    });
    expect(await nameOf()).not.toContain("ann.berg");
    await expect.poll(async () => (await api.ask(refused)).status, { timeout: 20_000 }).toBe(404);
    expect((await api.ask(named)).status).toBe(200);
  });
});
