// Known terms within one or two edits of a word: one walk over the sorted terms that shares the work of shared beginnings.
import type { Dictionary } from "./dictionary.ts";
import { MAX_TERM } from "./tokenize.ts";

/** Bytes that each term shares with the one before (255: or more). */
export const sharedBeginnings = ({ bytes, offsets, size }: Dictionary): Uint8Array => {
  const shared = new Uint8Array(size);
  for (let term = 1; term < size; term++) {
    const before = offsets[term - 1] ?? 0;
    const from = offsets[term] ?? 0;
    const most = Math.min(from - before, (offsets[term + 1] ?? 0) - from, 255);
    let length = 0;
    while (length < most && bytes[before + length] === bytes[from + length]) length += 1;
    shared[term] = length;
  }
  return shared;
};

export interface SimilarTerm {
  readonly place: number;
  readonly edits: number;
}

/** No distance: outside the band, or more than is asked for. */
const FAR = 99;

/**
 * A table of optimal-string-alignment distances, a line per character of the term being read. A line depends on the
 * characters before it only, so the next term in order goes on from the line where it parts from this one.
 */
class Walk {
  readonly #dictionary: Dictionary;
  readonly #word: readonly number[];
  readonly #maxEdits: number;
  readonly #width: number;
  /** Lines of the table: line d begins at d × width. Longer terms than this are too far in any case. */
  readonly #table: Uint8Array;
  readonly #characters: Uint32Array;
  /** Where character d of the current term ends, in bytes from the term's start; [0] is 0. */
  readonly #ends: Uint32Array;
  readonly #deepest: number;

  constructor(dictionary: Dictionary, word: readonly number[], maxEdits: number) {
    this.#dictionary = dictionary;
    this.#word = word;
    this.#maxEdits = maxEdits;
    this.#width = word.length + 1;
    this.#deepest = word.length + maxEdits;
    this.#table = new Uint8Array((this.#deepest + 2) * this.#width).fill(FAR);
    this.#characters = new Uint32Array(this.#deepest + 2);
    this.#ends = new Uint32Array(this.#deepest + 2);
    for (let at = 0; at <= Math.min(maxEdits, word.length); at++) this.#table[at] = at;
  }

  find(shared: Uint8Array): SimilarTerm[] {
    const found: SimilarTerm[] = [];
    const { size, offsets } = this.#dictionary;
    let depth = 0;
    let term = 0;
    while (term < size) {
      const from = offsets[term] ?? 0;
      const length = (offsets[term + 1] ?? 0) - from;
      const same = shared[term] ?? 0;
      while (depth > 0 && (this.#ends[depth] ?? 0) > same) depth -= 1;
      let dead = false;
      while (!dead && (this.#ends[depth] ?? 0) < length) {
        if (depth === this.#deepest) {
          dead = true;
          this.#ends[depth + 1] = (this.#ends[depth] ?? 0) + 1;
        } else {
          dead = !this.#line(depth + 1, from);
        }
        depth += 1;
      }
      if (!dead) {
        const edits = this.#table[depth * this.#width + this.#width - 1] ?? FAR;
        if (edits <= this.#maxEdits) found.push({ place: term, edits });
        term += 1;
        continue;
      }
      // Every term that begins as this one up to here is as far.
      const beginning = this.#ends[depth] ?? 0;
      depth -= 1;
      term += 1;
      while (term < size && (shared[term] ?? 0) >= beginning) term += 1;
    }
    return found;
  }

  /** Reads character number `depth` (from 1) and fills its line; false where no distance in it is small enough. */
  #line(depth: number, from: number): boolean {
    const character = this.#read(depth, from);
    const table = this.#table;
    const width = this.#width;
    const line = depth * width;
    const above = line - width;
    const low = Math.max(1, depth - this.#maxEdits);
    const high = Math.min(width - 1, depth + this.#maxEdits);
    table[line + low - 1] = low === 1 && depth <= this.#maxEdits ? depth : FAR;
    let least = table[line + low - 1] ?? FAR;
    const previous = this.#characters[depth - 1];
    for (let at = low; at <= high; at++) {
      const wanted = this.#word[at - 1];
      let edits = (table[above + at - 1] ?? FAR) + (wanted === character ? 0 : 1);
      edits = Math.min(edits, (table[above + at] ?? FAR) + 1, (table[line + at - 1] ?? FAR) + 1);
      if (depth > 1 && at > 1 && wanted === previous && this.#word[at - 2] === character)
        edits = Math.min(edits, (table[above - width + at - 2] ?? FAR) + 1);
      table[line + at] = Math.min(edits, FAR);
      if (edits < least) least = edits;
    }
    if (high < width - 1) table[line + high + 1] = FAR;
    // A transposition may still bring the line above to life.
    return least <= this.#maxEdits || this.#leastOf(depth - 1) < this.#maxEdits;
  }

  #leastOf(depth: number): number {
    const line = depth * this.#width;
    const low = Math.max(0, depth - this.#maxEdits);
    const high = Math.min(this.#width - 1, depth + this.#maxEdits);
    let least = FAR;
    for (let at = low; at <= high; at++) least = Math.min(least, this.#table[line + at] ?? FAR);
    return least;
  }

  /** Decodes the next UTF-8 character of the term that begins at `from`. */
  #read(depth: number, from: number): number {
    const { bytes } = this.#dictionary;
    const at = from + (this.#ends[depth - 1] ?? 0);
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    let character = length === 1 ? first : first & (0x7f >> length);
    for (let more = 1; more < length; more++)
      character = (character << 6) | ((bytes[at + more] ?? 0) & 0x3f);
    this.#characters[depth] = character;
    this.#ends[depth] = (this.#ends[depth - 1] ?? 0) + length;
    return character;
  }
}

/** Places of all terms within `maxEdits` (Damerau-Levenshtein, optimal string alignment, by code point), in dictionary order. */
export const similarPlaces = (
  dictionary: Dictionary,
  shared: Uint8Array,
  word: string,
  maxEdits: number,
): SimilarTerm[] => {
  // No term is that long, and the table of distances grows with the square of the length.
  if (word.length > MAX_TERM + 2 * maxEdits) return [];
  const characters = Array.from(word, (char) => char.codePointAt(0) ?? 0);
  return new Walk(dictionary, characters, maxEdits).find(shared);
};
