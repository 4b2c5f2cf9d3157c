// Tests of what an erased origin brought of messages and conversations that others brought too: none of it is left, and no more is gone.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { hiddenRows } from "./being-erased.ts";
import { findShownMessage, listConversations } from "./conversations.ts";
import { requestOriginErasure } from "./erase-requests.ts";
import { findShownConversation } from "./find-conversation.ts";
import { hydrateHits } from "./hits.ts";
import { unpacked } from "./raw-record.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  bring,
  eraseRequested,
  eraseUpload,
  type Said,
  type TestStore,
} from "./store.builders.ts";
import { finishReading } from "./uploads.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const erase = (id: UploadId) => eraseUpload(store, id);

const brought = async (
  said: readonly Said[],
  more: { title?: string | null; attachments?: string; raw?: string } = {},
) => {
  const of = { collection, upload: await anUpload(store, collection) };
  const { conversation, messages } = aPart(of, "monday", said);
  const { title = conversation.title, ...change } = more;
  await bring(store, of, [
    {
      conversation: { ...conversation, title },
      messages: messages.map((message) => ({ ...message, ...change })),
    },
  ]);
  return of.upload;
};
const said = (text: string, editedAt?: number) => [
  { text, sourceId: "m1", ...(editedAt === undefined ? {} : { editedAt }) },
];

/** A canary in a packed record is to be seen. */
const readable = (row: object) =>
  "raw" in row && row.raw instanceof Uint8Array && "text" in row
    ? unpacked(row as { raw: Uint8Array; text: string; unmasked: string | null })
    : row;

const everything = async () => {
  const all: unknown[] = [];
  for (const table of [
    "conversations",
    "conversation_origins",
    "messages",
    "message_origins",
    "message_states",
    "chunks",
    "batches",
    "uploads",
  ] as const)
    all.push((await store.rows.selectFrom(table).selectAll().execute()).map(readable));
  return JSON.stringify(all);
};
const texts = async () =>
  (await store.rows.selectFrom("messages").select("text").execute()).map(({ text }) => text);
const live = async () =>
  (
    await store.rows
      .selectFrom("chunks")
      .select(["id", "text"])
      .where("state", "=", "live")
      .execute()
  ).map(({ text }) => text);

describe("what only an erased origin brought is gone", () => {
  it("a newer text, where an older export was read after it", async () => {
    const newer = await brought(said("CANARY", 200));
    await brought(said("plain"));
    expect(await texts()).toEqual(["CANARY"]);
    await erase(newer);
    expect(await everything()).not.toContain("CANARY");
    expect(await texts()).toEqual(["plain"]);
    expect(await live()).toEqual(["plain"]);
  });

  it("a title that a later one brought", async () => {
    await brought(said("plain"), { title: "old title" });
    await erase(await brought([...said("plain"), { text: "more" }], { title: "CANARY" }));
    expect(await everything()).not.toContain("CANARY");
    const [row] = await store.rows.selectFrom("conversations").select("title").execute();
    expect(row?.title).toBe("old title");
  });

  it("a title that the first one brought and the second did not have", async () => {
    const first = await brought(said("plain"), { title: "CANARY" });
    await brought(said("plain"), { title: null });
    await erase(first);
    expect(await everything()).not.toContain("CANARY");
  });

  it("attachments that an edit brought", async () => {
    await brought(said("plain"));
    await erase(await brought(said("edited", 5), { attachments: '[{"name":"CANARY.pdf"}]' }));
    expect(await everything()).not.toContain("CANARY");
  });

  it("the record of a message that another export has with the same text", async () => {
    const first = await brought(said("plain"), { raw: "CANARY" });
    const second = await brought(said("plain"), { raw: "other" });
    await erase(first);
    expect(await everything()).not.toContain("CANARY");
    const rows = await store.rows
      .selectFrom("messages")
      .select(["raw", "text", "unmasked", "origin_id"])
      .execute();
    expect(rows.map(unpacked)).toEqual([
      { raw: "other", text: "plain", unmasked: null, origin_id: second },
    ]);
    expect(await store.rows.selectFrom("message_states").selectAll().execute()).toEqual([]);
  });

  it("an edit, after the origin of the text before it was erased and others have that text", async () => {
    const first = await brought(said("plain"));
    const editor = await brought(said("CANARY", 5));
    await brought(said("plain"));
    await brought(said("plain"));
    await erase(first);
    expect(await texts()).toEqual(["CANARY"]);
    await erase(editor);
    expect(await everything()).not.toContain("CANARY");
    expect(await texts()).toEqual(["plain"]);
  });

  it("a first text, where two have the edit and one of them was erased", async () => {
    const first = await brought(said("CANARY"));
    const editor = await brought(said("edited", 5));
    await brought(said("edited", 5));
    await erase(editor);
    expect(await texts()).toEqual(["edited"]);
    await erase(first);
    expect(await everything()).not.toContain("CANARY");
    expect(await texts()).toEqual(["edited"]);
  });
});

it("a message that one origin has in one state is one row, and one more for each further origin", async () => {
  const first = await brought(said("plain"));
  const count = async (table: "message_states" | "message_origins" | "conversation_origins") =>
    (await store.rows.selectFrom(table).selectAll().execute()).length;
  expect(await count("message_states")).toBe(0);
  expect(await count("message_origins")).toBe(0);
  expect(await count("conversation_origins")).toBe(0);
  await brought(said("plain"));
  expect(await count("message_states")).toBe(0);
  expect(await count("message_origins")).toBe(1);
  expect(await count("conversation_origins")).toBe(1);
  await erase(first);
  expect(await count("message_origins")).toBe(0);
  expect(await count("conversation_origins")).toBe(0);
});

