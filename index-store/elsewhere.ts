// Keeps another server's tables of segments as the versions name them: those of no version are dropped, missing ones are made again.
import { openPartitions } from "./ann/partitions.ts";
import type { VectorsElsewhere } from "./ann/pgvector.ts";
import { asIndexError, asked, isDamage, readHead, stateOf } from "./head.ts";
import type { SegmentEntry } from "./manifest.ts";
import type { Workshop } from "./writer.ts";

/** The segments of every version that can be read. */
const namedSegments = async ({ history }: Workshop): Promise<ReadonlySet<string>> => {
  const named = new Set<string>();
  for (const version of await asked(history.list()))
    try {
      for (const { id } of (await stateOf(history, version)).manifest.segments) named.add(id);
    } catch (error) {
      // Where its record is damaged, its tables may go: they are made from the files again when it is repaired.
      if (!isDamage(error)) throw asIndexError(error);
    }
  return named;
};

/**
 * Drops what another server has of segments that no version names, but for what was made in the last `graceMs`. After an erasure
 * nothing is kept: what a writer is about to name is made again by `restoreElsewhere`.
 * @throws IndexError "unavailable"
 */
export const dropElsewhere = async (shop: Workshop, graceMs: number): Promise<void> => {
  const { elsewhere } = shop.engines.vectors;
  if (elsewhere !== undefined) await asked(elsewhere.keepOnly(await namedSegments(shop), graceMs));
};

/** Drops everything of a collection, whose index is being removed. @throws IndexError "unavailable" */
export const removeElsewhere = ({ database, collection }: VectorsElsewhere): Promise<void> =>
  asked(openPartitions(database, collection).keepOnly(new Set(), 0));

const isKept = ({ recipe }: SegmentEntry): boolean => recipe.engine === "pgvector";

/**
 * Makes what another server lacks of the newest version's segments, from their files: the server may be a new one, or the index
 * may come from elsewhere. An erasure waits for it, so that nothing is made of files that it has removed. Returns how many were made.
 * @throws IndexError "unavailable"
 */
export const restoreElsewhere = async (shop: Workshop): Promise<number> => {
  const { elsewhere } = shop.engines.vectors;
  if (elsewhere === undefined) return 0;
  const release = await asked(shop.history.hold());
  try {
    const { state } = await readHead(shop.history, shop);
    let made = 0;
    for (const { files, recipe } of state.manifest.segments.filter(isKept)) {
      // What is damaged is built again by a repair, which makes the table too.
      if (!(await shop.history.verify(files.vectors))) continue;
      const path = shop.history.objectPath(files.vectors);
      if (await asked(elsewhere.restore(path, recipe))) made++;
    }
    return made;
  } finally {
    await release();
  }
};
