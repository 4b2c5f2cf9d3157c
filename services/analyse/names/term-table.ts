// Counts of words and phrases per topic in typed arrays: hash tables that drop rare terms when they are full.

/** The counts of a term in a topic. Numbers can be added and bitmaps united, so that the tallies of leaf topics give their parent's. */
export interface Tally {
  /** Texts that contain the term. */
  readonly texts: number;
  /** Occurrences in them. */
  readonly times: number;
  /** Bitmaps of the conversations and authors that use it: see `distinct`. */
  readonly conversations: number;
  readonly authors: number;
}

export const noTally: Tally = { texts: 0, times: 0, conversations: 0, authors: 0 };

export const united = (a: Tally, b: Tally): Tally => ({
  texts: a.texts + b.texts,
  times: a.times + b.times,
  conversations: (a.conversations | b.conversations) >>> 0,
  authors: (a.authors | b.authors) >>> 0,
});

/** One occurrence of a term. */
export interface Occurrence {
  readonly topic: number;
  /** The text's number; texts must come in ascending order, so that two occurrences in one text are counted as one text. */
  readonly text: number;
  /** `bitOf` the conversation and the author. */
  readonly conversation: number;
  readonly author: number;
}

const mix = (a: number, b: number): number => {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 13), 0x297a2d39);
  return (h ^ (h >>> 16)) >>> 0;
};

/** A bitmap with one of its 32 bits set, chosen by a hash of the number. */
export const bitOf = (value: number): number => (1 << (mix(value, 0x51ed27) & 31)) >>> 0;

