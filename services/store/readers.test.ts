// Tests of reading: hits with their neighbours, conversations in pages, messages on a path, uploads for people.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CollectionId, type ConversationId, readUploadId } from "#services/domain/ids.ts";
import { listConversations, pageOfMessages } from "./conversations.ts";
import { hydrateHits } from "./hits.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  asItCame,
  bring,
  type Said,
  type TestStore,
} from "./store.builders.ts";
import { listUploads, readUpload } from "./upload-views.ts";
import { cancelUpload, createUpload, finishReading, retryUpload } from "./uploads.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;

beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const brought = async (talks: Readonly<Record<string, readonly Said[]>>) => {
  const of = { collection, upload: await anUpload(store, collection) };
  const parts = Object.entries(talks).map(([name, said]) => aPart(of, name, said));
  await bring(store, of, parts);
  return parts;
};
const chunkOf = async (text: string) =>
  (
    await store.rows
      .selectFrom("chunks")
      .select("id")
      .where("text", "=", text)
      .executeTakeFirstOrThrow()
  ).id;

describe("hits", () => {
  it("are in the order asked for, with the messages around them", async () => {
    await brought({
      monday: [
        { text: "a" },
        { text: "b joins", kind: "system" },
        { text: "b" },
        { text: "c" },
        { text: "d" },
      ],
      tuesday: [{ text: "e" }],
    });
    const ids = [await chunkOf("e"), await chunkOf("c"), await chunkOf("a")];
    const hits = await hydrateHits(store.rows, ids, 1);
    expect(hits.map((hit) => hit.text)).toEqual(["e", "c", "a"]);
    expect(
      hits.map((hit) => [hit.before, hit.after].map((side) => side.map((n) => n.text))),
    ).toEqual([
      [[], []],
      [["b"], ["d"]],
      [[], ["b"]],
    ]);
    expect(hits[1]).toMatchObject({ title: "monday", channel: "#garden", zoneKnown: true });
  });

  it("of another branch have nothing beside them, and are beside nothing", async () => {
    await brought({
      jam: [
        { text: "a" },
        { text: "b" },
        { text: "other", offPath: true, parent: 1 },
        { text: "c" },
      ],
    });
    const ids = [await chunkOf("other"), await chunkOf("b")];
    const hits = await hydrateHits(store.rows, ids, 1);
    expect(
      hits.map((hit) => [hit.before, hit.after].map((side) => side.map((n) => n.text))),
    ).toEqual([
      [[], []],
      [["a"], ["c"]],
    ]);
  });

  it("leave out chunks that no longer exist or are being erased", async () => {
    const [part] = await brought({ monday: [{ text: "a" }] });
    const id = await chunkOf("a");
    expect(await hydrateHits(store.rows, [id], 2)).toHaveLength(1);
    await store.rows.updateTable("uploads").set({ state: "erasing" }).execute();
    expect(await hydrateHits(store.rows, [id], 2)).toEqual([]);
    expect(part?.messages).toHaveLength(1);
  });
});

describe("a list of conversations", () => {
  const page = async (query: Partial<Parameters<typeof listConversations>[1]>) =>
    listConversations(store.rows, { collection, sort: "newest", limit: 2, ...query });

  it("contains each of them once, in any order of sorting", async () => {
    await brought({
      one: [{ text: "1", at: 1000 }],
      two: [
        { text: "2", at: 2000 },
        { text: "2b", at: 2001 },
      ],
      three: [{ text: "3", at: 3000 }],
      four: [{ text: "4", at: 3000 }],
    });
    await store.rows
      .updateTable("conversations")
      .set({ last_at: null })
      .where("title", "=", "three")
      .execute();
    for (const sort of ["newest", "oldest", "longest"] as const) {
      const titles: (string | null)[] = [];
      let cursor: string | undefined;
      do {
        const { conversations, next, total } = await page({ sort, cursor });
        expect(total).toBe(4);
        for (const { title } of conversations) titles.push(title);
        cursor = next ?? undefined;
      } while (cursor !== undefined);
      expect(new Set(titles).size).toBe(4);
      expect(titles).toHaveLength(4);
      if (sort === "newest") expect(titles).toEqual(["four", "two", "one", "three"]);
      if (sort === "oldest") expect(titles).toEqual(["one", "two", "four", "three"]);
      if (sort === "longest") expect(titles[0]).toBe("two");
    }
  });

  it("finds words of the title or the channel", async () => {
    await brought({ "100% sure": [{ text: "1" }], "1000 things": [{ text: "2" }] });
    const found = async (title: string) =>
      (await page({ title })).conversations.map((conversation) => conversation.title);
    expect(await found("100%")).toEqual(["100% sure"]);
    expect((await found("#garden")).sort()).toEqual(["100% sure", "1000 things"]);
    expect(await found("sure garden")).toEqual(["100% sure"]);
    expect(await found("nothing")).toEqual([]);
  });
});

