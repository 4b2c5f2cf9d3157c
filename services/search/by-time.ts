// The newest or oldest rows of a set, in order, without sorting the whole set.
import type { Filter, Found, RowSet, Searcher } from "#index-store/index-store.ts";
import { columns } from "./columns.ts";
import { byId } from "./rank.ts";

export interface TimedRow {
  readonly found: Found;
  /** Milliseconds since 1970; null where the log has no time. */
  readonly at: number | null;
}

/** Up to so many rows more than needed are sorted: that is cheaper than another round of narrowing. */
const SLACK = 512;
const BINS = 1024;

const range = (from: number | undefined, before: number | undefined): Filter => ({
  kind: "range",
  column: columns.at,
  ...(from === undefined ? {} : { from }),
  ...(before === undefined ? {} : { before }),
});

/** The part of the set that contains its first `count` rows (newest or oldest) and few others, found with histograms of the times. */
const narrow = (
  searcher: Searcher,
  set: RowSet,
  { count, newest }: { count: number; newest: boolean },
): RowSet => {
  const extent = searcher.extent(columns.at, set);
  if (extent === null) return set;
  let { min: from, max } = extent;
  let before = max + 1;
  let wanted = count;
  let inside = set;
  // Each round divides one bin of the round before into 1,024: three rounds narrow thirty years down to a second.
  for (let round = 0; round < 4 && inside.count > wanted + SLACK; round++) {
    const width = Math.max(1, Math.ceil((before - from) / BINS));
    const bins = searcher.histogram(columns.at, inside, width);
    bins.sort((a, b) => (newest ? b.from - a.from : a.from - b.from));
    let passed = 0;
    const edge = bins.find((bin) => {
      if (passed + bin.count >= wanted) return true;
      passed += bin.count;
      return false;
    });
    if (edge === undefined || width === 1) break;
    wanted -= passed;
    from = edge.from;
    before = edge.from + width;
    inside = searcher.intersect([set, searcher.select(range(from, before))]);
  }
  return searcher.intersect([
    set,
    searcher.select(newest ? range(from, undefined) : range(undefined, before)),
  ]);
};

/**
 * The first `count` rows of the set by time; ties by id; rows without a time come last.
 * The full order of a set does not depend on `count`.
 */
export const firstByTime = async (
  searcher: Searcher,
  set: RowSet,
  wanted: { readonly count: number; readonly newest: boolean },
): Promise<TimedRow[]> => {
  const dated = searcher.intersect([set, searcher.select(range(-8.64e15, undefined))]);
  const first = dated.count > wanted.count + SLACK ? narrow(searcher, dated, wanted) : dated;
  const found = searcher.list(first);
  if (dated.count < wanted.count && dated.count < set.count) {
    const undated = searcher.intersect([
      set,
      searcher.select({ kind: "not", of: range(-8.64e15, undefined) }),
    ]);
    found.push(...searcher.list(undated));
  }
  const times = searcher.read(found, [columns.at]);
  return found
    .map((one, place) => {
      const at = times[place]?.[columns.at];
      return { found: one, at: typeof at === "number" && !Number.isNaN(at) ? at : null };
    })
    .sort((a, b) => compare(a, b, wanted.newest))
    .slice(0, wanted.count);
};

/** Rows without a time last, equal times by id. */
export const compare = (a: TimedRow, b: TimedRow, newest: boolean): number => {
  if (a.at === null || b.at === null)
    return (a.at === null ? 1 : 0) - (b.at === null ? 1 : 0) || byId(a.found, b.found);
  return (newest ? b.at - a.at : a.at - b.at) || byId(a.found, b.found);
};
