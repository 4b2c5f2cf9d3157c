// Counts over the columns of a snapshot's rows: most frequent values, histograms, extents.
import type { RowBitmap } from "./ann/ann.ts";
import { countBits, forEachRow } from "./bitmap.ts";
import type { KeywordColumn } from "./columns.ts";
import type { Snapshot } from "./snapshot.ts";

export interface FacetCount {
  readonly value: string | null;
  readonly count: number;
}

/** A keyword column's values over all segments, numbered in common; the last number stands for absent. */
interface CommonCodes {
  readonly values: readonly string[];
  /** Per segment: its own code → common code. */
  readonly ofPlace: readonly Uint32Array[];
}

/** Made at a column's first facet and kept with the snapshot, so that counting needs no strings. */
const commonCodes = (snapshot: Snapshot, name: string): CommonCodes =>
  snapshot.remembered(`codes:${name}`, () => {
    const places = new Map<string, number>();
    const ofPlace = snapshot.places.map(({ columns }) => {
      const column = columns.get(name);
      return column?.kind === "keyword"
        ? Uint32Array.from(column.dictionary, (value) => {
            const known = places.get(value) ?? places.size;
            places.set(value, known);
            return known;
          })
        : new Uint32Array();
    });
    return { values: [...places.keys()], ofPlace };
  });

/** The rows of a set as numbers, per segment: a question counts several columns over the same rows. */
const listed = new WeakMap<RowBitmap, readonly Uint32Array[]>();

const listRows = (bits: RowBitmap): Uint32Array => {
  const rows = new Uint32Array(countBits(bits));
  let at = 0;
  for (let word = 0; word < bits.length; word++) {
    let rest = bits[word] ?? 0;
    // Not by `forEachRow`: its call per row took half of the time.
    while (rest !== 0) {
      const low = rest & -rest;
      rows[at++] = (word << 5) + 31 - Math.clz32(low);
      rest ^= low;
    }
  }
  return rows;
};

const rowsByPlace = (snapshot: Snapshot, rows: RowBitmap): readonly Uint32Array[] => {
  const known = listed.get(rows);
  if (known !== undefined) return known;
  const lists = snapshot.places.map((place) => listRows(snapshot.slice(rows, place)));
  listed.set(rows, lists);
  return lists;
};

