// Repairs the jobs of analyses, watched concepts and posts: after a crash or a restored backup all waiting work has its job again.
import type { CollectionId } from "#services/domain/ids.ts";
import {
  conceptsWithPosts,
  currentAnalysis,
  enqueueAnalysis,
  enqueueMissing,
  listConcepts,
  newestDone,
  type Rows,
  type Store,
} from "#services/store/store.ts";

const repairRuns = async (
  store: Store,
  rows: Rows,
  collection: CollectionId,
  savedAnalyses: ReadonlySet<number>,
): Promise<void> => {
  const current = await currentAnalysis(rows, collection);
  if (current?.state === "waiting" || current?.state === "running") {
    await enqueueMissing(store, rows, {
      name: "analysis.due",
      payload: { collection },
      key: collection,
    });
    return;
  }
  const shown = await newestDone(rows, collection);
  if (shown?.version != null && !savedAnalyses.has(shown.version))
    await enqueueAnalysis(store, rows, { collection, mode: "update" });
};

const repairWatch = async (
  store: Store,
  rows: Rows,
  collection: CollectionId,
  version: number | null,
): Promise<void> => {
  const behind = (await listConcepts(rows, collection)).some(
    ({ watch, watchedVersion }) => watch && watchedVersion !== version,
  );
  if (behind && version !== null)
    await enqueueMissing(store, rows, {
      name: "watch.due",
      payload: { collection },
      key: collection,
    });
  for (const concept of await conceptsWithPosts(rows, collection))
    await enqueueMissing(store, rows, { name: "alert.due", payload: { concept }, key: concept });
};

/**
 * A waiting or running analysis gets its job; one whose files are gone (an index from an older backup, an interrupted
 * erasure) is made again; watched concepts that are behind are checked; waiting posts are sent.
 * @param index its newest version, and the versions with the files of an analysis
 */
export const repairAnalyses = (
  store: Store,
  collection: CollectionId,
  index: { readonly version: number | null; readonly savedAnalyses: ReadonlySet<number> },
): Promise<void> =>
  store.transaction(async (rows) => {
    await repairRuns(store, rows, collection, index.savedAnalyses);
    await repairWatch(store, rows, collection, index.version);
  });
