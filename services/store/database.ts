// Opens the database that a configuration asks for: the SQLite file of the home, or one on a server.
import type { Database } from "./opened-database.ts";
import { openServerDatabase } from "./server/server-database.ts";
import { type OpenSqliteOptions, openSqliteDatabase } from "./sqlite-database.ts";

export type { Database, DatabaseKind, System } from "./opened-database.ts";

export interface OpenDatabaseOptions extends OpenSqliteOptions {
  /** A database on a server, in the place of the file. */
  readonly url?: string | undefined;
}

/**
 * Opens (or creates) the database and migrates it.
 * @throws ParlanceError as `openSqliteDatabase`, or `openServerDatabase` where there is a URL
 */
export const openDatabase = ({ url, ...options }: OpenDatabaseOptions): Promise<Database> =>
  url === undefined ? openSqliteDatabase(options) : openServerDatabase({ ...options, url });
