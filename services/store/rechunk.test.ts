// Tests of saving chunks: only the difference is written, and nothing that was made from an older state.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import { readToChunk, saveConversationEnds } from "./rechunk.ts";
import { touch } from "./revisions.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  bring,
  plainChunks,
  type TestStore,
} from "./store.builders.ts";
import { sumsOf } from "./sums.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const message = (author: string, at: number | null, kind = "text") => ({
  id: `${author}${at}` as never,
  parent_id: null,
  reply_to_id: null,
  author,
  role: "person",
  kind,
  at,
  text: "x",
  on_main_path: 1,
});

describe("the sums of a conversation", () => {
  it("contain the number of messages, people by number of messages, and the first and last time", () => {
    const sums = sumsOf([
      message("bob", 20),
      message("ada", 10),
      message("ada", null),
      message("server", 30, "system"),
    ]);
    expect(sums).toMatchObject({ message_count: 3, other_count: 1, first_at: 10, last_at: 20 });
    expect(JSON.parse(sums.participants)).toEqual([
      { name: "ada", role: "person", messages: 2 },
      { name: "bob", role: "person", messages: 1 },
    ]);
  });

  it("contain no time where no message has one, and at most fifty people", () => {
    const many = Array.from({ length: 60 }, (_, n) => message(`p${n}`, null));
    const sums = sumsOf(many);
    expect(sums).toMatchObject({ first_at: null, last_at: null });
    expect(JSON.parse(sums.participants)).toHaveLength(50);
  });
});

describe("saving the ends of conversations", () => {
  const rechunk = async (conversation: ReturnType<typeof aPart>["conversation"]["id"]) => {
    const read = await readToChunk(store.rows, conversation);
    if (!read) throw new Error("no conversation");
    return {
      conversation,
      revision: read.revision,
      sums: sumsOf(read.messages),
      chunks: plainChunks(conversation, read.messages),
    };
  };
  const states = async () =>
    (await store.rows.selectFrom("chunks").select(["text", "state"]).orderBy("text").execute()).map(
      ({ text, state }) => `${text} ${state}`,
    );

  it("writes no chunks that were made before the conversation changed", async () => {
    const of = { collection, upload: await anUpload(store, collection) };
    const part = aPart(of, "monday", [{ text: "a" }]);
    await bring(store, of, [part]);
    const old = await rechunk(part.conversation.id);
    await touch(store.rows, part.conversation.id);
    const ends = { done: 1, rechunked: [{ ...old, chunks: [] }] };
    expect(await saveConversationEnds(store, { ...of, after: 1 }, ends)).toBe("changed");
    expect(await states()).toEqual(["a live"]);
    const now = { done: 1, rechunked: [{ ...(await rechunk(part.conversation.id)), chunks: [] }] };
    expect(await saveConversationEnds(store, { ...of, after: 1 }, now)).toBe("saved");
    expect(await states()).toEqual(["a removed"]);
  });

  it("stops a worker when another one has done more, and writes nothing", async () => {
    const of = { collection, upload: await anUpload(store, collection) };
    const part = aPart(of, "monday", [{ text: "a" }]);
    await bring(store, of, [part]);
    const ends = { done: 1, rechunked: [{ ...(await rechunk(part.conversation.id)), chunks: [] }] };
    await expect(saveConversationEnds(store, { ...of, after: 0 }, ends)).rejects.toMatchObject({
      code: "superseded",
    });
    expect(await states()).toEqual(["a live"]);
  });

  it("keeps unchanged chunks in their batch, and puts new ones into the next", async () => {
    const first = { collection, upload: await anUpload(store, collection) };
    await bring(store, first, [aPart(first, "monday", [{ text: "a" }])]);
    const second = { collection, upload: await anUpload(store, collection) };
    await bring(store, second, [aPart(second, "monday", [{ text: "a" }, { text: "b" }])]);
    const batches = await store.rows
      .selectFrom("chunks as c")
      .innerJoin("batches as b", "b.id", "c.batch_id")
      .select(["c.text", "b.origin_id"])
      .orderBy("c.text")
      .execute();
    expect(batches).toEqual([
      { text: "a", origin_id: first.upload },
      { text: "b", origin_id: second.upload },
    ]);
  });

  it("counts languages and chunks in each batch", async () => {
    const of = { collection, upload: await anUpload(store, collection) };
    await bring(store, of, [aPart(of, "monday", [{ text: "a" }, { text: "b" }])]);
    const [batch] = await store.rows.selectFrom("batches").selectAll().execute();
    expect(batch).toMatchObject({ chunks: 2, languages: '{"en":2}', state: "open", ordinal: 0 });
  });

  it("is undefined for a conversation that no longer exists", async () => {
    const of = { collection, upload: await anUpload(store, collection) };
    const part = aPart(of, "monday", [{ text: "a" }]);
    expect(await readToChunk(store.rows, part.conversation.id)).toBeUndefined();
  });
});
