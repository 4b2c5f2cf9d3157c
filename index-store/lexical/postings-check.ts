// Checks that a word index does not contradict itself: every number is checked once, so that a search need not check any.
import { setImmediate } from "node:timers/promises";
import { BLOCK, damaged, LARGE_FREQUENCY, type PostingsData } from "./postings-format.ts";

const check = (holds: boolean, what: string): void => {
  if (!holds) throw damaged(what);
};

/** Offsets begin at 0, never fall and end at `end`. */
const checkOffsets = (offsets: Uint32Array, count: number, end: number, what: string): void => {
  check(offsets.length === count + 1 && offsets[0] === 0 && offsets[count] === end, what);
  let before = 0;
  for (const offset of offsets) {
    check(offset >= before, what);
    before = offset;
  }
};

const checkShape = (data: PostingsData): void => {
  const { terms, lengths } = data;
  let total = 0;
  for (const length of lengths) total += length;
  check(total === data.totalLength, "row lengths do not sum up");
  const postings = data.postingRows.length;
  check(data.frequencies.length === postings, "frequencies are missing");
  checkOffsets(data.termOffsets, terms, data.termBytes.length, "terms overlap");
  checkOffsets(data.postingOffsets, terms, postings, "postings overlap");
  checkOffsets(data.positionOffsets, terms, data.positions.length, "positions overlap");
  const blocks = data.blockPositions.length;
  checkOffsets(data.blockOffsets, terms, blocks, "blocks overlap");
  check(
    data.blockShortestOnce.length === blocks &&
      data.blockShortestMore.length === blocks &&
      data.blockMostFrequent.length === blocks,
    "block bounds are missing",
  );
  check(data.largeFrequencies.length % 2 === 0, "a large frequency is half");
};

/** Terms are UTF-8, none is empty, each is behind the one before. */
const checkTerms = ({ termBytes, termOffsets, terms }: PostingsData): void => {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(termBytes);
  } catch (cause) {
    throw damaged("its terms are not UTF-8", cause);
  }
  check(text.length > 0 || terms === 0, "its terms are empty");
  for (let term = 0; term < terms; term++) {
    const from = termOffsets[term] ?? 0;
    const to = termOffsets[term + 1] ?? 0;
    check(to > from && ((termBytes[from] ?? 0) & 0xc0) !== 0x80, "a term is cut");
    if (term > 0)
      check(isBehind(termBytes, termOffsets[term - 1] ?? 0, from, to), "terms are out of order");
  }
};

