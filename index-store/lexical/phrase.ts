// Phrases: the rows in which words stand next to each other, and how often.

import {
  emptyList,
  frequencyOf,
  intersect,
  listOf,
  type PostingList,
  seek,
} from "./posting-list.ts";
import { BLOCK, type PostingsData } from "./postings-format.ts";
import { phraseTerms } from "./tokenize.ts";

/**
 * The terms of a phrase that take a position. A compound is put by its parts, unless the parts follow anyway, as they do
 * where the phrase was made by `tokenize`. A phrase of one term stays as it is.
 */
export const positionTerms = (phrase: readonly string[]): string[] => {
  if (phrase.length <= 1) return [...phrase];
  const parts = phrase.map(phraseTerms);
  const isCompound = (at: number) => parts[at]?.length !== 1 || parts[at]?.[0] !== phrase[at];
  const terms: string[] = [];
  for (const at of phrase.keys()) {
    const own = parts[at] ?? [];
    if (!isCompound(at)) terms.push(phrase[at] ?? "");
    else if (
      !sameBeginning(
        own,
        phrase.filter((_, other) => other > at && !isCompound(other)),
      )
    )
      terms.push(...own);
  }
  return terms;
};

const sameBeginning = (parts: readonly string[], words: readonly string[]): boolean =>
  parts.every((part, at) => words[at] === part);

/** Reads the positions of one term, rows in ascending order. */
class PositionReader {
  readonly #data: PostingsData;
  readonly #list: PostingList;
  readonly #place: number;
  /** The posting whose positions begin at `#byte`. */
  #posting: number;
  #byte: number;
  #at: number;
  /** Positions of the row last read: the first `count`. */
  positions = new Uint32Array(16);
  count = 0;

  constructor(data: PostingsData, list: PostingList) {
    this.#data = data;
    this.#list = list;
    this.#place = list.place ?? 0;
    this.#posting = list.from;
    this.#at = list.from;
    this.#byte = data.positionOffsets[this.#place] ?? 0;
  }

  /** The row must be in the list. */
  read(row: number): void {
    this.#at = seek(this.#list, this.#at, row);
    this.#skipTo(this.#at);
    const frequency = frequencyOf(this.#data, this.#list, this.#at);
    if (this.positions.length < frequency) this.positions = new Uint32Array(frequency * 2);
    let position = -1;
    for (let read = 0; read < frequency; read++) {
      position += this.#varint() + 1;
      this.positions[read] = position;
    }
    this.count = frequency;
    this.#posting = this.#at + 1;
  }

  #skipTo(posting: number): void {
    const { blockOffsets, blockPositions, positionOffsets, positions } = this.#data;
    const { from } = this.#list;
    const block = Math.floor((posting - from) / BLOCK);
    const first = blockOffsets[this.#place] ?? 0;
    const hasBlocks = (blockOffsets[this.#place + 1] ?? 0) > first;
    if (hasBlocks && from + block * BLOCK > this.#posting) {
      this.#posting = from + block * BLOCK;
      this.#byte = (positionOffsets[this.#place] ?? 0) + (blockPositions[first + block] ?? 0);
    }
    let left = 0;
    for (; this.#posting < posting; this.#posting++)
      left += frequencyOf(this.#data, this.#list, this.#posting);
    while (left > 0) if ((positions[this.#byte++] ?? 0) < 0x80) left -= 1;
  }

  #varint(): number {
    const { positions } = this.#data;
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = positions[this.#byte++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
      shift += 7;
    }
  }
}

/** Rows with the terms (at least two, none a compound) next to each other in this order; frequencies count the places. */
export const phraseList = (data: PostingsData, places: readonly number[]): PostingList => {
  const lists = new Map(places.map((place) => [place, listOf(data, place)]));
  const byLength = [...lists.values()].sort((a, b) => a.to - a.from - (b.to - b.from));
  const [rarest] = byLength;
  if (rarest === undefined || byLength.some((list) => list.to === list.from)) return emptyList;
  // Compounds have no positions to stand at.
  if (places.some((place) => data.positionOffsets[place] === data.positionOffsets[place + 1]))
    return emptyList;
  let rows = rarest.rows.subarray(rarest.from, rarest.to);
  for (const list of byLength.slice(1)) rows = intersect(rows, list);
  const readers = new Map(
    [...lists].map(([place, list]) => [place, new PositionReader(data, list)]),
  );
  const inOrder = places.flatMap((place) => readers.get(place) ?? []);
  const found: number[] = [];
  const frequencies: number[] = [];
  for (const row of rows) {
    for (const reader of readers.values()) reader.read(row);
    const frequency = timesInOrder(inOrder);
    if (frequency === 0) continue;
    found.push(row);
    frequencies.push(frequency);
  }
  return {
    rows: Uint32Array.from(found),
    frequencies: Uint32Array.from(frequencies),
    from: 0,
    to: found.length,
  };
};

const timesInOrder = (readers: readonly PositionReader[]): number => {
  const [first, ...others] = readers;
  if (first === undefined) return 0;
  const pointers = new Uint32Array(others.length);
  let times = 0;
  for (let at = 0; at < first.count; at++) {
    const start = first.positions[at] ?? 0;
    let whole = true;
    for (let other = 0; whole && other < others.length; other++) {
      const reader = others[other];
      if (reader === undefined) continue;
      const wanted = start + other + 1;
      let pointer = pointers[other] ?? 0;
      while (pointer < reader.count && (reader.positions[pointer] ?? 0) < wanted) pointer += 1;
      pointers[other] = pointer;
      whole = pointer < reader.count && reader.positions[pointer] === wanted;
    }
    if (whole) times += 1;
  }
  return times;
};
