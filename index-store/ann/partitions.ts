// The segments of one collection on the vectors' server: a table for each, made in one transaction, found by its id, dropped as a whole.
import { AnnError, type RowStream } from "./ann.ts";
import { halfVectors } from "./half-vectors.ts";
import type { Query, VectorsDatabase } from "./vectors-database.ts";

/** Other programs may use the same database. */
const SCHEMA = "parlance_vectors";
/** Of `pg_advisory_xact_lock`: one process at a time makes the schema. */
const SETUP_LOCK = 7_221_043;
/** Graphs take so many dimensions of float16 at most; beyond, all rows are compared. */
export const MOST_INDEXED_DIM = 4000;
/** Rows of so many bytes stay in the table's pages; larger ones are moved out of them by PostgreSQL, and read more slowly. */
const INLINE_BYTES = 4000;
const LINKS = 16;
const CANDIDATES = 64;
/** Bytes of float32 that one statement inserts about. */
const INSERT_BYTES = 1024 * 1024;

/** What is written of a segment. */
export interface Partition {
  readonly segment: string;
  readonly stream: RowStream;
  /** Whether a graph is built. */
  readonly isIndexed: boolean;
}

export interface Partitions {
  /**
   * Makes the table of a segment, with all of its rows or not at all; where it is there already, nothing is done.
   * @returns whether it was made
   * @throws AnnError "unavailable" | "bad-rows"
   */
  make(partition: Partition): Promise<boolean>;
  /** The table of a segment, ready to be put into a statement. @throws AnnError "unavailable" where it is not there */
  find(segment: string): Promise<string>;
  /** Drops the tables of all other segments, but for those made in the last `graceMs`, whose writers may be about to name them. */
  keepOnly(segments: ReadonlySet<string>, graceMs: number): Promise<void>;
}

/** Whether the server has what `openPartitions` needs is found out at the first use. */
export const openPartitions = (database: VectorsDatabase, collection: string): Partitions => ({
  make: (partition) =>
    database.transaction(async (query) => {
      await setUp(query);
      return makeTable(query, collection, partition);
    }),
  async find(segment) {
    const found = (await isSetUp(database.query))
      ? await findTable(database.query, { collection, segment })
      : undefined;
    if (found?.isThere) return found.table;
    throw new AnnError(
      "unavailable",
      `The vectors of segment ${segment} are not on the vectors' server. Those of the newest version are loaded again from the index's files within the hour, and when the server starts.`,
    );
  },
  keepOnly: (segments, graceMs) =>
    database.transaction(async (query) => {
      if (!(await isSetUp(query))) return;
      const left = await query<{ number: string }>(
        `delete from ${SCHEMA}.segments
         where collection = $1 and segment <> all($2::text[])
           and made_at <= now() - $3::float8 * interval '1 millisecond'
         returning number`,
        [collection, [...segments], graceMs],
      );
      for (const { number } of left) await query(`drop table if exists ${tableOf(number)}`);
    }),
});

const tableOf = (number: string): string => `${SCHEMA}.rows_${BigInt(number)}`;

/** PostgreSQL's codes of a table and of a schema that are not there. */
const missing: readonly unknown[] = ["42P01", "3F000"];

/** Whether an error says that a table is not there: it was dropped, or the database is a new one. */
export const isMissingTable = (error: unknown): boolean =>
  error instanceof AnnError &&
  error.cause instanceof Error &&
  "code" in error.cause &&
  missing.includes(error.cause.code);

const isSetUp = async (query: Query): Promise<boolean> => {
  const [found] = await query<{ is: boolean }>(`select to_regclass($1) is not null as is`, [
    `${SCHEMA}.segments`,
  ]);
  return found?.is ?? false;
};

