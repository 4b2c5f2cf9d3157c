// Tests of merged conversations: shown once, counted once, kept in step with later imports, undone and erased without a trace.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, ConversationId } from "#services/domain/ids.ts";
import { isAtRest } from "../at-rest.ts";
import { collectionStats } from "../collections.ts";
import { listConversations, pageOfMessages } from "../conversations.ts";
import { requestOriginErasure } from "../erase-requests.ts";
import { exportedConversations } from "../export-rows.ts";
import { findShownConversation } from "../find-conversation.ts";
import { streamFrameRows } from "../frame-rows.ts";
import { writtenBy } from "../people/authors.ts";
import { aCollection, anUpload, aPart, aStore, bring, type TestStore } from "../store.builders.ts";
import {
  bringChat,
  eraseMergedUpload,
  HOUR,
  NINE,
  onTheOther,
  settleAll,
  talk,
} from "./merged.builders.ts";
import { askToEndMerge, askToMerge } from "./requests.ts";
import { membersOf } from "./rule.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;

beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const list = async () =>
  (await listConversations(store.rows, { collection, sort: "newest", limit: 50 })).conversations;
const listed = async () =>
  (await list()).map(({ title, message_count }) => `${title} ${message_count}`).sort();

const read = async (id: ConversationId) =>
  (
    await pageOfMessages(store.rows, id, {
      path: "main",
      kinds: "visible",
      gone: "hide",
      limit: 100,
    })
  ).messages;
const texts = async (id: ConversationId) =>
  (await read(id)).map(({ author, text }) => `${author}: ${text}`);

const liveChunks = async () =>
  (
    await store.rows
      .selectFrom("chunks")
      .select(["conversation_id", "text"])
      .where("state", "=", "live")
      .orderBy("text")
      .execute()
  ).map(({ text }) => text);

/** All rows that are kept of conversations and messages, apart from how often they were changed and from chunks. */
const kept = async () => ({
  conversations: await store.rows
    .selectFrom("conversations")
    .select(["id", "title", "message_count", "participants", "hidden", "origin_id"])
    .where("hidden", "!=", 2)
    .orderBy("id")
    .execute(),
  messages: await store.rows.selectFrom("messages").selectAll().orderBy("id").execute(),
  origins: await store.rows
    .selectFrom("message_origins")
    .selectAll()
    .orderBy("message_id")
    .orderBy("origin_id")
    .execute(),
  live: await liveChunks(),
});

const merge = async (ids: readonly ConversationId[]): Promise<ConversationId> => {
  const { id } = await askToMerge(store, collection, ids);
  expect(await isAtRest(store.rows, collection)).toBe(false);
  await settleAll(store, collection);
  return id;
};

const two = async () => {
  const mine = await bringChat(store, collection, "Ben", [
    ...talk.slice(0, 3),
    { text: "only on my phone", author: "Anna", at: NINE + 200_000 },
    ...talk.slice(3),
  ]);
  const theirs = await bringChat(
    store,
    collection,
    "Mum",
    onTheOther([...talk, { text: "only on theirs", author: "Ben", at: NINE + 400_000 }]),
  );
  return { mine, theirs };
};

const together = [
  "Anna: shall we row on sunday?",
  "Ben: ok",
  "Anna: at nine, by the bridge",
  "Anna: only on my phone",
  "Ben: I bring the oars this time",
  "Ben: only on theirs",
];

