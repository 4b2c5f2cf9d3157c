// How far reading may be ahead of the index: what is read is searchable soon, however large the import.
import { setTimeout as pause } from "node:timers/promises";
import type { CollectionId } from "#services/domain/ids.ts";
import { type BatchRow, batchesIn, type Store } from "#services/store/store.ts";

/** Reading waits while a batch has waited for the index for so long, unless so few do that indexing might run out of work. */
const OLDEST_MS = 4000;
const FEWEST_BATCHES = 2;
const LOOK_MS = 200;
/** Where so long nothing is committed (the index is being repaired, the model cannot be loaded), waiting helps nobody. */
const STUCK_MS = 30_000;

const batchesAhead = async ({ rows }: Store, collection: CollectionId): Promise<BatchRow[]> => [
  ...(await batchesIn(rows, collection, "embedded")),
  ...(await batchesIn(rows, collection, "chunked")),
];

/** Whether more of a collection waits for the index than reading should be ahead of it. */
export const isAhead = async (store: Store, collection: CollectionId): Promise<boolean> =>
  oldestOf(store, await batchesAhead(store, collection)) !== undefined;

/** The batch that has waited longest, where it has waited for too long. */
const oldestOf = (store: Store, batches: readonly BatchRow[]): BatchRow | undefined => {
  const [oldest] = batches.toSorted((a, b) => a.created_at - b.created_at);
  if (oldest === undefined || batches.length <= FEWEST_BATCHES) return undefined;
  return store.now() - oldest.created_at > OLDEST_MS ? oldest : undefined;
};

/**
 * Waits while the batches of a collection wait for the index, until `unless` says that the wait is to end, or nothing moves any more.
 * @throws whatever the signal is aborted with
 */
export const waitForIndex = async (
  store: Store,
  collection: CollectionId,
  { signal, unless }: { readonly signal: AbortSignal; readonly unless: () => Promise<boolean> },
): Promise<void> => {
  let first: string | undefined;
  let since = performance.now();
  for (;;) {
    const oldest = oldestOf(store, await batchesAhead(store, collection));
    if (oldest === undefined) return;
    if (oldest.id !== first) since = performance.now();
    first = oldest.id;
    if (performance.now() - since > STUCK_MS || (await unless())) return;
    await pause(LOOK_MS, undefined, { signal });
  }
};
