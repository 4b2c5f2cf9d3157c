// Opens the database that a configuration asks for: the SQLite file of the home, or one on a server.
import type { MigrationState } from "./migrations/migration-state.ts";
import type { Database } from "./opened-database.ts";
import { openServerDatabase, serverMigrationsOf } from "./server/server-database.ts";
import {
  type OpenSqliteOptions,
  openSqliteDatabase,
  sqliteMigrationsOf,
} from "./sqlite-database.ts";

export type { MigrationState } from "./migrations/migration-state.ts";
export type { Database, DatabaseKind, System } from "./opened-database.ts";

export interface OpenDatabaseOptions extends OpenSqliteOptions {
  /** A database on a server, in the place of the file. */
  readonly url?: string | undefined;
  /** To that server, of this process at most. */
  readonly connections?: number;
}

/**
 * Opens (or creates) the database and migrates it.
 * @throws ParlanceError as `openSqliteDatabase`, or `openServerDatabase` where there is a URL
 */
export const openDatabase = ({ url, ...options }: OpenDatabaseOptions): Promise<Database> =>
  url === undefined ? openSqliteDatabase(options) : openServerDatabase({ ...options, url });

/** Which migrations a database has, without opening it for use: it is not changed. @throws as `openDatabase` */
export const migrationsOf = ({
  url,
  path,
}: Pick<OpenDatabaseOptions, "path" | "url">): Promise<MigrationState> =>
  url === undefined ? sqliteMigrationsOf(path) : serverMigrationsOf(url);
