// Which segments of a version are damaged and which rows they hold: what has to be known to rebuild them.
import { complement, forEachRow, fullBitmap } from "./bitmap.ts";
import { isDamage } from "./head.ts";
import type { HistoryReader } from "./history/history.ts";
import { type SegmentEntry, type SegmentFile, segmentParts } from "./manifest.ts";
import type { SegmentCache } from "./segment.ts";
import type { VersionState } from "./version-state.ts";

export interface DamagedSegment {
  readonly id: string;
  /** Which of its files are missing or not what was written. */
  readonly files: readonly SegmentFile[];
  /** How many of its rows are live. */
  readonly live: number;
  /**
   * Ids of its live rows. null where its columns are damaged: its rows are then those that should be indexed and that `liveIds`
   * does not name.
   */
  readonly ids: readonly string[] | null;
}

/** Ids of a segment's live rows; null where its columns are damaged. */
const idsOf = async (
  cache: SegmentCache,
  entry: SegmentEntry,
  state: VersionState,
): Promise<string[] | null> => {
  const segment = cache.acquire(entry);
  try {
    const { ids } = await segment.columns();
    const dead = state.deleted.get(entry.id);
    const found: string[] = [];
    forEachRow(dead ? complement(dead, entry.rows) : fullBitmap(entry.rows), (row) =>
      found.push(ids.at(row)),
    );
    return found;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return null;
  } finally {
    await cache.release(segment);
  }
};

/** The segments of the version, or those of them named, that have a damaged file. */
export const damagedSegments = async (
  home: { readonly history: Pick<HistoryReader, "verify">; readonly cache: SegmentCache },
  state: VersionState,
  only?: readonly string[],
): Promise<DamagedSegment[]> => {
  const found: DamagedSegment[] = [];
  for (const entry of state.manifest.segments) {
    if (only !== undefined && !only.includes(entry.id)) continue;
    const files: SegmentFile[] = [];
    for (const part of segmentParts)
      if (!(await home.history.verify(entry.files[part]))) files.push(part);
    if (files.length === 0) continue;
    const ids = files.includes("columns") ? null : await idsOf(home.cache, entry, state);
    found.push({ id: entry.id, files, live: entry.rows - entry.deleted, ids });
  }
  return found;
};

/** Ids of the live rows of each segment whose columns are whole. */
export async function* liveIds(
  cache: SegmentCache,
  state: VersionState,
): AsyncIterableIterator<{ readonly segment: string; readonly ids: readonly string[] }> {
  for (const entry of state.manifest.segments) {
    const ids = await idsOf(cache, entry, state);
    if (ids !== null) yield { segment: entry.id, ids };
  }
}
