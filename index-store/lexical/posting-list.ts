// A list of rows with frequencies, in row order: the postings of a term, or the rows found for a phrase or a prefix.
import type { RowBitmap } from "../ann/ann.ts";
import { LARGE_FREQUENCY, type PostingsData } from "./postings-format.ts";

export interface PostingList {
  /** The list is [from, to) of these. */
  readonly rows: Uint32Array;
  readonly frequencies: Uint8Array | Uint32Array;
  readonly from: number;
  readonly to: number;
  /** The term in the dictionary, where it is one. */
  readonly place?: number;
}

export const emptyList: PostingList = {
  rows: new Uint32Array(0),
  frequencies: new Uint32Array(0),
  from: 0,
  to: 0,
};

/** The postings of a term; an empty list for place -1. */
export const listOf = (data: PostingsData, place: number): PostingList =>
  place < 0
    ? emptyList
    : {
        rows: data.postingRows,
        frequencies: data.frequencies,
        from: data.postingOffsets[place] ?? 0,
        to: data.postingOffsets[place + 1] ?? 0,
        place,
      };

/** How often a posting's word stands in its row. */
export const frequencyOf = (data: PostingsData, list: PostingList, posting: number): number => {
  const frequency = list.frequencies[posting] ?? 0;
  return frequency === LARGE_FREQUENCY && list.frequencies === data.frequencies
    ? largeFrequency(data.largeFrequencies, posting)
    : frequency;
};

const largeFrequency = (pairs: Uint32Array, posting: number): number => {
  let low = 0;
  let high = pairs.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[middle * 2] ?? 0) < posting) low = middle + 1;
    else high = middle;
  }
  return pairs[low * 2 + 1] ?? LARGE_FREQUENCY;
};

/** First posting in [at, list.to) whose row is not before `row`: doubling steps, then halving ones. */
export const seek = (list: PostingList, at: number, row: number): number => {
  const { rows, to } = list;
  if (at >= to || (rows[at] ?? 0) >= row) return at;
  let step = 1;
  let low = at;
  while (low + step < to && (rows[low + step] ?? 0) < row) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, to);
  low += 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Rows of the bitmap in order. */
export const rowsOfBitmap = (bits: RowBitmap): Uint32Array => {
  let count = 0;
  for (const word of bits) for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
  const rows = new Uint32Array(count);
  let at = 0;
  for (let place = 0; place < bits.length; place++) {
    for (let rest = bits[place] ?? 0; rest !== 0; rest &= rest - 1)
      rows[at++] = place * 32 + 31 - Math.clz32(rest & -rest);
  }
  return rows;
};

/** Those of `rows` (in order) that are in the list. */
export const intersect = (rows: Uint32Array, list: PostingList): Uint32Array => {
  const kept = new Uint32Array(Math.min(rows.length, list.to - list.from));
  let count = 0;
  let at = list.from;
  for (const row of rows) {
    at = seek(list, at, row);
    if (at === list.to) break;
    if (list.rows[at] === row) kept[count++] = row;
  }
  return kept.subarray(0, count);
};

/** Terms [from, to) of the dictionary as one, frequencies added up: their postings lie one after another. */
export const unite = (data: PostingsData, from: number, to: number): PostingList => {
  if (to - from <= 1) return listOf(data, to > from ? from : -1);
  const { postingRows, frequencies, postingOffsets, largeFrequencies } = data;
  const sums = new Uint32Array(data.rows);
  const bits = new Uint32Array((data.rows + 31) >>> 5);
  const end = postingOffsets[to] ?? 0;
  for (let at = postingOffsets[from] ?? 0; at < end; at++) {
    const row = postingRows[at] ?? 0;
    const frequency = frequencies[at] ?? 0;
    sums[row] =
      (sums[row] ?? 0) +
      (frequency === LARGE_FREQUENCY ? largeFrequency(largeFrequencies, at) : frequency);
    bits[row >>> 5] = (bits[row >>> 5] ?? 0) | (1 << (row & 31));
  }
  const rows = rowsOfBitmap(bits);
  const united = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at++) united[at] = sums[rows[at] ?? 0] ?? 0;
  return { rows, frequencies: united, from: 0, to: rows.length };
};
