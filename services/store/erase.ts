// Erasing what was hidden when it was requested: a bounded number of rows per transaction, so that it continues there after a crash.
import type { Chunk } from "#services/domain/chunk.ts";
import type { ChunkId, CollectionId, ConversationId, OriginId } from "#services/domain/ids.ts";
import { closeBatch, closeOpenBatch } from "./batches.ts";
import { erasingOrigins } from "./being-erased.ts";
import { type IndexRules, indexRulesOf } from "./cleaning/rules.ts";
import { inPieces } from "./compiled.ts";
import { deleteAnalyses } from "./erase-analyses.ts";
import {
  deleteMessages,
  messagesBy,
  purgeChunks,
  saveSums,
  takeBackMessages,
} from "./erase-messages.ts";
import { eraseWhole } from "./erase-whole.ts";
import { findConversation } from "./find-conversation.ts";
import { dropBuried, dropJobsOfCollection } from "./jobs.ts";
import { forgetRule } from "./merged/rule.ts";
import { settleAgain } from "./newest.ts";
import { deleteOrigins, type Origin } from "./origins.ts";
import { noteErasedAuthors } from "./people/erased-authors.ts";
import { forgetPeople } from "./people/forget.ts";
import {
  fillBatches,
  messagesToChunk,
  readToChunk,
  type StoredMessage,
  saveDifference,
} from "./rechunk.ts";
import { release } from "./release.ts";
import { passOnReplaced } from "./replaced-uploads.ts";
import { revise, reviseForErasure, touch } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import type { ConversationRow } from "./tables.ts";

/** Rows per transaction: few enough that other writers wait only for milliseconds. */
const AT_ONCE = 500;
/** Messages of one conversation per transaction; all of its chunks are looked at each time. */
const MESSAGES_AT_ONCE = 1000;

/** Conversations of which this origin brought anything, at most 500; empty when all of it is taken back. */
export const conversationsOf = async (rows: Rows, origin: OriginId): Promise<ConversationId[]> => {
  const [messages, said, titled] = await Promise.all([
    rows
      .selectFrom("messages")
      .select("conversation_id")
      .distinct()
      .where("origin_id", "=", origin)
      .limit(AT_ONCE)
      .execute(),
    rows
      .selectFrom("conversation_origins")
      .select("conversation_id")
      .where("origin_id", "=", origin)
      .limit(AT_ONCE)
      .execute(),
    rows
      .selectFrom("conversations as v")
      .select("v.id as conversation_id")
      .where("v.origin_id", "=", origin)
      // One with no message left is deleted with the origin.
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom("messages as m").select("m.id").whereRef("m.conversation_id", "=", "v.id"),
        ),
      )
      .limit(AT_ONCE)
      .execute(),
  ]);
  const all = new Set([...messages, ...said, ...titled].map((row) => row.conversation_id));
  return [...all].slice(0, AT_ONCE);
};

export type Cut = (
  conversation: ConversationRow,
  messages: readonly StoredMessage[],
) => readonly Chunk[];

/** By these rules. */
export type CutBy = (rules: IndexRules) => Cut;

/** What another export has takes the place of what the newest one had. Chunks of both are hidden until they are made again. */
const showNewest = async (rows: Rows, origin: Origin, conversation: ConversationId) => {
  const erasing = [...(await erasingOrigins(rows, origin.collection)), origin.id];
  const moved = await settleAgain(rows, conversation, erasing);
  if (moved.length === 0) return;
  await saveSums(rows, conversation);
  await touch(rows, conversation);
  await purgeChunks(rows, conversation, new Set(moved));
};

const isHidden = async (rows: Rows, conversation: ConversationId): Promise<boolean> =>
  (await rows
    .selectFrom("chunks")
    .select("id")
    .where("conversation_id", "=", conversation)
    .where("state", "=", "purge")
    .limit(1)
    .executeTakeFirst()) !== undefined;

/** How often chunks are made outside of the transaction that writes them, while others go on changing the conversation. */
const TRIES = 3;

