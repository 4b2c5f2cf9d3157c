// Erasing: hidden at once, then deleted a bounded number of rows per transaction, so that it continues there after a crash.
import type { Chunk } from "#services/domain/chunk.ts";
import { rejected } from "#services/domain/errors.ts";
import type { ChunkId, CollectionId, ConversationId, OriginId } from "#services/domain/ids.ts";
import { closeOpenBatch } from "./batches.ts";
import { erasingOrigins } from "./being-erased.ts";
import { inPieces } from "./compiled.ts";
import { findConversation, findMessage } from "./conversations.ts";
import { deleteAnalyses, stopAnalyses, withdrawAnalyses } from "./erase-analyses.ts";
import { touch } from "./ingest.ts";
import { dropBuried, dropJobsOfCollection, enqueue } from "./jobs.ts";
import { deleteOrigins, findOrigin, type Origin, tombstone, unknownOrigin } from "./origins.ts";
import { fillBatches, messagesToChunk, type StoredMessage, saveDifference } from "./rechunk.ts";
import { revise, reviseForErasure } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import { sumsOf } from "./sums.ts";
import type { ConversationRow, MessageEditRow } from "./tables.ts";

/** Rows per transaction: few enough that other writers wait only for milliseconds. */
const AT_ONCE = 500;

/**
 * Hides an upload or a live session and everything that came from it alone, in every answer, and requests its erasure. Wake the
 * bus afterwards.
 * @throws ParlanceError rejected `unknown-upload` | `unknown-session` (404)
 */
export const requestOriginErasure = (store: Store, id: OriginId): Promise<void> =>
  store.transaction(async (rows) => {
    const origin = await findOrigin(rows, id);
    if (!origin || origin.state === "erasing") throw unknownOrigin(id);
    const { collection } = origin;
    await tombstone(rows, { origin: id });
    await withdrawAnalyses(store, rows, collection);
    await reviseForErasure(rows, collection);
    await enqueue(store, rows, {
      name: "erase.requested",
      payload: { collection, origin: id },
      key: id,
    });
  });

/**
 * Hides a collection, frees its name, and requests the erasure of everything in it. Wake the bus afterwards.
 * @throws ParlanceError rejected `unknown-collection` (404)
 */
export const requestCollectionErasure = (store: Store, id: CollectionId): Promise<void> =>
  store.transaction(async (rows) => {
    const { numUpdatedRows } = await rows
      .updateTable("collections")
      .set({ state: "erasing" })
      .where("id", "=", id)
      .where("state", "=", "active")
      .executeTakeFirst();
    if (numUpdatedRows !== 1n)
      throw rejected("There is no such collection.", { code: "unknown-collection", status: 404 });
    await tombstone(rows, { collection: id });
    await stopAnalyses(store, rows, id);
    await reviseForErasure(rows, id);
    await enqueue(store, rows, {
      name: "erase.requested",
      payload: { collection: id, origin: null },
      key: id,
    });
  });

/** Conversations with anything that came from this origin; empty when all of it is erased. */
export const conversationsOf = async (rows: Rows, origin: OriginId): Promise<ConversationId[]> => {
  const [messages, edits] = await Promise.all([
    rows
      .selectFrom("messages")
      .select("conversation_id")
      .distinct()
      .where("origin_id", "=", origin)
      .limit(AT_ONCE)
      .execute(),
    rows
      .selectFrom("message_edits as e")
      .innerJoin("messages as m", "m.id", "e.message_id")
      .select("m.conversation_id")
      .distinct()
      .where("e.origin_id", "=", origin)
      .limit(AT_ONCE)
      .execute(),
  ]);
  return [...new Set([...messages, ...edits].map((row) => row.conversation_id))];
};

type Edit = Pick<MessageEditRow, "message_id" | "ordinal" | "text" | "raw" | "edited_at">;

/** Undoes the edits that came from an origin: the replaced texts take their places again. */
const takeBackEdits = async (rows: Rows, origin: OriginId, conversation: ConversationId) => {
  const edits: Edit[] = await rows
    .selectFrom("message_edits as e")
    .innerJoin("messages as m", "m.id", "e.message_id")
    .select(["e.message_id", "e.ordinal", "e.text", "e.raw", "e.edited_at"])
    .where("e.origin_id", "=", origin)
    .where("m.conversation_id", "=", conversation)
    .orderBy("e.ordinal", "desc")
    .execute();
  for (const { message_id, ordinal, text, raw, edited_at } of edits) {
    const next = await rows
      .selectFrom("message_edits")
      .select("ordinal")
      .where("message_id", "=", message_id)
      .where("ordinal", ">", ordinal)
      .orderBy("ordinal")
      .limit(1)
      .executeTakeFirst();
    if (next)
      await rows
        .updateTable("message_edits")
        .set({ text, raw, edited_at })
        .where("message_id", "=", message_id)
        .where("ordinal", "=", next.ordinal)
        .execute();
    else
      await rows
        .updateTable("messages")
        .set({ text, raw, edited_at })
        .where("id", "=", message_id)
        .execute();
    await rows
      .deleteFrom("message_edits")
      .where("message_id", "=", message_id)
      .where("ordinal", "=", ordinal)
      .execute();
  }
};