describe("two exports of one chat that were merged", () => {
  it("are one conversation, in which the same messages are shown once", async () => {
    const { mine, theirs } = await two();
    const id = await merge([mine.id, theirs.id]);
    expect(await texts(id)).toEqual(together);
    const messages = await read(id);
    expect(messages.at(-1)?.at).toBe(Math.floor((NINE + 400_000 - HOUR) / 60_000) * 60_000 + HOUR);
    expect(await membersOf(store.rows, id)).toMatchObject([
      { conversation_id: mine.id, state: "merged" },
      { conversation_id: theirs.id, state: "merged" },
    ]);
  });

  it("are counted once, in every list, sum, frame, export and chunk", async () => {
    const { mine, theirs } = await two();
    const id = await merge([mine.id, theirs.id]);
    expect(await listed()).toEqual(["Ben 6"]);
    expect(await collectionStats(store.rows, collection)).toMatchObject({
      conversations: 1,
      messages: 6,
      sources: [{ source: "irc", conversations: 1 }],
    });
    const frame = [];
    for await (const page of streamFrameRows(store.rows, collection)) frame.push(...page.messages);
    expect(frame).toHaveLength(6);
    const exported = [];
    for await (const one of exportedConversations(store.rows, collection)) exported.push(one.id);
    expect(exported).toEqual([id]);
    expect(await liveChunks()).toEqual(
      together.map((one) => one.slice(one.indexOf(" ") + 1)).sort(),
    );
    const written = await writtenBy(store.rows, collection);
    expect(written.map(({ name, messages }) => `${name} ${messages}`).sort()).toEqual([
      "Anna 3",
      "Ben 3",
    ]);
  });

  it("say of each message which uploads brought it", async () => {
    const { mine, theirs } = await two();
    const id = await merge([mine.id, theirs.id]);
    const uploads = [];
    for (const message of await store.rows
      .selectFrom("messages")
      .select(["id", "origin_id"])
      .where("conversation_id", "=", id)
      .orderBy("position")
      .execute()) {
      const others = await store.rows
        .selectFrom("message_origins")
        .select("origin_id")
        .where("message_id", "=", message.id)
        .execute();
      uploads.push([message.origin_id, ...others.map(({ origin_id }) => origin_id)]);
    }
    const both = [mine.upload, theirs.upload];
    expect(uploads).toEqual([both, both, both, [mine.upload], both, [theirs.upload]]);
  });

  it("are as they were once that is undone", async () => {
    const { mine, theirs } = await two();
    const before = await kept();
    const id = await merge([mine.id, theirs.id]);
    await askToEndMerge(store, collection, id);
    await settleAll(store, collection);
    expect(await kept()).toEqual(before);
    expect(await store.rows.selectFrom("merged_messages").selectAll().execute()).toEqual([]);
    expect(await findShownConversation(store.rows, id)).toBeUndefined();
    expect(await texts(await merge([mine.id, theirs.id]))).toEqual(together);
  });

  it("take what later imports of either bring, once", async () => {
    const { mine, theirs } = await two();
    const id = await merge([mine.id, theirs.id]);
    const more = [...talk, { text: "see you there", author: "Anna", at: NINE + 900_000 }];
    await bringChat(
      store,
      collection,
      "Mum",
      onTheOther([
        ...talk,
        { text: "only on theirs", author: "Ben", at: NINE + 400_000 },
        ...more.slice(4),
      ]),
    );
    expect(await texts(id)).toEqual([...together, "Anna: see you there"]);
    await bringChat(store, collection, "Ben", [
      ...more.slice(0, 3),
      { text: "only on my phone", author: "Anna", at: NINE + 200_000 },
      ...more.slice(3),
    ]);
    expect(await texts(id)).toEqual([...together, "Anna: see you there"]);
    expect(await listed()).toEqual(["Ben 7"]);
    expect(await liveChunks()).toHaveLength(7);
    await askToEndMerge(store, collection, id);
    await settleAll(store, collection);
    expect(await listed()).toEqual(["Ben 6", "Mum 6"]);
    expect(await liveChunks()).toHaveLength(12);
    expect([mine.id, theirs.id].sort()).toEqual((await list()).map((row) => row.id).sort());
  });

  it("lose with an upload what only that one brought, at once and for good", async () => {
    const { mine, theirs } = await two();
    const id = await merge([mine.id, theirs.id]);
    await requestOriginErasure(store, mine.upload);
    expect((await list()).map(({ message_count }) => message_count)).toEqual([5]);
    expect(await texts(id)).not.toContain("Anna: only on my phone");
    await eraseMergedUpload(store, mine.upload);
    expect(await texts(id)).toEqual([
      "Mum: shall we row on sunday?",
      "Benny: ok",
      "Mum: at nine, by the bridge",
      "Benny: I bring the oars this time",
      "Benny: only on theirs",
    ]);
    expect(await listed()).toEqual(["Mum 5"]);
    for (const table of ["messages", "message_origins", "conversation_origins"] as const)
      expect(
        await store.rows
          .selectFrom(table)
          .selectAll()
          .where("origin_id", "=", mine.upload as never)
          .execute(),
      ).toEqual([]);
    const chunks = await store.rows.selectFrom("chunks").select("text").execute();
    expect(chunks.map(({ text }) => text)).not.toContain("only on my phone");
  });

  it("stay merged where one of them is imported again after all of it was deleted", async () => {
    const { mine, theirs } = await two();
    const id = await merge([mine.id, theirs.id]);
    await eraseMergedUpload(store, mine.upload);
    await bringChat(store, collection, "Ben", talk);
    expect(await listed()).toEqual(["Ben 5"]);
    expect((await texts(id)).at(-1)).toBe("Ben: only on theirs");
  });

  it("leave nothing behind where all of their uploads are deleted, also after it was undone", async () => {
    const { mine, theirs } = await two();
    const id = await merge([mine.id, theirs.id]);
    await askToEndMerge(store, collection, id);
    await settleAll(store, collection);
    await merge([mine.id, theirs.id]);
    await eraseMergedUpload(store, mine.upload);
    await eraseMergedUpload(store, theirs.upload);
    for (const table of [
      "conversations",
      "messages",
      "message_origins",
      "conversation_origins",
      "chunks",
      "merged_conversations",
      "merged_messages",
    ] as const)
      expect([table, await store.rows.selectFrom(table).selectAll().execute()]).toEqual([
        table,
        [],
      ]);
  });

  it("purge what a merge that was undone has left in older versions", async () => {
    const { mine, theirs } = await two();
    const id = await merge([mine.id, theirs.id]);
    await askToEndMerge(store, collection, id);
    await settleAll(store, collection);
    await eraseMergedUpload(store, mine.upload);
    const left = await store.rows
      .selectFrom("chunks")
      .select(["conversation_id", "text"])
      .execute();
    expect(left.map(({ text }) => text)).not.toContain("only on my phone");
    expect(await listed()).toEqual(["Mum 5"]);
  });

  it("may get a third one", async () => {
    const { mine, theirs } = await two();
    const id = await merge([mine.id, theirs.id]);
    const third = await bringChat(store, collection, "Tablet", [
      ...talk,
      { text: "from the tablet", author: "Ben", at: NINE + 1_000_000 },
    ]);
    expect(await merge([id, third.id])).toBe(id);
    expect(await texts(id)).toEqual([...together, "Ben: from the tablet"]);
    expect(await listed()).toEqual(["Ben 7"]);
  });
});

describe("conversations that cannot be merged", () => {
  it("say why", async () => {
    const { mine, theirs } = await two();
    const of = { collection, upload: await anUpload(store, collection) };
    const tree = aPart(of, "tree", [{ text: "root" }, { text: "leaf", parent: 0 }]);
    await bring(store, of, [tree]);
    const ask = (ids: readonly ConversationId[], where = collection) =>
      askToMerge(store, where, ids);
    await expect(ask([mine.id, mine.id])).rejects.toMatchObject({ code: "one-conversation" });
    await expect(ask([mine.id, tree.conversation.id])).rejects.toMatchObject({ code: "branches" });
    const other = await aCollection(store, "Other");
    await expect(ask([mine.id, theirs.id], other)).rejects.toMatchObject({
      code: "unknown-conversation",
    });
    await ask([mine.id, theirs.id]);
    await expect(ask([mine.id, theirs.id])).rejects.toMatchObject({ code: "being-merged" });
    await expect(askToEndMerge(store, collection, mine.id)).rejects.toMatchObject({
      code: "unknown-merge",
    });
    expect(await listed()).toHaveLength(3);
  });
});
