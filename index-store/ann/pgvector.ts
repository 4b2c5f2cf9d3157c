// The pgvector engine: PostgreSQL finds candidates in a table of the segment's rows, and the rows themselves are read from its file.
import {
  type AnnBuild,
  type AnnEngine,
  AnnError,
  type AnnIndex,
  type AnnRecipe,
  type AnnSearch,
  type Neighbours,
  type RowBitmap,
  type RowStream,
  type Rows,
} from "./ann.ts";
import { Best } from "./best.ts";
import { checkedStream, checkQuery, checkRow, countPassing, passes } from "./check.ts";
import { dot } from "./dot.ts";
import { withEquals } from "./equals.ts";
import { withFile } from "./faiss-file.ts";
import { isMissingTable, MOST_INDEXED_DIM, openPartitions, type Partitions } from "./partitions.ts";
import { isRowForm, RowFile, writeRows } from "./row-file.ts";
import { questionsFrom } from "./tune.ts";
import type { VectorsDatabase } from "./vectors-database.ts";

/** Where the rows of a collection are searched. */
export interface VectorsElsewhere {
  readonly database: VectorsDatabase;
  /** The collection's name on that server; no other one's rows are ever looked at. */
  readonly collection: string;
}

export interface PgvectorOptions {
  /** From so many rows on a graph is built; comparing fewer takes a few milliseconds. */
  readonly graphFrom?: number;
  /** Where no more rows pass a filter than this, they are read from the file and compared here. */
  readonly hereBelow?: number;
  /** How many rows are compared in the time in which the graph is followed to one. */
  readonly stepRows?: number;
}

/** An engine, and what there is to do about tables beside searching them. */
export interface PgvectorEngine extends AnnEngine {
  /** Makes the table of a segment again from its file, which is verified, where the server has none. Returns whether it did. */
  restore(path: string, recipe: AnnRecipe): Promise<boolean>;
  /** As `Partitions.keepOnly`. */
  keepOnly(segments: ReadonlySet<string>, graceMs: number): Promise<void>;
}

const GRAPH_FROM = 20_000;
/** Reading so many rows one by one from a file in the page cache takes about 2 ms. */
const HERE_BELOW = 1000;
/** Measured with 100,000 rows of 256 dimensions and shares of 2 to 50 % that pass (decision 0036). */
const STEP_ROWS = 150;
/**
 * Candidates beside two for each wanted row: the server compares float16 with a question of float16, and walks the graph in batches
 * of which a later one may hold nearer rows.
 */
const MORE = 48;
/** What `hnsw.ef_search` may be at most. */
const MOST_EFFORT = 1000;
const EFFORTS = [40, 80, 160, 320, 640, MOST_EFFORT];
const TUNED_K = 10;
const SAMPLE = 64;
const RECALL = 0.98;

/**
 * Rows are kept twice: in the segment's file, from which merges, analyses and exact comparisons read them, and in the table, which
 * can be made from the file again.
 */
export const pgvectorEngine = (
  elsewhere: VectorsElsewhere | undefined,
  { graphFrom = GRAPH_FROM, hereBelow = HERE_BELOW, stepRows = STEP_ROWS }: PgvectorOptions = {},
): PgvectorEngine => {
  const partitions = elsewhere && openPartitions(elsewhere.database, elsewhere.collection);
  const use = (): { database: VectorsDatabase; partitions: Partitions } => {
    if (elsewhere === undefined || partitions === undefined)
      throw new AnnError("unavailable", NO_SERVER);
    return { database: elsewhere.database, partitions };
  };
  const isIndexed = ({ rows, dim }: Pick<RowStream, "rows" | "dim">) =>
    rows >= graphFrom && dim <= MOST_INDEXED_DIM;
  const open = async (path: string, recipe: AnnRecipe): Promise<PgvectorIndex> =>
    withFile(path, async (file) => {
      const stored = await RowFile.open(file, path, recipe);
      return new PgvectorIndex(stored, recipe, { ...use(), hereBelow, stepRows });
    });
  const restore = async (path: string, recipe: AnnRecipe): Promise<boolean> =>
    withFile(path, async (file) => {
      const stored = await RowFile.open(file, path, recipe);
      const stream = streamOfFile(stored);
      try {
        const segment = segmentOf(recipe);
        return await use().partitions.make({ segment, stream, isIndexed: isIndexed(recipe) });
      } finally {
        stored.close();
      }
    });
  return {
    name: "pgvector",
    unavailable: () => (elsewhere === undefined ? NO_SERVER : undefined),
    async build(rows: Rows | RowStream, path: string, options: AnnBuild = {}) {
      const { factory = "SQfp16", segment } = options;
      if (!isRowForm(factory))
        throw new AnnError(
          "engine",
          `pgvector's rows are in files of plain rows, not "${factory}".`,
        );
      if (segment === undefined) throw new AnnError("engine", "These rows have no name.");
      use();
      await writeRows(checkedStream(rows), path, factory);
      const recipe = {
        engine: "pgvector",
        factory,
        dim: rows.dim,
        rows: rows.rows,
        segment,
      } as const;
      // From the file, since a stream can be read only once.
      await restore(path, recipe);
      if (!isIndexed(recipe)) return recipe;
      const index = await open(path, recipe);
      try {
        return { ...recipe, ...(await tune(index, options.recallTarget ?? RECALL)) };
      } finally {
        index.close();
      }
    },
    open,
    restore,
    keepOnly: (segments, graceMs) => use().partitions.keepOnly(segments, graceMs),
  };
};