describe("a page of a conversation", () => {
  const tree: readonly Said[] = [
    { text: "root" },
    { text: "first answer", parent: 0, offPath: true },
    { text: "second answer", parent: 0 },
    { text: "under the first", parent: 1, offPath: true },
    { text: "under the second", parent: 2 },
  ];
  const texts = async (
    conversation: ConversationId,
    query: Partial<Parameters<typeof pageOfMessages>[2]>,
  ) => {
    const { messages, total, offset } = await pageOfMessages(store.rows, conversation, {
      path: "main",
      kinds: "visible",
      gone: "hide",
      limit: 100,
      ...query,
    });
    return { texts: messages.map((message) => message.text), total, offset, messages };
  };

  it("shows the main path, all messages, or the path through a branch", async () => {
    const [part] = await brought({ tree });
    if (!part) throw new Error("nothing brought");
    const { id } = part.conversation;
    expect((await texts(id, {})).texts).toEqual(["root", "second answer", "under the second"]);
    expect((await texts(id, { path: "all" })).texts).toHaveLength(5);
    const branch = await texts(id, { leaf: part.messages[1]?.id });
    expect(branch.texts).toEqual(["root", "first answer", "under the first"]);
    expect(branch.messages[1]?.siblings).toEqual([part.messages[1]?.id, part.messages[2]?.id]);
  });

  it("centres on a message", async () => {
    const many = Array.from({ length: 50 }, (_, n) => ({ text: `m${n}` }));
    const [part] = await brought({ long: many });
    if (!part) throw new Error("nothing brought");
    const { id } = part.conversation;
    const found = await texts(id, { around: part.messages[30]?.id, limit: 5 });
    expect(found).toMatchObject({ total: 50, offset: 28 });
    expect(found.texts).toEqual(["m28", "m29", "m30", "m31", "m32"]);
    expect((await texts(id, { offset: 48, limit: 5 })).texts).toEqual(["m48", "m49"]);
  });
});

describe("an upload", () => {
  it("is cancelled where it waits, and continues when retried", async () => {
    const id = await anUpload(store, collection);
    await cancelUpload(store, id);
    expect((await readUpload(store.rows, id))?.state).toBe("reading");
    await finishReading(store, id, "cancelled");
    expect((await readUpload(store.rows, id))?.state).toBe("cancelled");
    await retryUpload(store, id);
    expect((await readUpload(store.rows, id))?.state).toBe("queued");
    await cancelUpload(store, id);
    expect((await readUpload(store.rows, id))?.state).toBe("cancelled");
  });

  it("cannot be retried while it runs, nor found where there is none", async () => {
    const id = await anUpload(store, collection);
    await expect(retryUpload(store, id)).rejects.toMatchObject({ status: 409 });
    const none = readUploadId("upl_00000000000");
    if (!none) throw new Error("no id");
    await expect(cancelUpload(store, none)).rejects.toMatchObject({ status: 404 });
  });

  it("is listed newest first, page by page", async () => {
    for (const name of ["a", "b", "c"])
      await createUpload(store, { cleaner: asItCame, collection, filename: name });
    const [first, second] = await listUploads(store.rows, collection, { limit: 2 });
    const before = readUploadId(second?.id ?? "");
    if (!before) throw new Error("no second page");
    const rest = await listUploads(store.rows, collection, { limit: 2, before });
    const names = [first, second, ...rest].map((upload) => upload?.filename);
    expect(names.sort()).toEqual(["a", "b", "c"]);
  });
});
