// Finds notices among the messages of channels: what bots post in near-identical words, and what is posted again and again.
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
}

const NONE = -1;

class Repeats implements Notices {
  readonly #whole: number[] = [];
  readonly #begins: number[] = [];
  readonly #author: number[] = [];
  readonly #words: number[] = [];

  add(text: string, author: number): void {
    const { whole, beginning, words } = shapeOf(text);
    this.#whole.push(whole);
    // Beginnings are counted for each author.
    this.#begins.push(beginning * 2 ** 20 + (author % 2 ** 20));
    this.#author.push(author);
    this.#words.push(words);
  }

  skip(): void {
    this.#whole.push(NONE);
    this.#begins.push(NONE);
    this.#author.push(NONE);
    this.#words.push(0);
  }

  #bots(): ReadonlySet<number> {
    const begun = new Map<number, number>();
    for (const key of this.#begins) begun.set(key, (begun.get(key) ?? 0) + 1);
    const written = new Map<number, { all: number; repeated: number }>();
    for (const [at, author] of this.#author.entries()) {
      if (author === NONE) continue;
      const own = written.get(author) ?? { all: 0, repeated: 0 };
      own.all++;
      const times = begun.get(this.#begins[at] ?? NONE) ?? 0;
      if ((this.#words[at] ?? 0) >= LEAST_WORDS && times >= LEAST_TIMES) own.repeated++;
      written.set(author, own);
    }
    const bots = [...written].filter(
      ([, { all, repeated }]) => all >= BOT_MESSAGES && repeated >= BOT_SHARE * all,
    );
    return new Set(bots.map(([author]) => author));
  }

  found(): Uint8Array {
    const shapes = new Map<number, { times: number; author: number; several: boolean }>();
    for (const [at, whole] of this.#whole.entries()) {
      if (whole === NONE) continue;
      const author = this.#author[at] ?? NONE;
      const known = shapes.get(whole);
      if (known === undefined) shapes.set(whole, { times: 1, author, several: false });
      else {
        known.times++;
        known.several ||= known.author !== author;
      }
    }
    const bots = this.#bots();
    return Uint8Array.from(this.#whole, (whole, at) => {
      if (whole === NONE) return 0;
      if (bots.has(this.#author[at] ?? NONE)) return 1;
      const shape = shapes.get(whole);
      if (shape === undefined || shape.times < LEAST_TIMES) return 0;
      const least = shape.several ? LEAST_WORDS_OF_ALL : LEAST_WORDS;
      return (this.#words[at] ?? 0) >= least ? 1 : 0;
    });
  }
}

/** Opens a search for notices among messages that are added one by one. */
export const openNotices = (): Notices => new Repeats();
