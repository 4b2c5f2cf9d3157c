// Opens the database, migrates it after a copy of the file, and creates stores, each within one scope.
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { corrupt, ParlanceError, unavailable } from "#services/domain/errors.ts";
import type { Scope } from "#services/domain/scope.ts";
import type { Clock } from "#services/domain/units.ts";
import { SqliteFile, sqliteDialect } from "./dialect.ts";
import { migrations } from "./migrations/migrations.ts";
import { Rows, type Store, type SystemRows } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** All organizations' rows: for the bus, which claims jobs of all of them, and for listing organizations. */
export interface System {
  /** Outside transactions. */
  readonly rows: SystemRows;
  /** Like `Store.transaction`, over all organizations. */
  transaction<T>(work: (rows: SystemRows) => Promise<T>): Promise<T>;
  /** The rows of one organization inside such a transaction. */
  within(rows: SystemRows, scope: Scope): Rows;
}

export interface Database {
  readonly now: Clock;
  /** A new random name (letters and digits) for things whose id cannot be derived from content. */
  readonly newId: () => string;
  /** The rows that the scope's organization has. */
  within(scope: Scope): Store;
  readonly system: System;
  /** @throws where the database does not answer */
  ping(): Promise<void>;
  /** Empties the write-ahead log, so that deleted text is in no file. False where another process held it for 5 s. */
  truncateLog(): Promise<boolean>;
  /** Writes a consistent copy of the database, while it is in use, to a path where no file exists. */
  copyTo(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  readonly path: string;
  readonly now: Clock;
  readonly newId: () => string;
  /** The folder of the copy that is made before a migration; without it no copy is made. */
  readonly backups?: string;
  /** Called with the error of every statement that found the database damaged. */
  readonly onDamage?: (error: unknown) => void;
}

const migrate = async (
  db: SystemRows,
  file: SqliteFile,
  options: OpenDatabaseOptions,
): Promise<void> => {
  const migrator = new Migrator({ db, provider: migrations });
  const all = await migrator.getMigrations();
  const waiting = all.filter((migration) => migration.executedAt === undefined);
  if (waiting.length === 0) return;
  if (waiting.length < all.length && options.backups !== undefined) {
    await mkdir(options.backups, { recursive: true, mode: 0o700 });
    file.copyTo(join(options.backups, `before-${waiting[0]?.name}-${options.now()}.db`));
  }
  // A table is rebuilt by dropping the old one, which would count as deleting rows that others refer to. Such migrations
  // check all references themselves before they are committed.
  file.command("pragma foreign_keys = off");
  const { error } = await migrator.migrateToLatest();
  file.command("pragma foreign_keys = on");
  if (error === undefined) return;
  // Errors of a full disk or a damaged file have messages of their own.
  if (error instanceof ParlanceError) throw error;
  if (error instanceof Error && error.message.startsWith("corrupted migrations"))
    throw corrupt("The database was written by a newer Parlance than this one.", {
      code: "database-too-new",
      hint: "Start the newer version, or restore the copy from before the upgrade, in the backups folder.",
      cause: error,
    });
  throw unavailable("The database could not be brought up to date.", {
    code: "migration-failed",
    hint: "Nothing was lost: a copy from before is in the backups folder.",
    cause: error,
  });
};

/**
 * Opens (or creates) the database and migrates it.
 * @throws ParlanceError corrupt `database-damaged` | `database-too-new`; unavailable `migration-failed` | `disk-full`
 */
export const openDatabase = async (options: OpenDatabaseOptions): Promise<Database> => {
  await mkdir(dirname(options.path), { recursive: true, mode: 0o700 });
  const file = new SqliteFile(options);
  const db = new Kysely<Tables>({ dialect: sqliteDialect(file) });
  try {
    await migrate(db, file, options);
  } catch (error) {
    await db.destroy();
    file.close();
    throw error;
  }
  const { now, newId } = options;
  const transaction: System["transaction"] = (work) => db.transaction().execute(work);
  return {
    now,
    newId,
    within: (scope) => ({
      scope,
      rows: new Rows(db, scope),
      now,
      newId,
      transaction: (work) => transaction((rows) => work(new Rows(rows, scope))),
    }),
    system: { rows: db, transaction, within: (rows, scope) => new Rows(rows, scope) },
    ping: async () => {
      file.ping();
    },
    truncateLog: async () => {
      for (let attempt = 0; attempt < 50; attempt++) {
        if (await file.truncateLog()) return true;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return false;
    },
    copyTo: async (path) => file.copyTo(path),
    close: async () => {
      await db.destroy();
      file.close();
    },
  };
};
