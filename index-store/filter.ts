// Filters compiled to row bitmaps: keyword columns by their dictionary codes, numbers by a pass over the values.
import type { RowBitmap } from "./ann/ann.ts";
import { and, complement, emptyBitmap, fullBitmap, or, setBit } from "./bitmap.ts";
import type { Column, Columns } from "./columns.ts";
import type { Schema } from "./documents.ts";
import { IndexError } from "./index-error.ts";
import type { Segment } from "./segment.ts";

export type Filter =
  | { readonly kind: "all"; readonly of: readonly Filter[] }
  | { readonly kind: "any"; readonly of: readonly Filter[] }
  | { readonly kind: "not"; readonly of: Filter }
  /** Keyword columns: the value is one of these; null stands for absent. */
  | { readonly kind: "in"; readonly column: string; readonly values: readonly (string | null)[] }
  /** Number columns: from ≤ value < before. */
  | {
      readonly kind: "range";
      readonly column: string;
      readonly from?: number;
      readonly before?: number;
    };

/** @throws IndexError "bad-query" for a column that is not there or of the other kind. */
export const checkFilter = (filter: Filter, schema: Schema): void => {
  switch (filter.kind) {
    case "all":
    case "any":
      for (const part of filter.of) checkFilter(part, schema);
      return;
    case "not":
      checkFilter(filter.of, schema);
      return;
    case "in":
      checkColumn(filter.column, "keyword", schema);
      return;
    case "range":
      checkColumn(filter.column, "number", schema);
      for (const end of [filter.from, filter.before])
        if (end !== undefined && !Number.isFinite(end))
          throw new IndexError("bad-query", `"${filter.column}" cannot be compared with ${end}.`);
      return;
  }
};

export const checkColumn = (name: string, wanted: "keyword" | "number", schema: Schema): void => {
  if (!Object.hasOwn(schema, name) || schema[name] !== wanted)
    throw new IndexError("bad-query", `This index has no ${wanted} column "${name}".`);
};

const inValues = (
  column: Column | undefined,
  values: readonly (string | null)[],
  rows: number,
): RowBitmap => {
  if (column?.kind !== "keyword")
    return values.includes(null) ? fullBitmap(rows) : emptyBitmap(rows);
  const wanted = new Set(values);
  // One element more than the dictionary: the last stands for absent (code -1).
  const size = column.dictionary.length + 1;
  const passes = new Uint8Array(size);
  for (const [code, value] of column.dictionary.entries()) passes[code] = wanted.has(value) ? 1 : 0;
  passes[size - 1] = wanted.has(null) ? 1 : 0;
  const bits = emptyBitmap(rows);
  for (let row = 0; row < rows; row++) {
    const code = column.codes[row] ?? -1;
    if (passes[code < 0 ? size - 1 : code] === 1) setBit(bits, row);
  }
  return bits;
};

const inRange = (
  column: Column | undefined,
  { from, before }: { readonly from?: number; readonly before?: number },
  rows: number,
): RowBitmap => {
  const bits = emptyBitmap(rows);
  if (column?.kind !== "number") return bits;
  const least = from ?? Number.NEGATIVE_INFINITY;
  const end = before ?? Number.NaN;
  // Absent (NaN) fails the first comparison; without an end the second is never true.
  for (let row = 0; row < rows; row++) {
    const value = column.values[row] ?? Number.NaN;
    if (value >= least && !(value >= end)) setBit(bits, row);
  }
  return bits;
};

const compile = (columns: Columns, filter: Filter): RowBitmap => {
  const { rows } = columns;
  switch (filter.kind) {
    case "all":
      return filter.of.reduce((bits, part) => and(bits, compile(columns, part)), fullBitmap(rows));
    case "any":
      return filter.of.reduce((bits, part) => or(bits, compile(columns, part)), emptyBitmap(rows));
    case "not":
      return complement(compile(columns, filter.of), rows);
    case "in":
      return inValues(columns.get(filter.column), filter.values, rows);
    case "range":
      return inRange(columns.get(filter.column), filter, rows);
  }
};

/** The rows of a segment that pass, dead ones included; not to be written to, since the segment keeps it. */
export const matchingRows = (segment: Segment, columns: Columns, filter: Filter): RowBitmap =>
  segment.remembered(JSON.stringify(filter), () => compile(columns, filter));
