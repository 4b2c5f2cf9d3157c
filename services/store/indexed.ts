// What the database records of a collection's index. The manifest of the index is authoritative.
import type { BatchId, ChunkId, CollectionId } from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import { revise } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import { settleUploads } from "./uploads.ts";

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
 * Records a version with these batches, in a transaction: they are committed, superseded chunks are gone, uploads may be done.
 * @returns keys of vector blobs that are no longer needed; remove them after the transaction.
 */
export const saveVersion = async (
  store: Store,
  rows: Rows,
  version: CommittedVersion,
): Promise<string[]> => {
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
};

/** The same, in a transaction of its own. */
export const committedVersion = (store: Store, version: CommittedVersion): Promise<string[]> =>
  store.transaction((rows) => saveVersion(store, rows, version));

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
