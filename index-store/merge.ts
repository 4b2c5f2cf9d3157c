// Rewrites the live rows of segments as one new segment: merges, and the filtered copies of an erasure.
import { setImmediate } from "node:timers/promises";
import type { RowBitmap } from "./ann/ann.ts";
import { countBits, forEachRow } from "./bitmap.ts";
import type { Column, Columns } from "./columns.ts";
import type { ColumnKind, ColumnValues, Schema } from "./documents.ts";
import type { Segment, SegmentSource } from "./segment.ts";

const ROWS_PER_TURN = 4096;

/** A segment and the rows of it that are kept. */
export interface Part {
  readonly segment: Segment;
  readonly keep: RowBitmap;
}

const rowsOf = (keep: RowBitmap): Uint32Array => {
  const rows = new Uint32Array(countBits(keep));
  let at = 0;
  forEachRow(keep, (row) => {
    rows[at++] = row;
  });
  return rows;
};

const keywordAt = (column: Column | undefined, row: number): string | null =>
  column?.kind === "keyword" ? (column.dictionary[column.codes[row] ?? -1] ?? null) : null;

/** Values of one column over the kept rows of all parts; absent where a segment does not have the column. */
const gatherColumn = (
  kind: ColumnKind,
  parts: readonly { column: Column | undefined; rows: Uint32Array }[],
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
  const values: (string | null)[] = [];
  for (const { column, rows } of parts) for (const row of rows) values.push(keywordAt(column, row));
  return values;
};

/** The kept rows of all parts, in order; vectors are the stored ones. `signal` stops the reading between two parts. */
export const gather = (
  parts: readonly Part[],
  { dim, schema, signal }: { dim: number; schema: Schema; signal?: AbortSignal | undefined },
): SegmentSource => {
  const kept = parts.map(({ keep }) => rowsOf(keep));
  const total = kept.reduce((sum, rows) => sum + rows.length, 0);
  const each = async (
    read: (segment: Segment, rows: Uint32Array, from: number) => Promise<void>,
  ): Promise<void> => {
    let from = 0;
    for (const [place, { segment }] of parts.entries()) {
      signal?.throwIfAborted();
      const rows = kept[place] ?? new Uint32Array();
      await read(segment, rows, from);
      from += rows.length;
    }
  };
  return {
    async vectors() {
      const data = new Float32Array(total * dim);
      await each((segment, rows, from) =>
        segment.readVectors(async (vectors) => {
          for (const [at, row] of rows.entries()) {
            if (at % ROWS_PER_TURN === ROWS_PER_TURN - 1) await setImmediate();
            data.set(vectors.vector(row), (from + at) * dim);
          }
        }),
      );
      return { dim, rows: total, data };
    },
    async texts() {
      const texts: string[] = [];
      await each(async (segment, rows) => {
        const stored = await segment.texts();
        for (const row of rows) texts.push(stored[row] ?? "");
      });
      return texts;
    },
    async columns() {
      const ids: string[] = [];
      const opened: { columns: Columns; rows: Uint32Array }[] = [];
      await each(async (segment, rows) => {
        const columns = await segment.columns();
        for (const row of rows) ids.push(columns.ids.at(row));
        opened.push({ columns, rows });
        await setImmediate();
      });
      const columns: Record<string, ColumnValues> = {};
      for (const [name, kind] of Object.entries(schema)) {
        columns[name] = gatherColumn(
          kind,
          opened.map((part) => ({ column: part.columns.get(name), rows: part.rows })),
        );
        await setImmediate();
      }
      return { ids, columns };
    },
  };
};
