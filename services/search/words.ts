// Where the question's words stand in a text. Pure.
import { highlightSpans, type TermSpan } from "#index-store/index-store.ts";
import type { LexicalPlan } from "./terms.ts";

/** Places of the question's telling words, its phrases and prefixes in a text, in order, not overlapping. */
export const marksIn = (
  text: string,
  { query, highlighted, exact }: LexicalPlan,
): readonly TermSpan[] =>
  highlightSpans(text, {
    terms: highlighted,
    phrases: [query, ...exact].flatMap((one) => one.phrases),
    prefixes: query.prefixes,
  });
