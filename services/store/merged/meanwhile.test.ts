// Tests of merging while something else is under way: an erasure, a merge that is being undone, a worker that was killed.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, ConversationId } from "#services/domain/ids.ts";
import { listConversations } from "../conversations.ts";
import { requestOriginErasure } from "../erase-requests.ts";
import { findConversation } from "../find-conversation.ts";
import { aCollection, aStore, type TestStore } from "../store.builders.ts";
import { deleteCopies, deleteLeftCopies, UNDONE } from "./end.ts";
import { bringChat, NINE, onTheOther, plainly, settleAll, talk } from "./merged.builders.ts";
import { readChats } from "./read-chats.ts";
import { askToEndMerge, askToMerge, requireMergeable } from "./requests.ts";
import { membersOf } from "./rule.ts";
import { settleMerged } from "./settle.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;

beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const two = async () => ({
  mine: await bringChat(store, collection, "Ben", talk),
  theirs: await bringChat(store, collection, "Mum", onTheOther(talk)),
});

const merge = async (ids: readonly ConversationId[]): Promise<ConversationId> => {
  const { id } = await askToMerge(store, collection, ids);
  await settleAll(store, collection);
  return id;
};

const copiesOf = async (id: ConversationId): Promise<number> =>
  (await store.rows.selectFrom("messages").select("id").where("conversation_id", "=", id).execute())
    .length;

const listed = async () =>
  (await listConversations(store.rows, { collection, sort: "newest", limit: 50 })).conversations
    .map(({ title, message_count }) => `${title} ${message_count}`)
    .sort();

describe("while an upload is being erased", () => {
  it("what only that one brought is not merged", async () => {
    const { mine, theirs } = await two();
    await requestOriginErasure(store, mine.upload);
    await expect(askToMerge(store, collection, [mine.id, theirs.id])).rejects.toMatchObject({
      code: "unknown-conversation",
    });
  });

  it("its messages are not in a preview, and are not counted there", async () => {
    const { mine, theirs } = await two();
    const later = await bringChat(store, collection, "Ben", [
      ...talk,
      { text: "a secret", author: "Anna", at: NINE + 900_000 },
    ]);
    await requestOriginErasure(store, later.upload);
    const { members } = await requireMergeable(store.rows, collection, [mine.id, theirs.id]);
    expect(members.map(({ message_count }) => message_count)).toEqual([4, 4]);
    const lengths = async (how: "as shown" | "as they came") =>
      (await readChats(store.rows, members, how)).map(({ length }) => length);
    expect(await lengths("as shown")).toEqual([4, 4]);
    expect(await lengths("as they came")).toEqual([5, 4]);
  });

  it("a conversation of an older merge that goes with it is not named", async () => {
    const { mine, theirs } = await two();
    const id = await merge([mine.id, theirs.id]);
    const third = await bringChat(store, collection, "Tablet", talk);
    await requestOriginErasure(store, mine.upload);
    const { members } = await requireMergeable(store.rows, collection, [id, third.id]);
    expect(members.map((one) => one.id)).toEqual([theirs.id, third.id]);
  });
});

describe("a merge that is asked for while one is being undone", () => {
  it("is refused where that one was not made yet, so that both are not undone", async () => {
    const { mine, theirs } = await two();
    const third = await bringChat(store, collection, "Tablet", talk);
    const { id } = await askToMerge(store, collection, [mine.id, theirs.id]);
    await askToEndMerge(store, collection, id);
    await expect(askToMerge(store, collection, [mine.id, third.id])).rejects.toMatchObject({
      code: "being-undone",
    });
    await settleAll(store, collection);
    const again = await merge([mine.id, third.id]);
    expect((await membersOf(store.rows, again)).map(({ state }) => state)).toEqual([
      "merged",
      "merged",
    ]);
    expect(await listed()).toEqual(["Ben 4", "Mum 4"]);
  });
});

describe("a merge that two make at the same time", () => {
  it("is made, although each stops the other", async () => {
    const said = Array.from({ length: 700 }, (_, n) => ({
      text: `line ${n}`,
      at: NINE + n * 1000,
    }));
    const mine = await bringChat(store, collection, "Ben", said);
    const theirs = await bringChat(store, collection, "Mum", said);
    const { id } = await askToMerge(store, collection, [mine.id, theirs.id]);
    await Promise.all([settleMerged(store, id, plainly), settleMerged(store, id, plainly)]);
    expect(await listed()).toEqual(["Ben 700"]);
  });
});

describe("copies of a merge that was undone", () => {
  /** As a worker leaves it that is killed after it has undone the merge, and before it has deleted the copies. */
  const undoneWithCopies = async () => {
    const { mine, theirs } = await two();
    const id = await merge([mine.id, theirs.id]);
    const copies = await store.rows
      .selectFrom("messages")
      .selectAll()
      .where("conversation_id", "=", id)
      .execute();
    await askToEndMerge(store, collection, id);
    await settleAll(store, collection);
    expect(await copiesOf(id)).toBe(0);
    await store.rows.insertInto("messages").values(copies).execute();
    return { id, mine, theirs };
  };

  it("are deleted later where a worker was killed", async () => {
    const { id } = await undoneWithCopies();
    await deleteLeftCopies(store, collection);
    expect(await copiesOf(id)).toBe(0);
    expect(await listed()).toEqual(["Ben 4", "Mum 4"]);
  });

  it("stay as soon as it is being made again, whoever still deletes them", async () => {
    const { id, mine, theirs } = await undoneWithCopies();
    expect((await findConversation(store.rows, id))?.hidden).toBe(UNDONE);
    await askToMerge(store, collection, [mine.id, theirs.id]);
    const hidden: (number | undefined)[] = [];
    // Not that of one that was undone any more: whoever deletes its copies looks for that each time.
    const cut: typeof plainly.cut = (rules) => (row, messages) => {
      hidden.push(row.hidden);
      return plainly.cut(rules)(row, messages);
    };
    await settleMerged(store, id, { ...plainly, cut });
    await deleteCopies(store, id);
    expect(hidden).toEqual([1]);
    expect(await copiesOf(id)).toBe(4);
    expect(await listed()).toEqual(["Ben 4"]);
  });
});
