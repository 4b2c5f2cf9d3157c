// The rows within a scope: the only handle that reads or changes what belongs to an organization.
import type { Compilable, CompiledQuery, Kysely, QueryResult } from "kysely";
import type { Scope } from "#services/domain/scope.ts";
import type { Clock } from "#services/domain/units.ts";
import { scopedQueries } from "./scoped-queries.ts";
import type { Tables } from "./tables.ts";

/** All rows of all organizations. The house test lists who may touch it. */
export type SystemRows = Kysely<Tables>;

/** What builds queries. */
export type Queries = Pick<SystemRows, "selectFrom" | "insertInto" | "updateTable" | "deleteFrom">;

const scopedTo = (db: SystemRows, organization: unknown): Queries => {
  const scoped = db.withPlugin(scopedQueries(organization));
  return {
    selectFrom: scoped.selectFrom.bind(scoped),
    insertInto: scoped.insertInto.bind(scoped),
    updateTable: scoped.updateTable.bind(scoped),
    deleteFrom: scoped.deleteFrom.bind(scoped),
  };
};

let unscoped: (rows: Rows) => SystemRows;

/**
 * Rows of one organization, inside a transaction or outside. What is asked through it sees and changes nothing else. A class with
 * a private field: no other object has this type, a plain Kysely handle least of all.
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
    const queries = scopedTo(db, scope.organization);
    this.#db = db;
    this.scope = scope;
    this.selectFrom = queries.selectFrom;
    this.insertInto = queries.insertInto;
    this.updateTable = queries.updateTable;
    this.deleteFrom = queries.deleteFrom;
  }
}

/** The rows of one organization, and what changing them needs. */
export interface Store {
  readonly scope: Scope;
  /** Outside transactions: questions never wait for a writer. Inside `transaction`, use what it hands you. */
  readonly rows: Rows;
  readonly now: Clock;
  /** A fresh, unguessable name (letters and digits) for things that have no content to be named by. */
  readonly newId: () => string;
  /**
   * All of it or nothing, one writer at a time. Keep it short (< 50 ms), and await nothing in it but the rows.
   * @throws ParlanceError unavailable `disk-full` (507) | `database-busy`; corrupt `database-damaged`
   */
  transaction<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
}

/** Stands for the organization in statements that are compiled once for all organizations. No database accepts it as a value. */
const anyOrganization = Object.freeze({ stands: "for an organization" });

const known = new Map<string, CompiledQuery>();

const placed = (
  { parameters: places }: CompiledQuery,
  { organization }: Scope,
  parameters: readonly unknown[],
): unknown[] => {
  let next = 0;
  const all = places.map((place) =>
    place === anyOrganization ? organization : parameters[next++],
  );
  if (next !== parameters.length)
    throw new RangeError(`The statement takes ${next} parameters, not ${parameters.length}.`);
  return all;
};

/**
 * Runs a statement that Kysely builds once for its name, whichever organization asks: compiling takes longer than most
 * statements run. Its parameters are replaced by `parameters`, in the order in which they stand in the statement; the
 * organization of `rows` is put in by itself.
 */
export const runCompiled = <R>(
  rows: Rows,
  name: string,
  build: (queries: Queries) => Compilable<R>,
  parameters: readonly unknown[],
): Promise<QueryResult<R>> => {
  const db = unscoped(rows);
  let compiled = known.get(name);
  if (compiled === undefined) {
    compiled = build(scopedTo(db, anyOrganization)).compile();
    known.set(name, compiled);
  }
  return db.executeQuery<R>({
    ...compiled,
    parameters: placed(compiled, rows.scope, parameters),
  } as CompiledQuery<R>);
};
