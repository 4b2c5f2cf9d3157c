// Answers a lexical query from one index: rows with what is required, without what is excluded, and the best of them.
import type { RowBitmap } from "../ann/ann.ts";
import { and, countBits } from "../bitmap.ts";
import { Contribution, idf } from "./bm25.ts";
import type { Dictionary } from "./dictionary.ts";
import {
  LexicalError,
  type LexicalHits,
  type LexicalQuery,
  type LexicalSearch,
  type WeightedTerm,
} from "./lexical.ts";
import { phraseList, positionTerms } from "./phrase.ts";
import {
  emptyList,
  intersect,
  listOf,
  type PostingList,
  rowsOfBitmap,
  unite,
} from "./posting-list.ts";
import type { PostingsData } from "./postings-format.ts";
import type { PostingsKernel } from "./postings-kernel.ts";
import { type Clause, scoreRows } from "./score-rows.ts";
import { TopRows } from "./top-rows.ts";

const badQuery = (what: string): LexicalError => new LexicalError("bad-query", what);

const checkQuestion = (query: LexicalQuery, { k, filter }: LexicalSearch, rows: number): void => {
  if (!Number.isSafeInteger(k) || k < 0)
    throw badQuery(`Ask for a whole number of rows, 0 or more, not ${k}.`);
  if (filter !== undefined && filter.length < (rows + 31) >>> 5)
    throw badQuery(`The filter has ${filter.length * 32} bits for ${rows} rows.`);
  for (const { term, weight } of [...query.should, ...query.must])
    if (!Number.isFinite(weight) || weight < 0)
      throw badQuery(`The weight of "${term}" must be 0 or more, not ${weight}.`);
};

/** Adds the rows of any clause to `matches` without scores, where none are wanted. Returns their number. */
const matchAny = (
  clauses: readonly Clause[],
  allowed: RowBitmap | undefined,
  matches: RowBitmap,
): number => {
  for (const { list } of clauses) {
    const { rows, from, to } = list;
    for (let at = from; at < to; at++) {
      const row = rows[at] ?? 0;
      matches[row >>> 5] = (matches[row >>> 5] ?? 0) | (1 << (row & 31));
    }
  }
  if (allowed !== undefined) and(matches, allowed);
  return countBits(matches);
};

/** Below this share of the postings, looking up each allowed row costs less than reading the lists. */
const NARROW = 16;

class Question {
  readonly #kernel: PostingsKernel;
  readonly #data: PostingsData;
  readonly #dictionary: Dictionary;
  readonly #search: LexicalSearch;
  readonly #average: number;

  constructor(kernel: PostingsKernel, dictionary: Dictionary, search: LexicalSearch) {
    this.#kernel = kernel;
    this.#data = kernel.data;
    this.#dictionary = dictionary;
    this.#search = search;
    const { rows, totalLength } = search.statistics;
    this.#average = rows > 0 && totalLength > 0 ? totalLength / rows : 1;
  }

