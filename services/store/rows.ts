// The rows within a scope: the only handle for reading or changing an organization's data.
import type { Compilable, CompiledQuery, Kysely, QueryResult } from "kysely";
import type { Scope } from "#services/domain/scope.ts";
import type { Clock } from "#services/domain/units.ts";
import { type QueryScope, scopedQueries } from "./scoped-queries.ts";
import type { Tables } from "./tables.ts";

/** All rows of all organizations. The house test lists which files may use it. */
export type SystemRows = Kysely<Tables>;

/** The part of Kysely that builds queries. */
export type Queries = Pick<SystemRows, "selectFrom" | "insertInto" | "updateTable" | "deleteFrom">;

const scopedTo = (db: SystemRows, scope: QueryScope): Queries => {
  const scoped = db.withPlugin(scopedQueries(scope));
  return {
    selectFrom: scoped.selectFrom.bind(scoped),
    insertInto: scoped.insertInto.bind(scoped),
    updateTable: scoped.updateTable.bind(scoped),
    deleteFrom: scoped.deleteFrom.bind(scoped),
  };
};

/** Lists of collections are padded to one of these lengths, so that a few statements serve all of them. */
const LENGTHS = [1, 4, 16, 64, 256, 1024, 4096, 16_384] as const;

const paddedTo = (length: number): number => LENGTHS.find((one) => one >= length) ?? length;

const padded = (collections: Scope["collections"]): readonly string[] | "all" => {
  if (collections === "all") return collections;
  // No database has a list without a value; no collection has this id.
  const last = collections.at(-1) ?? "";
  const missing = paddedTo(collections.length) - collections.length;
  return [...collections, ...Array.from({ length: missing }, () => last)];
};

const queryScopeOf = ({ organization, collections }: Scope) => ({
  organization,
  collections: padded(collections),
});

let unscoped: (rows: Rows) => SystemRows;

/**
 * Rows of one organization, inside a transaction or outside. Queries through it see and change nothing else. A class with
 * a private field, so that no other object has this type, in particular no plain Kysely handle.
 */
export class Rows implements Queries {
  static {
    unscoped = (rows) => rows.#db;
  }

  readonly scope: Scope;
  readonly selectFrom: Queries["selectFrom"];
  readonly insertInto: Queries["insertInto"];
  readonly updateTable: Queries["updateTable"];
  readonly deleteFrom: Queries["deleteFrom"];
  readonly #db: SystemRows;

  constructor(db: SystemRows, scope: Scope) {
    const queries = scopedTo(db, queryScopeOf(scope));
    this.#db = db;
    this.scope = scope;
    this.selectFrom = queries.selectFrom;
    this.insertInto = queries.insertInto;
    this.updateTable = queries.updateTable;
    this.deleteFrom = queries.deleteFrom;
  }
}

/**
 * All rows of the organization, in the same transaction: for what holds for it as a whole, such as how much it may keep, and tells
 * nothing of a collection.
 */
export const ofWholeOrganization = (rows: Rows): Rows =>
  new Rows(unscoped(rows), { ...rows.scope, collections: "all" });

/** The rows of one organization, with what is needed to change them. */
export interface Store {
  readonly scope: Scope;
  /** For use outside transactions: reads never wait for a writer. Inside `transaction`, use the rows that it passes in. */
  readonly rows: Rows;
  readonly now: Clock;
  /** A new random name (letters and digits) for things whose id cannot be derived from content. */
  readonly newId: () => string;
  /**
   * All or nothing, one at a time in an organization. Keep it short (< 50 ms), and await only queries in it. The work may run
   * several times, where a database server ends it because of another one: it changes nothing but rows.
   * @throws ParlanceError unavailable `disk-full` (507) | `database-busy`; corrupt `database-damaged`
   */
  transaction<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
}

/** Stands for the organization, or for the n-th collection, in statements that are compiled once for all scopes. No database accepts it as a value. */
class Placeholder {
  readonly place: "organization" | number;

  constructor(place: "organization" | number) {
    this.place = place;
  }
}

const anyScope = (collections: readonly string[] | "all"): QueryScope => ({
  organization: new Placeholder("organization"),
  collections: collections === "all" ? "all" : collections.map((_, at) => new Placeholder(at)),
});

/** Statements by name, for each kind of database. */
const knownTo = new Map<unknown, Map<string, CompiledQuery>>();

const knownStatements = (db: SystemRows): Map<string, CompiledQuery> => {
  const kind = db.getExecutor().adapter.constructor;
  const known = knownTo.get(kind) ?? new Map<string, CompiledQuery>();
  knownTo.set(kind, known);
  return known;
};

const placed = (
  { parameters: places }: CompiledQuery,
  { organization, collections }: ReturnType<typeof queryScopeOf>,
  parameters: readonly unknown[],
): unknown[] => {
  let next = 0;
  const all = places.map((place) => {
    if (!(place instanceof Placeholder)) return parameters[next++];
    return place.place === "organization" ? organization : collections[place.place];
  });
  if (next !== parameters.length)
    throw new RangeError(`The statement takes ${next} parameters, not ${parameters.length}.`);
  return all;
};

/**
 * Runs a statement that Kysely builds only once per name, for all scopes, because compiling takes longer than most statements run.
 * `parameters` replaces its parameters, in the order in which they stand in the statement; the scope of `rows` is put in
 * automatically.
 */
export const runCompiled = <R>(
  rows: Rows,
  name: string,
  build: (queries: Queries) => Compilable<R>,
  parameters: readonly unknown[],
): Promise<QueryResult<R>> => {
  const db = unscoped(rows);
  const known = knownStatements(db);
  const scope = queryScopeOf(rows.scope);
  const { collections } = scope;
  const called = collections === "all" ? name : `${name} in ${collections.length} collections`;
  let compiled = known.get(called);
  if (compiled === undefined) {
    compiled = build(scopedTo(db, anyScope(collections))).compile();
    known.set(called, compiled);
  }
  return db.executeQuery<R>({
    ...compiled,
    parameters: placed(compiled, scope, parameters),
  } as CompiledQuery<R>);
};
