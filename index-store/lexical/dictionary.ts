// The sorted terms of an index: find one, a range by prefix, the text of one.
import type { PostingsData } from "./postings-format.ts";

/** Places of terms that are remembered: a question looks each of its terms up some ten times. */
const REMEMBERED = 4096;

export class Dictionary {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #found = new Map<string, number>();

  constructor(data: Pick<PostingsData, "terms" | "termBytes" | "termOffsets">) {
    this.size = data.terms;
    this.bytes = data.termBytes;
    this.offsets = data.termOffsets;
  }

  /** Place of the term; -1 where it is not there. */
  find(term: string): number {
    const known = this.#found.get(term);
    if (known !== undefined) return known;
    const wanted = this.#encoder.encode(term);
    const place = this.#firstNotBefore(wanted);
    const found = place < this.size && this.#compare(place, wanted) === 0 ? place : -1;
    if (this.#found.size === REMEMBERED) this.#found.clear();
    this.#found.set(term, found);
    return found;
  }

  /** Terms [from, to) begin with the prefix. */
  range(prefix: string): { from: number; to: number } {
    const wanted = this.#encoder.encode(prefix);
    const from = this.#firstNotBefore(wanted);
    let low = from;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#begins(middle, wanted)) low = middle + 1;
      else high = middle;
    }
    return { from, to: low };
  }

  text(place: number): string {
    const from = this.offsets[place] ?? 0;
    const to = this.offsets[place + 1] ?? 0;
    // For short ASCII terms, which are most of them, this is faster than the decoder.
    let text = "";
    for (let at = from; at < to; at++) {
      const byte = this.bytes[at] ?? 0;
      if (byte > 0x7f) return this.#decoder.decode(this.bytes.subarray(from, to));
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #firstNotBefore(wanted: Uint8Array): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(middle, wanted) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Order of a term against other bytes. */
  #compare(place: number, wanted: Uint8Array): number {
    const from = this.offsets[place] ?? 0;
    const length = (this.offsets[place + 1] ?? 0) - from;
    const shared = Math.min(length, wanted.length);
    for (let at = 0; at < shared; at++) {
      const difference = (this.bytes[from + at] ?? 0) - (wanted[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return length - wanted.length;
  }

  #begins(place: number, wanted: Uint8Array): boolean {
    const from = this.offsets[place] ?? 0;
    if ((this.offsets[place + 1] ?? 0) - from < wanted.length) return false;
    for (let at = 0; at < wanted.length; at++)
      if (this.bytes[from + at] !== wanted[at]) return false;
    return true;
  }
}
