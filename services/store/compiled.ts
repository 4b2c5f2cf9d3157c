// Statements for many rows and many ids: inserts of up to 256 rows, and lists of ids divided into pieces of a few sizes.
import type { InsertObject } from "kysely";
import { type Rows, runCompiled } from "./rows.ts";
import type { RowsOf, Tables, TenantTable } from "./tables.ts";

/**
 * Rows per statement: any number of rows is a few of these, so that each is compiled once. Small conversations are saved whole, and
 * to a database server every statement is a way there and back: with 256 instead of 40 at once, inserting messages took MariaDB and
 * Node together about a third less processor time.
 */
const COUNTS = [256, 128, 64, 32, 16, 8, 4, 2, 1] as const;
/** Characters and bytes of a statement at most, unless one row alone is longer: servers limit the length of a packet. */
const LONGEST = 1_000_000;

const lengthOf = (row: object): number => {
  let length = 0;
  for (const value of Object.values(row))
    if (typeof value === "string" || value instanceof Uint8Array) length += value.length;
  return length;
};

/** How many of the rows from a place on go into the next statement: the most of `COUNTS` that are short enough together. */
const countFrom = (values: readonly object[], from: number): number => {
  const most = Math.min(values.length - from, COUNTS[0]);
  let fitting = 0;
  for (let length = 0; fitting < most; fitting++) {
    length += lengthOf(values[from + fitting] ?? {});
    if (length > LONGEST) break;
  }
  return COUNTS.find((count) => count <= fitting) ?? 1;
};

/** Inserts many rows. `columns` names all columns, in the order in which each row's values are read; the organization is added. */
export const insertMany = async <T extends TenantTable>(
  rows: Rows,
  table: T,
  columns: readonly (keyof RowsOf[T] & string)[],
  values: readonly RowsOf[T][],
): Promise<void> => {
  for (let from = 0; from < values.length; ) {
    const count = countFrom(values, from);
    const parameters: unknown[] = [];
    for (const value of values.slice(from, from + count))
      for (const column of columns) parameters.push(value[column]);
    await runCompiled(
      rows,
      `insert ${table} ${columns.length} ${count}`,
      (db) => {
        const shape = Object.fromEntries(columns.map((column) => [column, null]));
        return db
          .insertInto(table)
          .values(Array.from({ length: count }, () => shape) as InsertObject<Tables, T>[]);
      },
      parameters,
    );
    from += count;
  }
};

/** Ids per query: sizes are rounded up and padded by repeating an id, so that a few statements serve all sizes. */
const SIZES = [1, 5, 20, 50, 100, 200, 500] as const;

/** Divides a list for `in (…)`: each piece has one of a few sizes, the last one padded with its own first element. */
export const inPieces = function* <V>(list: readonly V[]): Generator<readonly V[]> {
  for (let from = 0; from < list.length; ) {
    const left = list.length - from;
    const size = SIZES.find((candidate) => candidate >= left) ?? 500;
    const piece = list.slice(from, from + size);
    const first = piece[0];
    while (first !== undefined && piece.length < size) piece.push(first);
    yield piece;
    from += size;
  }
};