/** Adds the rows of a segment to the counts of its own codes; the last element counts the rows without a value. */
const countCodes = ({ codes, dictionary }: KeywordColumn, rows: Uint32Array): Uint32Array => {
  // Absent is −1 among the codes: one place before the first.
  const counts = new Uint32Array(dictionary.length + 1);
  for (let at = 0; at < rows.length; at++) {
    const slot = (codes[rows[at] ?? 0] ?? -1) + 1;
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  const absent = counts[0] ?? 0;
  counts.copyWithin(0, 1);
  counts[dictionary.length] = absent;
  return counts;
};

const countAll = (snapshot: Snapshot, name: string, rows: RowBitmap): Uint32Array => {
  const { values, ofPlace } = commonCodes(snapshot, name);
  const totals = new Uint32Array(values.length + 1);
  const absent = values.length;
  const lists = rowsByPlace(snapshot, rows);
  for (const [at, place] of snapshot.places.entries()) {
    const list = lists[at] ?? new Uint32Array();
    const column = place.columns.get(name);
    if (column?.kind !== "keyword") {
      totals[absent] = (totals[absent] ?? 0) + list.length;
      continue;
    }
    const counts = countCodes(column, list);
    const common = ofPlace[at] ?? new Uint32Array();
    for (let code = 0; code < counts.length; code++) {
      const to = common[code] ?? absent;
      totals[to] = (totals[to] ?? 0) + (counts[code] ?? 0);
    }
  }
  return totals;
};

const compareFacets = (a: FacetCount, b: FacetCount): number => {
  if (a.count !== b.count) return b.count - a.count;
  // Absent comes last among equals.
  if (a.value === null || b.value === null) return a.value === null ? 1 : -1;
  return a.value < b.value ? -1 : 1;
};

/** The smallest count among the `limit` largest (at least 1): what is below need not be sorted. */
const leastCount = (totals: Uint32Array, limit: number): number => {
  if (totals.length <= limit) return 1;
  // Ascending; a new count moves the smaller ones down. Most counts are below the first and cost one comparison.
  const largest = new Uint32Array(limit);
  for (const total of totals) {
    if (total <= (largest[0] ?? 0)) continue;
    let at = 1;
    for (; at < limit && (largest[at] ?? 0) < total; at++) largest[at - 1] = largest[at] ?? 0;
    largest[at - 1] = total;
  }
  return Math.max(1, largest[0] ?? 1);
};

/** Most frequent values of a keyword column, ties by value. */
export const facet = (
  snapshot: Snapshot,
  column: string,
  rows: RowBitmap,
  limit: number,
): FacetCount[] => {
  if (limit < 1) return [];
  const everything = rows === snapshot.live.bits;
  const count = () => countAll(snapshot, column, rows);
  const totals = everything ? snapshot.remembered(`counts:${column}`, count) : count();
  const { values } = commonCodes(snapshot, column);
  const least = leastCount(totals, limit);
  const found: FacetCount[] = [];
  for (let code = 0; code < totals.length; code++) {
    const total = totals[code] ?? 0;
    if (total >= least) found.push({ value: values[code] ?? null, count: total });
  }
  return found.sort(compareFacets).slice(0, limit);
};

/** Calls back with every number of a column among the rows; absent ones are left out. */
const forEachNumber = (
  snapshot: Snapshot,
  column: string,
  rows: RowBitmap,
  visit: (value: number) => void,
): void => {
  for (const place of snapshot.places) {
    const values = place.columns.get(column);
    if (values?.kind !== "number") continue;
    forEachRow(snapshot.slice(rows, place), (row) => {
      const value = values.values[row] ?? Number.NaN;
      if (!Number.isNaN(value)) visit(value);
    });
  }
};

/** Bins that a column may be divided into beforehand; a narrower width is counted number by number. */
const MAX_BINS = 65_535;

/** The bin of every row of a segment, from `first` on; 65,535 for rows without a value. */
interface Bins {
  readonly first: number;
  readonly count: number;
  readonly ofPlace: readonly Uint16Array[];
}

/** Made at the first histogram of a width and kept with the snapshot: later ones only count. */
const binsOf = (snapshot: Snapshot, column: string, width: number): Bins | undefined => {
  const range = snapshot.remembered(`extent:${column}`, () =>
    extent(snapshot, column, snapshot.live.bits),
  );
  if (range === null) return { first: 0, count: 0, ofPlace: [] };
  const first = Math.floor(range.min / width);
  const count = Math.floor(range.max / width) - first + 1;
  if (count >= MAX_BINS) return undefined;
  return snapshot.remembered(`bins:${column}:${width}`, () => ({
    first,
    count,
    ofPlace: snapshot.places.map(({ columns }) => {
      const values = columns.get(column);
      if (values?.kind !== "number") return new Uint16Array();
      return Uint16Array.from(values.values, (value) => {
        const bin = Math.floor(value / width) - first;
        return bin >= 0 && bin < count ? bin : MAX_BINS;
      });
    }),
  }));
};

/** Non-empty bins of equal width, ascending; bins begin at multiples of the width. */
export const histogram = (
  snapshot: Snapshot,
  column: string,
  rows: RowBitmap,
  width: number,
): { from: number; count: number }[] => {
  const bins = binsOf(snapshot, column, width);
  if (bins === undefined) return histogramByNumber(snapshot, column, rows, width);
  const lists = rowsByPlace(snapshot, rows);
  // One more for rows without a value.
  const counts = new Uint32Array(bins.count + 1);
  for (const [at, rows] of lists.entries()) {
    const codes = bins.ofPlace[at] ?? new Uint16Array();
    for (let next = 0; next < rows.length; next++) {
      const bin = Math.min(codes[rows[next] ?? 0] ?? MAX_BINS, bins.count);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  const found: { from: number; count: number }[] = [];
  for (const [bin, count] of counts.subarray(0, bins.count).entries())
    if (count > 0) found.push({ from: (bins.first + bin) * width, count });
  return found;
};

const histogramByNumber = (
  snapshot: Snapshot,
  column: string,
  rows: RowBitmap,
  width: number,
): { from: number; count: number }[] => {
  const bins = new Map<number, number>();
  forEachNumber(snapshot, column, rows, (value) => {
    const bin = Math.floor(value / width);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  });
  return [...bins].sort(([x], [y]) => x - y).map(([bin, count]) => ({ from: bin * width, count }));
};

export const extent = (
  snapshot: Snapshot,
  column: string,
  rows: RowBitmap,
): { min: number; max: number } | null => {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  forEachNumber(snapshot, column, rows, (value) => {
    if (value < min) min = value;
    if (value > max) max = value;
  });
  return min > max ? null : { min, max };
};
