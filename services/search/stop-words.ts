// Words that say little about what a question is about (the, how, do): they count less the longer the question is.

// @ts-expect-error -- the library has no types; the part in use is typed here.
import untyped from "stopword";
import { tokenize } from "#index-store/index-store.ts";

const stopword = untyped as Readonly<Record<string, readonly string[]>>;

/** The library's names of its lists (ISO 639-3) by ISO 639-1. */
const names: Readonly<Record<string, string>> = {
  ca: "cat",
  cs: "ces",
  da: "dan",
  de: "deu",
  en: "eng",
  es: "spa",
  fi: "fin",
  fr: "fra",
  hu: "hun",
  it: "ita",
  nl: "nld",
  no: "nob",
  pt: "por",
  ro: "ron",
  ru: "rus",
  sv: "swe",
  tr: "tur",
};

const folded = new Map<string, ReadonlySet<string>>();
const stopWordsOf = (language: string): ReadonlySet<string> => {
  const known = folded.get(language);
  if (known !== undefined) return known;
  const words = new Set(
    (stopword[names[language] ?? ""] ?? [])
      .flatMap((word) => tokenize(word))
      .map(({ term }) => term),
  );
  folded.set(language, words);
  return words;
};

/** Whether a folded word is a stop word in one of these languages (ISO 639-1). */
export const isStopWord = (term: string, languages: readonly string[]): boolean =>
  languages.some((language) => stopWordsOf(language).has(term));

/** A stop word's weight, and the number of other words up to which it has it. */
const MOST_WEIGHT = 0.6;
const CONTENT_WORDS = 2.5;

/**
 * The weight of a stop word in a question with so many other words; those have 1. Dropping them lost .08 of nDCG@10 on short requests
 * ("how do you say …" is an intent), full weight lost .05 on questions of several sentences: infra/decisions/0022-ranking.md.
 */
export const stopWordWeight = (contentWords: number): number =>
  Math.min(MOST_WEIGHT, CONTENT_WORDS / Math.max(1, contentWords));
