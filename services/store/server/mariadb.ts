// MariaDB through mysql2: connections with the settings that our transactions rely on, and values as SQLite gives them.
import { createPool, type PoolConnection, type ResultSetHeader } from "mysql2";
import type { ConnectionPool, Ran, RawConnection } from "./connection.ts";
import { requireVersion, versionOf } from "./server-version.ts";

const CONNECT_MS = 10_000;
/** A process that stands still in a transaction keeps its turn from the others. */
const IDLE_IN_TRANSACTION_S = 45;

/**
 * For every connection: a transaction that writes a row which another one changed after its first read is refused (MariaDB loses
 * such an update by default), wrong values are errors, and nobody waits for a lock for long.
 */
const SESSION = [
  // One statement: it is sent for every new connection.
  `set session innodb_snapshot_isolation = on,
    session sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    session innodb_lock_wait_timeout = 20,
    session idle_transaction_timeout = ${IDLE_IN_TRANSACTION_S},
    names utf8mb4 collate utf8mb4_nopad_bin`,
  // The variable of this has another name since 11.1.
  "set session transaction isolation level repeatable read",
] as const;

const isHeader = (result: unknown): result is ResultSetHeader =>
  typeof result === "object" && result !== null && "affectedRows" in result;

/**
 * mysql2 writes a Uint8Array as an object with a number for each byte, a Buffer as bytes. MariaDB has no infinity: the largest number
 * is beyond everything else too.
 */
const asSent = (parameters: readonly unknown[]): unknown[] =>
  parameters.map((value) => {
    if (value instanceof Uint8Array && !Buffer.isBuffer(value))
      return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    if (value === Number.POSITIVE_INFINITY) return Number.MAX_VALUE;
    return value === Number.NEGATIVE_INFINITY ? -Number.MAX_VALUE : value;
  });

const opened = (raw: PoolConnection): RawConnection => {
  /** What runs on it: mysql2 never ends what waits for an answer when it closes a connection itself. */
  const running = new Set<(error: Error) => void>();
  const destroy = () => {
    raw.destroy();
    // Ends the socket itself: a server that is silent would never answer a polite goodbye.
    (raw as unknown as { stream: { destroy(): void } }).stream.destroy();
    for (const end of running) end(new Error("Connection lost"));
  };
  const asked = <T>(work: (resolve: (value: T) => void, reject: (error: Error) => void) => void) =>
    new Promise<T>((resolve, reject) => {
      running.add(reject);
      const settled =
        <V>(settle: (value: V) => void) =>
        (value: V) => {
          running.delete(reject);
          settle(value);
        };
      work(settled(resolve), settled(reject));
    });
  const run = (sql: string, parameters: readonly unknown[]) =>
    asked<Ran>((resolve, reject) => {
      raw.query(sql, asSent(parameters), (error, result) => {
        if (error) reject(error);
        else if (isHeader(result)) resolve({ rows: [], affected: result.affectedRows });
        else resolve({ rows: Array.isArray(result) ? result : [], affected: undefined });
      });
    });
  /** Called when this process itself ends the connection, of which no event tells. */
  return {
    run,
    async *stream(sql, parameters) {
      let ended = false;
      // mysql2 tells a lost connection to questions with a callback, and leaves a stream waiting for ever: one of a connection that
      // was lost before it too, of which the only sign is an error that the connection emits while it is asked.
      const failure = Promise.withResolvers<never>();
      const lost = (error?: Error) => failure.reject(error ?? new Error("Connection lost"));
      failure.promise.catch(() => undefined);
      running.add(lost);
      raw.on("error", lost);
      raw.on("end", lost);
      const rows = raw.query(sql, asSent(parameters)).stream({ objectMode: true });
      failure.promise.catch((error: Error) => rows.destroy(error));
      try {
        yield* rows;
        ended = true;
      } finally {
        running.delete(lost);
        raw.off("error", lost);
        raw.off("end", lost);
        // The rest would still come, and be taken for the answer to the next question.
        if (!ended) destroy();
      }
    },
    ping: () =>
      asked<void>((resolve, reject) => {
        raw.ping((error) => (error ? reject(error) : resolve()));
      }),
    release: () => raw.release(),
    destroy,
  };
};

/** @param url mysql://user:password@host:port/database */
export const mariadbPool = (url: string, connections: number): ConnectionPool => {
  const pool = createPool({
    uri: url.replace(/^mariadb:/, "mysql:"),
    connectionLimit: connections,
    // With fewer, every second all connections beyond them are closed, and made again when their statements come round: 132 in 35 s
    // of a server that imported. The oldest that was not used for so long is closed all the same.
    maxIdle: connections,
    idleTimeout: 10_000,
    connectTimeout: CONNECT_MS,
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
    charset: "utf8mb4",
    multipleStatements: false,
    stringifyObjects: true,
    // Sums of whole numbers are DECIMAL in MariaDB.
    decimalNumbers: true,
  });
  /** One for each connection of the pool, so that it is known again. */
  const known = new WeakMap<PoolConnection, RawConnection>();
  let isChecked = false;
  const acquire = () =>
    new Promise<PoolConnection>((resolve, reject) => {
      pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
    });
  return {
    async acquire() {
      const raw = await acquire();
      const rested = known.get(raw);
      if (rested) return rested;
      const connection = opened(raw);
      try {
        if (!isChecked) requireVersion("mariadb", await versionOf(connection));
        isChecked = true;
        for (const statement of SESSION) await connection.run(statement, []);
      } catch (error) {
        connection.destroy();
        throw error;
      }
      known.set(raw, connection);
      return connection;
    },
    end: () =>
      new Promise((resolve, reject) => {
        pool.end((error) => (error ? reject(error) : resolve()));
      }),
  };
};
