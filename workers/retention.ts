// Old versions of an index go: those that the retention does not keep, and that nothing is going to be compared with.
import type { CollectionId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import { currentAnalysis, listConcepts } from "#services/store/store.ts";

/** Drops what may go; nothing while another process writes to the index. @throws IndexError "damaged" */
export const dropOldVersions = async (
  { store, indexes, config }: Parlance,
  collection: CollectionId,
): Promise<void> => {
  if (config.keepVersions === "all") return;
  const index = await indexes.open(collection);
  // An analysis that runs notes its version before it reads it; what it has found is attached at its end, and keeps the version.
  const analysis = await currentAnalysis(store.rows, collection);
  const read = analysis?.state === "running" ? analysis.version : null;
  // What came since then is still to be checked.
  const watched = (await listConcepts(store.rows, collection))
    .filter(({ watch }) => watch)
    .map(({ watchedVersion }) => watchedVersion);
  await index.dropVersions({
    days: config.keepVersions,
    keep: new Set([read, ...watched].filter((version) => version !== null)),
  });
};
