// The postings of an index where they lie: addresses of its sections, and of what a question needs beside them.

/*
 * Addresses are given once for an index, in a table of uint32 that `lexical/postings-kernel.ts` lays out. The words of a question lie
 * there one after another, 64 bytes each: [0] u32 first posting, [4] u32 end, [8] u32 next posting, [12] i32 first block (-1: none),
 * [16] f64 scale, [24] f64 bound of all its rows, [32] f64 bound in the window; for `holding` [12] is the word's number, [16] its mass.
 */

/** Rows read at a time: their scores lie in the processor's first cache. */
export const WINDOW: i32 = 4096;
const LARGE_FREQUENCY: u32 = 255;

export let rowsAt: usize = 0;
export let frequenciesAt: usize = 0;
export let lengthsAt: usize = 0;
export let largeAt: usize = 0;
export let onceAt: usize = 0;
export let moreAt: usize = 0;
export let mostAt: usize = 0;
export let wordsAt: usize = 0;
export let orderAt: usize = 0;
export let normsAt: usize = 0;
export let scoresAt: usize = 0;
export let touchedAt: usize = 0;
export let slotsAt: usize = 0;
export let heapRows: usize = 0;
export let heapScores: usize = 0;
let larges: i32 = 0;

// @ts-ignore: decorator
@inline
function address(table: usize, place: i32): usize {
  return <usize>load<u32>(table + (<usize>place << 2));
}

export function setUp(table: usize): void {
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
export function rowOf(posting: u32): u32 {
  return load<u32>(rowsAt + (<usize>posting << 2));
}

// @ts-ignore: decorator
@inline
export function word(place: i32): usize {
  return wordsAt + (<usize>place << 6);
}

/** First posting in [at, to) whose row is not before `row`: doubling steps, then halving ones. */
export function seek(from: u32, to: u32, row: u32): u32 {
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
export function frequencyAt(posting: u32): u32 {
  const frequency = <u32>load<u8>(frequenciesAt + <usize>posting);
  return frequency == LARGE_FREQUENCY ? largeFrequency(posting) : frequency;
}

/** Whether no row of a window is allowed; an address of 0 allows all. */
export function isForbidden(first: u32, end: u32, allowed: usize): bool {
  if (allowed == 0) return false;
  for (let place = first >>> 5; place < (end + 31) >>> 5; place++) {
    if (load<u32>(allowed + (<usize>place << 2)) != 0) return false;
  }
  return true;
}
