// The best rows for "any of these words", and the rows that hold most of a question: postings read in windows of rows.

/*
 * MaxScore (Turtle and Flood 1995) over block maxima, in windows as Lucene's MaxScoreBulkScorer does it. In a window every
 * word has a bound, the most that any of its rows there can get from it. Words whose bounds together do not reach the k-th
 * best score need not be read; the rows of the others are added up in a small array, and the unread words are asked only
 * about rows that could still make it.
 *
 * Addresses are given once for an index, in a table of uint32 (`lexical/postings-kernel.ts` lays it out), words for each question, 64 bytes
 * each: [0] u32 first posting, [4] u32 end, [8] u32 next posting, [12] i32 first block (−1: none), [16] f64 scale, [24] f64 bound of all
 * its rows, [32] f64 bound in the window; for `holding` [16] is the word's mass and [12] its number.
 */

const WINDOW: i32 = 4096;
const BLOCK: u32 = 128;
/** Postings looked at one by one before jumping: rows that are asked about lie close together, and jumps mispredict. */
const NEAR: i32 = 16;
const LARGE_FREQUENCY: u32 = 255;
/** For rows up to this length the norm is computed once. */
const NORMS: u32 = 256;
const K1: f64 = 1.2;
const B: f64 = 0.75;

let rowsAt: usize = 0;
let frequenciesAt: usize = 0;
let lengthsAt: usize = 0;
let largeAt: usize = 0;
let larges: i32 = 0;
let onceAt: usize = 0;
let moreAt: usize = 0;
let mostAt: usize = 0;
let wordsAt: usize = 0;
let orderAt: usize = 0;
let normsAt: usize = 0;
let scoresAt: usize = 0;
let touchedAt: usize = 0;
let slotsAt: usize = 0;
let heapRows: usize = 0;
let heapScores: usize = 0;
let average: f64 = 1;
let heapSize: i32 = 0;
let heapMost: i32 = 0;
let met: i32 = 0;

// @ts-ignore: decorator
@inline
function address(table: usize, place: i32): usize {
  return <usize>load<u32>(table + (<usize>place << 2));
}

function setUp(table: usize): void {
  rowsAt = address(table, 0);
  frequenciesAt = address(table, 1);
  lengthsAt = address(table, 2);
  largeAt = address(table, 3);
  larges = load<i32>(table + 16);
  onceAt = address(table, 5);
  moreAt = address(table, 6);
  mostAt = address(table, 7);
  wordsAt = address(table, 8);
  orderAt = address(table, 9);
  normsAt = address(table, 10);
  scoresAt = address(table, 11);
  touchedAt = address(table, 12);
  slotsAt = address(table, 13);
  heapRows = address(table, 14);
  heapScores = address(table, 15);
}

// @ts-ignore: decorator
@inline
function rowOf(posting: u32): u32 {
  return load<u32>(rowsAt + (<usize>posting << 2));
}

// @ts-ignore: decorator
@inline
function word(place: i32): usize {
  return wordsAt + (<usize>place << 6);
}

// @ts-ignore: decorator
@inline
function ordered(at: i32): usize {
  return word(load<i32>(orderAt + (<usize>at << 2)));
}

/** First posting in [at, to) whose row is not before `row`: doubling steps, then halving ones. */
function seek(from: u32, to: u32, row: u32): u32 {
  if (from >= to || rowOf(from) >= row) return from;
  let step: u32 = 1;
  let low = from;
  while (low + step < to && rowOf(low + step) < row) {
    low += step;
    step <<= 1;
  }
  let high = min(low + step, to);
  low += 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rowOf(middle) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

function largeFrequency(posting: u32): u32 {
  let low = 0;
  let high = larges;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<u32>(largeAt + (<usize>middle << 3)) < posting) low = middle + 1;
    else high = middle;
  }
  return load<u32>(largeAt + (<usize>low << 3), 4);
}

