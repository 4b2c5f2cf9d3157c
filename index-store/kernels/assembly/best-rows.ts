// The best rows for "any of these words": in each window of rows, only words that can still bring a row among the best k are read.

/*
 * MaxScore (Turtle and Flood 1995) over block maxima, in windows as Lucene's MaxScoreBulkScorer does it. In a window every
 * word has a bound, the most that any of its rows there can get from it. Words whose bounds together do not reach the k-th
 * best score need not be read; the rows of the others are added up in a small array, and the unread words are asked only
 * about rows that could still make it.
 */

import { beginHeap, heapSize, offer, threshold } from "./heap";
import {
  frequencyAt, isForbidden, lengthsAt, moreAt, mostAt, normsAt, onceAt, orderAt, rowOf, scoresAt, seek, setUp, slotsAt, touchedAt, WINDOW,
  word,
} from "./postings";

const BLOCK: u32 = 128;
/** Postings looked at one by one before jumping: rows that are asked about lie close together, and jumps mispredict. */
const NEAR: i32 = 16;
/** For rows up to this length the norm is computed once. */
const NORMS: u32 = 256;
const K1: f64 = 1.2;
const B: f64 = 0.75;

let average: f64 = 1;
let met: i32 = 0;

// @ts-ignore: decorator
@inline
function ordered(at: i32): usize {
  return word(load<i32>(orderAt + (<usize>at << 2)));
}

// @ts-ignore: decorator
@inline
function normOf(length: u32): f64 {
  if (length < NORMS) return load<f64>(normsAt + (<usize>length << 3));
  return K1 * (1 - B + (B * <f64>length) / average);
}

/** What a word adds to a row's score, rounded to float32: sums of such numbers in float64 are exact, whatever their order. */
// @ts-ignore: decorator
@inline
function part(scale: f64, frequency: u32, length: u32): f64 {
  const f = <f64>frequency;
  return <f64>(<f32>((scale * f) / (f + normOf(length))));
}

// @ts-ignore: decorator
@inline
function partAt(scale: f64, posting: u32, row: u32): f64 {
  return part(scale, frequencyAt(posting), load<u32>(lengthsAt + (<usize>row << 2)));
}

/** The most that a row can get from a word without blocks. */
function mostOf(at: usize): f64 {
  const scale = load<f64>(at, 16);
  let most: f64 = 0;
  for (let posting = load<u32>(at); posting < load<u32>(at, 4); posting++) {
    most = max(most, partAt(scale, posting, rowOf(posting)));
  }
  return most;
}

function blocksBound(at: usize, posting: u32, end: u32): f64 {
  const scale = load<f64>(at, 16);
  const from = load<u32>(at);
  const to = load<u32>(at, 4);
  let start = posting - ((posting - from) & (BLOCK - 1));
  let block = <usize>(load<u32>(at, 12) + ((start - from) >>> 7)) << 1;
  let bound: f64 = 0;
  for (; start < to && rowOf(start) < end; start += BLOCK, block += 2) {
    bound = max(bound, part(scale, 1, <u32>load<u16>(onceAt + block)));
    const most = <u32>load<u16>(mostAt + block);
    if (most == 0) continue;
    bound = max(bound, most == 0xffff ? <f64>(<f32>scale) : part(scale, most, <u32>load<u16>(moreAt + block)));
  }
  return bound;
}

/** Goes to the word's first row of the window [first, end) and finds the bound there. */
function enter(at: usize, first: u32, end: u32): void {
  const to = load<u32>(at, 4);
  const next = seek(load<u32>(at, 8), to, first);
  store<u32>(at, next, 8);
  let bound: f64 = 0;
  if (next < to && rowOf(next) < end) {
    bound = load<i32>(at, 12) >= 0 ? blocksBound(at, next, end) : load<f64>(at, 24);
  }
  store<f64>(at, bound, 32);
}

/** Ascending bounds: from one window to the next the order hardly changes. */
function order(words: i32): void {
  for (let at = 1; at < words; at++) {
    const one = load<u32>(orderAt + (<usize>at << 2));
    const bound = load<f64>(word(one), 32);
    let to = at;
    while (to > 0 && load<f64>(ordered(to - 1), 32) > bound) {
      store<u32>(orderAt + (<usize>to << 2), load<u32>(orderAt + (<usize>(to - 1) << 2)));
      to--;
    }
    store<u32>(orderAt + (<usize>to << 2), one);
  }
}

/** Adds a word's part to the scores of its rows in the window. */
function add(at: usize, first: u32, end: u32): void {
  const scale = load<f64>(at, 16);
  const to = load<u32>(at, 4);
  let posting = load<u32>(at, 8);
  for (; posting < to; posting++) {
    const row = rowOf(posting);
    if (row >= end) break;
    const slot = row - first;
    const score = scoresAt + (<usize>slot << 3);
    store<f64>(score, load<f64>(score) + partAt(scale, posting, row));
    const touched = touchedAt + ((<usize>slot >> 5) << 2);
    store<u32>(touched, load<u32>(touched) | (1 << (slot & 31)));
  }
  store<u32>(at, posting, 8);
}

