// Uploads whose file has not come whole: how long they may take, and what is done with those that never end.
import { seconds } from "#services/domain/units.ts";
import type { Store } from "./rows.ts";

/** A file has to come whole within so long of its beginning. */
export const UNFINISHED_MS = seconds(24 * 3600);

/** Deletes uploads whose transfer never ended, because the client is gone; what came of them is removed as blobs that no row names. */
export const abandonStale = async (store: Store): Promise<void> => {
  await store.rows
    .deleteFrom("uploads")
    .where("state", "=", "receiving")
    .where("created_at", "<", store.now() - UNFINISHED_MS)
    .execute();
};
