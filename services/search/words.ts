// Finds the question's words in a text. Pure.
import { highlightSpans, type TermSpan } from "#index-store/index-store.ts";
import type { LexicalPlan } from "./terms.ts";

/** Places in a text of the question's meaningful words, its phrases and prefixes, in order, without overlap. */
export const marksIn = (
  text: string,
  { query, highlighted, exact }: LexicalPlan,
): readonly TermSpan[] =>
  highlightSpans(text, {
    terms: highlighted,
    phrases: [query, ...exact].flatMap((one) => one.phrases),
    prefixes: query.prefixes,
  });