it("a batch that an import left open when it was erased is closed as another one's", async () => {
  const wrong = await brought(said("plain"));
  const right = await brought(said("plain"));
  await finishReading(store, right, "read");
  await erase(wrong);
  const batches = await store.rows
    .selectFrom("batches")
    .select(["id", "state", "origin_id"])
    .execute();
  expect(batches).toMatchObject([{ state: "chunked", origin_id: right }]);
  const jobs = await store.rows
    .selectFrom("jobs")
    .select("job_key")
    .where("name", "=", "chunks.ready")
    .execute();
  expect(jobs).toEqual([{ job_key: batches[0]?.id }]);
});

describe("while an origin waits to be erased", () => {
  it("its title is shown nowhere, and finds nothing", async () => {
    await brought(said("plain"), { title: "old title" });
    const later = await brought(said("plain"), { title: "CANARY" });
    const [chunk] = await store.rows
      .selectFrom("chunks")
      .select(["id", "conversation_id"])
      .execute();
    if (!chunk) throw new Error("no chunk");
    await requestOriginErasure(store, later);
    const shown = [
      await findShownConversation(store.rows, chunk.conversation_id),
      (await listConversations(store.rows, { collection, sort: "newest", limit: 5 }))
        .conversations[0],
      (await hydrateHits(store.rows, [chunk.id], 1))[0],
    ];
    expect(shown.map((row) => row?.title)).toEqual(["old title", "old title", "old title"]);
    const listing = { collection, sort: "newest", limit: 5, title: "CANARY" } as const;
    expect(await listConversations(store.rows, listing)).toMatchObject({ total: 0 });
  });

  it("a text of it that was replaced is hidden in older versions, and the newer one shown", async () => {
    const first = await brought(said("CANARY"));
    await brought(said("edited", 5));
    await store.rows
      .updateTable("chunks")
      .set({ state: "superseded" })
      .where("text", "=", "CANARY")
      .execute();
    await requestOriginErasure(store, first);
    const hidden = await hiddenRows(store.rows, collection);
    const old = await store.rows
      .selectFrom("chunks")
      .select("id")
      .where("text", "=", "CANARY")
      .execute();
    expect(hidden).toEqual({ chunks: old.map(({ id }) => id), conversations: [] });
    const { id } = await store.rows.selectFrom("messages").select("id").executeTakeFirstOrThrow();
    expect((await findShownMessage(store.rows, id))?.text).toBe("edited");
  });
});

/** What one upload says; every word in it names the upload, but for words that several may say alike. */
interface Told {
  readonly messages: readonly {
    readonly nth: number;
    readonly text: number;
    readonly at: number | null;
  }[];
  readonly title: number | null;
  readonly alike: boolean;
}

const told: fc.Arbitrary<Told> = fc.record({
  messages: fc.uniqueArray(
    fc.record({
      nth: fc.nat(2),
      text: fc.nat(2),
      at: fc.option(fc.nat(3), { nil: null }),
    }),
    { selector: ({ nth }) => nth, minLength: 1 },
  ),
  title: fc.option(fc.nat(1), { nil: null }),
  alike: fc.boolean(),
});

it(
  "erasing some of several origins, in any order, leaves exactly what the others brought",
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(told, { minLength: 2, maxLength: 5 }),
        fc.array(fc.nat(4), { maxLength: 4 }),
        fc.boolean(),
        async (all, erased, together) => {
          collection = await aCollection(store, `one of many ${Math.random()}`);
          const uploads: { id: UploadId; words: Set<string>; nths: number[] }[] = [];
          for (const [place, one] of all.entries()) {
            const mark = one.alike ? "alike" : `mark${place}`;
            const title = one.title === null ? null : `title${one.title}`;
            const id = await brought(
              one.messages.map(({ nth, text, at }) => ({
                text: `text${text}`,
                sourceId: `m${nth}`,
                at: 1000 + nth,
                ...(at === null ? {} : { editedAt: at }),
              })),
              { title, raw: mark },
            );
            const words = new Set([mark, ...one.messages.map(({ text }) => `text${text}`)]);
            if (title !== null) words.add(title);
            uploads.push({ id, words, nths: one.messages.map(({ nth }) => nth) });
          }
          const go = [...new Set(erased)].flatMap((place) => uploads[place] ?? []);
          if (together) for (const { id } of go) await requestOriginErasure(store, id);
          for (const { id } of go) await (together ? eraseRequested(store, id) : erase(id));
          const stay = uploads.filter((one) => !go.includes(one));
          const rows = await store.rows
            .selectFrom("messages")
            .select(["source_id", "origin_id", "text"])
            .where("collection_id", "=", collection)
            .orderBy("source_id")
            .execute();
          const expected = [...new Set(stay.flatMap(({ nths }) => nths))]
            .sort()
            .map((nth) => `m${nth}`);
          expect(rows.map((row) => row.source_id)).toEqual(expected);
          const kept = new Set<string>(stay.map(({ id }) => id));
          expect(rows.every(({ origin_id }) => kept.has(origin_id))).toBe(true);
          const words = new Set(stay.flatMap((one) => [...one.words]));
          const left = await everything();
          const isOfThis = new Set<string>(left.match(/\b(?:text|mark|title)\d\b/g));
          expect([...isOfThis].filter((word) => !words.has(word))).toEqual([]);
          expect((await live()).sort()).toEqual(rows.map(({ text }) => text).sort());
          // Nothing of it disturbs the next run.
          for (const { id } of stay) await erase(id);
          expect(await texts()).toEqual([]);
          expect(await everything()).not.toMatch(/msg_|cnv_|chk_/);
        },
      ),
      { numRuns: 60 },
    ),
  120_000,
);
