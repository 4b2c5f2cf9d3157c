// Judges a question before a collection is searched: whether it knows the words, and how near in meaning a hit must be.
import type { Searcher } from "#index-store/index-store.ts";
import type { Embedder } from "#services/embed/embed.ts";
import { type Floor, stepOf } from "#services/floor/floor.ts";
import { type KnownWords, knownWords } from "./known-words.ts";
import { isModelWord } from "./model-words.ts";
import type { Question } from "./query.ts";
import { isGated, type LexicalPlan } from "./terms.ts";

/** What is known before a collection is searched. */
export interface Judged {
  readonly known: KnownWords;
  readonly plan: LexicalPlan;
  /** Hits found by meaning only must be at least so similar; above 1: none can be. */
  readonly floor: number;
  /** The similarity that hardly any nonsense question reaches: such rows are counted as matches. */
  readonly sure: number;
}

/** No similarity is as great. */
const NONE = 2;
const EVERY = -1;
/** Steps of fewer words are raised by short messages of noise, which have pieces in common with nonsense but not with words. */
const STEP_OF_WORDS = 4;

export interface Judging {
  readonly question: Question;
  readonly searcher: Searcher;
  readonly plan: LexicalPlan;
  readonly languages: readonly string[];
  /** "More like this": the example is known, whatever words stand beside it. */
  readonly hasExample: boolean;
  /** undefined where only words are searched, or an example is given. */
  readonly meaning: { readonly embedder: Embedder; readonly floor: Floor | null } | undefined;
}

/**
 * Where the collection knows no word of the question, words find nothing: only what is near in meaning may be shown, and that only
 * where the model knows one of the words. Required words and phrases decide for themselves.
 */
export const judge = (judging: Judging): Judged => {
  const { question, searcher, plan, languages, hasExample, meaning } = judging;
  const found = knownWords(question, searcher, languages);
  const decides = hasExample || isGated(plan.query);
  const known = { ...found, isStrange: found.isStrange && !decides };
  const words = question.text.split(/\s+/u).length;
  const floor = meaning?.floor ?? null;
  const step = floor === null ? undefined : stepOf(floor, words);
  if (!known.isStrange)
    return { known, plan, floor: step?.shown ?? EVERY, sure: step?.sure ?? EVERY };
  const embedder = meaning?.embedder;
  const hasMeaning =
    embedder !== undefined && known.content.some(({ word }) => isModelWord(word, embedder));
  const strict = floor === null ? undefined : stepOf(floor, Math.max(words, STEP_OF_WORDS));
  const least = hasMeaning ? (strict?.sure ?? EVERY) : NONE;
  return {
    known,
    plan: {
      query: { ...plan.query, should: [] },
      words: [],
      expansions: [],
      highlighted: [],
      exact: [],
    },
    floor: least,
    sure: least,
  };
};
