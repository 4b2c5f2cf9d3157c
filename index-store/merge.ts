// Rewrites the live rows of segments as one new segment: merges, and the filtered copies of an erasure.
import { setImmediate } from "node:timers/promises";
import type { RowBitmap } from "./ann/ann.ts";
import { forEachRow } from "./bitmap.ts";
import type { Column, Columns } from "./columns.ts";
import type { ColumnKind, ColumnValues, Documents, Schema } from "./documents.ts";
import type { Segment } from "./segment.ts";

const ROWS_PER_TURN = 4096;

/** A segment and the rows of it that are kept. */
export interface Part {
  readonly segment: Segment;
  readonly keep: RowBitmap;
}

const rowsOf = (keep: RowBitmap): number[] => {
  const rows: number[] = [];
  forEachRow(keep, (row) => rows.push(row));
  return rows;
};

const keywordAt = (column: Column | undefined, row: number): string | null =>
  column?.kind === "keyword" ? (column.dictionary[column.codes[row] ?? -1] ?? null) : null;

/** Values of one column over the kept rows of all parts; absent where a segment does not have the column. */
const gatherColumn = (
  kind: ColumnKind,
  parts: readonly { column: Column | undefined; rows: readonly number[] }[],
): ColumnValues => {
  if (kind === "number") {
    const total = parts.reduce((sum, { rows }) => sum + rows.length, 0);
    const values = new Float64Array(total).fill(Number.NaN);
    let at = 0;
    for (const { column, rows } of parts)
      for (const row of rows) {
        if (column?.kind === "number") values[at] = column.values[row] ?? Number.NaN;
        at++;
      }
    return values;
  }
  return parts.flatMap(({ column, rows }) => rows.map((row) => keywordAt(column, row)));
};

/** The kept rows of all parts, in order, as documents; vectors are the stored ones. */
export const gather = async (
  parts: readonly Part[],
  dim: number,
  schema: Schema,
): Promise<Documents> => {
  const kept = parts.map(({ keep }) => rowsOf(keep));
  const total = kept.reduce((sum, rows) => sum + rows.length, 0);
  const data = new Float32Array(total * dim);
  const ids: string[] = [];
  const texts: string[] = [];
  const opened: { columns: Columns; rows: readonly number[] }[] = [];
  for (const [place, { segment }] of parts.entries()) {
    const rows = kept[place] ?? [];
    const columns = await segment.columns();
    const from = ids.length;
    await segment.readVectors(async (vectors) => {
      for (const [at, row] of rows.entries()) {
        if (at % ROWS_PER_TURN === ROWS_PER_TURN - 1) await setImmediate();
        data.set(vectors.vector(row), (from + at) * dim);
      }
    });
    const stored = await segment.texts();
    for (const row of rows) {
      ids.push(columns.ids.at(row));
      texts.push(stored[row] ?? "");
    }
    opened.push({ columns, rows });
  }
  const columns: Record<string, ColumnValues> = {};
  for (const [name, kind] of Object.entries(schema))
    columns[name] = gatherColumn(
      kind,
      opened.map((part) => ({ column: part.columns.get(name), rows: part.rows })),
    );
  return { ids, texts, vectors: { dim, rows: total, data }, columns };
};