/** Whether bytes [middle, end) sort behind [start, middle). */
const isBehind = (bytes: Uint8Array, start: number, middle: number, end: number): boolean => {
  const length = Math.min(middle - start, end - middle);
  for (let at = 0; at < length; at++) {
    const difference = (bytes[middle + at] ?? 0) - (bytes[start + at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return end - middle > middle - start;
};

/** Walks all postings with their positions. */
class PostingsCheck {
  readonly data: PostingsData;
  readonly #found: Uint32Array;
  /** Next unread pair of `largeFrequencies`. */
  #large = 0;
  /** Next unread byte of `positions`. */
  #at = 0;

  constructor(data: PostingsData) {
    this.data = data;
    this.#found = new Uint32Array(data.rows);
  }

  async all(): Promise<void> {
    const { terms, postingOffsets } = this.data;
    let pause = 500_000;
    for (let term = 0; term < terms; term++) {
      this.#term(term);
      if ((postingOffsets[term + 1] ?? 0) < pause) continue;
      pause += 500_000;
      await setImmediate();
    }
    check(
      this.#large === this.data.largeFrequencies.length,
      "a large frequency belongs to nothing",
    );
    const { lengths } = this.data;
    for (let row = 0; row < lengths.length; row++)
      check(this.#found[row] === lengths[row], "a row's length is not its number of words");
  }

  #term(term: number): void {
    const { data } = this;
    const from = data.postingOffsets[term] ?? 0;
    const to = data.postingOffsets[term + 1] ?? 0;
    const positionsFrom = data.positionOffsets[term] ?? 0;
    const positionsTo = data.positionOffsets[term + 1] ?? 0;
    check(to > from, "a term has no rows");
    const blocks = (data.blockOffsets[term + 1] ?? 0) - (data.blockOffsets[term] ?? 0);
    check(
      blocks === (to - from > BLOCK ? Math.ceil((to - from) / BLOCK) : 0),
      "blocks are missing",
    );
    this.#at = positionsFrom;
    let before = -1;
    for (let posting = from; posting < to; posting++) {
      const row = data.postingRows[posting] ?? 0;
      check(row > before && row < data.rows, "rows are out of order");
      before = row;
      if (blocks > 0 && (posting - from) % BLOCK === 0)
        this.#block(term, from, posting, Math.min(posting + BLOCK, to));
      const frequency = this.#frequency(posting);
      if (positionsTo === positionsFrom) continue;
      this.#positions(row, frequency, positionsTo);
    }
    check(this.#at === positionsTo, "positions are left over");
  }

  #frequency(posting: number): number {
    const { frequencies, largeFrequencies } = this.data;
    const frequency = frequencies[posting] ?? 0;
    check(frequency > 0, "a word occurs no time");
    if (frequency < LARGE_FREQUENCY) return frequency;
    const large = largeFrequencies[this.#large + 1] ?? 0;
    check(
      largeFrequencies[this.#large] === posting && large >= LARGE_FREQUENCY,
      "a large frequency is missing",
    );
    this.#large += 2;
    return large;
  }

  #positions(row: number, frequency: number, to: number): void {
    const { positions, lengths } = this.data;
    const length = lengths[row] ?? 0;
    check(frequency <= length, "a row has fewer words than one of its words has places");
    let position = -1;
    for (let left = frequency; left > 0; left--) {
      let gap = 0;
      let scale = 1;
      let byte: number;
      do {
        check(this.#at < to && scale <= 2 ** 28, "a position is cut");
        byte = positions[this.#at++] ?? 0;
        gap += (byte & 0x7f) * scale;
        scale *= 128;
      } while (byte > 0x7f);
      position += gap + 1;
      check(position < length, "a position is behind the row's end");
    }
    this.#found[row] = (this.#found[row] ?? 0) + frequency;
  }

  /** The bounds of postings [posting, end): no row may score more than they say. */
  #block(term: number, first: number, posting: number, end: number): void {
    const { data } = this;
    const block = (data.blockOffsets[term] ?? 0) + (posting - first) / BLOCK;
    const from = data.positionOffsets[term] ?? 0;
    check(
      (data.blockPositions[block] ?? 0) === this.#at - from,
      "a block's positions are elsewhere",
    );
    let once = 0xffff;
    let more = 0xffff;
    let most = 0;
    let large = this.#large;
    for (let at = posting; at < end; at++) {
      let frequency = data.frequencies[at] ?? 0;
      if (frequency === LARGE_FREQUENCY) {
        frequency = data.largeFrequencies[large + 1] ?? 0;
        large += 2;
      }
      const length = data.lengths[data.postingRows[at] ?? 0] ?? 0;
      if (frequency === 1) once = Math.min(once, length);
      else {
        more = Math.min(more, length);
        most = Math.max(most, frequency);
      }
    }
    check(
      data.blockShortestOnce[block] === once &&
        data.blockShortestMore[block] === more &&
        data.blockMostFrequent[block] === Math.min(most, 0xffff),
      "a block's bounds are wrong",
    );
  }
}

/**
 * Checks everything that a search relies on; pauses for the event loop. About 60 ms for 3 million postings.
 * @throws LexicalError "damaged"
 */
export const checkPostings = async (data: PostingsData): Promise<void> => {
  checkShape(data);
  checkTerms(data);
  await new PostingsCheck(data).all();
};
