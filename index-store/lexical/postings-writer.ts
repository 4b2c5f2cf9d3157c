// Texts → postings in memory: read all terms once, sort them by counting, write each term's rows, frequencies and positions.
import { setImmediate } from "node:timers/promises";
import { LexicalError } from "./lexical.ts";
import { BLOCK, LARGE_FREQUENCY, type PostingsData } from "./postings-format.ts";
import { byCodePoint, hasHighUnits } from "./term-order.ts";
import { visitTokens } from "./tokenize.ts";

/** A growing array of u32. */
class Numbers {
  #data = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#data.length) {
      const larger = new Uint32Array(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.length++] = value;
  }

  view(): Uint32Array {
    return this.#data.subarray(0, this.length);
  }
}

/** Growing bytes, with varints (7 bits a byte, the lowest first, high bit = more follow). */
class Bytes {
  #data = new Uint8Array(65_536);
  length = 0;

  varint(value: number): void {
    if (this.length + 5 > this.#data.length) {
      const larger = new Uint8Array(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    let rest = value;
    while (rest > 0x7f) {
      this.#data[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#data[this.length++] = rest;
  }

  view(): Uint8Array {
    return this.#data.subarray(0, this.length);
  }
}

/** Texts taken in: which terms each row has, in order. */
interface Read {
  readonly terms: readonly string[];
  /** Of each term: a compound takes no position. */
  readonly compound: readonly boolean[];
  /** Occurrences of each term. */
  readonly counts: Uint32Array;
  /** Term of every occurrence, row by row. */
  readonly occurrences: Uint32Array;
  /** Occurrences of row r are [rowStarts[r], rowStarts[r + 1]). */
  readonly rowStarts: Uint32Array;
}

/** Characters between two pauses, so that a server that builds in its own process still answers. */
const BREATH = 1_000_000;

const readTexts = async (texts: readonly string[]): Promise<Read> => {
  const ids = new Map<string, number>();
  const compound: boolean[] = [];
  const counts = new Numbers();
  const occurrences = new Numbers();
  const rowStarts = new Uint32Array(texts.length + 1);
  const tally: number[] = [];
  const take = (term: string, _start: number, _end: number, whole: boolean): void => {
    let id = ids.get(term);
    if (id === undefined) {
      id = ids.size;
      ids.set(term, id);
      compound.push(whole);
      tally.push(0);
    }
    tally[id] = (tally[id] ?? 0) + 1;
    occurrences.push(id);
  };
  let sinceBreath = 0;
  for (const [row, text] of texts.entries()) {
    visitTokens(text, take);
    rowStarts[row + 1] = occurrences.length;
    sinceBreath += text.length;
    if (sinceBreath < BREATH) continue;
    sinceBreath = 0;
    await setImmediate();
  }
  if (occurrences.length >= 2 ** 32 - 1)
    throw new LexicalError(
      "bad-query",
      "More than 4 billion words in one segment; commit smaller ones.",
    );
  for (const count of tally) counts.push(count);
  return {
    terms: [...ids.keys()],
    compound,
    counts: counts.view(),
    occurrences: occurrences.view(),
    rowStarts,
  };
};

const inOrder = (terms: readonly string[]): Uint32Array => {
  const sorted = [...terms].sort();
  if (terms.some((term) => hasHighUnits.test(term))) sorted.sort(byCodePoint);
  const idOf = new Map(terms.map((term, id) => [term, id]));
  return Uint32Array.from(sorted, (term) => idOf.get(term) ?? 0);
};

/** Every occurrence, those of a term side by side, in row order. */
interface Occurrences {
  /** Term t has [starts[t], starts[t + 1]) of the next two. */
  readonly starts: Uint32Array;
  readonly rowOf: Uint32Array;
  readonly positionOf: Uint32Array;
  /** Words with a position, per row. */
  readonly lengths: Uint32Array;
}

/** Occurrences of each term side by side: rows and positions, by a counting sort that keeps their order. */
const byTerm = (read: Read, rows: number): Occurrences => {
  const { counts, occurrences, rowStarts, compound } = read;
  const starts = new Uint32Array(counts.length + 1);
  for (let term = 0; term < counts.length; term++)
    starts[term + 1] = (starts[term] ?? 0) + (counts[term] ?? 0);
  const next = starts.slice(0, counts.length);
  const rowOf = new Uint32Array(occurrences.length);
  const positionOf = new Uint32Array(occurrences.length);
  const lengths = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    let position = 0;
    const end = rowStarts[row + 1] ?? 0;
    for (let at = rowStarts[row] ?? 0; at < end; at++) {
      const term = occurrences[at] ?? 0;
      const slot = next[term] ?? 0;
      next[term] = slot + 1;
      rowOf[slot] = row;
      positionOf[slot] = position;
      if (compound[term] !== true) position += 1;
    }
    lengths[row] = position;
  }
  return { starts, rowOf, positionOf, lengths };
};

const MAX_U16 = 0xffff;

/** Postings of one term after another, with their blocks. */
class PostingsBuilder {
  readonly rows = new Numbers();
  readonly frequencies = new Numbers();
  readonly large = new Numbers();
  readonly positions = new Bytes();
  readonly blockPositions = new Numbers();
  readonly once = new Numbers();
  readonly more = new Numbers();
  readonly most = new Numbers();

  /** Writes the rows, frequencies, positions and blocks of the next term. */
  term({ starts, rowOf, positionOf, lengths }: Occurrences, id: number, placed: boolean): void {
    const end = starts[id + 1] ?? 0;
    let at = starts[id] ?? 0;
    const blocked = distinctRows(rowOf, at, end) > BLOCK;
    const positionsFrom = this.positions.length;
    let block: number[] = [];
    let blockFrom = this.rows.length;
    let blockPositions = 0;
    while (at < end) {
      const row = rowOf[at] ?? 0;
      const first = at;
      let before = -1;
      for (; at < end && rowOf[at] === row; at++) {
        const position = positionOf[at] ?? 0;
        if (placed) this.positions.varint(position - before - 1);
        before = position;
      }
      this.#add(row, at - first);
      if (!blocked) continue;
      block.push(at - first);
      if (block.length < BLOCK && at < end) continue;
      this.#block({ positions: blockPositions, from: blockFrom, frequencies: block }, lengths);
      block = [];
      blockFrom = this.rows.length;
      blockPositions = this.positions.length - positionsFrom;
    }
  }

  #add(row: number, frequency: number): void {
    if (frequency >= LARGE_FREQUENCY) {
      this.large.push(this.rows.length);
      this.large.push(frequency);
    }
    this.rows.push(row);
    this.frequencies.push(Math.min(frequency, LARGE_FREQUENCY));
  }

  /** Bounds of the block whose postings begin at `from`. */
  #block(
    block: { positions: number; from: number; frequencies: readonly number[] },
    lengths: Uint32Array,
  ): void {
    let once = MAX_U16;
    let more = MAX_U16;
    let most = 0;
    const rows = this.rows.view();
    block.frequencies.forEach((frequency, place) => {
      const length = lengths[rows[block.from + place] ?? 0] ?? 0;
      if (frequency === 1) once = Math.min(once, length);
      else {
        more = Math.min(more, length);
        most = Math.max(most, frequency);
      }
    });
    this.blockPositions.push(block.positions);
    this.once.push(once);
    this.more.push(more);
    this.most.push(Math.min(most, MAX_U16));
  }
}

