// Which rows a lexical question matches, and their BM25: a term at a time into one array of scores.
import type { RowBitmap } from "../ann/ann.ts";
import type { LexicalHits, LexicalQuery, LexicalSearch } from "./lexical.ts";
import { LARGE_FREQUENCY, type PostingsData } from "./postings-format.ts";
import type { Dictionary } from "./word-list.ts";

const k1 = 1.2;
const b = 0.75;
/** A prefix stands for at most so many terms, the most frequent ones. */
const prefixTerms = 200;

/** Robertson/Spärck Jones idf as Lucene has it: never negative. */
const idf = (rows: number, frequency: number) =>
  Math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5));

interface Scored {
  readonly places: readonly number[];
  /** weight × idf × (k1 + 1) of each place. */
  readonly gains: readonly number[];
}

export class Matcher {
  readonly #data: PostingsData;
  readonly #dictionary: Dictionary;
  readonly #scores: Float32Array;
  readonly #large = new Map<number, number>();

  constructor(data: PostingsData, dictionary: Dictionary) {
    this.#data = data;
    this.#dictionary = dictionary;
    this.#scores = new Float32Array(data.rows);
    for (let at = 0; at < data.largeFrequencies.length; at += 2)
      this.#large.set(data.largeFrequencies[at] ?? 0, data.largeFrequencies[at + 1] ?? 0);
  }

