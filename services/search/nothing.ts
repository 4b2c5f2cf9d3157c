// What a collection has nothing for: questions whose words it does not know, and hits whose meaning is too far.
import type { Searcher } from "#index-store/index-store.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Embedder } from "#services/embed/embed.ts";
import { type Floor, stepOf } from "#services/floor/floor.ts";
import { type KnownWords, knownWords } from "./known-words.ts";
import { printQuestion, type Question } from "./query.ts";
import type { Asked } from "./ranking.ts";
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
/** A word of which a model makes longer pieces is a word to it; of made-up words and random letters, 1 in 100 is. */
const PIECE_LETTERS = 3.5;
/** Steps of fewer words are raised by short messages of noise, which have pieces in common with nonsense but not with words. */
const STEP_OF_WORDS = 4;

/** Whether the model knows a word of another spelling than the collection's: scripts without spaces are left to the floor. */
const isModelWord = (word: string, embedder: Pick<Embedder, "countTokens">): boolean => {
  if (!/^[\p{Script=Latin}\p{N}'’.-]+$/u.test(word)) return true;
  const pieces = embedder.countTokens(word) - embedder.countTokens("");
  return [...word].length / Math.max(1, pieces) >= PIECE_LETTERS;
};

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
  const decides = hasExample || isGated({ ...plan.query, not: [] });
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
    plan: { query: { ...plan.query, should: [] }, expansions: [], highlighted: [], exact: [] },
    floor: least,
    sure: least,
  };
};

/** Words that no collection asked knows, as typed. */
export const unknownWords = (asked: readonly Asked[]): string[] => {
  const [first, ...others] = asked.map(
    ({ known }) =>
      new Set(
        known.content.flatMap(({ word, knowledge }) => (knowledge.kind === "unknown" ? word : [])),
      ),
  );
  return [...(first ?? [])].filter((word) => others.every((unknown) => unknown.has(word)));
};

const MOST_SUGGESTIONS = 3;

/** The question with its unknown words in spellings that the largest collection has; none where it has none like them. */
const suggestionsFor = (question: Question, asked: readonly Asked[]): string[] => {
  const [largest] = asked.toSorted((a, b) => b.searcher.rows - a.searcher.rows);
  const nearest = new Map(
    (largest?.known.content ?? []).flatMap(({ word, knowledge }) =>
      knowledge.kind === "unknown" && knowledge.near.length > 0
        ? [[word, knowledge.near.map(({ term }) => term)] as const]
        : [],
    ),
  );
  const most = Math.min(
    MOST_SUGGESTIONS,
    Math.max(0, ...[...nearest.values()].map(({ length }) => length)),
  );
  return Array.from({ length: most }, (_, at) =>
    printQuestion({
      ...question,
      words: question.words.map((word) => {
        const spellings = nearest.get(word.toLowerCase());
        return spellings?.[at] ?? spellings?.[0] ?? word;
      }),
    }),
  );
};

/** Why there is no hit, where words or meaning are the reason; null where there are hits, or filters may be the reason. */
export const noMatchOf = (
  question: Question,
  asked: readonly Asked[],
  { hits, tooFar }: { readonly hits: number; readonly tooFar: boolean },
): SearchAnswer["noMatch"] => {
  if (hits > 0 || asked.length === 0) return null;
  const isStrange = asked.every(({ known }) => known.isStrange);
  if (!isStrange && !tooFar) return null;
  return {
    reason: isStrange ? "unknown-words" : "too-far",
    suggestions: suggestionsFor(question, asked),
  };
};
