// What the database records of a collection's index. The manifest of the index is authoritative.
import type { BatchId, ChunkId, CollectionId } from "#services/domain/ids.ts";
import { batchesIn } from "./batches.ts";
import { inPieces } from "./compiled.ts";
import { enqueueMissing } from "./jobs.ts";
import { revise } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import { isFinal, settleUploads } from "./uploads.ts";

/** Superseded chunks that are still in the index, at most `limit`. */
export const removedChunks = async (
  rows: Rows,
  collection: CollectionId,
  limit: number,
): Promise<ChunkId[]> =>
  (
    await rows
      .selectFrom("chunks")
      .select("id")
      .where("state", "=", "removed")
      .where("collection_id", "=", collection)
      .limit(limit)
      .execute()
  ).map((row) => row.id);

export interface CommittedVersion {
  readonly collection: CollectionId;
  readonly number: number;
  /** Number of live rows of the version. */
  readonly rows: number;
  readonly batches: readonly BatchId[];
  readonly removed: readonly ChunkId[];
}

/**
 * Records a version with these batches: they are committed, superseded chunks are gone, uploads may be done.
 * @returns keys of vector blobs that are no longer needed; remove them after the transaction.
 */
export const committedVersion = (store: Store, version: CommittedVersion): Promise<string[]> =>
  store.transaction(async (rows) => {
    const free: string[] = [];
    for (const piece of inPieces(version.batches)) {
      const found = await rows
        .selectFrom("batches")
        .select("vectors_key")
        .where("id", "in", piece)
        .execute();
      for (const { vectors_key } of found) if (vectors_key !== null) free.push(vectors_key);
      await rows
        .updateTable("batches")
        .set({ state: "committed", vectors_key: null })
        .where("id", "in", piece)
        .execute();
    }
    // A chunk that was added again meanwhile is live, and waits in a new batch. The others stay known as long as older versions contain
    // them, so that an erasure finds them there.
    for (const piece of inPieces(version.removed))
      await rows
        .updateTable("chunks")
        .set({ state: "superseded" })
        .where("id", "in", piece)
        .where("state", "=", "removed")
        .execute();
    await rows
      .updateTable("collections")
      .set({ version: version.number, indexed_chunks: version.rows })
      .where("id", "=", version.collection)
      .execute();
    await revise(rows, version.collection);
    await settleUploads(store, rows, version.collection);
    return free;
  });

/** Sets the model of a collection's vectors, once, with its first batch. */
export const claimModel = (
  store: Store,
  collection: CollectionId,
  model: { readonly id: string; readonly fingerprint: string; readonly dim: number },
): Promise<
  { readonly id: string; readonly fingerprint: string; readonly dim: number } | undefined
> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("collections")
      .select(["model_id", "model_fingerprint", "dim"])
      .where("id", "=", collection)
      .executeTakeFirst();
    if (!row) return undefined;
    if (row.model_id !== null && row.model_fingerprint !== null && row.dim !== null)
      return { id: row.model_id, fingerprint: row.model_fingerprint, dim: row.dim };
    await rows
      .updateTable("collections")
      .set({ model_id: model.id, model_fingerprint: model.fingerprint, dim: model.dim })
      .where("id", "=", collection)
      .execute();
    await revise(rows, collection);
    return model;
  });

/**
 * Repairs the record from the manifest: batches that it names are committed; waiting work gets its jobs again. Whatever a crash,
 * a restored backup or a lost job left behind, afterwards everything that is not in a version is on its way into one.
 * @returns keys of vector blobs that are no longer needed
 */
export const repairView = async (
  store: Store,
  collection: CollectionId,
  manifest: {
    readonly version: number | null;
    readonly rows: number;
    readonly batches: ReadonlySet<string>;
  },
): Promise<string[]> => {
  const before = await store.rows
    .selectFrom("collections")
    .select("version")
    .where("id", "=", collection)
    .executeTakeFirst();
  // An index with an older version than recorded was restored from a backup. One with a newer version but fewer batches was rolled
  // back by a person, and stays so.
  const isOlder = (manifest.version ?? 0) < (before?.version ?? 0);
  const named: BatchId[] = [];
  const requeue: BatchId[] = [];
  let due = (await removedChunks(store.rows, collection, 1)).length > 0;
  for (const state of ["chunked", "embedded", "committed"])
    for (const batch of await batchesIn(store.rows, collection, state)) {
      const isNamed = manifest.batches.has(batch.id);
      if (isNamed && state !== "committed") named.push(batch.id);
      else if (!isNamed && (state === "chunked" || (state === "committed" && isOlder)))
        requeue.push(batch.id);
      if (state === "embedded") due = true;
    }
  const free =
    manifest.version === null
      ? []
      : await committedVersion(store, {
          collection,
          number: manifest.version,
          rows: manifest.rows,
          batches: named,
          removed: [],
        });
  await store.transaction(async (rows) => {
    if (manifest.version === null && before?.version !== null) {
      await revise(rows, collection);
      await rows
        .updateTable("collections")
        .set({ version: null, indexed_chunks: 0 })
        .where("id", "=", collection)
        .execute();
    }
    for (const id of requeue) {
      await rows
        .updateTable("batches")
        .set({ state: "chunked", vectors_key: null })
        .where("id", "=", id)
        .execute();
      await enqueueMissing(store, rows, {
        name: "chunks.ready",
        payload: { batch: id },
        key: id,
      });
    }
    if (due)
      await enqueueMissing(store, rows, {
        name: "index.due",
        payload: { collection },
        key: collection,
      });
    await requeueUploads(store, rows, collection);
  });
  return free;
};

/** Adds missing jobs of waiting and interrupted uploads; batches left open by a dead worker are closed by the next reading. */
const requeueUploads = async (store: Store, rows: Rows, collection: CollectionId) => {
  const uploads = await rows
    .selectFrom("uploads")
    .select(["id", "state"])
    .where("collection_id", "=", collection)
    .where("state", "not in", ["done", "receiving"])
    .execute();
  for (const { id, state } of uploads) {
    if (isFinal(state) || state === "indexing") continue;
    if (state === "erasing")
      await enqueueMissing(store, rows, {
        name: "erase.requested",
        payload: { collection, upload: id },
        key: id,
      });
    else
      await enqueueMissing(store, rows, {
        name: "upload.received",
        payload: { upload: id },
        key: id,
      });
  }
  await settleUploads(store, rows, collection);
};
