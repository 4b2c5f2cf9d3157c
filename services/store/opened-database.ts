// What every kind of database offers once it is open: rows within scopes, transactions, and the care of what lies on its disk.
import type { Kysely } from "kysely";
import type { Scope } from "#services/domain/scope.ts";
import type { Clock } from "#services/domain/units.ts";
import { Rows, type Store, type SystemRows } from "./rows.ts";
import type { Tables } from "./tables.ts";

export type DatabaseKind = "sqlite" | "mariadb" | "postgres";

/** All organizations' rows: for the bus, which claims jobs of all of them, and for listing organizations. */
export interface System {
  /** Outside transactions. */
  readonly rows: SystemRows;
  /** Like `Store.transaction`, over all organizations: one at a time of each kind. */
  transaction<T>(work: (rows: SystemRows) => Promise<T>, kind?: "jobs" | "accounts"): Promise<T>;
  /** The rows of one organization inside such a transaction, after all transactions of that organization. */
  within(rows: SystemRows, scope: Scope): Promise<Rows>;
}

export interface Database {
  readonly kind: DatabaseKind;
  /** The file, or the server's kind, host, port and database, for people; never a password. */
  readonly where: string;
  /** Of a server: its clock, so that all machines agree. */
  readonly now: Clock;
  /** A new random name (letters and digits) for things whose id cannot be derived from content. */
  readonly newId: () => string;
  /** The rows that the scope's organization has. */
  within(scope: Scope): Store;
  readonly system: System;
  /** @throws where the database does not answer */
  ping(): Promise<void>;
  /**
   * Empties the write-ahead log, so that deleted text is in no file. False where another process held it for 5 s. A server keeps
   * its logs by its own settings: true, without doing anything.
   */
  truncateLog(): Promise<boolean>;
  /** Tells the planner of a server how large tables have become, where they grew much. The others need not be told: nothing happens. */
  refreshStatistics(): Promise<void>;
  /** Bytes on its disk, with its log where it is a file. */
  size(): Promise<number>;
  /**
   * Writes a consistent copy of the database, while it is in use, to a path where no file exists: always one of SQLite.
   */
  copyTo(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseParts
  extends Pick<
    Database,
    | "kind"
    | "where"
    | "now"
    | "newId"
    | "ping"
    | "truncateLog"
    | "refreshStatistics"
    | "size"
    | "copyTo"
    | "close"
  > {
  readonly db: Kysely<Tables>;
  /**
   * Runs the work in a transaction, after all others of the same turn.
   * @param takesMore whether it takes further turns: what it reads after one has to be newer than that
   */
  transaction<T>(
    work: (rows: SystemRows) => Promise<T>,
    turn: string,
    takesMore?: boolean,
  ): Promise<T>;
  /** Takes a further turn inside a transaction. */
  take(rows: SystemRows, turn: string): Promise<void>;
}

const turnOf = ({ organization }: Scope): string => `organization ${organization}`;

export const databaseOf = ({ db, transaction, take, ...parts }: DatabaseParts): Database => ({
  ...parts,
  within: (scope) => ({
    scope,
    rows: new Rows(db, scope),
    now: parts.now,
    newId: parts.newId,
    transaction: (work) => transaction((rows) => work(new Rows(rows, scope)), turnOf(scope)),
  }),
  system: {
    rows: db,
    transaction: (work, kind = "jobs") => transaction(work, kind, true),
    async within(rows, scope) {
      await take(rows, turnOf(scope));
      return new Rows(rows, scope);
    },
  },
});
