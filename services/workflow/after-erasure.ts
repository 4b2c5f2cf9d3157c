// What follows an erasure: an analysis of what is left.
import type { CollectionId } from "#services/domain/ids.ts";
import { seconds } from "#services/domain/units.ts";
import { enqueueAnalysis, type Rows, type Store, settingsOf } from "#services/store/store.ts";

/** A little later, so that chunks made again are in the index before it starts. */
const SOON = seconds(3);

/** Requests an analysis of what is left, where there was one before or analyses are automatic. Wake the bus afterwards. */
export const analyseWhatIsLeft = async (
  store: Store,
  rows: Rows,
  collection: CollectionId,
): Promise<void> => {
  const before = await rows
    .selectFrom("analyses")
    .select("id")
    .where("collection_id", "=", collection)
    .limit(1)
    .executeTakeFirst();
  if (!before && !(await settingsOf(rows, collection)).automatic) return;
  await enqueueAnalysis(store, rows, { collection, mode: "update", delay: SOON });
};
