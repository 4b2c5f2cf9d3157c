// Sets of rows, one bit each: bit (row & 31) of word (row >>> 5). Bits past the last row are always 0.
import type { RowBitmap } from "./ann/ann.ts";

export const wordsFor = (rows: number): number => (rows + 31) >>> 5;

export const emptyBitmap = (rows: number): RowBitmap => new Uint32Array(wordsFor(rows));

export const fullBitmap = (rows: number): RowBitmap => {
  const bits = emptyBitmap(rows).fill(0xffffffff);
  clearTail(bits, rows);
  return bits;
};

const clearTail = (bits: RowBitmap, rows: number): void => {
  const rest = rows & 31;
  const last = bits.length - 1;
  if (rest !== 0 && last >= 0) bits[last] = (bits[last] ?? 0) & ((1 << rest) - 1);
};

export const setBit = (bits: RowBitmap, row: number): void => {
  bits[row >>> 5] = (bits[row >>> 5] ?? 0) | (1 << (row & 31));
};

export const hasBit = (bits: RowBitmap, row: number): boolean =>
  (((bits[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;

/** Bits of a word, by adding neighbours (Hacker's Delight, 5-1). */
const bitsOf = (word: number): number => {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

export const countBits = (bits: RowBitmap): number => {
  let count = 0;
  for (const word of bits) if (word !== 0) count += bitsOf(word);
  return count;
};

/** For each of the sets, how many of its rows are in `other` too. Of a small `other` only the few words with rows are compared. */
export const countBoth = (sets: readonly RowBitmap[], other: RowBitmap): number[] => {
  const words: number[] = [];
  for (let word = 0; word < other.length; word++) if (other[word] !== 0) words.push(word);
  return sets.map((set) => {
    let count = 0;
    for (const word of words) {
      const both = (set[word] ?? 0) & (other[word] ?? 0);
      if (both !== 0) count += bitsOf(both);
    }
    return count;
  });
};

export const and = (into: RowBitmap, other: RowBitmap): RowBitmap => {
  for (let word = 0; word < into.length; word++)
    into[word] = (into[word] ?? 0) & (other[word] ?? 0);
  return into;
};

export const or = (into: RowBitmap, other: RowBitmap): RowBitmap => {
  for (let word = 0; word < into.length; word++)
    into[word] = (into[word] ?? 0) | (other[word] ?? 0);
  return into;
};

/** Removes the rows of `other`. */
export const without = (into: RowBitmap, other: RowBitmap): RowBitmap => {
  for (let word = 0; word < into.length; word++)
    into[word] = (into[word] ?? 0) & ~(other[word] ?? 0);
  return into;
};

export const complement = (bits: RowBitmap, rows: number): RowBitmap => {
  const others = bits.map((word) => ~word);
  clearTail(others, rows);
  return others;
};

/** Calls back with each row of the set, ascending. */
export const forEachRow = (bits: RowBitmap, visit: (row: number) => void): void => {
  for (let word = 0; word < bits.length; word++) {
    let rest = bits[word] ?? 0;
    while (rest !== 0) {
      const low = rest & -rest;
      visit((word << 5) + 31 - Math.clz32(low));
      rest ^= low;
    }
  }
};
