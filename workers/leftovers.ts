// Jobs that an attempt to read an upload had not added yet when it died.
import { batchesIn, dueForIndex, enqueue, type UploadRow } from "#services/store/store.ts";
import type { Belt } from "./stage.ts";

/** Adds the jobs that an earlier attempt did not add before it died. */
export const announceLeftovers = (belt: Belt, upload: UploadRow): Promise<void> => {
  const { store } = belt.parlance;
  return store.transaction(async (rows) => {
    for (const batch of await batchesIn(rows, upload.collection_id, "chunked"))
      if (batch.origin_id === upload.id)
        await enqueue(store, rows, {
          name: "chunks.ready",
          payload: { batch: batch.id },
          key: batch.id,
        });
    const embedded = await batchesIn(rows, upload.collection_id, "embedded");
    if (embedded.length > 0) await dueForIndex(store, rows, upload.collection_id);
  });
};
