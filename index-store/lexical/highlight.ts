// Where the words of a question stand in a text, for a page to mark.
import type { TermSpan } from "./lexical.ts";
import { positionTerms } from "./phrase.ts";
import { visitTokens } from "./tokenize.ts";

/** What to mark: normalised terms, as `tokenize` makes them. It is not changed afterwards. */
export interface Highlighted {
  readonly terms?: Iterable<string>;
  readonly phrases?: readonly (readonly string[])[];
  readonly prefixes?: readonly string[];
}

/** Spans that overlap become one. */
const merged = (spans: readonly TermSpan[]): TermSpan[] => {
  const out: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = out.at(-1);
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
    else out.push({ start, end });
  }
  return out;
};

/** The last words of a text, as many as the longest phrase has, to see whether a phrase ends with the newest. */
class RecentWords {
  readonly #size: number;
  readonly #terms: string[] = [];
  readonly #starts: number[] = [];
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  push(term: string, start: number): void {
    this.#terms[this.#count % this.#size] = term;
    this.#starts[this.#count % this.#size] = start;
    this.#count += 1;
  }

  /** Where the phrase begins that ends with the newest word; undefined where these words are not the last ones. */
  startOf(phrase: readonly string[]): number | undefined {
    const first = this.#count - phrase.length;
    if (first < 0) return undefined;
    const ends = phrase.every((term, at) => this.#terms[(first + at) % this.#size] === term);
    return ends ? this.#starts[first % this.#size] : undefined;
  }
}

/** Called for every word of a text: without a function made for each. */
const beginsWithOne = (term: string, prefixes: readonly string[]): boolean => {
  for (const prefix of prefixes) if (term.startsWith(prefix)) return true;
  return false;
};

interface Prepared {
  readonly terms: ReadonlySet<string>;
  readonly phrases: readonly (readonly string[])[];
  readonly prefixes: readonly string[];
  readonly longest: number;
}

/** What to mark is the same in all texts of a page, of which there may be a hundred. */
const remembered = new WeakMap<Highlighted, Prepared>();

const prepare = (wanted: Highlighted): Prepared => {
  const known = remembered.get(wanted);
  if (known !== undefined) return known;
  const terms = new Set(wanted.terms);
  const phrases: string[][] = [];
  for (const phrase of wanted.phrases ?? []) {
    const words = positionTerms(phrase);
    if (phrase.length === 1) for (const only of phrase) terms.add(only);
    else if (words.length > 0) phrases.push(words);
  }
  const longest = Math.max(1, ...phrases.map(({ length }) => length));
  const prepared = { terms, phrases, prefixes: wanted.prefixes ?? [], longest };
  remembered.set(wanted, prepared);
  return prepared;
};

/**
 * Spans of the terms, whole phrases and words that begin with a prefix: in order, none overlapping another. One pass that keeps
 * nothing of the text but the spans and a phrase's length of words.
 */
export const highlightSpans = (text: string, wanted: Highlighted): TermSpan[] => {
  const { terms, phrases, prefixes, longest } = prepare(wanted);
  const recent = new RecentWords(longest);
  const spans: TermSpan[] = [];
  visitTokens(text, (term, start, end, compound) => {
    if (terms.has(term) || beginsWithOne(term, prefixes)) spans.push({ start, end });
    if (compound || phrases.length === 0) return;
    recent.push(term, start);
    for (const phrase of phrases) {
      const from = recent.startOf(phrase);
      if (from !== undefined) spans.push({ start: from, end });
    }
  });
  return merged(spans);
};
