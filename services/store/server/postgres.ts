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

/** Statements that are prepared on each connection; a search and the pages around it need some forty. */
const MOST_PREPARED = 200;
/** A statement is prepared when it comes for the second time: one that comes once would cost one more way to the server. */
const PREPARED_FROM = 2;
/** What asks for all columns cannot be prepared: while a newer Parlance adds one, PostgreSQL would refuse the statement. */
const mayBePrepared = (sql: string): boolean => sql.startsWith("select ") && !sql.includes("*");

/**
 * Names for the statements of one connection, under which the server keeps their plans: to plan one that joins takes it as long as to
 * run it. Undefined for a statement that is not prepared.
 */
const openNames = () => {
  const times = new Map<string, number>();
  const names = new Map<string, string>();
  return (sql: string): string | undefined => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (!mayBePrepared(sql) || names.size === MOST_PREPARED) return undefined;
    const count = (times.get(sql) ?? 0) + 1;
    if (count < PREPARED_FROM) {
      if (times.size === MOST_PREPARED) times.clear();
      times.set(sql, count);
      return undefined;
    }
    times.delete(sql);
    const name = `parlance ${names.size}`;
    names.set(sql, name);
    return name;
  };
};

const opened = (client: PoolClient): RawConnection => {
  const nameOf = openNames();
  let broken = false;
  const losing = new Set<(error?: Error) => void>();
  const lose = (error?: Error) => {
    broken = true;
    for (const lost of losing) lost(error);
  };
  // One in use that breaks: whoever uses it is told by its next statement.
  client.on("error", lose);
  client.once("end", lose);
  const destroy = () => {
    lose();
    // Ends the socket itself: a server that is silent would never answer a polite goodbye.
    (
      client as unknown as { connection: { stream: { destroy(): void } } }
    ).connection.stream.destroy();
  };
  return {
    async run(sql, parameters) {
      const name = nameOf(sql);
      const { rows, rowCount, command } = await client.query({
        text: sql,
        values: asSent(parameters),
        ...(name === undefined ? {} : { name }),
      });
      return {
        rows,
        affected: command === "SELECT" ? undefined : (rowCount ?? undefined),
        command,
      };
    },
    async *stream(sql, parameters) {
      if (broken) throw new Error("Connection lost");
      const cursor = client.query(new Cursor(sql, asSent(parameters), { types }));
      // A cursor is not always told that its connection is gone.
      const { promise: gone, reject } = Promise.withResolvers<never>();
      gone.catch(() => undefined);
      const lost = (error?: Error) => reject(error ?? new Error("Connection lost"));
      losing.add(lost);
      try {
        for (;;) {
          const read = cursor.read(ROWS_AT_ONCE);
          read.catch(() => undefined);
          const rows: unknown[] = await Promise.race([read, gone]);
          if (rows.length === 0) return;
          yield* rows;
        }
      } finally {
        // The server answers when a cursor is closed, unless it is gone.
        if (!broken) await Promise.race([cursor.close(), gone.catch(() => undefined)]);
        losing.delete(lost);
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
    // A process that stands still in a transaction keeps its turn from the others.
    idle_in_transaction_session_timeout: 45_000,
    application_name: "parlance",
    // Statements take a few milliseconds: to compile one took about seven more.
    options: "-c jit=off",
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
