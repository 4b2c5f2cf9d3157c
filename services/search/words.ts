// Words as the index cuts them, and where the question's words stand in a text. Pure.
import { tokenize } from "#index-store/index-store.ts";
import type { LexicalPlan, WordTools } from "./terms.ts";
import { variantsOf } from "./variants.ts";

export interface Span {
  readonly start: number;
  readonly end: number;
}

export const words: WordTools = { tokenize, variants: variantsOf };

interface Token extends Span {
  readonly term: string;
  readonly compound: boolean;
}

const phraseSpans = (tokens: readonly Token[], phrase: readonly string[]): Span[] => {
  const plain = tokens.filter(({ compound }) => !compound);
  const spans: Span[] = [];
  for (let at = 0; at + phrase.length <= plain.length; at++) {
    if (!phrase.every((term, n) => plain[at + n]?.term === term)) continue;
    const first = plain[at];
    const last = plain[at + phrase.length - 1];
    if (first !== undefined && last !== undefined)
      spans.push({ start: first.start, end: last.end });
  }
  return spans;
};

/** Overlapping and touching spans as one, in order. */
export const merged = (spans: readonly Span[]): Span[] => {
  const out: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = out.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else out.push({ start, end });
  }
  return out;
};

/** Places of the question's words, phrases and prefixes in a text, in order, not overlapping. */
export const marksIn = (text: string, plan: LexicalPlan): Span[] => {
  const wanted = new Set(plan.highlighted);
  const { phrases, prefixes } = plan.query;
  if (wanted.size + phrases.length + prefixes.length === 0) return [];
  const tokens = tokenize(text);
  return merged([
    ...tokens.filter(
      ({ term }) => wanted.has(term) || prefixes.some((prefix) => term.startsWith(prefix)),
    ),
    ...phrases.flatMap((phrase) => phraseSpans(tokens, phrase)),
  ]).map(({ start, end }) => ({ start, end }));
};
