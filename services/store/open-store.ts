// The store: opens the database, brings its schema up to date after a copy of the file, and hands out transactions.
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { corrupt, ParlanceError, unavailable } from "#services/domain/errors.ts";
import type { Clock } from "#services/domain/units.ts";
import { SqliteFile, sqliteDialect } from "./dialect.ts";
import { migrations } from "./migrations/migrations.ts";
import type { Tables } from "./tables.ts";

/** The rows, inside a transaction or outside. */
export type Rows = Kysely<Tables>;

export interface Store {
  /** Outside transactions: questions never wait for a writer. Inside `transaction`, use what it hands you. */
  readonly db: Rows;
  readonly now: Clock;
  /** A fresh, unguessable name (letters and digits) for things that have no content to be named by. */
  readonly newId: () => string;
  /**
   * All of it or nothing, one writer at a time. Keep it short (< 50 ms), and await nothing in it but the rows.
   * @throws ParlanceError unavailable `disk-full` (507) | `database-busy`; corrupt `database-damaged`
   */
  transaction<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
  /** Empties the write-ahead log, so that deleted text is in no file. False where another process held it for 5 s. */
  truncateLog(): Promise<boolean>;
  /** Writes a consistent copy of the database, while it is in use, to a path where no file is yet. */
  copyTo(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface OpenStoreOptions {
  readonly path: string;
  readonly now: Clock;
  readonly newId: () => string;
  /** Where the copy goes that is made before a migration; none is made where absent. */
  readonly backups?: string;
  /** Told of every statement that found the database damaged. */
  readonly onDamage?: (error: unknown) => void;
}

const migrate = async (db: Rows, file: SqliteFile, options: OpenStoreOptions): Promise<void> => {
  const migrator = new Migrator({ db, provider: migrations });
  const all = await migrator.getMigrations();
  const waiting = all.filter((migration) => migration.executedAt === undefined);
  if (waiting.length === 0) return;
  if (waiting.length < all.length && options.backups !== undefined) {
    await mkdir(options.backups, { recursive: true, mode: 0o700 });
    file.copyTo(join(options.backups, `before-${waiting[0]?.name}-${options.now()}.db`));
  }
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  // A full disk or a damaged file says so itself.
  if (error instanceof ParlanceError) throw error;
  if (error instanceof Error && error.message.startsWith("corrupted migrations"))
    throw corrupt("The database was written by a newer Parlance than this one.", {
      code: "database-too-new",
      hint: "Start the newer version, or restore the copy in the backups folder made before it was upgraded.",
      cause: error,
    });
  throw unavailable("The database could not be brought up to date.", {
    code: "migration-failed",
    hint: "Nothing was lost: a copy from before lies in the backups folder.",
    cause: error,
  });
};

/**
 * Opens (makes where absent) the database and migrates it.
 * @throws ParlanceError corrupt `database-damaged` | `database-too-new`; unavailable `migration-failed` | `disk-full`
 */
export const openStore = async (options: OpenStoreOptions): Promise<Store> => {
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
  return {
    db,
    now: options.now,
    newId: options.newId,
    transaction: (work) => db.transaction().execute(work),
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
