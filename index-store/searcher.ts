// What can be asked of one version of an index.
import type { Rows } from "./ann/ann.ts";
import type { Degraded } from "./degraded.ts";
import type { Schema } from "./documents.ts";
import type { FacetCount } from "./facets.ts";
import type { Filter } from "./filter.ts";
import type { GroupWord } from "./grouped.ts";
import type { Version } from "./history/history.ts";
import type { LexicalQuery, TermFrequency, WordMass } from "./lexical/lexical.ts";
import type { RowSet } from "./row-set.ts";

/** One row of a snapshot that answers. */
export interface Found {
  readonly id: string;
  /** Place of the row in this snapshot, usable in cursors. It depends on how rows lie in segments: break ties by id. */
  readonly ordinal: number;
  /** Cosine for semantic, BM25 for lexical; bigger is better. */
  readonly score: number;
}

export interface LexicalFound {
  readonly hits: readonly Found[];
  /** Rows that match in all (live and passing the filter); a lower bound unless counted. */
  readonly total: number;
}

/** Texts of several rows that answer. */
export interface GroupsFound {
  /** Best first: what the rows of each have in the column, and BM25 over all such texts. */
  readonly found: readonly { readonly value: string; readonly score: number }[];
  /** What the best five hold of the question beyond the row of each that holds most, as a share of the question: 0 where one row says all. */
  readonly spread: number;
}

/** A snapshot of one version: whatever is committed or merged meanwhile, it answers the same. Many questions may run at once. */
export interface Searcher {
  readonly version: Version;
  /** Live rows. */
  readonly rows: number;
  readonly dim: number;
  readonly schema: Schema;
  /** What the writers of this version kept in its manifest. */
  readonly annotations: Readonly<Record<string, unknown>>;
  /**
   * null where everything is whole. Otherwise an older version answers, or rows of a segment are left out of searches by meaning
   * (and of `vector`, `scan` and `sample`) or of searches by words (and of counts of terms).
   */
  readonly degraded: Degraded | null;
  /**
   * Whether rows were erased from the index since this snapshot was opened, by whichever process: close it then, and open
   * another before answering. Reads one small file.
   */
  isErased(): Promise<boolean>;
  /** Compiles a filter once; undefined = everything live. */
  select(filter: Filter | undefined): RowSet;
  union(sets: readonly RowSet[]): RowSet;
  intersect(sets: readonly RowSet[]): RowSet;
  /** For each of the sets, how many rows it has in common with the other one, without making a set of them. */
  overlaps(sets: readonly RowSet[], other: RowSet): number[];
  /** The rows of a set that are not in the other one. */
  without(set: RowSet, other: RowSet): RowSet;
  /** Best first, equal scores by id. recall@10 ≥ 0.98 under any filter: where few rows pass, all of them are compared. */
  semantic(query: Float32Array, options: { k: number; within?: RowSet }): Promise<Found[]>;
  /**
   * Best first, equal scores by id.
   * @param options.lengthsOf the rows with whose mean length the length of a row is compared; all by default. Rows of two kinds,
   * short and long ones, are each to be compared with their own: against the mean of both, a long text would be taken for one that
   * is long-winded.
   */
  lexical(
    query: LexicalQuery,
    options: { k: number; within?: RowSet; lengthsOf?: RowSet },
  ): LexicalFound;
  /**
   * Rows with the same value of a keyword column taken as one text: the best `k` such texts for any of these words. Of frequent words,
   * those beyond 400,000 rows in all are not looked at.
   * @param options.of the rows that make up the texts; the same set each time, because the texts are kept with it
   * @param options.mostWords texts of more words are left out
   */
  lexicalGroups(
    words: readonly GroupWord[],
    options: { column: string; of: RowSet; mostWords: number; k: number },
  ): GroupsFound;
  /** Every row that the lexical question matches (no scores), for facets. */
  matching(query: LexicalQuery, within?: RowSet): RowSet;
  /** Every row whose words have at least so much mass together (no scores); a word counts once, in whichever form. */
  holding(words: readonly WordMass[], least: number, within?: RowSet): RowSet;
  /** What the words that each of these rows has are worth together; a word counts once, in whichever form. */
  massOf(words: readonly WordMass[], hits: readonly Found[]): Float64Array;
  /** The rows with these ids that are live here. */
  rowsOf(ids: readonly string[]): RowSet;
  /** The rows of a set, in the order of their places, with score 0. */
  list(rows: RowSet): Found[];
  /** Most frequent values of a keyword column among the rows, with counts; ties by value. */
  facet(column: string, within: RowSet | undefined, limit: number): FacetCount[];
  /** Equal-width counts of a number column: `width` is the bin size, bins begin at multiples of it. */
  histogram(
    column: string,
    within: RowSet | undefined,
    width: number,
  ): { from: number; count: number }[];
  /** Smallest and largest value of a number column; null where there is none. */
  extent(column: string, within?: RowSet): { min: number; max: number } | null;
  /** Column values of hits, one array element per hit. */
  read(
    hits: readonly Found[],
    columns: readonly string[],
  ): Record<string, string | number | null>[];
  /** The stored vector of a live row; undefined where the id is not live, or its segment's vectors are damaged. */
  vector(id: string): Float32Array | undefined;
  /** Vectors of all live rows, or of a set, in ordinal order, with their ids, a batch at a time (for analysis). */
  scan(batchRows: number, within?: RowSet): AsyncIterableIterator<{ ids: string[]; vectors: Rows }>;
  /** Vectors of `count` rows (of all live ones, or of a set) chosen by the seed, the same ones each time; all where there are no more. */
  sample(count: number, seed: number, within?: RowSet): Rows;
  documentFrequency(term: string): number;
  termsWithPrefix(prefix: string, limit: number): TermFrequency[];
  similarTerms(term: string, maxEdits: 1 | 2, limit: number): (TermFrequency & { edits: number })[];
  /** Releases the version's files; after `close` the searcher throws. */
  close(): void;
}
