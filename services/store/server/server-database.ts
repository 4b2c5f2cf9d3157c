// Opens a database on a server (MariaDB or PostgreSQL), and migrates it while other processes that open it wait.
import { Kysely, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { rejected } from "#services/domain/errors.ts";
import { type Clock, millis } from "#services/domain/units.ts";
import { copyDatabase } from "../copy-database.ts";
import { migrationFailed } from "../migrations/migration-failed.ts";
import { type MigrationState, migrationStateOf } from "../migrations/migration-state.ts";
import { serverMigrations } from "../migrations/migrations.ts";
import { type Database, databaseOf } from "../opened-database.ts";
import { openSqliteDatabase } from "../sqlite-database.ts";
import type { Tables } from "../tables.ts";
import type { ServerKind } from "./connection.ts";
import { openServerClock } from "./server-clock.ts";
import { serverDialect } from "./server-dialect.ts";
import { serverTransactions } from "./server-transactions.ts";
import { refreshStatistics } from "./statistics.ts";

export interface OpenServerOptions {
  /** mysql://user:password@host:port/database or postgres://… */
  readonly url: string;
  readonly now: Clock;
  readonly newId: () => string;
  /** Connections of this process at most; 6 by default. */
  readonly connections?: number;
}

/** Building an index on a large table takes as long as it takes. */
const MIGRATION_STATEMENT_MS = 24 * 3_600_000;

const kindOf = ({ protocol }: URL): ServerKind =>
  /^(mysql|mariadb):$/.test(protocol) ? "mariadb" : "postgres";

const ports: Readonly<Record<ServerKind, string>> = { mariadb: "3306", postgres: "5432" };
const spoken: Readonly<Record<ServerKind, string>> = { mariadb: "MariaDB", postgres: "PostgreSQL" };

/** How a server is called for people: without user and password. */
export const placeOfServer = (address: string): string => {
  const url = new URL(address);
  const kind = kindOf(url);
  return `“${decodeURIComponent(url.pathname.slice(1))}” of ${spoken[kind]} at ${url.hostname}:${url.port || ports[kind]}`;
};

/** Each driver is loaded where it is used: an embedded home needs neither. */
const poolOf = async (kind: ServerKind, url: string, connections: number) =>
  kind === "mariadb"
    ? (await import("./mariadb.ts")).mariadbPool(url, connections)
    : (await import("./postgres.ts")).postgresPool(url, connections);

const opened = async (
  options: OpenServerOptions,
  kind: ServerKind,
  connections: number,
  statementMs?: number,
) =>
  new Kysely<Tables>({
    dialect: serverDialect({
      kind,
      pool: await poolOf(kind, options.url, connections),
      where: placeOfServer(options.url),
      ...(statementMs === undefined ? {} : { statementMs }),
    }),
  });

/** Asks a server without changing anything: which migrations it has, and which are missing. */
export const serverMigrationsOf = async (url: string): Promise<MigrationState> => {
  const kind = kindOf(new URL(url));
  const db = await opened({ url, now: () => millis(Date.now()), newId: () => "" }, kind, 1);
  try {
    return await migrationStateOf(db, serverMigrations(kind));
  } finally {
    await db.destroy();
  }
};

/** Replicas that start together wait for the first of them (Kysely's migrator takes a lock of the server). */
const migrate = async (options: OpenServerOptions, kind: ServerKind): Promise<void> => {
  const db = await opened(options, kind, 1, MIGRATION_STATEMENT_MS);
  try {
    const migrator = new Migrator({ db, provider: serverMigrations(kind) });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined)
      throw migrationFailed(
        error,
        "What was there is unchanged. Correct the cause and start again.",
      );
  } finally {
    await db.destroy();
  }
};

const databaseNamed = (url: string): void => {
  if (new URL(url).pathname.length > 1) return;
  throw rejected("PARLANCE_DATABASE_URL names no database.", {
    code: "bad-setting",
    hint: "Write it after the host: mysql://user:password@host/parlance",
  });
};

/** Marks of processes that ended long ago. Read without locks first: the marks of transactions under way are locked. */
const dropOldMarks = async (db: Kysely<Tables>): Promise<void> => {
  const { rows } = await sql<{
    id: string;
  }>`select id from commits where at < unix_timestamp() - 86400 limit 1000`.execute(db);
  if (rows.length > 0)
    await sql`delete from commits where id in (${sql.join(rows.map(({ id }) => id))})`.execute(db);
};

/** What the server says that the database takes, in bytes, with its indexes. */
const sizeOf = async (db: Kysely<Tables>, kind: ServerKind): Promise<number> => {
  const asked =
    kind === "postgres"
      ? sql<{ bytes: string }>`select pg_database_size(current_database()) as bytes`
      : sql<{
          bytes: string;
        }>`select sum(data_length + index_length) as bytes from information_schema.tables where table_schema = database()`;
  return Number((await asked.execute(db)).rows[0]?.bytes ?? 0);
};

/**
 * Opens a database on a server and migrates it.
 * @throws ParlanceError unavailable `database-unreachable` | `database-refused` | `database-missing` | `migration-failed`; corrupt
 * `database-too-new`; rejected `bad-setting`
 */
export const openServerDatabase = async (options: OpenServerOptions): Promise<Database> => {
  databaseNamed(options.url);
  const kind = kindOf(new URL(options.url));
  await migrate(options, kind);
  const db = await opened(options, kind, options.connections ?? 6);
  try {
    const clock = await openServerClock(db, { kind, now: options.now });
    const transactions = serverTransactions(db, kind);
    // A replica, which can be read all the same, does not take it.
    if (kind === "mariadb") await dropOldMarks(db).catch(() => undefined);
    const database: Database = databaseOf({
      kind,
      where: placeOfServer(options.url),
      now: clock.now,
      newId: options.newId,
      db,
      transaction: transactions.run,
      take: transactions.take,
      ping: async () => {
        await sql`select 1`.execute(db);
      },
      truncateLog: async () => true,
      refreshStatistics: async () => {
        // MariaDB counts again by itself as soon as a tenth of a table has changed.
        if (kind === "postgres") await refreshStatistics(db);
      },
      size: () => sizeOf(db, kind),
      copyTo: async (path) => {
        const file = await openSqliteDatabase({ path, now: options.now, newId: options.newId });
        await copyDatabase(database, file).finally(() => file.close());
      },
      close: async () => {
        clock.stop();
        await db.destroy();
      },
    });
    return database;
  } catch (error) {
    await db.destroy();
    throw error;
  }
};
