// Repairs what the database records of a collection's index, and adds the missing jobs of whatever is on its way into it.
import type { BatchId, CollectionId } from "#services/domain/ids.ts";
import {
  batchesIn,
  committedVersion,
  enqueueMissing,
  erasingOrigins,
  isFinal,
  pendingSessions,
  type Rows,
  removedChunks,
  revise,
  type Store,
  settleUploads,
} from "#services/store/store.ts";

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
    await requeueOrigins(store, rows, collection);
  });
  return free;
};

/**
 * Adds missing jobs of waiting and interrupted uploads, of messages in live sessions and of erasures; batches left open by a dead
 * worker are closed by the next reading.
 */
const requeueOrigins = async (store: Store, rows: Rows, collection: CollectionId) => {
  const uploads = await rows
    .selectFrom("uploads")
    .select(["id", "state"])
    .where("collection_id", "=", collection)
    .where("state", "not in", ["done", "receiving"])
    .execute();
  for (const { id, state } of uploads) {
    if (isFinal(state) || state === "indexing" || state === "erasing") continue;
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
  if ((await pendingSessions(rows, collection)).length > 0)
    await enqueueMissing(store, rows, {
      name: "sessions.due",
      payload: { collection },
      key: collection,
    });
  await settleUploads(store, rows, collection);
};
