// Opens the SQLite file of a home, and migrates it after a copy was made.
import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import type { Clock } from "#services/domain/units.ts";
import { SqliteFile, sqliteDialect } from "./dialect.ts";
import { migrationFailed } from "./migrations/migration-failed.ts";
import { type MigrationState, migrationStateOf } from "./migrations/migration-state.ts";
import { migrations } from "./migrations/migrations.ts";
import { type Database, databaseOf } from "./opened-database.ts";
import type { SystemRows } from "./rows.ts";
import type { Tables } from "./tables.ts";

export interface OpenSqliteOptions {
  readonly path: string;
  readonly now: Clock;
  readonly newId: () => string;
  /** The folder of the copy that is made before a migration; without it no copy is made. */
  readonly backups?: string;
  /** It is deleted when its process ends: nothing has to outlive a loss of power, and rows refer to others that are not in it. */
  readonly isScratch?: boolean;
  /** Called with the error of every statement that found the database damaged. */
  readonly onDamage?: (error: unknown) => void;
}

/** 0 for a file that is not there: the log is there while the database is in use only. */
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return 0;
      throw error;
    },
  );

const migrate = async (
  db: SystemRows,
  file: SqliteFile,
  options: OpenSqliteOptions,
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
  file.command(`pragma foreign_keys = ${options.isScratch === true ? "off" : "on"}`);
  if (options.isScratch === true) file.command("pragma synchronous = off");
  if (error !== undefined)
    throw migrationFailed(error, "Nothing was lost: a copy from before is in the backups folder.");
};

/** Asks a file that exists, without changing it: which migrations it has, and which are missing. */
export const sqliteMigrationsOf = async (path: string): Promise<MigrationState> => {
  const file = new SqliteFile({ path });
  const db = new Kysely<Tables>({ dialect: sqliteDialect(file) });
  try {
    return await migrationStateOf(db, migrations);
  } finally {
    await db.destroy();
    file.close();
  }
};

/**
 * Opens (or creates) the database and migrates it.
 * @throws ParlanceError corrupt `database-damaged` | `database-too-new`; unavailable `migration-failed` | `disk-full`
 */
export const openSqliteDatabase = async (options: OpenSqliteOptions): Promise<Database> => {
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
  return databaseOf({
    kind: "sqlite",
    where: options.path,
    now: options.now,
    newId: options.newId,
    db,
    // One writer at a time, whatever the turn.
    transaction: (work) => db.transaction().execute(work),
    take: async () => undefined,
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
    refreshStatistics: async () => undefined,
    size: async () => {
      const sizes = ["", "-wal"].map((end) => sizeOf(`${options.path}${end}`));
      return (await Promise.all(sizes)).reduce((sum, one) => sum + one, 0);
    },
    copyTo: async (path) => file.copyTo(path),
    close: async () => {
      await db.destroy();
      file.close();
    },
  });
};
