// Words that say little about what a question is about (the, how, do): they count less the longer the question is.
import { tokenize } from "#index-store/index-store.ts";
import { openStopWords, WordRole } from "#services/analyse/names/names.ts";

let roles: ReturnType<typeof openStopWords> | undefined;

/** Whether a folded word is one that sentences are made of, in English or one of these languages (ISO 639-1): the lists of topics' names. */
export const isStopWord = (term: string, languages: readonly string[]): boolean => {
  roles ??= openStopWords(tokenize, "en");
  const roleOf = roles;
  return languages.some((language) => roleOf(term, language) !== WordRole.content);
};

/** A stop word's weight, and the number of other words up to which it has it. */
const MOST_WEIGHT = 0.6;
const CONTENT_WORDS = 2.5;

/**
 * The weight of a stop word in a question with so many other words; those have 1. Dropping them lost .08 of nDCG@10 on short requests
 * ("how do you say …" is an intent), full weight lost .05 on questions of several sentences: infra/decisions/0022-ranking.md.
 */
export const stopWordWeight = (contentWords: number): number =>
  Math.min(MOST_WEIGHT, CONTENT_WORDS / Math.max(1, contentWords));
