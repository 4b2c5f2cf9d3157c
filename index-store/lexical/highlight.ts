// Where the words of a question stand in a text, for a page to mark.
import type { TermSpan } from "./lexical.ts";
import { positionTerms } from "./phrase.ts";
import { type Token, tokenize } from "./tokenize.ts";

/** What to mark: normalised terms, as `tokenize` makes them. */
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

const phraseSpans = (words: readonly Token[], terms: readonly string[]): TermSpan[] => {
  const spans: TermSpan[] = [];
  words.forEach((first, at) => {
    const last = words[at + terms.length - 1];
    if (last !== undefined && terms.every((term, next) => words[at + next]?.term === term))
      spans.push({ start: first.start, end: last.end });
  });
  return spans;
};

/** Spans of the terms, whole phrases and words that begin with a prefix: in order, none overlapping another. */
export const highlightSpans = (text: string, wanted: Highlighted): TermSpan[] => {
  const tokens = tokenize(text);
  const words = tokens.filter(({ compound }) => !compound);
  const terms = new Set(wanted.terms);
  const prefixes = wanted.prefixes ?? [];
  const spans: TermSpan[] = tokens.filter(
    ({ term }) => terms.has(term) || prefixes.some((prefix) => term.startsWith(prefix)),
  );
  for (const phrase of wanted.phrases ?? []) {
    const [only] = phrase;
    if (only === undefined) continue;
    if (phrase.length === 1) spans.push(...tokens.filter(({ term }) => term === only));
    else spans.push(...phraseSpans(words, positionTerms(phrase)));
  }
  return merged(spans);
};
