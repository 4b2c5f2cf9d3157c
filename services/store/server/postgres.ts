// PostgreSQL through pg: values as SQLite gives them, and texts with a NUL, which PostgreSQL's own type does not hold.
import pg, { type PoolClient } from "pg";
import Cursor from "pg-cursor";
import type { ConnectionPool, RawConnection } from "./connection.ts";
import { requireVersion, versionOf } from "./server-version.ts";

const CONNECT_MS = 10_000;
const ROWS_AT_ONCE = 500;

/** Object ids of types, as in PostgreSQL's pg_type. */
const BOOL = 16;
const INT8 = 20;
const TEXT = 25;
const VARCHAR = 1043;
const NUMERIC = 1700;

/**
 * Stands for NUL in a stored text. U+FDD0 is a noncharacter: Unicode keeps it for use inside of programs, so that no text that is
 * exchanged has it.
 */
const STANDS_FOR_NUL = "\uFDD0";

const asRead = (text: string): string =>
  text.includes(STANDS_FOR_NUL) ? text.replaceAll(STANDS_FOR_NUL, "\0") : text;

const asSent = (parameters: readonly unknown[]): unknown[] =>
  parameters.map((value) =>
    typeof value === "string" && value.includes("\0")
      ? value.replaceAll("\0", STANDS_FOR_NUL)
      : value,
  );

const parsers = new Map<number, (text: string) => unknown>([
  [BOOL, (text) => (text === "t" ? 1 : 0)],
  [INT8, Number],
  [NUMERIC, Number],
  [TEXT, asRead],
  [VARCHAR, asRead],
]);

const types = {
  getTypeParser: (id: number, format?: "text" | "binary") =>
    (format !== "binary" && parsers.get(id)) || pg.types.getTypeParser(id, format as "text"),
} as pg.CustomTypesConfig;

const opened = (client: PoolClient): RawConnection => {
  let broken = false;
  const destroy = () => {
    broken = true;
    // Ends the socket itself: a server that is silent would never answer a polite goodbye.
    (
      client as unknown as { connection: { stream: { destroy(): void } } }
    ).connection.stream.destroy();
  };
  return {
    async run(sql, parameters) {
      const { rows, rowCount, command } = await client.query(sql, asSent(parameters));
      return {
        rows,
        affected: command === "SELECT" ? undefined : (rowCount ?? undefined),
        command,
      };
    },
    async *stream(sql, parameters) {
      const cursor = client.query(new Cursor(sql, asSent(parameters), { types }));
      try {
        for (;;) {
          const rows: unknown[] = await cursor.read(ROWS_AT_ONCE);
          if (rows.length === 0) return;
          yield* rows;
        }
      } catch (error) {
        // A cursor waits for the server when it is closed, which may be gone.
        destroy();
        throw error;
      } finally {
        if (!broken) await cursor.close();
      }
    },
    async ping() {
      await client.query("select 1");
    },
    release: () => client.release(broken),
    destroy,
  };
};

/** @param url postgres://user:password@host:port/database */
export const postgresPool = (url: string, connections: number): ConnectionPool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    lock_timeout: 20_000,
    idle_in_transaction_session_timeout: 120_000,
    application_name: "parlance",
    types,
  });
  // An idle connection that the server closed: the pool has dropped it already.
  pool.on("error", () => undefined);
  /** One for each connection of the pool, so that it is known again. */
  const known = new WeakMap<PoolClient, RawConnection>();
  let isChecked = false;
  return {
    async acquire() {
      const client = await pool.connect();
      const rested = known.get(client);
      if (rested) return rested;
      // One in use that breaks: whoever uses it is told by its next statement.
      client.on("error", () => undefined);
      const connection = opened(client);
      known.set(client, connection);
      if (!isChecked)
        try {
          requireVersion("postgres", await versionOf(connection));
          isChecked = true;
        } catch (error) {
          connection.release();
          throw error;
        }
      return connection;
    },
    end: () => pool.end(),
  };
};