/** Inverts the texts; row = place in the array. */
export const invert = async (texts: readonly string[]): Promise<PostingsData> => {
  const rows = texts.length;
  const read = await readTexts(texts);
  await setImmediate();
  const order = inOrder(read.terms);
  await setImmediate();
  const occurrencesOf = byTerm(read, rows);
  const { lengths } = occurrencesOf;
  await setImmediate();
  const terms = order.length;
  const builder = new PostingsBuilder();
  const encoder = new TextEncoder();
  const termBytes = new Uint8Array(read.terms.reduce((sum, term) => sum + term.length * 3, 0));
  const offsets = () => new Uint32Array(terms + 1);
  const termOffsets = offsets();
  const postingOffsets = offsets();
  const positionOffsets = offsets();
  const blockOffsets = offsets();
  for (let place = 0; place < terms; place++) {
    const id = order[place] ?? 0;
    const from = termOffsets[place] ?? 0;
    termOffsets[place + 1] =
      from + encoder.encodeInto(read.terms[id] ?? "", termBytes.subarray(from)).written;
    builder.term(occurrencesOf, id, read.compound[id] !== true);
    postingOffsets[place + 1] = builder.rows.length;
    positionOffsets[place + 1] = builder.positions.length;
    blockOffsets[place + 1] = builder.once.length;
  }
  return {
    rows,
    terms,
    totalLength: lengths.reduce((sum, length) => sum + length, 0),
    lengths,
    termBytes: termBytes.subarray(0, termOffsets[terms] ?? 0),
    termOffsets,
    postingOffsets,
    postingRows: builder.rows.view(),
    frequencies: Uint8Array.from(builder.frequencies.view()),
    largeFrequencies: builder.large.view(),
    positions: builder.positions.view(),
    positionOffsets,
    blockOffsets,
    blockPositions: builder.blockPositions.view(),
    blockShortestOnce: Uint16Array.from(builder.once.view()),
    blockShortestMore: Uint16Array.from(builder.more.view()),
    blockMostFrequent: Uint16Array.from(builder.most.view()),
  };
};

const distinctRows = (rowOf: Uint32Array, from: number, to: number): number => {
  let count = 0;
  for (let at = from; at < to; at++) if (at === from || rowOf[at] !== rowOf[at - 1]) count += 1;
  return count;
};