const NO_SERVER = "No server with pgvector is named in the settings.";

const segmentOf = ({ segment }: AnnRecipe): string => {
  if (segment === undefined)
    throw new AnnError("damaged", "The manifest does not say under which name the rows are kept.");
  return segment;
};

const PIECE_BYTES = 4 * 1024 * 1024;

const streamOfFile = (stored: RowFile): RowStream => {
  const { dim, rows } = stored;
  return {
    dim,
    rows,
    async *pieces() {
      const most = Math.max(1, Math.floor(PIECE_BYTES / (dim * 4)));
      for (let row = 0; row < rows; row += most) {
        const piece = new Float32Array(Math.min(most, rows - row) * dim);
        await stored.read(row, piece);
        yield piece;
      }
    },
  };
};

interface Serving {
  readonly database: VectorsDatabase;
  readonly partitions: Partitions;
  readonly hereBelow: number;
  readonly stepRows: number;
}

/** What is asked of the server. */
interface Wanted {
  readonly limit: number;
  readonly filter: RowBitmap | undefined;
  /** undefined: all rows that pass are compared. */
  readonly effort: number | undefined;
}

class PgvectorIndex implements AnnIndex {
  readonly engine = "pgvector";
  readonly isElsewhere = true;
  readonly memory = 0;
  readonly dim: number;
  readonly rows: number;
  readonly #recipe: AnnRecipe;
  readonly #serving: Serving;
  readonly #row: Float32Array;
  #stored: RowFile | undefined;
  #table: Promise<string> | undefined;

  constructor(stored: RowFile, recipe: AnnRecipe, serving: Serving) {
    this.#stored = stored;
    this.#recipe = recipe;
    this.#serving = serving;
    this.dim = recipe.dim;
    this.rows = recipe.rows;
    this.#row = new Float32Array(recipe.dim);
  }

  get #open(): RowFile {
    if (this.#stored === undefined) throw new AnnError("engine", "This index has been closed.");
    return this.#stored;
  }

  async search(query: Float32Array, search: AnnSearch): Promise<Neighbours> {
    const stored = this.#open;
    checkQuery(this, query, search);
    const { filter } = search;
    const passing = filter === undefined ? this.rows : countPassing(filter, this.rows);
    const k = Math.min(search.k, passing);
    if (k === 0) return new Best(0).neighbours();
    if (passing <= this.#serving.hereBelow) return this.#compareHere(query, { k, filter });
    const effort = search.effort ?? this.#recipe.effort;
    return withEquals({ k, passing }, async (wanted) => {
      const limit = Math.min(passing, 2 * wanted + MORE);
      const all = { limit, filter, effort: undefined };
      // A walk meets limit × rows / passing rows until enough of them pass, where comparing looks at all rows.
      const isWorthIt = search.effort !== undefined || passing >= limit * this.#serving.stepRows;
      if (effort === undefined || !isWorthIt)
        return this.#settle(stored, query, await this.#ask(query, all), wanted);
      const walked = { ...all, effort: Math.min(MOST_EFFORT, Math.max(effort, limit)) };
      const found = await this.#ask(query, walked);
      // Fewer than there are: the walk ended before it met enough that pass.
      const rows = found.length < limit ? await this.#ask(query, all) : found;
      return this.#settle(stored, query, rows, wanted);
    });
  }

  /** The exact answer of the server, against which the graph's is measured. */
  async exact(query: Float32Array, k: number): Promise<Neighbours> {
    const wanted = { limit: k + MORE, filter: undefined, effort: undefined };
    return this.#settle(this.#open, query, await this.#ask(query, wanted), k);
  }

  vector(row: number, into = new Float32Array(this.dim)): Float32Array {
    const stored = this.#open;
    checkRow(this, row);
    stored.readNow(row, into);
    return into;
  }

  close(): void {
    this.#stored?.close();
    this.#stored = undefined;
  }

  #compareHere(
    query: Float32Array,
    { k, filter }: { readonly k: number; readonly filter: RowBitmap | undefined },
  ): Neighbours {
    const rows: number[] = [];
    for (let row = 0; row < this.rows; row++)
      if (filter === undefined || passes(filter, row)) rows.push(row);
    return this.#settle(this.#open, query, rows, k);
  }

