// The PostgreSQL server with pgvector on which rows are searched: its connections, limits of time, and failures told in one way.
import { Client, Pool } from "pg";
import { AnnError } from "./ann.ts";

export interface VectorsDatabaseOptions {
  /** postgres://user:password@host/database */
  readonly url: string;
  /** What a person calls this server, for errors: the name of the setting that has its address. */
  readonly called: string;
  /** Connections for searches at most. */
  readonly connections?: number;
}

/** Runs one statement; values are bound, never spliced in. */
export type Query = <Row extends object>(
  text: string,
  values?: readonly unknown[],
) => Promise<Row[]>;

export interface VectorsDatabase {
  /**
   * Statements with their values written into them, in one round trip and one transaction, so that `set local` ends with them: nothing
   * is left behind in a connection that a pooler may give to others. Returns the rows of the last one.
   * @throws AnnError "unavailable" where the server is not reached, or does not answer in time
   */
  ask<Row extends object>(statements: readonly string[]): Promise<Row[]>;
  /** One statement of its own. @throws AnnError "unavailable" as `ask` does */
  readonly query: Query;
  /** A transaction on a connection of its own, which may take long. @throws AnnError "unavailable" */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const CONNECTIONS = 4;
const CONNECT_MS = 5000;
/** A search takes milliseconds; comparing all of 400,000 rows took 0.2 s. */
const SEARCH_MS = 10_000;
/** The server ends a statement itself; this ends the wait for a server that has vanished. */
const SILENCE_MS = SEARCH_MS + 5000;

const reasonOf = (cause: unknown): string => {
  // Where a name has several addresses, none of which answers, the reasons are inside.
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join("; ");
  return cause instanceof Error ? cause.message : String(cause);
};

/** Connects at the first use. `close` it at the end. */
export const openVectorsDatabase = (options: VectorsDatabaseOptions): VectorsDatabase => {
  const { url, called, connections = CONNECTIONS } = options;
  const common = { connectionString: url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true };
  const pool = new Pool({
    ...common,
    max: connections,
    query_timeout: SILENCE_MS,
    allowExitOnIdle: true,
  });
  // A connection that breaks while nobody uses it: the next search opens another one.
  pool.on("error", () => undefined);

  const failed = (cause: unknown): AnnError =>
    cause instanceof AnnError
      ? cause
      : new AnnError("unavailable", `The vectors' server (${called}) failed: ${reasonOf(cause)}`, {
          cause,
        });

  return {
    async ask<Row extends object>(statements: readonly string[]) {
      try {
        const limit = `set local statement_timeout = ${SEARCH_MS}`;
        const results: unknown = await pool.query([limit, ...statements].join(";\n"));
        // One result for each statement: there are two at least.
        const last = Array.isArray(results) ? results.at(-1) : undefined;
        return (last as { rows: Row[] } | undefined)?.rows ?? [];
      } catch (error) {
        throw failed(error);
      }
    },
    async query<Row extends object>(text: string, values: readonly unknown[] = []) {
      try {
        return (await pool.query<Row>(text, [...values])).rows;
      } catch (error) {
        throw failed(error);
      }
    },
    async transaction(work) {
      const client = new Client(common);
      // A connection that breaks is told both by the event and by the call.
      client.on("error", () => undefined);
      try {
        await client.connect();
        await client.query("begin");
        const done = await work(
          async (text, values = []) => (await client.query(text, [...values])).rows,
        );
        await client.query("commit");
        return done;
      } catch (error) {
        throw failed(error);
      } finally {
        // Where it failed, the server undoes the transaction when the connection ends.
        await client.end().catch(() => undefined);
      }
    },
    close: () => pool.end(),
  };
};
