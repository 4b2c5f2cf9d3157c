// Erasing: hidden at once, then deleted a bounded number of rows per transaction, so that it continues there after a crash.
import type { Chunk } from "#services/domain/chunk.ts";
import { rejected } from "#services/domain/errors.ts";
import type { ChunkId, CollectionId, ConversationId, UploadId } from "#services/domain/ids.ts";
import { closeOpenBatch } from "./batches.ts";
import { inPieces } from "./compiled.ts";
import { findConversation, findMessage } from "./conversations.ts";
import {
  analyseWhatIsLeft,
  deleteAnalyses,
  stopAnalyses,
  withdrawAnalyses,
} from "./erase-analyses.ts";
import { touch } from "./ingest.ts";
import { dropBuried, dropJobsOfCollection, enqueue } from "./jobs.ts";
import {
  fillBatches,
  messagesToChunk,
  type StoredMessage,
  saveDifference,
  sumsOf,
} from "./rechunk.ts";
import { revise, reviseForErasure } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import type { ConversationRow, MessageEditRow, UploadRow } from "./tables.ts";
import { findUpload } from "./uploads.ts";

/** Rows per transaction: few enough that other writers wait only for milliseconds. */
const AT_ONCE = 500;

/**
 * Hides an upload and everything that came from it alone, in every answer, and requests its erasure. Wake the bus afterwards.
 * @throws ParlanceError rejected `unknown-upload` (404)
 */