// @ts-ignore: decorator
@inline
function frequencyAt(posting: u32): u32 {
  const frequency = <u32>load<u8>(frequenciesAt + <usize>posting);
  return frequency == LARGE_FREQUENCY ? largeFrequency(posting) : frequency;
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

function isForbidden(first: u32, end: u32, allowed: usize): bool {
  if (allowed == 0) return false;
  for (let place = first >>> 5; place < (end + 31) >>> 5; place++) {
    if (load<u32>(allowed + (<usize>place << 2)) != 0) return false;
  }
  return true;
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
  heapSize = 0;
  heapMost = k;
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

/** A row that comes after all others must score more than this to get in. */
// @ts-ignore: decorator
@inline
function threshold(): f64 {
  if (heapMost == 0) return Infinity;
  return heapSize < heapMost ? -Infinity : <f64>load<f32>(heapScores);
}

/** Bigger scores are better, then smaller rows. */
// @ts-ignore: decorator
@inline
function isWorse(a: i32, b: i32): bool {
  const one = load<f32>(heapScores + (<usize>a << 2));
  const other = load<f32>(heapScores + (<usize>b << 2));
  return one == other
    ? load<u32>(heapRows + (<usize>a << 2)) > load<u32>(heapRows + (<usize>b << 2))
    : one < other;
}

function swap(a: i32, b: i32): void {
  const one = <usize>a << 2;
  const other = <usize>b << 2;
  const row = load<u32>(heapRows + one);
  const score = load<f32>(heapScores + one);
  store<u32>(heapRows + one, load<u32>(heapRows + other));
  store<f32>(heapScores + one, load<f32>(heapScores + other));
  store<u32>(heapRows + other, row);
  store<f32>(heapScores + other, score);
}

/** Rows are offered in ascending order; the worst is on top. */
function offer(row: u32, score: f32): void {
  if (!(<f64>score > threshold())) return;
  if (heapSize < heapMost) {
    store<u32>(heapRows + (<usize>heapSize << 2), row);
    store<f32>(heapScores + (<usize>heapSize << 2), score);
    let at = heapSize++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isWorse(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
    return;
  }
  store<u32>(heapRows, row);
  store<f32>(heapScores, score);
  let at = 0;
  for (;;) {
    const left = at * 2 + 1;
    let worst = at;
    if (left < heapSize && isWorse(left, worst)) worst = left;
    if (left + 1 < heapSize && isWorse(left + 1, worst)) worst = left + 1;
    if (worst == at) return;
    swap(at, worst);
    at = worst;
  }
}

/**
 * Sets the bits of the rows that hold at least `wanted` of the masses together; a word counts once, in whichever of its terms. The terms
 * lie one after another by descending mass of their words; those from number `light` on have too little mass together, so that a row
 * needs one of the others. Windows without an allowed row are left out (0: every row is allowed).
 */
export function holding(
  table: usize, rows: i32, terms: i32, light: i32, wanted: f64, allowed: usize, matches: usize,
): void {
  setUp(table);
  for (let first = 0; first < rows; first += WINDOW) {
    const end = <u32>min(first + WINDOW, rows);
    if (isForbidden(first, end, allowed)) continue;
    memory.fill(scoresAt, 0, <usize>WINDOW << 3);
    for (let at = 0; at < terms; at++) {
      store<u32>(word(at), seek(load<u32>(word(at), 8), load<u32>(word(at), 4), first), 8);
      holdingIn(word(at), <u32>first, end, at >= light, wanted, matches);
    }
  }
  memory.fill(scoresAt, 0, <usize>WINDOW << 3);
}

/** For each row of the window, in its slot: the mass so far as float32, and the number of the last word that was added to it. */
function holdingIn(at: usize, first: u32, end: u32, isLight: bool, wanted: f64, matches: usize): void {
  const number = load<u32>(at, 12);
  const mass = load<f64>(at, 16);
  const to = load<u32>(at, 4);
  let posting = load<u32>(at, 8);
  for (; posting < to; posting++) {
    const row = rowOf(posting);
    if (row >= end) break;
    const slot = scoresAt + (<usize>(row - first) << 3);
    const last = load<u32>(slot, 4);
    if (last == number || (isLight && last == 0)) continue;
    const sum = <f64>load<f32>(slot) + mass;
    store<f32>(slot, <f32>sum);
    store<u32>(slot, number, 4);
    if (sum < wanted) continue;
    const bits = matches + ((<usize>row >> 5) << 2);
    store<u32>(bits, load<u32>(bits) | (1 << (row & 31)));
  }
  store<u32>(at, posting, 8);
}
