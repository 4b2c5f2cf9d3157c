// Counts over the columns of a snapshot's rows: most frequent values, histograms, extents.
import type { RowBitmap } from "./ann/ann.ts";
import { forEachRow } from "./bitmap.ts";
import type { KeywordColumn } from "./columns.ts";
import type { Snapshot } from "./snapshot.ts";

export interface FacetCount {
  readonly value: string | null;
  readonly count: number;
}

/** Count per dictionary code; the last element counts the rows without a value. */
const countCodes = (column: KeywordColumn, rows: RowBitmap): Uint32Array => {
  const absent = column.dictionary.length;
  const counts = new Uint32Array(absent + 1);
  const { codes } = column;
  forEachRow(rows, (row) => {
    const code = codes[row] ?? -1;
    const slot = code < 0 ? absent : code;
    counts[slot] = (counts[slot] ?? 0) + 1;
  });
  return counts;
};

const compareFacets = (a: FacetCount, b: FacetCount): number => {
  if (a.count !== b.count) return b.count - a.count;
  // Absent comes last among equals.
  if (a.value === null || b.value === null) return a.value === null ? 1 : -1;
  return a.value < b.value ? -1 : 1;
};

/** Most frequent values of a keyword column, ties by value. */
export const facet = (
  snapshot: Snapshot,
  column: string,
  rows: RowBitmap,
  limit: number,
): FacetCount[] => {
  const totals = new Map<string | null, number>();
  const add = (value: string | null, count: number) => {
    if (count > 0) totals.set(value, (totals.get(value) ?? 0) + count);
  };
  for (const place of snapshot.places) {
    const slice = snapshot.slice(rows, place);
    const values = place.columns.get(column);
    if (values?.kind === "keyword") {
      const counts = countCodes(values, slice);
      for (const [code, value] of values.dictionary.entries()) add(value, counts[code] ?? 0);
      add(null, counts.at(-1) ?? 0);
    } else {
      let count = 0;
      forEachRow(slice, () => count++);
      add(null, count);
    }
  }
  const counted = [...totals].map(([value, count]) => ({ value, count }));
  return counted.sort(compareFacets).slice(0, limit);
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

/** Non-empty bins of equal width, ascending; bins begin at multiples of the width. */
export const histogram = (
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
  return [...bins].sort(([a], [b]) => a - b).map(([bin, count]) => ({ from: bin * width, count }));
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
