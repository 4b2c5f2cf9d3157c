// Why a question has no hit, and which other spelling may have some. Pure.
import { tokenize } from "#index-store/index-store.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { ChunkUnit } from "#services/domain/chunk.ts";
import type { Asked } from "./asked.ts";
import { exclusionOf } from "./exclusion.ts";
import { printQuestion, type Question } from "./query.ts";
import { replacedTerms } from "./terms.ts";

/**
 * Words that no collection asked knows, as typed; without those in the titles of the hits, which have a part in what is found by
 * meaning: who searches for a title need not be told that no message contains it.
 */
export const unknownWords = (
  asked: readonly Asked[],
  hits: readonly { readonly title: string | null }[],
): string[] => {
  const [first, ...others] = asked.map(
    ({ known }) =>
      new Set(
        known.content.flatMap(({ word, knowledge }) => (knowledge.kind === "unknown" ? word : [])),
      ),
  );
  const titled = new Set(
    hits.flatMap(({ title }) => tokenize(title ?? "").map(({ term }) => term)),
  );
  return [...(first ?? [])].filter(
    (word) => !titled.has(word) && others.every((unknown) => unknown.has(word)),
  );
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
  const respelled = (at: number) => ({
    ...question,
    words: question.words.map((word) =>
      replacedTerms(word, (term) => nearest.get(term)?.[at] ?? nearest.get(term)?.[0]),
    ),
  });
  const asTyped = printQuestion(question);
  const suggestions = Array.from({ length: most }, (_, at) => printQuestion(respelled(at)));
  return [...new Set(suggestions)].filter((suggestion) => suggestion !== asTyped);
};

/** Why there is no hit: filters, words or meaning; null where there are hits, or what passes the filters does not match. */
export const noMatchOf = (
  question: Question,
  asked: readonly Asked[],
  {
    hits,
    tooFar,
    units,
  }: { readonly hits: number; readonly tooFar: boolean; readonly units: readonly ChunkUnit[] },
): SearchAnswer["noMatch"] => {
  if (hits > 0 || asked.length === 0) return null;
  const exclusion = exclusionOf(question, units, asked);
  if (exclusion !== null) return exclusion;
  const isStrange = asked.every(({ known }) => known.isStrange);
  if (!isStrange && !tooFar) return null;
  return {
    reason: isStrange ? "unknown-words" : "too-far",
    excluding: [],
    suggestions: suggestionsFor(question, asked),
  };
};