/** Puts the touched rows that may get among the best into the slots, in order, and forgets the others. */
function candidates(first: u32, unread: f64, allowed: usize, matches: usize): i32 {
  const bar = threshold();
  let count = 0;
  for (let place: usize = 0; place < <usize>(WINDOW >> 5); place++) {
    const bits = load<u32>(touchedAt + (place << 2));
    if (bits == 0) continue;
    store<u32>(touchedAt + (place << 2), 0);
    const here = ((<usize>first >> 5) + place) << 2;
    const wanted = allowed == 0 ? bits : bits & load<u32>(allowed + here);
    if (matches != 0) store<u32>(matches + here, load<u32>(matches + here) | wanted);
    met += popcnt(wanted);
    let rest = bits;
    while (rest != 0) {
      const bit = ctz(rest);
      const slot = (<u32>place << 5) + bit;
      rest &= rest - 1;
      const score = scoresAt + (<usize>slot << 3);
      if (((wanted >>> bit) & 1) != 0 && load<f64>(score) + unread > bar) {
        store<u16>(slotsAt + (<usize>count << 1), <u16>slot);
        count++;
      } else {
        store<f64>(score, 0);
      }
    }
  }
  return count;
}

/** Adds an unread word's part to the candidates that have it. */
function ask(at: usize, first: u32, count: i32): void {
  const scale = load<f64>(at, 16);
  const to = load<u32>(at, 4);
  let posting = load<u32>(at, 8);
  for (let place = 0; place < count; place++) {
    const slot = <u32>load<u16>(slotsAt + (<usize>place << 1));
    const row = first + slot;
    for (let near = 0; near < NEAR && posting < to && rowOf(posting) < row; near++) posting++;
    posting = seek(posting, to, row);
    if (posting == to) break;
    if (rowOf(posting) != row) continue;
    const score = scoresAt + (<usize>slot << 3);
    store<f64>(score, load<f64>(score) + partAt(scale, posting, row));
  }
  store<u32>(at, posting, 8);
}

/** Keeps the candidates that can still get among the best with what is left to ask. */
function keep(count: i32, left: f64): i32 {
  const bar = threshold();
  let kept = 0;
  for (let at = 0; at < count; at++) {
    const slot = load<u16>(slotsAt + (<usize>at << 1));
    const score = scoresAt + (<usize>slot << 3);
    if (load<f64>(score) + left > bar) {
      store<u16>(slotsAt + (<usize>kept << 1), slot);
      kept++;
    } else {
      store<f64>(score, 0);
    }
  }
  return kept;
}

function searchWindow(first: u32, end: u32, words: i32, allowed: usize, matches: usize): void {
  for (let at = 0; at < words; at++) enter(word(at), first, end);
  order(words);
  const bar = threshold();
  let unread = 0;
  let unreadBound: f64 = 0;
  if (matches == 0) {
    for (; unread < words; unread++) {
      const bound = load<f64>(ordered(unread), 32);
      if (unreadBound + bound > bar) break;
      unreadBound += bound;
    }
  }
  for (let at = unread; at < words; at++) {
    const one = ordered(at);
    if (load<f64>(one, 32) > 0 || matches != 0) add(one, first, end);
  }
  let count = candidates(first, unreadBound, allowed, matches);
  let left = unreadBound;
  for (let at = unread - 1; at >= 0 && count > 0; at--) {
    const one = ordered(at);
    const bound = load<f64>(one, 32);
    if (bound == 0) continue;
    left -= bound;
    ask(one, first, count);
    count = keep(count, left);
  }
  for (let at = 0; at < count; at++) {
    const slot = <u32>load<u16>(slotsAt + (<usize>at << 1));
    const score = scoresAt + (<usize>slot << 3);
    offer(first + slot, <f32>load<f64>(score));
    store<f64>(score, 0);
  }
}

/**
 * The best `k` rows that any of the words has: how many there are is returned, and they lie in the heap's rows and scores, in no order.
 * How many rows were met (all where `matches` is wanted) is stored at `total`. Bitmaps at 0: every row is allowed, none are noted.
 */
export function bestRows(
  table: usize, rows: i32, words: i32, k: i32, averageLength: f64, allowed: usize, matches: usize, total: usize,
): i32 {
  setUp(table);
  average = averageLength;
  beginHeap(k);
  met = 0;
  for (let length: u32 = 0; length < NORMS; length++) {
    store<f64>(normsAt + (<usize>length << 3), K1 * (1 - B + (B * <f64>length) / average));
  }
  for (let at = 0; at < words; at++) {
    store<u32>(orderAt + (<usize>at << 2), at);
    if (load<i32>(word(at), 12) < 0) store<f64>(word(at), mostOf(word(at)), 24);
  }
  for (let first = 0; first < rows; first += WINDOW) {
    const end = min(first + WINDOW, rows);
    if (!isForbidden(first, end, allowed)) searchWindow(first, end, words, allowed, matches);
  }
  store<i32>(total, met);
  return heapSize;
}
