// Finds the question's words in a text. Pure.
import { highlightSpans, type TermSpan } from "#index-store/index-store.ts";
import type { LexicalPlan } from "./terms.ts";

type Wanted = Parameters<typeof highlightSpans>[1];

/** A plan never changes: what is marked is made once for all texts of a page. */
const remembered = new WeakMap<LexicalPlan, Wanted>();

const wantedOf = (plan: LexicalPlan): Wanted => {
  const known = remembered.get(plan);
  if (known !== undefined) return known;
  const { query, highlighted, exact } = plan;
  const wanted = {
    terms: highlighted,
    phrases: [query, ...exact].flatMap((one) => one.phrases),
    prefixes: query.prefixes,
  };
  remembered.set(plan, wanted);
  return wanted;
};

/** Places in a text of the question's meaningful words, its phrases and prefixes, in order, without overlap. */
export const marksIn = (text: string, plan: LexicalPlan): readonly TermSpan[] =>
  highlightSpans(text, wantedOf(plan));
