// The best rows for "any of these words": in each window of rows, only words that can still bring a row into the top k are read.
import type { RowBitmap } from "../ann/ann.ts";
import type { Contribution } from "./bm25.ts";
import { frequencyOf, type PostingList, seek } from "./posting-list.ts";
import { BLOCK, type PostingsData } from "./postings-format.ts";
import type { TopRows } from "./top-rows.ts";

/** A list and what it adds to a score. */
export interface Clause {
  readonly list: PostingList;
  readonly contribution: Contribution;
}

export interface Sweep {
  readonly top: TopRows;
  readonly allowed: RowBitmap | undefined;
  /** Takes every matching row; then nothing is skipped. */
  readonly matches: RowBitmap | undefined;
}

/*
 * MaxScore (Turtle and Flood 1995) over block maxima, in windows as Lucene's MaxScoreBulkScorer does it. In a window every
 * word has a bound, the most that any of its rows there can get from it. Words whose bounds together do not reach the k-th
 * best score need not be read; the rows of the others are added up in a small array, and the unread words are asked only
 * about rows that could still make it.
 */
const WINDOW = 4096;
/** Postings looked at one by one before jumping: rows that are asked about lie close together, and jumps mispredict. */
const NEAR = 16;

class Cursor {
  readonly data: PostingsData;
  readonly clause: Clause;
  readonly list: PostingList;
  at: number;
  /** The most that a row of the current window can get. */
  bound = 0;
  /** Bound of all rows, for lists without blocks. */
  readonly #whole: number;

  constructor(data: PostingsData, clause: Clause) {
    this.data = data;
    this.clause = clause;
    this.list = clause.list;
    this.at = clause.list.from;
    this.#whole = this.#hasBlocks() ? 0 : this.#most();
  }

  #hasBlocks(): boolean {
    return this.list.to - this.list.from > BLOCK && this.list.place !== undefined;
  }

  #most(): number {
    let most = 0;
    const { list } = this;
    for (let at = list.from; at < list.to; at++) most = Math.max(most, this.partAt(at));
    return most;
  }

  /** What a posting adds to its row's score. */
  partAt(posting: number): number {
    const row = this.list.rows[posting] ?? 0;
    return this.clause.contribution.of(
      frequencyOf(this.data, this.list, posting),
      this.data.lengths[row] ?? 0,
    );
  }

  /** Goes to the first row of the window [first, end) and finds the bound there. */
  enter(first: number, end: number): void {
    const { list } = this;
    this.at = seek(list, this.at, first);
    this.bound = 0;
    if (this.at === list.to || (list.rows[this.at] ?? 0) >= end) return;
    this.bound = this.#hasBlocks() ? this.#blocksBound(end) : this.#whole;
  }

  #blocksBound(end: number): number {
    const { list, data } = this;
    const { contribution } = this.clause;
    const firstBlock = data.blockOffsets[list.place ?? 0] ?? 0;
    let bound = 0;
    let posting = this.at - ((this.at - list.from) % BLOCK);
    let block = firstBlock + (posting - list.from) / BLOCK;
    for (; posting < list.to && (list.rows[posting] ?? 0) < end; posting += BLOCK, block++) {
      bound = Math.max(bound, contribution.of(1, data.blockShortestOnce[block] ?? 0));
      const most = data.blockMostFrequent[block] ?? 0;
      if (most === 0) continue;
      const shortest = data.blockShortestMore[block] ?? 0;
      bound = Math.max(
        bound,
        most === 0xffff ? contribution.limit : contribution.of(most, shortest),
      );
    }
    return bound;
  }
}

/** Ascending, in place: from one window to the next the order hardly changes, and a general sort takes memory each time. */
const byBound = (cursors: Cursor[]): void => {
  for (let at = 1; at < cursors.length; at++) {
    const cursor = cursors[at];
    if (cursor === undefined) continue;
    let to = at;
    for (let before = cursors[to - 1]; before && before.bound > cursor.bound; ) {
      cursors[to] = before;
      to -= 1;
      before = cursors[to - 1];
    }
    cursors[to] = cursor;
  }
};

class Window {
  readonly data: PostingsData;
  readonly sweep: Sweep;
  readonly cursors: Cursor[];
  readonly #scores = new Float64Array(WINDOW);
  readonly #touched = new Uint32Array(WINDOW / 32);
  /** Rows of the window that may get into the top. */
  readonly #slots = new Uint16Array(WINDOW);
  total = 0;

  constructor(data: PostingsData, clauses: readonly Clause[], sweep: Sweep) {
    this.data = data;
    this.sweep = sweep;
    this.cursors = clauses.map((clause) => new Cursor(data, clause));
  }

  search(first: number, end: number): void {
    if (this.#isForbidden(first, end)) return;
    const { cursors, sweep } = this;
    for (const cursor of cursors) cursor.enter(first, end);
    byBound(cursors);
    const threshold = sweep.top.threshold;
    let unread = 0;
    let unreadBound = 0;
    if (sweep.matches === undefined) {
      for (const { bound } of cursors) {
        if (unreadBound + bound > threshold) break;
        unreadBound += bound;
        unread += 1;
      }
    }
    for (let at = unread; at < cursors.length; at++) {
      const cursor = cursors[at];
      if (cursor !== undefined && cursor.bound > 0) this.#add(cursor, first, end);
      else if (cursor !== undefined && sweep.matches !== undefined) this.#add(cursor, first, end);
    }
    this.#collect(first, unread, unreadBound);
  }

  #isForbidden(first: number, end: number): boolean {
    const { allowed } = this.sweep;
    if (allowed === undefined) return false;
    for (let word = first >>> 5; word < (end + 31) >>> 5; word++)
      if (allowed[word] !== 0) return false;
    return true;
  }