const setUp = async (query: Query): Promise<void> => {
  if (await isSetUp(query)) return;
  await query("select pg_advisory_xact_lock($1)", [SETUP_LOCK]);
  await query("create extension if not exists vector");
  const [found] = await query<{ version: string }>(
    "select extversion as version from pg_extension where extname = 'vector'",
  );
  const [major = 0, minor = 0] = (found?.version ?? "").split(".").map(Number);
  if (major === 0 && minor < 8)
    throw new AnnError(
      "unavailable",
      `pgvector ${found?.version} is too old: filters need iterative scans, which came with 0.8.0.`,
    );
  await query(`create schema if not exists ${SCHEMA}`);
  await query(
    `create table if not exists ${SCHEMA}.segments (
       number bigint generated always as identity unique,
       collection text not null,
       segment text not null,
       dim integer not null,
       rows integer not null,
       made_at timestamptz not null default now(),
       primary key (collection, segment)
     )`,
  );
};

interface Named {
  readonly collection: string;
  readonly segment: string;
}

const findTable = async (query: Query, { collection, segment }: Named) => {
  const [found] = await query<{ number: string; dim: number; rows: number }>(
    `select number, dim, rows from ${SCHEMA}.segments where collection = $1 and segment = $2`,
    [collection, segment],
  );
  if (found === undefined) return undefined;
  const table = tableOf(found.number);
  const [there] = await query<{ is: boolean }>("select to_regclass($1) is not null as is", [table]);
  return { ...found, table, isThere: there?.is ?? false };
};

const makeTable = async (
  query: Query,
  collection: string,
  { segment, stream, isIndexed }: Partition,
): Promise<boolean> => {
  const { dim, rows } = stream;
  const named = { collection, segment };
  await query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `${collection} ${segment}`,
  ]);
  const before = await findTable(query, named);
  if (before?.isThere && before.dim === dim && before.rows === rows) return false;
  if (before !== undefined) {
    await query(`drop table if exists ${before.table}`);
    await query(`delete from ${SCHEMA}.segments where collection = $1 and segment = $2`, [
      collection,
      segment,
    ]);
  }
  const [made] = await query<{ number: string }>(
    `insert into ${SCHEMA}.segments (collection, segment, dim, rows) values ($1, $2, $3, $4) returning number`,
    [collection, segment, dim, rows],
  );
  const table = tableOf(made?.number ?? "0");
  await query(`create table ${table} (row integer not null, embedding halfvec(${dim}) not null)`);
  if (dim * 2 <= INLINE_BYTES)
    await query(`alter table ${table} alter column embedding set storage plain`);
  await distribute(query, table);
  await fill(query, table, stream);
  if (isIndexed)
    await query(
      `create index on ${table} using hnsw (embedding halfvec_ip_ops) with (m = ${LINKS}, ef_construction = ${CANDIDATES})`,
    );
  await query(`analyze ${table}`);
  return true;
};

/**
 * Where the server is a Citus coordinator, the table is put on one of its workers as a whole, and the next one on another. Written
 * after its documentation (Citus 12), and not tried.
 */
const distribute = async (query: Query, table: string): Promise<void> => {
  const citus = await query("select 1 from pg_extension where extname = 'citus'");
  if (citus.length > 0)
    await query("select create_distributed_table($1, null, colocate_with => 'none')", [table]);
};

const fill = async (query: Query, table: string, stream: RowStream): Promise<void> => {
  const { dim } = stream;
  const [type] = await query<{ oid: number }>("select 'halfvec'::regtype::oid as oid");
  const step = Math.max(1, Math.floor(INSERT_BYTES / (dim * 4))) * dim;
  let row = 0;
  for await (const piece of stream.pieces())
    for (let at = 0; at < piece.length; at += step) {
      const data = piece.subarray(at, at + step);
      await query(
        `insert into ${table} select $1 + at - 1, embedding
         from unnest($2::halfvec[]) with ordinality as given (embedding, at)`,
        [row, halfVectors(data, dim, type?.oid ?? 0)],
      );
      row += data.length / dim;
    }
};