const ones = (bits: number): number => {
  let v = bits - ((bits >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/**
 * How many different numbers set the bits of a bitmap: linear counting (Whang, Vander-Zanden & Taylor 1990),
 * −32 ln(1 − c/32). Nearly exact for the small counts that matter here; 111 stands for "many".
 */
export const distinct = (bits: number): number => {
  const set = ones(bits);
  return Math.round(32 * Math.log(32 / (32 - Math.min(31, set))));
};

const FIRST_ROWS = 1 << 10;

/** Three numbers → a row number 0, 1, 2 … in order of arrival, with further columns. At most half full. */
export class Rows<Column extends string> {
  size = 0;
  #slots = new Int32Array(FIRST_ROWS * 2).fill(-1);
  a = new Uint32Array(FIRST_ROWS);
  b = new Uint32Array(FIRST_ROWS);
  c = new Uint32Array(FIRST_ROWS);
  readonly columns: Record<Column, Uint32Array>;

  constructor(names: readonly Column[]) {
    this.columns = Object.fromEntries(
      names.map((name) => [name, new Uint32Array(FIRST_ROWS)]),
    ) as Record<Column, Uint32Array>;
  }

  #slot(a: number, b: number, c: number): number {
    const mask = this.#slots.length - 1;
    let slot = mix(mix(a, b), c) & mask;
    for (;;) {
      const row = this.#slots[slot] ?? -1;
      if (row < 0 || (this.a[row] === a && this.b[row] === b && this.c[row] === c)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** −1 where there is none. */
  find(a: number, b: number, c: number): number {
    return this.#slots[this.#slot(a, b, c)] ?? -1;
  }

  /** The row; a new one with zero columns where there was none. */
  at(a: number, b: number, c: number): number {
    let slot = this.#slot(a, b, c);
    const found = this.#slots[slot] ?? -1;
    if (found >= 0) return found;
    if (this.size === this.a.length) {
      this.#grow();
      slot = this.#slot(a, b, c);
    }
    const row = this.size++;
    this.a[row] = a;
    this.b[row] = b;
    this.c[row] = c;
    this.#slots[slot] = row;
    return row;
  }

  #grow(): void {
    const larger = (array: Uint32Array): Uint32Array<ArrayBuffer> => {
      const copy = new Uint32Array(array.length * 2);
      copy.set(array);
      return copy;
    };
    this.a = larger(this.a);
    this.b = larger(this.b);
    this.c = larger(this.c);
    for (const name of Object.keys(this.columns) as Column[])
      this.columns[name] = larger(this.columns[name]);
    this.#slots = new Int32Array(this.a.length * 2).fill(-1);
    for (let row = 0; row < this.size; row++)
      this.#slots[this.#slot(this.a[row] ?? 0, this.b[row] ?? 0, this.c[row] ?? 0)] = row;
  }
}

/** A term as three word numbers, counted from 1; 0 where it has fewer words. */
export type Gram = readonly [number, number, number];

const gramColumns = ["times", "capitalised"] as const;
const entryColumns = ["texts", "times", "last", "conversations", "authors"] as const;

/** The counts of every (term, topic) pair. */
export class TermTable {
  readonly #most: number;
  #grams = new Rows<(typeof gramColumns)[number]>(gramColumns);
  /** Term, topic → tally. */
  #entries = new Rows<(typeof entryColumns)[number]>(entryColumns);

  /** @param most (term, topic) pairs to hold: at most 72 bytes each. */
  constructor(most: number) {
    this.#most = most;
  }

  add(gram: Gram, at: Occurrence, capitalised: boolean): void {
    if (this.#entries.size >= this.#most) this.#forget();
    const term = this.#grams.at(gram[0], gram[1], gram[2]);
    bump(this.#grams.columns.times, term);
    if (capitalised) bump(this.#grams.columns.capitalised, term);
    const row = this.#entries.at(term, at.topic, 0);
    const { columns } = this.#entries;
    bump(columns.times, row);
    // Text numbers are stored from 1; 0 means none yet.
    if (columns.last[row] !== at.text + 1) bump(columns.texts, row);
    columns.last[row] = at.text + 1;
    columns.conversations[row] = ((columns.conversations[row] ?? 0) | at.conversation) >>> 0;
    columns.authors[row] = ((columns.authors[row] ?? 0) | at.author) >>> 0;
  }

  /**
   * Makes room: drops terms that occurred once, then those that occurred twice … until a quarter is free. A dropped term that
   * occurs again has lost a few counts (lossy counting, Manku & Motwani 2002); one that does not was rare everywhere.
   */
  #forget(): void {
    const { times } = this.#grams.columns;
    let level = 0;
    let left = this.#entries.size;
    while (left > this.#most * 0.75) {
      level++;
      left = 0;
      for (let row = 0; row < this.#entries.size; row++)
        if ((times[this.#entries.a[row] ?? 0] ?? 0) > level) left++;
    }
    const terms = this.#grams;
    const entries = this.#entries;
    this.#grams = new Rows(gramColumns);
    this.#entries = new Rows(entryColumns);
    for (let row = 0; row < entries.size; row++) {
      const old = entries.a[row] ?? 0;
      if ((times[old] ?? 0) <= level) continue;
      const term = this.#grams.at(terms.a[old] ?? 0, terms.b[old] ?? 0, terms.c[old] ?? 0);
      for (const name of gramColumns)
        this.#grams.columns[name][term] = terms.columns[name][old] ?? 0;
      const to = this.#entries.at(term, entries.b[row] ?? 0, 0);
      for (const name of entryColumns)
        this.#entries.columns[name][to] = entries.columns[name][row] ?? 0;
    }
  }

  get terms(): number {
    return this.#grams.size;
  }

  gramOf(term: number): Gram {
    return [this.#grams.a[term] ?? 0, this.#grams.b[term] ?? 0, this.#grams.c[term] ?? 0];
  }

  timesOf(term: number): number {
    return this.#grams.columns.times[term] ?? 0;
  }

  /** How often every word of the term was capitalised. */
  capitalisedOf(term: number): number {
    return this.#grams.columns.capitalised[term] ?? 0;
  }

  /** Visits every (term, topic) pair, in order of arrival. */
  visit(each: (term: number, topic: number, tally: Tally) => void): void {
    const { a, b, columns, size } = this.#entries;
    for (let row = 0; row < size; row++)
      each(a[row] ?? 0, b[row] ?? 0, {
        texts: columns.texts[row] ?? 0,
        times: columns.times[row] ?? 0,
        conversations: columns.conversations[row] ?? 0,
        authors: columns.authors[row] ?? 0,
      });
  }
}

const bump = (column: Uint32Array, row: number): void => {
  column[row] = (column[row] ?? 0) + 1;
};
