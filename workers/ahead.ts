// How far reading may be ahead of the index: what is read is searchable soon, however large the import.
import { setTimeout as pause } from "node:timers/promises";
import type { CollectionId } from "#services/domain/ids.ts";
import { batchesIn, type Rows } from "#services/store/store.ts";

/** Chunks that may wait for the index: a few seconds of embedding and committing. */
const MOST_AHEAD = 24_576;
const LOOK_MS = 200;
/** Where so long none of them is committed (the index is being repaired, the model cannot be loaded), waiting helps nobody. */
const STUCK_MS = 30_000;

/** Chunks of a collection that are in no version yet. */
const chunksAhead = async (rows: Rows, collection: CollectionId): Promise<number> => {
  let chunks = 0;
  for (const state of ["chunked", "embedded"])
    for (const batch of await batchesIn(rows, collection, state)) chunks += batch.chunks;
  return chunks;
};

/**
 * Waits until few enough chunks of the collection wait for the index, or until `unless` says that the wait is to end.
 * @throws whatever the signal is aborted with
 */
export const waitForIndex = async (
  rows: Rows,
  collection: CollectionId,
  { signal, unless }: { readonly signal: AbortSignal; readonly unless: () => Promise<boolean> },
): Promise<void> => {
  let least = Infinity;
  let since = performance.now();
  for (;;) {
    const ahead = await chunksAhead(rows, collection);
    if (ahead <= MOST_AHEAD) return;
    if (ahead < least) since = performance.now();
    least = Math.min(least, ahead);
    if (performance.now() - since > STUCK_MS || (await unless())) return;
    await pause(LOOK_MS, undefined, { signal });
  }
};
