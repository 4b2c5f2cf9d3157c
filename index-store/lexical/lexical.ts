// The port for words (our own postings; FTS5 as the reference in tests): which rows hold these words, and how well do they match.
import type { RowBitmap } from "../ann/ann.ts";

/** Where a term stands in a text, in UTF-16 offsets. */
export interface TermSpan {
  readonly start: number;
  readonly end: number;
}

/** A parsed lexical query. `should` terms add to the score; `must`, `phrases`, `prefixes` are required and add too; `not` excludes. */
export interface LexicalQuery {
  /** OR: a row with any of them matches (where nothing is required), each adds to the score. */
  readonly should: readonly WeightedTerm[];
  /** AND: every one must occur. */
  readonly must: readonly WeightedTerm[];
  /** Words next to each other, in order. */
  readonly phrases: readonly (readonly string[])[];
  /** `prefix*`: any term beginning so must occur. */
  readonly prefixes: readonly string[];
  /** Rows with any of these terms or phrases (a phrase is several words) are out. */
  readonly not: readonly (readonly string[])[];
}

/** A normalised term, as `tokenize` makes it; weight 1 for typed words, less for expansions (typos, stems). */
export interface WeightedTerm {
  readonly term: string;
  readonly weight: number;
}

/** A word of a question. */
export interface WordMass {
  /** Terms of which any is the word: itself, its forms, likely spellings. */
  readonly terms: readonly string[];
  /** What the word is worth, above 0. */
  readonly mass: number;
}

/** Statistics over all segments of a snapshot, so that scores of different segments compare. */
export interface LexicalStatistics {
  readonly rows: number;
  readonly totalLength: number;
  /** Rows that hold the term. */
  documentFrequency(term: string): number;
}

export interface LexicalSearch {
  readonly k: number;
  readonly filter?: RowBitmap;
  readonly statistics: LexicalStatistics;
  /** Also count every match and fill `matches`; otherwise the engine may skip what cannot reach the top k. */
  readonly countAll?: boolean;
}

export interface LexicalHits {
  /** Row numbers, best first; ties by smaller row. */
  readonly rows: Uint32Array;
  /** BM25 (k1 = 1.2, b = 0.75, idf = ln(1 + (N − n + 0.5)/(n + 0.5))), bigger is better. */
  readonly scores: Float32Array;
  /** How many rows match in all; exact with `countAll`, otherwise a lower bound. */
  readonly total: number;
  /** All matching rows, with `countAll`. */
  readonly matches?: RowBitmap;
}

/** How often a term stands in each group of rows. */
export interface GroupCounts {
  readonly counts: Float32Array;
  /** The groups that have it: the first `size` elements. */
  readonly met: Uint32Array;
  size: number;
}

/** One segment's words, loaded. Immutable. */
export interface LexicalIndex {
  readonly rows: number;
  readonly totalLength: number;
  readonly memory: number;
  documentFrequency(term: string): number;
  /** Words in all of these rows together. */
  lengthOf(rows: RowBitmap): number;
  /** Adds the words of each row to the length of its group. @param groups group of each row; -1: none */
  addLengths(groups: Int32Array, lengths: Float64Array): void;
  /** Counts how often a term stands in the rows of each group, times its weight. @param groups as for `addLengths` */
  countTerm(term: WeightedTerm, groups: Int32Array, counts: GroupCounts): void;
  /** Sets `marks[at]` to 1 where `rows[at]` has the term. @param rows in ascending order */
  markRows(term: string, rows: Uint32Array, marks: Uint8Array): void;
  search(query: LexicalQuery, search: LexicalSearch): LexicalHits;
  /**
   * Rows whose words have at least so much mass together; a word counts once.
   * @param filter where it is given, other rows may be missing, and need not be looked at
   */
  rowsWithMass(words: readonly WordMass[], least: number, filter?: RowBitmap): RowBitmap;
  /** Terms that begin so, most frequent first. */
  termsWithPrefix(prefix: string, limit: number): TermFrequency[];
  /** Known terms within an edit distance (Damerau-Levenshtein, optimal string alignment), nearest first, then most frequent. */
  similarTerms(term: string, maxEdits: 1 | 2, limit: number): (TermFrequency & { edits: number })[];
  /** All terms in dictionary order with their frequency (for merges, key words, tests). */
  terms(): IterableIterator<TermFrequency>;
  close(): void;
}

export interface TermFrequency {
  readonly term: string;
  readonly documentFrequency: number;
}

export interface LexicalEngine {
  /** Writes `words.idx` for these texts (row = place in the array) at `path`; not fsynced. */
  build(texts: readonly string[], path: string): Promise<void>;
  /** @throws LexicalError "damaged" where the file contradicts itself. */
  open(path: string): Promise<LexicalIndex>;
}

export class LexicalError extends Error {
  override readonly name = "LexicalError";
  readonly code: "damaged" | "bad-query";
  constructor(code: LexicalError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
