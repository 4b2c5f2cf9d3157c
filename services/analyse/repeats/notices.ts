// Finds notices among the messages of channels: what bots post in near-identical words, and what is posted again and again.
import { Growing } from "#services/domain/growing.ts";
import { shapeOf } from "./digest.ts";

/** A shape must be posted so often to be a repeat. */
const LEAST_TIMES = 5;
/** A repeat by one author has so many words, one by several so many: people often say short things in the same words. */
const LEAST_WORDS = 4;
const LEAST_WORDS_OF_ALL = 9;
/** An author of so many messages is a bot where this share of them begins as at least `LEAST_TIMES` of its own do. */
const BOT_MESSAGES = 20;
const BOT_SHARE = 0.7;

export interface Notices {
  /** @param author any number that identifies the author. Messages are numbered from 0 in the order they are added. */
  add(text: string, author: number): void;
  /** A message that cannot be a notice: its words are somebody's question to an assistant, or the answer. */
  skip(): void;
  /** One byte per message: 1 = a notice. */
  found(): Uint8Array;
  /** The authors most of whose messages begin as others of theirs. */
  bots(): ReadonlySet<number>;
}

const NONE = -1;
/** Numbers of authors are cut to this, so that a 32-bit number and an author's are one exact number. */
const AUTHORS = 2 ** 20;

/** Whole numbers in order: a map of how often each occurs would take 100 bytes for each. */
class Sorted {
  readonly #values: Float64Array;

  constructor(values: Float64Array) {
    this.#values = values.slice().sort();
  }

  at(place: number): number {
    return this.#values[place] ?? Number.NaN;
  }

  /** How many are smaller. */
  below(value: number): number {
    let low = 0;
    let high = this.#values.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#values[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  times(value: number): number {
    return this.below(value + 1) - this.below(value);
  }
}

class Repeats implements Notices {
  /** The whole shape with the author, the beginning with the author, the author, and the number of words of each message. */
  readonly #wholes = new Growing((n) => new Float64Array(n));
  readonly #begins = new Growing((n) => new Float64Array(n));
  readonly #authors = new Growing((n) => new Int32Array(n));
  readonly #words = new Growing((n) => new Uint8Array(n));

  add(text: string, author: number): void {
    const { whole, beginning, words } = shapeOf(text);
    this.#wholes.push(whole * AUTHORS + (author % AUTHORS));
    this.#begins.push(beginning * AUTHORS + (author % AUTHORS));
    this.#authors.push(author);
    this.#words.push(Math.min(words, LEAST_WORDS_OF_ALL));
  }

  skip(): void {
    this.#wholes.push(NONE);
    this.#begins.push(NONE);
    this.#authors.push(NONE);
    this.#words.push(0);
  }

  bots(): ReadonlySet<number> {
    const begins = this.#begins.all();
    const words = this.#words.all();
    const sorted = new Sorted(begins);
    const written = new Map<number, { all: number; repeated: number }>();
    for (const [at, author] of this.#authors.all().entries()) {
      if (author === NONE) continue;
      const own = written.get(author) ?? { all: 0, repeated: 0 };
      own.all++;
      const isLong = (words[at] ?? 0) >= LEAST_WORDS;
      if (isLong && sorted.times(begins[at] ?? NONE) >= LEAST_TIMES) own.repeated++;
      written.set(author, own);
    }
    const bots = [...written].filter(
      ([, { all, repeated }]) => all >= BOT_MESSAGES && repeated >= BOT_SHARE * all,
    );
    return new Set(bots.map(([author]) => author));
  }

  found(): Uint8Array {
    const wholes = this.#wholes.all();
    const authors = this.#authors.all();
    const words = this.#words.all();
    const bots = this.bots();
    const sorted = new Sorted(wholes);
    return Uint8Array.from(wholes, (whole, at) => {
      if (whole === NONE) return 0;
      if (bots.has(authors[at] ?? NONE)) return 1;
      if ((words[at] ?? 0) < LEAST_WORDS) return 0;
      // Those of the same shape, by author.
      const shape = Math.floor(whole / AUTHORS) * AUTHORS;
      const [from, to] = [sorted.below(shape), sorted.below(shape + AUTHORS)];
      if (to - from < LEAST_TIMES) return 0;
      const isOfSeveral = sorted.at(from) !== sorted.at(to - 1);
      return isOfSeveral && (words[at] ?? 0) < LEAST_WORDS_OF_ALL ? 0 : 1;
    });
  }
}

/** Opens a search for notices among messages that are added one by one. */
export const openNotices = (): Notices => new Repeats();
