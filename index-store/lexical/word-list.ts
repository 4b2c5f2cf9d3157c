// The sorted terms of a word index: looked up by bisection, walked by prefix, compared by edit distance.
import type { TermFrequency } from "./lexical.ts";
import { damaged, type PostingsData } from "./postings-format.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Order of UTF-8 bytes. */
const compareAt = (bytes: Uint8Array, from: number, to: number, wanted: Uint8Array): number => {
  const length = Math.min(to - from, wanted.length);
  for (let at = 0; at < length; at++) {
    const difference = (bytes[from + at] ?? 0) - (wanted[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return to - from - wanted.length;
};

/** Damerau-Levenshtein, optimal string alignment; more than `most` comes back as `most + 1`. */
export const editDistance = (a: string, b: string, most: number): number => {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        i > 1 &&
        j > 1 &&
        a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
};

export class Dictionary {
  readonly #data: PostingsData;
  /** Terms as strings, decoded when a typing mistake is first looked up, by their length in UTF-16 units. */
  #byLength: Map<number, { term: string; place: number }[]> | undefined;

  constructor(data: PostingsData) {
    this.#data = data;
  }

  term(place: number): string {
    const { termBytes, termOffsets } = this.#data;
    const from = termOffsets[place] ?? 0;
    const to = termOffsets[place + 1] ?? 0;
    if (to < from || to > termBytes.length) throw damaged("a term lies outside of its section");
    return decoder.decode(termBytes.subarray(from, to));
  }

  frequency(place: number): number {
    const { postingOffsets } = this.#data;
    return Math.max(0, (postingOffsets[place + 1] ?? 0) - (postingOffsets[place] ?? 0));
  }

  /** Place of the first term not before `wanted`. */
  #firstFrom(wanted: Uint8Array): number {
    const { termBytes, termOffsets, terms } = this.#data;
    let low = 0;
    let high = terms;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareAt(termBytes, termOffsets[middle] ?? 0, termOffsets[middle + 1] ?? 0, wanted) < 0)
        low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** −1 where the term is not known. */
  find(term: string): number {
    const wanted = encoder.encode(term);
    const place = this.#firstFrom(wanted);
    if (place >= this.#data.terms) return -1;
    const { termBytes, termOffsets } = this.#data;
    const same =
      compareAt(termBytes, termOffsets[place] ?? 0, termOffsets[place + 1] ?? 0, wanted) === 0;
    return same ? place : -1;
  }

  /** Places [from, to) of the terms that begin so. */
  range(prefix: string): readonly [from: number, to: number] {
    const wanted = encoder.encode(prefix);
    const from = this.#firstFrom(wanted);
    const { termBytes, termOffsets, terms } = this.#data;
    let low = from;
    let high = terms;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = termOffsets[middle] ?? 0;
      const end = Math.min(termOffsets[middle + 1] ?? 0, at + wanted.length);
      if (compareAt(termBytes, at, end, wanted) === 0) low = middle + 1;
      else high = middle;
    }
    return [from, low];
  }

  withPrefix(prefix: string, limit: number): TermFrequency[] {
    const [from, to] = this.range(prefix);
    const places = Array.from({ length: to - from }, (_, at) => from + at);
    places.sort((a, b) => this.frequency(b) - this.frequency(a) || a - b);
    return places
      .slice(0, limit)
      .map((place) => ({ term: this.term(place), documentFrequency: this.frequency(place) }));
  }

  #lengths(): Map<number, { term: string; place: number }[]> {
    if (this.#byLength !== undefined) return this.#byLength;
    const byLength = new Map<number, { term: string; place: number }[]>();
    for (let place = 0; place < this.#data.terms; place++) {
      const term = this.term(place);
      const list = byLength.get(term.length);
      if (list === undefined) byLength.set(term.length, [{ term, place }]);
      else list.push({ term, place });
    }
    this.#byLength = byLength;
    return byLength;
  }

  similar(term: string, maxEdits: 1 | 2, limit: number): (TermFrequency & { edits: number })[] {
    const found: (TermFrequency & { edits: number })[] = [];
    for (let length = term.length - maxEdits; length <= term.length + maxEdits; length++)
      for (const known of this.#lengths().get(length) ?? []) {
        if (!mayBeNear(term, known.term, maxEdits)) continue;
        const edits = editDistance(term, known.term, maxEdits);
        if (edits >= 1 && edits <= maxEdits)
          found.push({ term: known.term, documentFrequency: this.frequency(known.place), edits });
      }
    found.sort(
      (a, b) =>
        a.edits - b.edits ||
        b.documentFrequency - a.documentFrequency ||
        (a.term < b.term ? -1 : 1),
    );
    return found.slice(0, limit);
  }
}

/** Letters as a set of 32 bits: every edit changes at most two of them, so words with more differences need no distance. */
const letters = (term: string): number => {
  let bits = 0;
  for (let at = 0; at < term.length; at++) bits |= 1 << (term.charCodeAt(at) & 31);
  return bits;
};

const mayBeNear = (a: string, b: string, maxEdits: number): boolean => {
  let difference = letters(a) ^ letters(b);
  let count = 0;
  while (difference !== 0) {
    difference &= difference - 1;
    count++;
  }
  return count <= 2 * maxEdits;
};
