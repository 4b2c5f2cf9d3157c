// Statements for many rows and many ids: inserts of dozens of rows, and lists of ids divided into pieces of a few sizes.
import type { InsertObject } from "kysely";
import { type Rows, runCompiled } from "./rows.ts";
import type { RowsOf, Tables, TenantTable } from "./tables.ts";

/** Rows per statement: compiling is paid for once, and a long statement runs as fast as many short ones. */
const AT_ONCE = 40;
/** Characters from which on rows are inserted one by one: servers limit the length of a statement. */
const LONG = 2_000_000;

const isShort = (values: readonly object[]): boolean => {
  let length = 0;
  for (const row of values)
    for (const value of Object.values(row))
      if (typeof value === "string" || value instanceof Uint8Array) length += value.length;
  return length < LONG;
};

/** Inserts many rows. `columns` names all columns, in the order in which each row's values are read; the organization is added. */
export const insertMany = async <T extends TenantTable>(
  rows: Rows,
  table: T,
  columns: readonly (keyof RowsOf[T] & string)[],
  values: readonly RowsOf[T][],
): Promise<void> => {
  for (let from = 0; from < values.length; ) {
    const next = values.slice(from, from + AT_ONCE);
    const count = next.length === AT_ONCE && isShort(next) ? AT_ONCE : 1;
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