  search(query: LexicalQuery, search: LexicalSearch): LexicalHits {
    const scores = this.#scores.fill(0);
    const allowed = this.#gate(query, search.filter);
    for (const group of this.#scoredOf(query, search)) this.#add(group, search);
    if (query.should.length === 0 && allowed === undefined)
      return empty(this.#data.rows, search.countAll === true);
    return topRows(scores, { k: search.k, allowed, countAll: search.countAll === true });
  }

  /** Everything that adds to the score: typed terms, the words of phrases, the terms of prefixes. */
  #scoredOf(query: LexicalQuery, { statistics }: LexicalSearch): Scored[] {
    const gain = (term: string, weight: number) =>
      weight * idf(statistics.rows, statistics.documentFrequency(term)) * (k1 + 1);
    const words = [...query.should, ...query.must];
    const phraseWords = query.phrases.flat().map((term) => ({ term, weight: 1 }));
    const scored = [...words, ...phraseWords].map(({ term, weight }) => ({
      places: [this.#dictionary.find(term)],
      gains: [gain(term, weight)],
    }));
    for (const prefix of query.prefixes) {
      const terms = this.#dictionary.withPrefix(prefix, prefixTerms);
      scored.push({
        places: terms.map(({ term }) => this.#dictionary.find(term)),
        gains: terms.map(({ term }) => gain(term, 1)),
      });
    }
    return scored;
  }

  #add({ places, gains }: Scored, { statistics }: LexicalSearch): void {
    const { postingOffsets, postingRows, frequencies, lengths } = this.#data;
    const scores = this.#scores;
    const average = statistics.totalLength / Math.max(1, statistics.rows) || 1;
    const flat = k1 * (1 - b);
    const slope = (k1 * b) / average;
    for (const [at, place] of places.entries()) {
      if (place < 0) continue;
      const gain = gains[at] ?? 0;
      const end = postingOffsets[place + 1] ?? 0;
      for (let posting = postingOffsets[place] ?? 0; posting < end; posting++) {
        const row = postingRows[posting] ?? 0;
        let frequency = frequencies[posting] ?? 0;
        if (frequency === LARGE_FREQUENCY) frequency = this.#large.get(posting) ?? frequency;
        scores[row] =
          (scores[row] ?? 0) +
          (gain * frequency) / (frequency + flat + slope * (lengths[row] ?? 0));
      }
    }
  }

  /** Rows that the filter and everything required let through; undefined = all. */
  #gate(query: LexicalQuery, filter: RowBitmap | undefined): RowBitmap | undefined {
    const required: RowBitmap[] = filter === undefined ? [] : [filter];
    for (const { term } of query.must) required.push(this.#rowsOf([this.#dictionary.find(term)]));
    for (const phrase of query.phrases) required.push(this.#phrase(phrase));
    for (const prefix of query.prefixes) {
      const [from, to] = this.#dictionary.range(prefix);
      required.push(this.#rowsOf(Array.from({ length: to - from }, (_, at) => from + at)));
    }
    const excluded = query.not.map((words) =>
      words.length === 1
        ? this.#rowsOf([this.#dictionary.find(words[0] ?? "")])
        : this.#phrase(words),
    );
    if (required.length === 0 && excluded.length === 0) return undefined;
    const words = (this.#data.rows + 31) >>> 5;
    const out = new Uint32Array(words).fill(0xffff_ffff);
    for (const bitmap of required)
      for (let at = 0; at < words; at++) out[at] = (out[at] ?? 0) & (bitmap[at] ?? 0);
    for (const bitmap of excluded)
      for (let at = 0; at < words; at++) out[at] = (out[at] ?? 0) & ~(bitmap[at] ?? 0);
    const rest = this.#data.rows & 31;
    if (rest > 0) out[words - 1] = (out[words - 1] ?? 0) & ((1 << rest) - 1);
    return out;
  }

  #rowsOf(places: readonly number[]): RowBitmap {
    const out = new Uint32Array((this.#data.rows + 31) >>> 5);
    const { postingOffsets, postingRows } = this.#data;
    for (const place of places) {
      if (place < 0) continue;
      const end = postingOffsets[place + 1] ?? 0;
      for (let posting = postingOffsets[place] ?? 0; posting < end; posting++) {
        const row = postingRows[posting] ?? 0;
        out[row >>> 5] = (out[row >>> 5] ?? 0) | (1 << (row & 31));
      }
    }
    return out;
  }

  /** Rows where the words stand next to each other, in order. */
  #phrase(words: readonly string[]): RowBitmap {
    const out = new Uint32Array((this.#data.rows + 31) >>> 5);
    const places = words.map((word) => this.#dictionary.find(word));
    if (places.length === 0 || places.some((place) => place < 0)) return out;
    const rows = places.map((place) => this.#rowsOf([place]));
    const all = rows.reduce((a, c) => a.map((word, at) => word & (c[at] ?? 0)));
    const starts = places.map((place) => this.#positions(place, all));
    for (const [row, first] of starts[0] ?? []) {
      const rest = starts.slice(1).map((positions) => new Set(positions.get(row) ?? []));
      if (first.some((position) => rest.every((set, at) => set.has(position + at + 1))))
        out[row >>> 5] = (out[row >>> 5] ?? 0) | (1 << (row & 31));
    }
    return out;
  }

  /** Positions of a term in the rows wanted. */
  #positions(place: number, wanted: RowBitmap): Map<number, number[]> {
    const { postingOffsets, postingRows, positionOffsets, positions } = this.#data;
    const found = new Map<number, number[]>();
    const end = postingOffsets[place + 1] ?? 0;
    const bytesEnd = positionOffsets[place + 1] ?? 0;
    let at = positionOffsets[place] ?? 0;
    if (at === bytesEnd) return found;
    for (let posting = postingOffsets[place] ?? 0; posting < end; posting++) {
      const row = postingRows[posting] ?? 0;
      const frequency = this.#frequency(posting);
      const keep = ((wanted[row >>> 5] ?? 0) >>> (row & 31)) & 1;
      const list: number[] = [];
      let before = -1;
      for (let n = 0; n < frequency && at < bytesEnd; n++) {
        let value = 0;
        let shift = 0;
        let byte = 0;
        do {
          byte = positions[at++] ?? 0;
          value |= (byte & 0x7f) << shift;
          shift += 7;
        } while (byte >= 0x80 && at < bytesEnd);
        before += value + 1;
        if (keep) list.push(before);
      }
      if (keep) found.set(row, list);
    }
    return found;
  }

  #frequency(posting: number): number {
    const frequency = this.#data.frequencies[posting] ?? 0;
    return frequency === LARGE_FREQUENCY ? (this.#large.get(posting) ?? frequency) : frequency;
  }
}

const empty = (rows: number, countAll: boolean): LexicalHits => ({
  rows: new Uint32Array(0),
  scores: new Float32Array(0),
  total: 0,
  ...(countAll ? { matches: new Uint32Array((rows + 31) >>> 5) } : {}),
});

const isSet = (bitmap: RowBitmap | undefined, row: number) =>
  bitmap === undefined || (((bitmap[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;

/** The k best of all scored rows that are allowed; ties by smaller row. */
const topRows = (
  scores: Float32Array,
  options: { k: number; allowed: RowBitmap | undefined; countAll: boolean },
): LexicalHits => {
  const { k, allowed, countAll } = options;
  const matches = countAll ? new Uint32Array((scores.length + 31) >>> 5) : undefined;
  const heapRows: number[] = [];
  let total = 0;
  let bar = 0;
  const sortHeap = () => {
    heapRows.sort((a, c) => (scores[c] ?? 0) - (scores[a] ?? 0) || a - c);
    heapRows.length = Math.min(heapRows.length, k);
    bar = heapRows.length === k ? (scores[heapRows[k - 1] ?? 0] ?? 0) : 0;
  };
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] ?? 0;
    if (score === 0 || !isSet(allowed, row)) continue;
    total++;
    if (matches !== undefined) matches[row >>> 5] = (matches[row >>> 5] ?? 0) | (1 << (row & 31));
    // A row met later loses a tie, so only a better score is taken once there are k.
    if (score <= bar) continue;
    heapRows.push(row);
    if (heapRows.length >= 2 * k + 64) sortHeap();
  }
  sortHeap();
  return {
    rows: Uint32Array.from(heapRows),
    scores: Float32Array.from(heapRows, (row) => scores[row] ?? 0),
    total,
    ...(matches === undefined ? {} : { matches }),
  };
};