/** Messages that are in another origin too are assigned to that one; what came from this origin only (texts before an edit) is deleted. */
const handOver = async (rows: Rows, origin: Origin, conversation: ConversationId) => {
  const erasing = await erasingOrigins(rows, origin.collection);
  const shared = await rows
    .selectFrom("messages as m")
    .innerJoin("message_origins as s", "s.message_id", "m.id")
    .select(["m.id", "s.origin_id"])
    .where("m.conversation_id", "=", conversation)
    .where("m.origin_id", "=", origin.id)
    .where("s.origin_id", "not in", [...erasing, origin.id])
    .execute();
  for (const { id, origin_id } of new Map(shared.map((row) => [row.id, row])).values()) {
    await rows.updateTable("messages").set({ origin_id }).where("id", "=", id).execute();
    await rows.deleteFrom("message_edits").where("message_id", "=", id).execute();
    await rows
      .deleteFrom("message_origins")
      .where("message_id", "=", id)
      .where("origin_id", "=", origin_id)
      .execute();
  }
};

const deleteMessages = async (rows: Rows, origin: OriginId, conversation: ConversationId) => {
  const messages = (
    await rows
      .selectFrom("messages")
      .select("id")
      .where("conversation_id", "=", conversation)
      .where("origin_id", "=", origin)
      .execute()
  ).map((row) => row.id);
  for (const piece of inPieces(messages)) {
    await rows.deleteFrom("message_edits").where("message_id", "in", piece).execute();
    await rows.deleteFrom("message_origins").where("message_id", "in", piece).execute();
    await rows.deleteFrom("messages").where("id", "in", piece).execute();
  }
};

/**
 * Removes from a conversation what came from this origin only, and makes chunks of the rest again; chunks that no longer exist wait
 * to be purged. One transaction: after a crash it has happened or not.
 * @param chunker makes the chunks of a conversation
 */
export const eraseFromConversation = (
  store: Store,
  origin: Origin,
  conversation: ConversationId,
  chunker: (conversation: ConversationRow, messages: readonly StoredMessage[]) => readonly Chunk[],
): Promise<void> =>
  store.transaction(async (rows) => {
    await touch(rows, conversation);
    await takeBackEdits(rows, origin.id, conversation);
    await handOver(rows, origin, conversation);
    await deleteMessages(rows, origin.id, conversation);
    await rows
      .updateTable("chunks")
      .set({ state: "purge" })
      .where("conversation_id", "=", conversation)
      .where("state", "in", ["removed", "superseded"])
      .execute();
    const row = await findConversation(rows, conversation);
    if (!row) return;
    const left = await messagesToChunk(rows, conversation);
    const { fresh } = await saveDifference(
      rows,
      { conversation, sums: sumsOf(left), chunks: chunker(row, left) },
      "purge",
    );
    const [first] = left;
    if (first === undefined) return;
    const heir = await findMessage(rows, first.id);
    if (!heir) return;
    if (row.origin_id === origin.id)
      await rows
        .updateTable("conversations")
        .set({ origin_id: heir.origin_id, raw: null })
        .where("id", "=", conversation)
        .execute();
    await fillBatches(
      store,
      rows,
      { origin: heir.origin_id, collection: origin.collection },
      fresh,
    );
    await closeOpenBatch(store, rows, heir.origin_id);
  });

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

/**
 * Deletes the rest of an origin's rows. Batches whose chunks were assigned to other origins stay with those. Call it in a
 * transaction.
 * @returns keys of blobs that are no longer needed: remove them after the transaction
 */
export const deleteOrigin = async (rows: Rows, origin: Origin): Promise<string[]> => {
  const free: string[] = [];
  const batches = await rows
    .selectFrom("batches")
    .select(["id", "vectors_key"])
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
    if (heir)
      await rows
        .updateTable("batches")
        .set({ origin_id: heir.origin_id })
        .where("id", "=", batch.id)
        .execute();
    else {
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
  for (const { id } of await empty.execute()) {
    await rows.deleteFrom("chunks").where("conversation_id", "=", id).execute();
    await rows.deleteFrom("conversations").where("id", "=", id).execute();
  }
  await rows.deleteFrom("message_origins").where("origin_id", "=", origin.id).execute();
  await deleteOrigins(rows, { origin: origin.id });
  await dropBuried(rows, "upload.received", origin.id);
  for (const { id } of batches) await dropBuried(rows, "chunks.ready", id);
  await revise(rows, origin.collection);
  return free;
};

/** Deletes some of a collection's rows; false when none are left, including its own. */
export const deletePiece = (store: Store, collection: CollectionId): Promise<boolean> =>
  store.transaction(async (rows) => {
    const conversations = (
      await rows
        .selectFrom("conversations")
        .select("id")
        .where("collection_id", "=", collection)
        .limit(20)
        .execute()
    ).map((row) => row.id);
    for (const conversation of conversations) {
      const messages = (
        await rows
          .selectFrom("messages")
          .select("id")
          .where("conversation_id", "=", conversation)
          .execute()
      ).map((row) => row.id);
      for (const piece of inPieces(messages)) {
        await rows.deleteFrom("message_edits").where("message_id", "in", piece).execute();
        await rows.deleteFrom("message_origins").where("message_id", "in", piece).execute();
      }
      await rows.deleteFrom("chunks").where("conversation_id", "=", conversation).execute();
      await rows.deleteFrom("messages").where("conversation_id", "=", conversation).execute();
      await rows.deleteFrom("conversations").where("id", "=", conversation).execute();
    }
    if (conversations.length > 0) return true;
    await deleteAnalyses(rows, collection);
    await dropJobsOfCollection(rows, collection);
    await rows.deleteFrom("batches").where("collection_id", "=", collection).execute();
    await deleteOrigins(rows, { collection });
    await rows.deleteFrom("collections").where("id", "=", collection).execute();
    return false;
  });