  /** The k nearest of some rows, by the similarities that the file's rows have. */
  #settle(stored: RowFile, query: Float32Array, rows: readonly number[], k: number): Neighbours {
    const best = new Best(k);
    for (const row of rows) {
      stored.readNow(row, this.#row);
      best.offer(row, dot(this.#row, query));
    }
    return best.neighbours();
  }

  async #ask(query: Float32Array, wanted: Wanted): Promise<number[]> {
    const { database } = this.#serving;
    const statements = async () => statementsFor(await this.#found(), query, wanted);
    try {
      return rowsOf(await database.ask(await statements()));
    } catch (error) {
      if (!isMissingTable(error)) throw error;
      // It was dropped and made again since it was looked up, or it was dropped: looking again tells.
      this.#table = undefined;
      return rowsOf(await database.ask(await statements()));
    }
  }

  #found(): Promise<string> {
    if (this.#table !== undefined) return this.#table;
    const finding = this.#serving.partitions.find(segmentOf(this.#recipe));
    this.#table = finding;
    finding.catch(() => {
      if (this.#table === finding) this.#table = undefined;
    });
    return finding;
  }
}

const rowsOf = (found: readonly { readonly row: number }[]): number[] =>
  found.map(({ row }) => row);

/** What is written into a statement are numbers and hexadecimal digits of our own making, and a table's name from `Partitions`. */
const statementsFor = (table: string, query: Float32Array, wanted: Wanted): string[] => {
  const { limit, filter, effort } = wanted;
  const question = `'[${query.join(",")}]'::halfvec`;
  const where = filter === undefined ? "" : ` where get_bit('\\x${hexOf(filter)}'::bytea, row) = 1`;
  // With the sum, no index serves the order: all rows that pass are compared.
  if (effort === undefined)
    return [
      `select row from ${table}${where} order by (embedding <#> ${question}) + 0, row limit ${limit}`,
    ];
  return [
    `set local hnsw.ef_search = ${effort}`,
    "set local hnsw.iterative_scan = relaxed_order",
    "set local enable_seqscan = off",
    `select row from ${table}${where} order by embedding <#> ${question} limit ${limit}`,
  ];
};

/** PostgreSQL numbers the bits of a byte string as a bitmap's words lie in memory: the lowest of the first byte is bit 0. */
const hexOf = (bits: RowBitmap): string =>
  Buffer.from(bits.buffer, bits.byteOffset, bits.byteLength).toString("hex");

/** The least effort that holds the recall on questions made from the rows, half of the allowed loss in reserve: the sample is small. */
async function tune(
  index: PgvectorIndex,
  target: number,
): Promise<{ effort: number; measuredRecall: number }> {
  const { dim, rows } = index;
  const count = Math.min(SAMPLE, rows);
  const data = new Float32Array(count * dim);
  for (let at = 0; at < count; at++)
    index.vector(Math.floor((at * rows) / count), data.subarray(at * dim, (at + 1) * dim));
  const asked = questionsFrom({ dim, rows: count, data });
  const bars: number[] = [];
  for (const question of asked)
    bars.push((await index.exact(question, TUNED_K)).similarities.at(-1) ?? 1);
  let recall = 0;
  for (const effort of EFFORTS) {
    let found = 0;
    for (const [at, question] of asked.entries()) {
      const { similarities } = await index.search(question, { k: TUNED_K, effort });
      found += similarities.filter((similarity) => similarity >= (bars[at] ?? 1)).length;
    }
    recall = found / (asked.length * TUNED_K);
    if (recall >= target + (1 - target) / 2) return { effort, measuredRecall: recall };
  }
  return { effort: MOST_EFFORT, measuredRecall: recall };
}
