// Repairs what the database records of a collection's index, and adds the missing jobs of whatever is on its way into it.
import { type BatchId, type CollectionId, readUploadId } from "#services/domain/ids.ts";
import {
  batchesIn,
  closeBatch,
  enqueueMissing,
  erasingOrigins,
  findUpload,
  isCutBefore,
  isFinal,
  pendingSessions,
  type Rows,
  removedChunks,
  revise,
  type Store,
  saveVersion,
  settleUploads,
  unsettledIn,
} from "#services/store/store.ts";

/** What an index says of itself. */
interface Manifest {
  readonly version: number | null;
  readonly rows: number;
  readonly batches: ReadonlySet<string>;
}

/** Undefined where the collection no longer exists or is being erased. */
const recordOf = async (rows: Rows, collection: CollectionId) =>
  rows
    .selectFrom("collections")
    .select("version")
    .where("id", "=", collection)
    .where("state", "=", "active")
    .executeTakeFirst();

const repairRecord = async (
  store: Store,
  rows: Rows,
  collection: CollectionId,
  { manifest, before }: { readonly manifest: Manifest; readonly before: number | null },
): Promise<string[]> => {
  // An index with an older version than recorded was restored from a backup. One with a newer version but fewer batches was rolled
  // back by a person, and stays so.
  const isOlder = (manifest.version ?? 0) < (before ?? 0);
  const named: BatchId[] = [];
  const requeue: BatchId[] = [];
  let due = (await removedChunks(rows, collection, 1)).length > 0;
  for (const state of ["chunked", "embedded", "committed"])
    for (const batch of await batchesIn(rows, collection, state)) {
      const isNamed = manifest.batches.has(batch.id);
      if (isNamed && state !== "committed") named.push(batch.id);
      else if (!isNamed && (state === "chunked" || (state === "committed" && isOlder)))
        requeue.push(batch.id);
      if (state === "embedded") due = true;
    }
  let free: string[] = [];
  if (manifest.version !== null)
    free = await saveVersion(store, rows, {
      collection,
      number: manifest.version,
      rows: manifest.rows,
      batches: named,
      removed: [],
    });
  else if (before !== null) {
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
  return free;
};

/**
 * Repairs the record from the manifest: batches that it names are committed; waiting work gets its jobs again. Whatever a crash,
 * a restored backup or a lost job left behind, afterwards everything that is not in a version is on its way into one.
 * @param read reads the manifest: again where a commit was recorded meanwhile, which the manifest may not have yet
 * @returns the manifest, and keys of vector blobs that are no longer needed; undefined where there is no such collection any more
 */
export const repairView = async <M extends Manifest>(
  store: Store,
  collection: CollectionId,
  read: () => Promise<M | undefined>,
): Promise<{ readonly manifest: M; readonly free: readonly string[] } | undefined> => {
  for (;;) {
    const before = await recordOf(store.rows, collection);
    // After the record: a commit writes the manifest first. So this one is older than the record only after a restore.
    const manifest = before && (await read());
    if (!manifest) return undefined;
    const repaired = await store.transaction(async (rows) => {
      const now = await recordOf(rows, collection);
      if (now?.version !== before.version) return undefined;
      const free = await repairRecord(store, rows, collection, {
        manifest,
        before: before.version,
      });
      await requeueOrigins(store, rows, collection);
      return { manifest, free };
    });
    if (repaired) return repaired;
  }
};

/** Of an upload that is read no more, or a session of which nothing waits, nobody else closes a batch that is open. */
const closeLeftOpen = async (store: Store, rows: Rows, collection: CollectionId): Promise<void> => {
  for (const batch of await batchesIn(rows, collection, "open")) {
    const upload = readUploadId(batch.origin_id);
    const state = upload ? (await findUpload(rows, upload))?.state : undefined;
    const isRead = state !== undefined && !isFinal(state) && state !== "indexing";
    const isWaiting = (await pendingSessions(rows, collection)).some(
      ({ id }) => id === batch.origin_id,
    );
    if (!isRead && !isWaiting) await closeBatch(store, rows, batch);
  }
};

/**
 * Adds missing jobs of waiting and interrupted uploads, of messages in live sessions, of erasures, of conversations that are still to
 * be cut again, and of merges. A batch left open by a dead worker is closed by the next reading, or here where there is none.
 */
const requeueOrigins = async (store: Store, rows: Rows, collection: CollectionId) => {
  const uploads = await rows
    .selectFrom("uploads")
    .select(["id", "state"])
    .where("collection_id", "=", collection)
    .where("state", "not in", ["done", "receiving"])
    .execute();
  for (const { id, state } of uploads) {
    if (isFinal(state) || ["unconfirmed", "indexing", "erasing"].includes(state)) continue;
    await enqueueMissing(store, rows, {
      name: "upload.received",
      payload: { upload: id },
      key: id,
    });
  }
  for (const origin of await erasingOrigins(rows, collection))
    await enqueueMissing(store, rows, {
      name: "erase.requested",
      payload: { collection, origin },
      key: origin,
    });
  if ((await isCutBefore(rows, collection)) || (await unsettledIn(rows, collection)).length > 0)
    await enqueueMissing(store, rows, {
      name: "exchanges.due",
      payload: { collection },
      key: collection,
    });
  if ((await pendingSessions(rows, collection)).length > 0)
    await enqueueMissing(store, rows, {
      name: "sessions.due",
      payload: { collection },
      key: collection,
    });
  await closeLeftOpen(store, rows, collection);
  await settleUploads(store, rows, collection);
};