const recut = async (
  store: Store,
  origin: Origin,
  conversation: ConversationId,
  cutBy: CutBy,
): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    const row = await findConversation(store.rows, conversation);
    const read = row && (await readToChunk(store.rows, conversation));
    if (!read) return;
    const cutShown: CutBy = (rules) => (row.hidden === 0 ? cutBy(rules) : () => []);
    const made = cutShown(await indexRulesOf(store.rows, origin.collection))(row, read.messages);
    const isSaved = await store.transaction(async (rows) => {
      const now = await findConversation(rows, conversation);
      const isSame = now?.revision === read.revision;
      if (!isSame && attempt < TRIES) return false;
      const cutNow = async () =>
        cutShown(await indexRulesOf(rows, origin.collection))(
          row,
          await messagesToChunk(rows, conversation),
        );
      const chunks = isSame ? made : await cutNow();
      const { fresh } = await saveDifference(rows, { conversation, chunks }, "purge");
      const heir = await release(rows, origin, conversation);
      if (heir === undefined) return true;
      await fillBatches(store, rows, { origin: heir, collection: origin.collection }, fresh);
      await closeOpenBatch(store, rows, heir);
      return true;
    });
    if (isSaved) return;
  }
};

/**
 * Removes from a conversation what came from this origin only, and makes chunks of the rest again; chunks that no longer exist wait
 * to be purged. A bounded number of messages per transaction, and chunks are made between two of them. After a crash it goes on:
 * what is taken back already is hidden, and the conversation is one of `conversationsOf` until its new chunks are written.
 * @param cut makes the chunks of a conversation
 */
export const eraseFromConversation = async (
  store: Store,
  origin: Origin,
  conversation: ConversationId,
  cut: CutBy,
): Promise<void> => {
  await noteErasedAuthors(store, origin, conversation);
  if ((await eraseWhole(store, origin, conversation)) === "erased") return;
  const ids = await messagesBy(store.rows, origin.id, conversation);
  for (let from = 0; ; from += MESSAGES_AT_ONCE) {
    const piece = ids.slice(from, from + MESSAGES_AT_ONCE);
    const isLast = from + MESSAGES_AT_ONCE >= ids.length;
    const isDone = await store.transaction(async (rows) => {
      await takeBackMessages(rows, origin, { conversation, ids: piece, isLast });
      if (isLast) await showNewest(rows, origin, conversation);
      if (!isLast || (await isHidden(rows, conversation))) return false;
      await release(rows, origin, conversation);
      return true;
    });
    if (isDone) return;
    if (isLast) break;
  }
  await recut(store, origin, conversation, cut);
};

/** Chunks that are to be erased from every version. */
export const chunksToPurge = async (rows: Rows, collection: CollectionId): Promise<ChunkId[]> =>
  (
    await rows
      .selectFrom("chunks")
      .select("id")
      .where("state", "=", "purge")
      .where("collection_id", "=", collection)
      .execute()
  ).map((row) => row.id);

/**
 * Records that the index was purged: from now on no searcher from before answers. Runs before `purgedChunks`, which deletes the
 * rows of what was purged. @param newest version of the index; undefined where it has none
 */
export const purgedIndex = (
  store: Store,
  collection: CollectionId,
  newest: { readonly number: number; readonly rows: number } | undefined,
): Promise<void> =>
  store.transaction(async (rows) => {
    await reviseForErasure(rows, collection);
    if (newest)
      await rows
        .updateTable("collections")
        .set({ version: newest.number, indexed_chunks: newest.rows })
        .where("id", "=", collection)
        .execute();
  });

/** Deletes chunks that are in no version any more. */
export const purgedChunks = async (store: Store, ids: readonly ChunkId[]): Promise<void> => {
  for (let from = 0; from < ids.length; from += AT_ONCE)
    await store.transaction(async (rows) => {
      for (const piece of inPieces(ids.slice(from, from + AT_ONCE)))
        await rows
          .deleteFrom("chunks")
          .where("id", "in", piece)
          .where("state", "=", "purge")
          .execute();
    });
};

/** A conversation that has no messages. */
const deleteConversation = async (rows: Rows, id: ConversationId): Promise<void> => {
  await rows.deleteFrom("chunks").where("conversation_id", "=", id).execute();
  await rows.deleteFrom("conversation_origins").where("conversation_id", "=", id).execute();
  await forgetRule(rows, id);
  await rows.deleteFrom("conversations").where("id", "=", id).execute();
};

