// A word index in the memory of the kernels: its file as it was written, and the room that a question needs.
import type { RowBitmap } from "../ann/ann.ts";
import { openKernels } from "../kernels/kernels.ts";
import { LexicalError } from "./lexical.ts";
import type { PostingList } from "./posting-list.ts";
import { BLOCK, decodePostings, type PostingsData } from "./postings-format.ts";
import type { Clause } from "./score-rows.ts";
import { inOrder } from "./top-rows.ts";

/** Rows of a window, as in `kernels/assembly/postings.ts`. */
const WINDOW = 4096;
/** Lengths of rows whose norms are computed once. */
const NORMS = 256;
/** Bytes of a word of a question. */
const WORD = 64;
/** Terms of a question at most. The room for them is reserved once: where the memory grew, views of it would be lost. */
const MOST_TERMS = 8192;

const tooMany = (terms: number): LexicalError =>
  new LexicalError("bad-query", `Ask for at most ${MOST_TERMS} terms at once, not ${terms}.`);

export interface BestRows {
  readonly k: number;
  readonly averageLength: number;
  /** undefined: every row. */
  readonly allowed: RowBitmap | undefined;
  /** Takes every matching row; then nothing is skipped. */
  readonly matches: RowBitmap | undefined;
}

/** A term with the number and the mass of its word, from 1. */
export interface HeldTerm {
  readonly list: PostingList;
  readonly word: number;
  readonly mass: number;
}

export class PostingsKernel {
  readonly data: PostingsData;
  readonly #run;
  readonly #at;
  readonly #allowed: Uint32Array;
  readonly #matches: Uint32Array;
  readonly #numbers: Int32Array;
  readonly #doubles: Float64Array;
  readonly #heap: { readonly rows: Uint32Array; readonly scores: Float32Array };
  readonly #total: Uint32Array;

  /** @throws LexicalError "damaged" where the file's header and table do not fit it; RangeError past 4 GiB */
  constructor(file: ArrayBuffer) {
    const { rows } = decodePostings(new Uint8Array(file));
    const kernels = openKernels();
    const words = (rows + 31) >>> 5;
    const at = {
      file: kernels.reserve(file.byteLength),
      table: kernels.reserve(64),
      total: kernels.reserve(4),
      words: kernels.reserve(MOST_TERMS * WORD),
      order: kernels.reserve(MOST_TERMS * 4),
      norms: kernels.reserve(NORMS * 8),
      scores: kernels.reserve(WINDOW * 8),
      touched: kernels.reserve(WINDOW / 8),
      slots: kernels.reserve(WINDOW * 2),
      allowed: kernels.reserve(words * 4),
      matches: kernels.reserve(words * 4),
      heapRows: kernels.reserve(rows * 4),
      heapScores: kernels.reserve(rows * 4),
    };
    const held = kernels.bytes(at.file, file.byteLength);
    held.set(new Uint8Array(file));
    const data = decodePostings(held);
    kernels
      .words(at.table, 16)
      .set([
        data.postingRows.byteOffset,
        data.frequencies.byteOffset,
        data.lengths.byteOffset,
        data.largeFrequencies.byteOffset,
        data.largeFrequencies.length / 2,
        data.blockShortestOnce.byteOffset,
        data.blockShortestMore.byteOffset,
        data.blockMostFrequent.byteOffset,
        at.words,
        at.order,
        at.norms,
        at.scores,
        at.touched,
        at.slots,
        at.heapRows,
        at.heapScores,
      ]);
    this.data = data;
    this.#run = kernels.run;
    this.#at = at;
    this.#allowed = kernels.words(at.allowed, words);
    this.#matches = kernels.words(at.matches, words);
    this.#numbers = new Int32Array(held.buffer, at.words, (MOST_TERMS * WORD) / 4);
    this.#doubles = kernels.doubles(at.words, (MOST_TERMS * WORD) / 8);
    this.#heap = {
      rows: kernels.words(at.heapRows, rows),
      scores: kernels.floats(at.heapScores, rows),
    };
    this.#total = kernels.words(at.total, 1);
  }

  /** The best rows that any of the terms has, and how many were met: all of them where `matches` is wanted. */
  best(terms: readonly Clause[], { k, averageLength, allowed, matches }: BestRows) {
    if (terms.length > MOST_TERMS) throw tooMany(terms.length);
    for (const [at, { list, contribution }] of terms.entries()) {
      const { from, to, place } = list;
      const hasBlocks = to - from > BLOCK && place !== undefined;
      this.#set(at, list, hasBlocks ? (this.data.blockOffsets[place] ?? 0) : -1);
      this.#doubles[(at * WORD) / 8 + 2] = contribution.scale;
    }
    if (matches !== undefined) this.#matches.fill(0);
    const { rows } = this.data;
    const count = this.#run.bestRows(
      this.#at.table,
      rows,
      terms.length,
      k,
      averageLength,
      this.#allow(allowed),
      matches === undefined ? 0 : this.#at.matches,
      this.#at.total,
    );
    matches?.set(this.#matches);
    const found = {
      rows: this.#heap.rows.subarray(0, count),
      scores: this.#heap.scores.subarray(0, count),
    };
    return { ...inOrder(found), total: this.#total[0] ?? 0 };
  }

  /**
   * Rows that hold at least `least` of the masses together; a word counts once, in whichever of its terms.
   * @param terms by descending mass of their words, of which those from number `light` on are too light together
   */
  holding(
    terms: readonly HeldTerm[],
    { light, least, allowed }: { light: number; least: number; allowed: RowBitmap | undefined },
  ): RowBitmap {
    if (terms.length > MOST_TERMS) throw tooMany(terms.length);
    for (const [at, { list, word, mass }] of terms.entries()) {
      this.#set(at, list, word);
      this.#doubles[(at * WORD) / 8 + 2] = mass;
    }
    this.#matches.fill(0);
    const { table, matches } = this.#at;
    const { rows } = this.data;
    this.#run.holding(table, rows, terms.length, light, least, this.#allow(allowed), matches);
    return this.#matches.slice();
  }

  #set(at: number, { from, to }: PostingList, number: number): void {
    const place = (at * WORD) / 4;
    this.#numbers[place] = from;
    this.#numbers[place + 1] = to;
    this.#numbers[place + 2] = from;
    this.#numbers[place + 3] = number;
  }

  #allow(allowed: RowBitmap | undefined): number {
    if (allowed === undefined) return 0;
    this.#allowed.set(allowed.subarray(0, this.#allowed.length));
    return this.#at.allowed;
  }
}
