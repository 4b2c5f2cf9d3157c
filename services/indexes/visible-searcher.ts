// A searcher without some of its rows: those being erased are in no answer, although the version still contains them; exchanges only
// in answers to questions that ask for them.
import type {
  Filter,
  Found,
  GroupsFound,
  GroupWord,
  LexicalFound,
  LexicalQuery,
  RowSet,
  Rows,
  Searcher,
  TermFrequency,
  Version,
  WordMass,
} from "#index-store/index-store.ts";
import { isExchangeId } from "#services/domain/ids.ts";

interface Within {
  readonly k: number;
  readonly within?: RowSet;
}

/** The sets that it returns contain visible rows only, so that only questions without a set have to be narrowed. */
class VisibleSearcher implements Searcher {
  readonly #all: Searcher;
  readonly #shown: RowSet;
  readonly #hides: (id: string) => boolean;
  /** Whether the hidden rows are of the same kind as the others, so that they are to be left out of counts of words too. */
  readonly #isSecret: boolean;

  constructor(
    all: Searcher,
    hidden: {
      readonly rows: RowSet;
      readonly has: (id: string) => boolean;
      readonly isSecret: boolean;
    },
  ) {
    this.#all = all;
    this.#isSecret = hidden.isSecret;
    this.#shown = all.without(all.select(undefined), hidden.rows);
    this.#hides = hidden.has;
  }

  get version(): Version {
    return this.#all.version;
  }
  get rows(): number {
    return this.#shown.count;
  }
  get dim(): number {
    return this.#all.dim;
  }
  get schema(): Searcher["schema"] {
    return this.#all.schema;
  }
  get annotations(): Searcher["annotations"] {
    return this.#all.annotations;
  }
  get degraded(): Searcher["degraded"] {
    return this.#all.degraded;
  }

  isErased(): Promise<boolean> {
    return this.#all.isErased();
  }
  select(filter: Filter | undefined): RowSet {
    return filter === undefined
      ? this.#shown
      : this.#all.intersect([this.#all.select(filter), this.#shown]);
  }
  union(sets: readonly RowSet[]): RowSet {
    return this.#all.union(sets);
  }
  intersect(sets: readonly RowSet[]): RowSet {
    return this.#all.intersect([this.#shown, ...sets]);
  }
  overlaps(sets: readonly RowSet[], other: RowSet): number[] {
    return this.#all.overlaps(sets, other);
  }
  without(set: RowSet, other: RowSet): RowSet {
    return this.#all.without(set, other);
  }

