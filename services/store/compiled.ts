// Statements compiled once and run often: Kysely builds the SQL, the parameters change.
import type { Compilable, CompiledQuery, InsertObject, QueryResult } from "kysely";
import type { Rows } from "./open-store.ts";
import type { Tables } from "./tables.ts";

// By the name of the statement: its SQL depends on nothing else.
const known = new Map<string, CompiledQuery>();

/** `build` is called once for a name; its parameters are then replaced, in the same order, by `parameters`. */
export const runCompiled = <R>(
  rows: Rows,
  name: string,
  build: (rows: Rows) => Compilable<R>,
  parameters: readonly unknown[],
): Promise<QueryResult<R>> => {
  let compiled = known.get(name);
  if (compiled === undefined) {
    compiled = build(rows).compile();
    known.set(name, compiled);
  }
  return rows.executeQuery<R>({ ...compiled, parameters } as CompiledQuery<R>);
};

/** Rows a statement: compiling is paid once, and a long statement is walked as fast as many short ones. */
const AT_ONCE = 40;

/** Inserts many rows. `columns` names all of them, in the order that every row is read in. */
export const insertMany = async <T extends keyof Tables & string>(
  rows: Rows,
  table: T,
  columns: readonly (keyof Tables[T] & string)[],
  values: readonly Tables[T][],
): Promise<void> => {
  for (let from = 0; from < values.length; ) {
    const count = values.length - from >= AT_ONCE ? AT_ONCE : 1;
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

/** Ids a question: sizes are rounded up and padded by repeating, so that few statements serve all. */
const SIZES = [1, 5, 20, 100, 500] as const;

/** Cuts a list for `in (…)`: each piece has one of a few sizes, the last one padded with its own first element. */
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
