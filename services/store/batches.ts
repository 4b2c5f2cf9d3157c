// Batches: chunks on their way into a version, open → chunked → embedded → committed, one transaction per step.
import { type BatchId, batchId, type CollectionId, type OriginId } from "#services/domain/ids.ts";
import { enqueue } from "./jobs.ts";
import type { Rows, Store } from "./rows.ts";
import type { BatchRow, ChunkRow, ConversationRow, MessageRow } from "./tables.ts";

/**
 * The most chunks of a batch. The first batch is small, so that the first hits appear while the rest is still read; later ones are
 * large, so that a durable write and a job are needed only once for thousands of chunks.
 */
export const batchSize = (ordinal: number): number => [256, 1024][ordinal] ?? 4096;

export const findBatch = (rows: Rows, id: BatchId): Promise<BatchRow | undefined> =>
  rows.selectFrom("batches").selectAll().where("id", "=", id).executeTakeFirst();

/** The origin's batch that still accepts chunks: the open one, or a new one. */
export const openBatch = async (
  store: Store,
  rows: Rows,
  of: { readonly origin: OriginId; readonly collection: CollectionId },
): Promise<BatchRow> => {
  const newest = await rows
    .selectFrom("batches")
    .selectAll()
    .where("origin_id", "=", of.origin)
    .orderBy("ordinal", "desc")
    .limit(1)
    .executeTakeFirst();
  if (newest?.state === "open") return newest;
  const ordinal = newest ? newest.ordinal + 1 : 0;
  const batch: BatchRow = {
    id: batchId(of.origin, ordinal),
    collection_id: of.collection,
    origin_id: of.origin,
    chunks: 0,
    ordinal,
    state: "open",
    languages: "{}",
    vectors_key: null,
    created_at: store.now(),
  };
  await rows.insertInto("batches").values(batch).execute();
  return batch;
};

/** Closes a batch for further chunks, so that it is embedded. */
export const closeBatch = async (store: Store, rows: Rows, batch: BatchRow): Promise<void> => {
  await rows.updateTable("batches").set({ state: "chunked" }).where("id", "=", batch.id).execute();
  await enqueue(store, rows, {
    name: "chunks.ready",
    payload: { batch: batch.id },
    key: batch.id,
  });
};

export const closeOpenBatch = async (store: Store, rows: Rows, origin: OriginId): Promise<void> => {
  const open = await rows
    .selectFrom("batches")
    .selectAll()
    .where("origin_id", "=", origin)
    .where("state", "=", "open")
    .execute();
  for (const batch of open) await closeBatch(store, rows, batch);
};

/** A chunk as it is embedded and indexed, with data of its first message and its conversation. */
export type ChunkToIndex = Pick<
  ChunkRow,
  "id" | "batch_id" | "conversation_id" | "message_id" | "text" | "language" | "unit" | "answers"
> &
  Pick<MessageRow, "author" | "role" | "kind" | "at" | "origin_id"> &
  Pick<ConversationRow, "source" | "channel" | "title">;

/** The query of live chunks, for callers to add conditions. */
export const chunksToIndex = (rows: Rows) =>
  rows
    .selectFrom("chunks as c")
    .innerJoin("messages as m", "m.id", "c.message_id")
    .innerJoin("conversations as v", "v.id", "c.conversation_id")
    .select([
      "c.id",
      "c.batch_id",
      "c.conversation_id",
      "c.message_id",
      "c.text",
      "c.language",
      "c.unit",
      "c.answers",
      "m.author",
      "m.role",
      "m.kind",
      "m.at",
      "m.origin_id",
      "v.source",
      "v.channel",
      "v.title",
    ])
    .where("c.state", "=", "live");

/** All live chunks of a batch, in a fixed order: row i of the batch's vectors belongs to chunk i. */
export const chunksOfBatch = (rows: Rows, batch: BatchId): Promise<ChunkToIndex[]> =>
  chunksToIndex(rows).where("c.batch_id", "=", batch).orderBy("c.id").execute();

/**
 * Records that the vectors are in the blobs. False where the batch does not wait for them (any more): the blob is then unused.
 * Wake the bus afterwards.
 */
export const embeddedBatch = (
  store: Store,
  batch: BatchRow,
  vectorsKey: string,
): Promise<boolean> =>
  store.transaction(async (rows) => {
    const { numUpdatedRows } = await rows
      .updateTable("batches")
      .set({ state: "embedded", vectors_key: vectorsKey })
      .where("id", "=", batch.id)
      .where("state", "=", "chunked")
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return false;
    await dueForIndex(store, rows, batch.collection_id);
    return true;
  });

export const dueForIndex = (store: Store, rows: Rows, collection: CollectionId): Promise<void> =>
  enqueue(store, rows, { name: "index.due", payload: { collection }, key: collection });

/** Oldest first, so that uploads become searchable in their order. */
export const batchesIn = (
  rows: Rows,
  collection: CollectionId,
  state: string,
): Promise<BatchRow[]> =>
  rows
    .selectFrom("batches")
    .selectAll()
    .where("collection_id", "=", collection)
    .where("state", "=", state)
    .orderBy("created_at")
    .orderBy("ordinal")
    .orderBy("id")
    .execute();