  answer(query: LexicalQuery): LexicalHits {
    const { k, countAll } = this.#search;
    const data = this.#data;
    const most = Math.min(k, data.rows);
    const top = new TopRows(most);
    const matches = countAll === true ? new Uint32Array((data.rows + 31) >>> 5) : undefined;
    const should = query.should.map((wanted) => this.#term(wanted));
    const gates = this.#gates(query);
    const allowed = this.#allowed(query);
    const withMatches = matches === undefined ? {} : { matches };
    let total: number;
    if (gates.length > 0) {
      const rows = this.#gated(gates, allowed);
      total = scoreRows(data, [...gates, ...should], { rows, any: false, top, matches });
    } else {
      const present = should.filter(({ list }) => list.to > list.from);
      const narrow = present.length > 0 ? this.#narrow(present, allowed) : undefined;
      if (narrow !== undefined)
        total = scoreRows(data, present, { rows: narrow, any: true, top, matches });
      else if (k === 0 && matches !== undefined) total = matchAny(present, allowed, matches);
      else {
        const wanted = { k: most, averageLength: this.#average, allowed, matches };
        return { ...this.#kernel.best(present, wanted), ...withMatches };
      }
    }
    return { ...top.result(), total, ...withMatches };
  }

  #idf(term: string): number {
    const { statistics } = this.#search;
    return idf(statistics.rows, statistics.documentFrequency(term));
  }

  #list(term: string): PostingList {
    return listOf(this.#data, this.#dictionary.find(term));
  }

  #term({ term, weight }: WeightedTerm): Clause {
    return {
      list: this.#list(term),
      contribution: new Contribution(weight * this.#idf(term), this.#average),
    };
  }

  /** As in Lucene, a phrase is as rare as its words together: its idf is the sum of theirs. */
  #phrase(phrase: readonly string[]): Clause {
    const terms = positionTerms(phrase);
    const rarity = terms.reduce((sum, term) => sum + this.#idf(term), 0);
    return {
      list: this.#wordsInOrder(terms),
      contribution: new Contribution(rarity, this.#average),
    };
  }

  #wordsInOrder(terms: readonly string[]): PostingList {
    const [only] = terms;
    if (only === undefined) return emptyList;
    if (terms.length === 1) return this.#list(only);
    const places = terms.map((term) => this.#dictionary.find(term));
    return places.includes(-1) ? emptyList : phraseList(this.#data, places);
  }

  /** All terms that begin so, as one with idf 1: how many rows of all segments have one of them is not known. */
  #prefix(prefix: string): Clause {
    const { from, to } = this.#dictionary.range(prefix);
    return { list: unite(this.#data, from, to), contribution: new Contribution(1, this.#average) };
  }

  #gates(query: LexicalQuery): Clause[] {
    return [
      ...query.must.map((wanted) => this.#term(wanted)),
      ...query.phrases.filter((phrase) => phrase.length > 0).map((phrase) => this.#phrase(phrase)),
      ...query.prefixes.map((prefix) => this.#prefix(prefix)),
    ];
  }

  #gated(gates: readonly Clause[], allowed: RowBitmap | undefined): Uint32Array {
    const lists = gates.map(({ list }) => list).sort((a, b) => a.to - a.from - (b.to - b.from));
    const [shortest, ...others] = lists;
    if (shortest === undefined) return new Uint32Array(0);
    let rows = shortest.rows.subarray(shortest.from, shortest.to);
    if (allowed !== undefined)
      rows = rows.filter((row) => (((allowed[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1);
    for (const list of others) rows = intersect(rows, list);
    return rows;
  }

  /** Rows that pass the filter and have nothing that is excluded; undefined: all. */
  #allowed({ not }: LexicalQuery): RowBitmap | undefined {
    const { filter } = this.#search;
    const excluded = not.filter((phrase) => phrase.length > 0);
    const { rows } = this.#data;
    const words = (rows + 31) >>> 5;
    if (excluded.length === 0 && filter === undefined) return undefined;
    if (excluded.length === 0) return filter;
    const allowed = filter?.slice(0, words) ?? new Uint32Array(words).fill(0xffffffff);
    for (const phrase of excluded) {
      const list = this.#wordsInOrder(positionTerms(phrase));
      for (let at = list.from; at < list.to; at++) {
        const row = list.rows[at] ?? 0;
        allowed[row >>> 5] = (allowed[row >>> 5] ?? 0) & ~(1 << (row & 31));
      }
    }
    return allowed;
  }

  /** The allowed rows, where they are so few that asking each is cheapest. */
  #narrow(present: readonly Clause[], allowed: RowBitmap | undefined): Uint32Array | undefined {
    if (allowed === undefined) return undefined;
    const most =
      present.reduce((sum, { list }) => sum + list.to - list.from, 0) / (NARROW * present.length);
    let count = 0;
    for (const word of allowed) {
      for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
      if (count > most) return undefined;
    }
    const rows = rowsOfBitmap(allowed);
    const end = rows.findIndex((row) => row >= this.#data.rows);
    return end < 0 ? rows : rows.subarray(0, end);
  }
}

/** Answers a question. @throws LexicalError "bad-query" for a filter, number or weight that makes no sense. */
export const answer = (
  kernel: PostingsKernel,
  dictionary: Dictionary,
  { query, search }: { query: LexicalQuery; search: LexicalSearch },
): LexicalHits => {
  checkQuestion(query, search, kernel.data.rows);
  return new Question(kernel, dictionary, search).answer(query);
};