  /** Adds a word's part to the scores of its rows in the window. */
  #add(cursor: Cursor, first: number, end: number): void {
    const { list } = cursor;
    const { rows, frequencies, to } = list;
    const { lengths } = this.data;
    const { contribution } = cursor.clause;
    const scores = this.#scores;
    const touched = this.#touched;
    let { at } = cursor;
    for (; at < to; at++) {
      const row = rows[at] ?? 0;
      if (row >= end) break;
      const slot = row - first;
      const frequency = frequencies[at] ?? 0;
      scores[slot] =
        (scores[slot] ?? 0) +
        (frequency === 1 ? contribution.of(1, lengths[row] ?? 0) : cursor.partAt(at));
      touched[slot >>> 5] = (touched[slot >>> 5] ?? 0) | (1 << (slot & 31));
    }
    cursor.at = at;
  }

  /** Takes the rows that may still get into the top, asks the unread words about them, and offers what is left. */
  #collect(first: number, unread: number, unreadBound: number): void {
    let count = this.#candidates(first, unreadBound);
    let left = unreadBound;
    for (let at = unread - 1; at >= 0 && count > 0; at--) {
      const cursor = this.cursors[at];
      if (cursor === undefined || cursor.bound === 0) continue;
      left -= cursor.bound;
      this.#ask(cursor, first, count);
      count = this.#keep(count, left);
    }
    const { top } = this.sweep;
    const slots = this.#slots;
    for (let at = 0; at < count; at++) {
      const slot = slots[at] ?? 0;
      top.offer(first + slot, this.#scores[slot] ?? 0);
      this.#scores[slot] = 0;
    }
  }

  /** Puts the touched rows that may get into the top into `#slots`, in order, and forgets the others. */
  #candidates(first: number, unreadBound: number): number {
    const { top, allowed, matches } = this.sweep;
    const { threshold } = top;
    const scores = this.#scores;
    const touched = this.#touched;
    const slots = this.#slots;
    let count = 0;
    for (let word = 0; word < touched.length; word++) {
      const bits = touched[word] ?? 0;
      if (bits === 0) continue;
      touched[word] = 0;
      const place = (first >>> 5) + word;
      const wanted = allowed === undefined ? bits : bits & (allowed[place] ?? 0);
      if (matches !== undefined) matches[place] = (matches[place] ?? 0) | wanted;
      for (let rest = bits; rest !== 0; rest &= rest - 1) {
        const lowest = rest & -rest;
        const slot = word * 32 + 31 - Math.clz32(lowest);
        const isWanted = (wanted & lowest) !== 0;
        if (isWanted) this.total += 1;
        if (isWanted && (scores[slot] ?? 0) + unreadBound > threshold) slots[count++] = slot;
        else scores[slot] = 0;
      }
    }
    return count;
  }

  /** Adds an unread word's part to the candidates that have it. */
  #ask(cursor: Cursor, first: number, count: number): void {
    const { list } = cursor;
    const slots = this.#slots;
    const scores = this.#scores;
    const { rows, to } = list;
    let { at } = cursor;
    for (let place = 0; place < count; place++) {
      const slot = slots[place] ?? 0;
      const row = first + slot;
      for (let near = 0; near < NEAR && at < to && (rows[at] ?? 0) < row; near++) at += 1;
      at = seek(list, at, row);
      if (at === to) break;
      if (rows[at] === row) scores[slot] = (scores[slot] ?? 0) + cursor.partAt(at);
    }
    cursor.at = at;
  }

  /** Keeps the candidates that can still get in with what is left to ask. */
  #keep(count: number, left: number): number {
    const { threshold } = this.sweep.top;
    const scores = this.#scores;
    const slots = this.#slots;
    let kept = 0;
    for (let at = 0; at < count; at++) {
      const slot = slots[at] ?? 0;
      if ((scores[slot] ?? 0) + left > threshold) slots[kept++] = slot;
      else scores[slot] = 0;
    }
    return kept;
  }
}

/** Offers the best rows that any clause has; returns how many rows were met: all of them where `matches` is wanted. */
export const sweepAny = (data: PostingsData, clauses: readonly Clause[], sweep: Sweep): number => {
  const window = new Window(data, clauses, sweep);
  for (let first = 0; first < data.rows; first += WINDOW)
    window.search(first, Math.min(first + WINDOW, data.rows));
  return window.total;
};

/** Scores given rows (in order) exactly; with `any`, only rows that some clause has count. Returns how many count. */
export const scoreRows = (
  data: PostingsData,
  clauses: readonly Clause[],
  given: { rows: Uint32Array; any: boolean; top: TopRows; matches: RowBitmap | undefined },
): number => {
  const { rows, any, top, matches } = given;
  const scores = new Float64Array(rows.length);
  const met = new Uint8Array(rows.length);
  for (const { list, contribution } of clauses) {
    let posting = list.from;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      posting = seek(list, posting, row);
      if (posting === list.to) break;
      if (list.rows[posting] !== row) continue;
      met[at] = 1;
      scores[at] =
        (scores[at] ?? 0) +
        contribution.of(frequencyOf(data, list, posting), data.lengths[row] ?? 0);
    }
  }
  let total = 0;
  for (let at = 0; at < rows.length; at++) {
    if (any && met[at] === 0) continue;
    const row = rows[at] ?? 0;
    total += 1;
    if (matches !== undefined) matches[row >>> 5] = (matches[row >>> 5] ?? 0) | (1 << (row & 31));
    top.offer(row, scores[at] ?? 0);
  }
  return total;
};
