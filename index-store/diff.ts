// The difference of two versions; only segments and rows in which they differ are read.
import type { RowBitmap } from "./ann/ann.ts";
import { complement, forEachRow, fullBitmap, without } from "./bitmap.ts";
import type { SegmentEntry } from "./manifest.ts";
import type { SegmentCache } from "./segment.ts";
import type { VersionState } from "./version-state.ts";

export interface Diff {
  /** Ids live in `to` and not in `from`, and the reverse. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

const liveIn = (state: VersionState, { id, rows }: SegmentEntry): RowBitmap => {
  const deleted = state.deleted.get(id);
  return deleted ? complement(deleted, rows) : fullBitmap(rows);
};

/** Ids of rows that are live here and not live in the same segment there. */
const onlyHere = async (
  cache: SegmentCache,
  here: VersionState,
  there: VersionState,
): Promise<Set<string>> => {
  const ids = new Set<string>();
  for (const entry of here.manifest.segments) {
    const rows = liveIn(here, entry);
    const same = there.manifest.segments.find(({ id }) => id === entry.id);
    if (same) without(rows, liveIn(there, same));
    if (rows.every((word) => word === 0)) continue;
    const segment = cache.acquire(entry);
    try {
      const columns = await segment.columns();
      forEachRow(rows, (row) => ids.add(columns.ids.at(row)));
    } finally {
      await cache.release(segment);
    }
  }
  return ids;
};

/** Sorted ids that were added and removed; an id that moved to another segment is in neither list. */
export const diffStates = async (
  cache: SegmentCache,
  from: VersionState,
  to: VersionState,
): Promise<Diff> => {
  const before = await onlyHere(cache, from, to);
  const after = await onlyHere(cache, to, from);
  return {
    added: [...after].filter((id) => !before.has(id)).sort(),
    removed: [...before].filter((id) => !after.has(id)).sort(),
  };
};
