// The port for nearest neighbours, which every engine (flat, scan, faiss, pgvector) implements: which rows are nearest to a vector.

/** Rows as one array with a shape; unit length unless an engine says otherwise. */
export interface Rows {
  readonly dim: number;
  readonly rows: number;
  /** rows × dim, row-major. */
  readonly data: Float32Array;
}

/** Rows that need not be in memory all at once. */
export interface RowStream {
  readonly dim: number;
  readonly rows: number;
  /** All rows in order, some at a time: each piece is whole rows, row-major, and good until the next one is asked for. */
  pieces(): AsyncIterable<Float32Array>;
}

/** One bit per row, 1 = may be found: bit (row & 31) of word (row >>> 5). */
export type RowBitmap = Uint32Array;

export interface Neighbours {
  /** Row numbers, nearest first; ties by smaller row. At most k, fewer where fewer pass. */
  readonly rows: Uint32Array;
  /** Cosine (inner product of unit vectors), bigger is nearer; same length as `rows`. */
  readonly similarities: Float32Array;
}

export interface AnnSearch {
  readonly k: number;
  /** Only rows whose bit is set are found. The recall target holds under any filter. */
  readonly filter?: RowBitmap;
  /**
   * How much an approximate engine compares (HNSW efSearch, IVF nprobe). By default the segment's tuned value. The scan takes none: it
   * finds out for each question how much is enough.
   */
  readonly effort?: number;
  /** Less similar rows need not be found: other segments have k rows that are at least so similar. */
  readonly atLeast?: number;
}

/** Reads stored rows one by one. */
export interface RowReader {
  /** The stored vector of a row (exact where the file is exact), in `into` where it is given, else in a fresh array. */
  vector(row: number, into?: Float32Array): Float32Array;
  close(): void;
}

/** A loaded, searchable set of rows. Immutable. */
export interface AnnIndex extends RowReader {
  readonly engine: EngineName;
  readonly dim: number;
  readonly rows: number;
  /** Bytes of memory it holds in this process. */
  readonly memory: number;
  /** True where another server searches, so that several may be asked at once; absent where this process does. */
  readonly isElsewhere?: true;
  /** @throws RangeError for a vector of another dimension or with a number that is not finite. */
  search(query: Float32Array, search: AnnSearch): Promise<Neighbours>;
}

export const engineNames = ["flat", "scan", "faiss", "pgvector"] as const;
export type EngineName = (typeof engineNames)[number];

/** What the manifest stores about a segment's vectors, enough to open the file again with the same answers. */
export interface AnnRecipe {
  readonly engine: EngineName;
  /** FAISS factory string of the file: "Flat", "SQfp16", "HNSW32", "IVF512,SQ8" … `scan` and `flat` read the first two. */
  readonly factory: string;
  readonly dim: number;
  readonly rows: number;
  /** Tuned `effort`, chosen by measurement to hold the recall target; absent where the engine is exact, and for the scan. */
  readonly effort?: number;
  /** recall@10 measured at that effort against the exact answer on a sample of the rows. */
  readonly measuredRecall?: number;
  /** Seed of the scan's random rotation. */
  readonly seed?: number;
  /** Under which name another server holds the rows to be searched; for engines that search there. */
  readonly segment?: string;
}

export interface AnnEngine {
  readonly name: EngineName;
  /** undefined where it can be used here, otherwise the reason why not, one sentence for a person. */
  unavailable(): string | undefined;
  /**
   * Writes `vectors.faiss` for these rows at `path` (a FAISS file; not fsynced, the caller does that) and says how to open it.
   * @throws AnnError for rows with NaN, infinite or zero vectors.
   */
  build(rows: Rows | RowStream, path: string, options?: AnnBuild): Promise<AnnRecipe>;
  /**
   * Opens a file that `build` wrote (its checksum has been verified by the caller). Yields to the event loop while it loads.
   * @throws AnnError code "damaged" where the file's own structure contradicts the recipe; never aborts the process.
   */
  open(path: string, recipe: AnnRecipe): Promise<AnnIndex>;
}

export interface AnnBuild {
  readonly factory?: string;
  readonly seed?: number;
  /** recall@10 to hold; 0.98 by default. */
  readonly recallTarget?: number;
  /** A name for these rows that no others have: engines that search on another server need one. */
  readonly segment?: string;
}

export class AnnError extends Error {
  override readonly name = "AnnError";
  readonly code: "damaged" | "unavailable" | "bad-rows" | "engine";
  constructor(code: AnnError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
