// What follows the repair of an index: the work that met the damage, or waited for its end, is requested again.
import type { CollectionId } from "#services/domain/ids.ts";
import {
  currentAnalysis,
  enqueue,
  erasingOrigins,
  listConcepts,
  type Rows,
  type Store,
} from "#services/store/store.ts";

/**
 * Requests what works on a collection's index: erasures, commits, an analysis that is wanted, checks of watched concepts. A job
 * that is in hand now may have met the damage, and one that was given up may have been given up for it: each is requested anew.
 * Wake the bus afterwards.
 */
export const resumeAfterRepair = async (
  store: Store,
  rows: Rows,
  collection: CollectionId,
): Promise<void> => {
  const about = { payload: { collection }, key: collection };
  for (const origin of await erasingOrigins(rows, collection))
    await enqueue(store, rows, {
      name: "erase.requested",
      payload: { collection, origin },
      key: origin,
    });
  await enqueue(store, rows, { name: "index.due", ...about });
  const analysis = await currentAnalysis(rows, collection);
  if (analysis?.state === "waiting" || analysis?.state === "running")
    await enqueue(store, rows, { name: "analysis.due", ...about });
  if ((await listConcepts(rows, collection)).some(({ watch }) => watch))
    await enqueue(store, rows, { name: "watch.due", ...about });
};
