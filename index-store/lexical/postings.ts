// Our own lexical engine: an immutable inverted index in one file, loaded as one buffer and searched where it lies.
import type { RowBitmap } from "../ann/ann.ts";
import { forEachRow } from "../bitmap.ts";
import { isOfZlib, readZstdFile, writeZstdFile } from "../zstd-file.ts";
import { Dictionary } from "./dictionary.ts";
import {
  type GroupCounts,
  type LexicalEngine,
  LexicalError,
  type LexicalHits,
  type LexicalIndex,
  type LexicalQuery,
  type LexicalSearch,
  type TermFrequency,
  type WeightedTerm,
  type WordMass,
} from "./lexical.ts";
import { rowsWithMass } from "./mass.ts";
import { frequencyOf, listOf, seek } from "./posting-list.ts";
import { checkPostings } from "./postings-check.ts";
import { damaged, encodePostings } from "./postings-format.ts";
import { PostingsKernel } from "./postings-kernel.ts";
import { invert } from "./postings-writer.ts";
import { answer } from "./search.ts";
import { sharedBeginnings, similarPlaces } from "./similar.ts";

class PostingsIndex implements LexicalIndex {
  readonly rows: number;
  readonly totalLength: number;
  readonly memory: number;
  #loaded: { kernel: PostingsKernel; dictionary: Dictionary } | undefined;
  /** Made for the first misspelt word, a byte a term. */
  #shared: Uint8Array | undefined;

  constructor(kernel: PostingsKernel, memory: number) {
    const { data } = kernel;
    this.rows = data.rows;
    this.totalLength = data.totalLength;
    this.memory = memory;
    this.#loaded = { kernel, dictionary: new Dictionary(data) };
  }

  documentFrequency(term: string): number {
    const { dictionary } = this.#get();
    const place = dictionary.find(term);
    return place < 0 ? 0 : this.#frequencyAt(place);
  }

  lengthOf(rows: RowBitmap): number {
    const { lengths } = this.#get().data;
    let sum = 0;
    forEachRow(rows, (row) => {
      sum += lengths[row] ?? 0;
    });
    return sum;
  }

  markRows(term: string, rows: Uint32Array, marks: Uint8Array): void {
    const { data, dictionary } = this.#get();
    const list = listOf(data, dictionary.find(term));
    let posting = list.from;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      posting = seek(list, posting, row);
      if (posting === list.to) return;
      if (list.rows[posting] === row) marks[at] = 1;
    }
  }

  addLengths(groups: Int32Array, lengths: Float64Array): void {
    const { data } = this.#get();
    for (let row = 0; row < data.rows; row++) {
      const group = groups[row] ?? -1;
      if (group >= 0) lengths[group] = (lengths[group] ?? 0) + (data.lengths[row] ?? 0);
    }
  }

  countTerm({ term, weight }: WeightedTerm, groups: Int32Array, into: GroupCounts): void {
    const { data, dictionary } = this.#get();
    const list = listOf(data, dictionary.find(term));
    const { rows, from, to } = list;
    const { counts, met } = into;
    for (let at = from; at < to; at++) {
      const group = groups[rows[at] ?? 0] ?? -1;
      if (group < 0) continue;
      const before = counts[group] ?? 0;
      if (before === 0) met[into.size++] = group;
      counts[group] = before + weight * frequencyOf(data, list, at);
    }
  }

  search(query: LexicalQuery, search: LexicalSearch): LexicalHits {
    const { kernel, dictionary } = this.#get();
    return answer(kernel, dictionary, { query, search });
  }

  rowsWithMass(words: readonly WordMass[], least: number, filter?: RowBitmap): RowBitmap {
    const { kernel, dictionary } = this.#get();
    return rowsWithMass(kernel, dictionary, { words, least, filter });
  }

  termsWithPrefix(prefix: string, limit: number): TermFrequency[] {
    if (limit < 1) return [];
    const { from, to } = this.#get().dictionary.range(prefix);
    const places: number[] = [];
    const order = () => places.sort((a, b) => this.#frequencyAt(b) - this.#frequencyAt(a) || a - b);
    // Thousands of terms begin with the same two letters: those that come after `limit` others are dropped on the way.
    let least = 0;
    for (let place = from; place < to; place++) {
      if (this.#frequencyAt(place) <= least) continue;
      places.push(place);
      if (places.length < limit * 4) continue;
      order().length = limit;
      least = this.#frequencyAt(places[limit - 1] ?? from);
    }
    return order()
      .slice(0, limit)
      .map((place) => this.#termAt(place));
  }

  similarTerms(
    term: string,
    maxEdits: 1 | 2,
    limit: number,
  ): (TermFrequency & { edits: number })[] {
    const { dictionary } = this.#get();
    this.#shared ??= sharedBeginnings(dictionary);
    return similarPlaces(dictionary, this.#shared, term, maxEdits)
      .sort(
        (a, b) =>
          a.edits - b.edits ||
          this.#frequencyAt(b.place) - this.#frequencyAt(a.place) ||
          a.place - b.place,
      )
      .slice(0, limit)
      .map(({ place, edits }) => ({ ...this.#termAt(place), edits }));
  }

  *terms(): IterableIterator<TermFrequency> {
    const { data } = this.#get();
    for (let place = 0; place < data.terms; place++) yield this.#termAt(place);
  }

  close(): void {
    this.#loaded = undefined;
    this.#shared = undefined;
  }

  #get() {
    if (this.#loaded === undefined)
      throw new LexicalError("bad-query", "This word index is closed; open it again.");
    return { ...this.#loaded, data: this.#loaded.kernel.data };
  }

  #frequencyAt(place: number): number {
    const { postingOffsets } = this.#get().data;
    return (postingOffsets[place + 1] ?? 0) - (postingOffsets[place] ?? 0);
  }

  #termAt(place: number): TermFrequency {
    return {
      term: this.#get().dictionary.text(place),
      documentFrequency: this.#frequencyAt(place),
    };
  }
}

export const postingsEngine: LexicalEngine = {
  async build(texts, path) {
    await writeZstdFile(path, encodePostings(await invert(texts)));
  },

  async open(path) {
    const buffer = await readZstdFile(path).catch((cause: unknown) => {
      if (isOfZlib(cause)) throw damaged("it cannot be decompressed", cause);
      throw cause;
    });
    const kernel = new PostingsKernel(buffer);
    await checkPostings(kernel.data);
    return new PostingsIndex(kernel, buffer.byteLength);
  },
};
