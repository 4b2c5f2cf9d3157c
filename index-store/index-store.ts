// The door of the index store: vectors, words and columns in; versions out. Imports nothing of Parlance's.
import type { Rows } from "./ann/ann.ts";
import type { LexicalQuery, TermFrequency, TermSpan } from "./lexical/lexical.ts";
import type { Version } from "./history/history.ts";

/** What a column holds. keyword: one of few strings (dictionary-coded) · number: float64, NaN = absent. */
export type ColumnKind = "keyword" | "number";
export type Schema = Readonly<Record<string, ColumnKind>>;
export type ColumnValues = readonly (string | null)[] | Float64Array;

/** Rows to add: all arrays have the same length. Ids are unique in the index; adding a live id again replaces it. */
export interface Documents {
  readonly ids: readonly string[];
  readonly vectors: Rows;
  /** The text whose words are indexed. */
  readonly texts: readonly string[];
  readonly columns: Readonly<Record<string, ColumnValues>>;
}

export type Filter =
  | { readonly kind: "all"; readonly of: readonly Filter[] }
  | { readonly kind: "any"; readonly of: readonly Filter[] }
  | { readonly kind: "not"; readonly of: Filter }
  /** Keyword columns: the value is one of these; null stands for absent. */
  | { readonly kind: "in"; readonly column: string; readonly values: readonly (string | null)[] }
  /** Number columns: from ≤ value < before. */
  | { readonly kind: "range"; readonly column: string; readonly from?: number; readonly before?: number };

/** One row of a snapshot that answers. */
export interface Found {
  readonly id: string;
  /** Stable within the snapshot: place of the row, usable as a tie-break and in cursors. */
  readonly ordinal: number;
  /** Cosine for semantic, BM25 for lexical; bigger is better. */
  readonly score: number;
}

export interface LexicalFound {
  readonly hits: readonly Found[];
  /** Rows that match in all (live and passing the filter); a lower bound unless counted. */
  readonly total: number;
}

export interface FacetCount {
  readonly value: string | null;
  readonly count: number;
}

/** A set of rows of one snapshot, opaque to callers: combine, count, use as filter. */
export interface RowSet {
  readonly count: number;
}

/** A snapshot of one version: whatever is committed or merged meanwhile, it answers the same. Safe to use concurrently. */
export interface Searcher {
  readonly version: Version;
  /** Live rows. */
  readonly rows: number;
  readonly dim: number;
  readonly schema: Schema;
  /** True where the wanted version was damaged and this is an older one. */
  readonly degraded: string | null;
  /** Compiles a filter once; undefined = everything live. */
  select(filter: Filter | undefined): RowSet;
  union(sets: readonly RowSet[]): RowSet;
  intersect(sets: readonly RowSet[]): RowSet;
  /** Exact recall@10 ≥ 0.98 under any filter: scans exactly where few rows pass. */
  semantic(query: Float32Array, options: { k: number; within?: RowSet }): Promise<Found[]>;
  lexical(query: LexicalQuery, options: { k: number; within?: RowSet }): LexicalFound;
  /** Every row that the lexical question matches (no scores), for facets. */
  matching(query: LexicalQuery, within?: RowSet): RowSet;
  /** The rows with these ids that are live here. */
  rowsOf(ids: readonly string[]): RowSet;
  /** Most frequent values of a keyword column among the rows, with counts; ties by value. */
  facet(column: string, within: RowSet | undefined, limit: number): FacetCount[];
  /** Equal-width counts of a number column: `width` is the bin size, bins begin at multiples of it. */
  histogram(column: string, within: RowSet | undefined, width: number): { from: number; count: number }[];
  /** Smallest and largest value of a number column; null where there is none. */
  extent(column: string, within?: RowSet): { min: number; max: number } | null;
  /** Column values of hits, one array element per hit. */
  read(hits: readonly Found[], columns: readonly string[]): Record<string, string | number | null>[];
  /** The stored vector of a live row; undefined where the id is not live. */
  vector(id: string): Float32Array | undefined;
  /** Vectors of all live rows in ordinal order, with their ids, a batch at a time (for analysis). */
  scan(batchRows: number): AsyncIterableIterator<{ ids: string[]; vectors: Rows }>;
  documentFrequency(term: string): number;
  termsWithPrefix(prefix: string, limit: number): TermFrequency[];
  similarTerms(term: string, maxEdits: 1 | 2, limit: number): (TermFrequency & { edits: number })[];
  /** Pins the version's files until released; after `close` the searcher throws. */
  close(): void;
}

export interface CommitOptions {
  readonly message: string;
  /** Names of the batches that this version includes for the first time: a batch already in an earlier version is not added twice. */
  readonly batches?: readonly string[];
  /** Arbitrary small JSON kept in the manifest (model id, topic snapshot …), carried forward unless replaced. */
  readonly annotations?: Readonly<Record<string, unknown>>;
}

export interface VersionSummary extends Version {
  /** Live rows. */
  readonly rows: number;
  readonly segments: number;
  readonly bytes: number;
  readonly added: number;
  readonly removed: number;
  readonly annotations: Readonly<Record<string, unknown>>;
}

export interface Diff {
  /** Ids live in `to` and not in `from`, and the reverse. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface IndexStore {
  readonly path: string;
  readonly schema: Schema;
  readonly dim: number;
  head(): Promise<Version | null>;
  versions(page?: { limit?: number; before?: number }): Promise<VersionSummary[]>;
  /** Batches named by the head's manifest: the truth of what is indexed. */
  batches(): Promise<ReadonlySet<string>>;
  /**
   * Adds and removes rows in one new version: builds a segment, merges small ones where the policy says so, commits durably.
   * Rebases and retries where another writer was first. Returns null where there was nothing to do.
   */
  commit(
    change: { readonly add?: readonly Documents[]; readonly remove?: readonly string[] },
    options: CommitOptions,
  ): Promise<Version | null>;
  /** Merges segments by the policy (or all into one) without changing what is live; null where nothing was worth it. */
  merge(options?: { readonly all?: boolean }): Promise<Version | null>;
  /** A snapshot: of the head, or of the version with this number, tag or id. Segments are shared between snapshots. Cached. */
  searcher(address?: string | number): Promise<Searcher>;
  diff(from: string | number, to: string | number): Promise<Diff>;
  tag(address: string | number, name: string): Promise<void>;
  /** A new version with the content of an older one. */
  rollBack(address: string | number): Promise<Version>;
  /** Erases rows from every version, old ones included: afterwards neither text, words nor vectors of them are in any file. */
  purge(ids: readonly string[]): Promise<void>;
  /** Checks every file of every version by its checksum. */
  verify(): Promise<{ readonly damaged: readonly string[]; readonly checked: number }>;
  collectGarbage(): Promise<number>;
  /** Bytes on disk of all versions together. */
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Folder of the index: becomes a bare git repository. Made where absent. */
  readonly path: string;
  readonly dim: number;
  readonly schema: Schema;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  /** What to use for vectors; "auto" picks by size and measurement. */
  readonly engine?: "auto" | "flat" | "scan" | "faiss";
  readonly onWarning?: (message: string) => void;
}

export class IndexError extends Error {
  override readonly name = "IndexError";
  readonly code: "conflict" | "unknown-version" | "damaged" | "unavailable" | "bad-documents" | "closed";
  constructor(code: IndexError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type { LexicalQuery, Rows, TermFrequency, TermSpan, Version };
export { openIndexStore } from "./writer.ts";
export { highlightSpans, tokenize } from "./lexical/tokenize.ts";
export { exportIndex, restoreIndex } from "./portable.ts";