/**
 * Deletes the rest of an origin's rows. Batches whose chunks were assigned to other origins stay with those, and are closed
 * where they were open. Call it in a transaction, and wake the bus afterwards.
 * @returns keys of blobs that are no longer needed: remove them after the transaction
 */
export const deleteOrigin = async (store: Store, rows: Rows, origin: Origin): Promise<string[]> => {
  const free: string[] = [];
  const batches = await rows
    .selectFrom("batches")
    .selectAll()
    .where("origin_id", "=", origin.id)
    .execute();
  for (const batch of batches) {
    const heir = await rows
      .selectFrom("chunks as c")
      .innerJoin("messages as m", "m.id", "c.message_id")
      .select("m.origin_id")
      .where("c.batch_id", "=", batch.id)
      .where("c.state", "=", "live")
      .limit(1)
      .executeTakeFirst();
    if (heir) {
      await rows
        .updateTable("batches")
        .set({ origin_id: heir.origin_id })
        .where("id", "=", batch.id)
        .execute();
      // The reading that would have closed it was cut short by the erasure.
      if (batch.state === "open") await closeBatch(store, rows, batch);
    } else {
      if (batch.vectors_key !== null) free.push(batch.vectors_key);
      await rows.deleteFrom("batches").where("id", "=", batch.id).execute();
    }
  }
  const empty = rows
    .selectFrom("conversations as v")
    .leftJoin("messages as m", "m.conversation_id", "v.id")
    .select("v.id")
    .where("v.origin_id", "=", origin.id)
    .where("m.id", "is", null);
  for (const { id } of await empty.execute()) await deleteConversation(rows, id);
  await rows.deleteFrom("message_origins").where("origin_id", "=", origin.id).execute();
  await passOnReplaced(rows, origin);
  await deleteOrigins(rows, { origin: origin.id });
  await dropBuried(rows, "upload.received", origin.id);
  for (const { id } of batches) await dropBuried(rows, "chunks.ready", id);
  await revise(rows, origin.collection);
  return free;
};

/**
 * Deletes a conversation, or a piece of a long one.
 * @param most messages and chunks
 * @returns how many were deleted; as many as `most` where some may be left
 */
const deleteSome = async (rows: Rows, id: ConversationId, most: number): Promise<number> => {
  const messages = await rows
    .selectFrom("messages")
    .select("id")
    .where("conversation_id", "=", id)
    .limit(most)
    .execute();
  await deleteMessages(
    rows,
    messages.map((row) => row.id),
  );
  const chunks = await rows
    .selectFrom("chunks")
    .select("id")
    .where("conversation_id", "=", id)
    .limit(most - messages.length)
    .execute();
  for (const piece of inPieces(chunks.map((row) => row.id)))
    await rows.deleteFrom("chunks").where("id", "in", piece).execute();
  const deleted = messages.length + chunks.length;
  if (deleted < most) await deleteConversation(rows, id);
  return deleted;
};

/** Deletes some of a collection's rows; false when none are left, including its own. */
export const deletePiece = (store: Store, collection: CollectionId): Promise<boolean> =>
  store.transaction(async (rows) => {
    const conversations = await rows
      .selectFrom("conversations")
      .select("id")
      .where("collection_id", "=", collection)
      .limit(20)
      .execute();
    let left = 2 * MESSAGES_AT_ONCE;
    for (const { id } of conversations) {
      left -= await deleteSome(rows, id, left);
      if (left === 0) break;
    }
    if (conversations.length > 0) return true;
    await deleteAnalyses(rows, collection);
    await dropJobsOfCollection(rows, collection);
    await rows.deleteFrom("batches").where("collection_id", "=", collection).execute();
    await deleteOrigins(rows, { collection });
    await forgetPeople(rows, collection);
    await rows.deleteFrom("merged_conversations").where("collection_id", "=", collection).execute();
    await rows.deleteFrom("merged_messages").where("collection_id", "=", collection).execute();
    await rows.deleteFrom("collection_access").where("collection_id", "=", collection).execute();
    await rows.deleteFrom("shares").where("collection_id", "=", collection).execute();
    await rows.deleteFrom("news").where("collection_id", "=", collection).execute();
    await rows.deleteFrom("notices").where("collection_id", "=", collection).execute();
    await rows.deleteFrom("collections").where("id", "=", collection).execute();
    return false;
  });