export const requestUploadErasure = (store: Store, id: UploadId): Promise<void> =>
  store.transaction(async (rows) => {
    const row = await findUpload(rows, id);
    if (!row || row.state === "erasing")
      throw rejected("There is no such upload.", { code: "unknown-upload", status: 404 });
    await rows
      .updateTable("uploads")
      .set({ state: "erasing", cancel_requested: 1 })
      .where("id", "=", id)
      .execute();
    await withdrawAnalyses(store, rows, row.collection_id);
    await reviseForErasure(rows, row.collection_id);
    await enqueue(store, rows, {
      name: "erase.requested",
      payload: { collection: row.collection_id, upload: id },
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
    await rows
      .updateTable("uploads")
      .set({ state: "erasing", cancel_requested: 1 })
      .where("collection_id", "=", id)
      .execute();
    await stopAnalyses(store, rows, id);
    await reviseForErasure(rows, id);
    await enqueue(store, rows, {
      name: "erase.requested",
      payload: { collection: id, upload: null },
      key: id,
    });
  });

/** Conversations with anything that came from this upload; empty when all of it is erased. */
export const conversationsOf = async (rows: Rows, upload: UploadId): Promise<ConversationId[]> => {
  const [messages, edits] = await Promise.all([
    rows
      .selectFrom("messages")
      .select("conversation_id")
      .distinct()
      .where("upload_id", "=", upload)
      .limit(AT_ONCE)
      .execute(),
    rows
      .selectFrom("message_edits as e")
      .innerJoin("messages as m", "m.id", "e.message_id")
      .select("m.conversation_id")
      .distinct()
      .where("e.upload_id", "=", upload)
      .limit(AT_ONCE)
      .execute(),
  ]);
  return [...new Set([...messages, ...edits].map((row) => row.conversation_id))];
};

type Edit = Pick<MessageEditRow, "message_id" | "ordinal" | "text" | "raw" | "edited_at">;

/** Undoes the edits that came from an upload: the replaced texts take their places again. */
const takeBackEdits = async (rows: Rows, upload: UploadId, conversation: ConversationId) => {
  const edits: Edit[] = await rows
    .selectFrom("message_edits as e")
    .innerJoin("messages as m", "m.id", "e.message_id")
    .select(["e.message_id", "e.ordinal", "e.text", "e.raw", "e.edited_at"])
    .where("e.upload_id", "=", upload)
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

/** Messages that are in another upload too are assigned to that one; what came from this upload only (texts before an edit) is deleted. */
const handOver = async (rows: Rows, upload: UploadId, conversation: ConversationId) => {
  const shared = await rows
    .selectFrom("messages as m")
    .innerJoin("message_uploads as s", "s.message_id", "m.id")
    .innerJoin("uploads as u", "u.id", "s.upload_id")
    .select(["m.id", "s.upload_id"])
    .where("m.conversation_id", "=", conversation)
    .where("m.upload_id", "=", upload)
    .where("s.upload_id", "!=", upload)
    .where("u.state", "!=", "erasing")
    .execute();
  for (const { id, upload_id } of new Map(shared.map((row) => [row.id, row])).values()) {
    await rows.updateTable("messages").set({ upload_id }).where("id", "=", id).execute();
    await rows.deleteFrom("message_edits").where("message_id", "=", id).execute();
    await rows
      .deleteFrom("message_uploads")
      .where("message_id", "=", id)
      .where("upload_id", "=", upload_id)
      .execute();
  }
};

const deleteMessages = async (rows: Rows, upload: UploadId, conversation: ConversationId) => {
  const messages = (
    await rows
      .selectFrom("messages")
      .select("id")
      .where("conversation_id", "=", conversation)
      .where("upload_id", "=", upload)
      .execute()
  ).map((row) => row.id);
  for (const piece of inPieces(messages)) {
    await rows.deleteFrom("message_edits").where("message_id", "in", piece).execute();
    await rows.deleteFrom("message_uploads").where("message_id", "in", piece).execute();
    await rows.deleteFrom("messages").where("id", "in", piece).execute();
  }
};

/**
 * Removes from a conversation what came from this upload only, and makes chunks of the rest again; chunks that no longer exist wait
 * to be purged. One transaction: after a crash it has happened or not.
 * @param chunker makes the chunks of a conversation
 */
export const eraseFromConversation = (
  store: Store,
  upload: UploadRow,
  conversation: ConversationId,
  chunker: (conversation: ConversationRow, messages: readonly StoredMessage[]) => readonly Chunk[],
): Promise<void> =>
  store.transaction(async (rows) => {
    await touch(rows, conversation);
    await takeBackEdits(rows, upload.id, conversation);
    await handOver(rows, upload.id, conversation);
    await deleteMessages(rows, upload.id, conversation);
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
    if (row.upload_id === upload.id)
      await rows
        .updateTable("conversations")
        .set({ upload_id: heir.upload_id, raw: null })
        .where("id", "=", conversation)
        .execute();
    await fillBatches(
      store,
      rows,
      { upload: heir.upload_id, collection: upload.collection_id },
      fresh,
    );
    await closeOpenBatch(store, rows, heir.upload_id);
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
 * Deletes the rest of an upload's rows. Batches whose chunks were assigned to other uploads stay with those, and what is left is
 * analysed again.
 */
export const deleteUpload = (store: Store, upload: UploadRow): Promise<string[]> =>
  store.transaction(async (rows) => {
    const free: string[] = [];
    const batches = await rows
      .selectFrom("batches")
      .select(["id", "vectors_key"])
      .where("upload_id", "=", upload.id)
      .execute();
    for (const batch of batches) {
      const heir = await rows
        .selectFrom("chunks as c")
        .innerJoin("messages as m", "m.id", "c.message_id")
        .select("m.upload_id")
        .where("c.batch_id", "=", batch.id)
        .where("c.state", "=", "live")
        .limit(1)
        .executeTakeFirst();
      if (heir)
        await rows
          .updateTable("batches")
          .set({ upload_id: heir.upload_id })
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
      .where("v.upload_id", "=", upload.id)
      .where("m.id", "is", null);
    for (const { id } of await empty.execute()) {
      await rows.deleteFrom("chunks").where("conversation_id", "=", id).execute();
      await rows.deleteFrom("conversations").where("id", "=", id).execute();
    }
    await rows.deleteFrom("message_uploads").where("upload_id", "=", upload.id).execute();
    await rows.deleteFrom("uploads").where("id", "=", upload.id).execute();
    await dropBuried(rows, "upload.received", upload.id);
    for (const { id } of batches) await dropBuried(rows, "chunks.ready", id);
    await analyseWhatIsLeft(store, rows, upload.collection_id);
    await revise(rows, upload.collection_id);
    return free;
  });

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
        await rows.deleteFrom("message_uploads").where("message_id", "in", piece).execute();
      }
      await rows.deleteFrom("chunks").where("conversation_id", "=", conversation).execute();
      await rows.deleteFrom("messages").where("conversation_id", "=", conversation).execute();
      await rows.deleteFrom("conversations").where("id", "=", conversation).execute();
    }
    if (conversations.length > 0) return true;
    await deleteAnalyses(rows, collection);
    await dropJobsOfCollection(rows, collection);
    await rows.deleteFrom("batches").where("collection_id", "=", collection).execute();
    await rows.deleteFrom("uploads").where("collection_id", "=", collection).execute();
    await rows.deleteFrom("collections").where("id", "=", collection).execute();
    return false;
  });
