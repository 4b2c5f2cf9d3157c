// A set of rows of one snapshot: a bitmap over all its segments, each beginning at a whole word.
import type { RowBitmap } from "./ann/ann.ts";
import { countBits } from "./bitmap.ts";
import { IndexError } from "./index-error.ts";

/** A set of rows of one snapshot, opaque to callers: combine, count, use as filter. */
export interface RowSet {
  readonly count: number;
}

export class SnapshotRows implements RowSet {
  readonly owner: object;
  readonly bits: RowBitmap;
  #count: number | undefined;

  constructor(owner: object, bits: RowBitmap, count?: number) {
    this.owner = owner;
    this.bits = bits;
    this.#count = count;
  }

  get count(): number {
    this.#count ??= countBits(this.bits);
    return this.#count;
  }
}

/** @throws IndexError "bad-query" for a set of another snapshot, whose row numbers stand for other documents */
export const bitsOf = (owner: object, set: RowSet): RowBitmap => {
  if (!(set instanceof SnapshotRows) || set.owner !== owner)
    throw new IndexError("bad-query", "This row set belongs to another version of the index.");
  return set.bits;
};