  semantic(query: Float32Array, options: Within): Promise<Found[]> {
    return this.#all.semantic(query, { within: this.#shown, ...options });
  }
  lexical(query: LexicalQuery, options: Within): LexicalFound {
    return this.#all.lexical(query, {
      within: this.#shown,
      ...(this.#isSecret ? {} : { lengthsOf: this.#shown }),
      ...options,
    });
  }
  lexicalGroups(
    words: readonly GroupWord[],
    options: { column: string; of: RowSet; mostWords: number; k: number },
  ): GroupsFound {
    return this.#all.lexicalGroups(words, options);
  }
  matching(query: LexicalQuery, within: RowSet = this.#shown): RowSet {
    return this.#all.matching(query, within);
  }
  holding(words: readonly WordMass[], least: number, within: RowSet = this.#shown): RowSet {
    return this.#all.holding(words, least, within);
  }
  massOf(words: readonly WordMass[], hits: readonly Found[]): Float64Array {
    return this.#all.massOf(words, hits);
  }
  rowsOf(ids: readonly string[]): RowSet {
    return this.#all.intersect([this.#all.rowsOf(ids), this.#shown]);
  }
  list(rows: RowSet): Found[] {
    return this.#all.list(rows);
  }

  facet(column: string, within: RowSet | undefined, limit: number) {
    return this.#all.facet(column, within ?? this.#shown, limit);
  }
  histogram(column: string, within: RowSet | undefined, width: number) {
    return this.#all.histogram(column, within ?? this.#shown, width);
  }
  extent(column: string, within: RowSet = this.#shown) {
    return this.#all.extent(column, within);
  }
  read(hits: readonly Found[], columns: readonly string[]) {
    return this.#all.read(hits, columns);
  }

  vector(id: string): Float32Array | undefined {
    return this.#hides(id) ? undefined : this.#all.vector(id);
  }
  scan(batchRows: number, within: RowSet = this.#shown) {
    return this.#all.scan(batchRows, within);
  }
  sample(count: number, seed: number, within: RowSet = this.#shown): Rows {
    return this.#all.sample(count, seed, within);
  }

  documentFrequency(term: string): number {
    if (!this.#isSecret) return this.#all.documentFrequency(term);
    const should = [{ term, weight: 1 }];
    const query = { should, must: [], phrases: [], prefixes: [], not: [] };
    return this.#all.matching(query, this.#shown).count;
  }
  termsWithPrefix(prefix: string, limit: number): TermFrequency[] {
    return this.#counted(this.#all.termsWithPrefix(prefix, limit));
  }
  similarTerms(term: string, maxEdits: 1 | 2, limit: number) {
    return this.#counted(this.#all.similarTerms(term, maxEdits, limit));
  }

  close(): void {
    this.#all.close();
  }

  /** Words that only hidden rows contain are left out. */
  #counted<T extends TermFrequency>(terms: T[]): T[] {
    if (!this.#isSecret) return terms;
    return terms
      .map((one) => ({ ...one, documentFrequency: this.documentFrequency(one.term) }))
      .filter(({ documentFrequency }) => documentFrequency > 0);
  }
}

/** Rows by their ids, and all rows of conversations. */
export interface Hidden {
  readonly chunks: readonly string[];
  readonly conversations: readonly string[];
}

/** The searcher itself where it contains none of the hidden rows. Closing the result closes the searcher. */
export const withoutRows = (searcher: Searcher, { chunks, conversations }: Hidden): Searcher => {
  const sets: RowSet[] = [];
  if (chunks.length > 0) sets.push(searcher.rowsOf(chunks));
  if (conversations.length > 0)
    sets.push(searcher.select({ kind: "in", column: "conversation", values: conversations }));
  if (sets.length === 0) return searcher;
  const rows = searcher.union(sets);
  if (rows.count === 0) return searcher;
  const has = (id: string) => searcher.intersect([searcher.rowsOf([id]), rows]).count > 0;
  return new VisibleSearcher(searcher, { rows, has, isSecret: true });
};

/** The rows of exchanges; undefined where the version is from before there were any. */
const exchangeRows = (searcher: Searcher): RowSet | undefined =>
  Object.hasOwn(searcher.schema, "unit")
    ? searcher.select({ kind: "in", column: "unit", values: ["exchange"] })
    : undefined;

/** A version's exchanges, and the searcher that has them beside its messages. */
export interface Exchanges {
  readonly searcher: Searcher;
  readonly rows: RowSet;
}

/** Searchers of messages: the same one each time, so that what callers remember of it stays valid. */
const ofMessages = new WeakMap<Searcher, Searcher>();
/** The exchanges of the version of a searcher of messages. */
const besides = new WeakMap<Searcher, Exchanges>();

/**
 * The searcher without exchanges: what is counted, analysed and watched are messages. How many rows contain a word is counted with
 * exchanges, which only say it again. Closing the result closes the searcher.
 */
export const messagesOnly = (searcher: Searcher): Searcher => {
  const known = ofMessages.get(searcher);
  if (known) return known;
  const rows = exchangeRows(searcher);
  if (rows === undefined || rows.count === 0) {
    ofMessages.set(searcher, searcher);
    return searcher;
  }
  const made = new VisibleSearcher(searcher, { rows, has: isExchangeId, isSecret: false });
  ofMessages.set(searcher, made);
  besides.set(made, { searcher, rows });
  return made;
};

/** The exchanges beside the messages of a searcher that `messagesOnly` gave; undefined where there are none. */
export const exchangesBeside = (messages: Searcher): Exchanges | undefined => besides.get(messages);
