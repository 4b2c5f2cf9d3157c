// Stems of words by language, and the words of an index that share one: the inflections and derivations of a question's word.
// @ts-expect-error -- the library has no types; the part in use is typed here.
import snowball from "snowball-stemmers";
import { openLru } from "./lru.ts";

interface Stemmer {
  stem(word: string): string;
}

/** Snowball's name of each language's algorithm, by ISO 639-1 (Porter, "Snowball: A language for stemming algorithms", 2001). */
const algorithms: Readonly<Record<string, string>> = {
  ca: "catalan",
  cs: "czech",
  da: "danish",
  de: "german",
  en: "english",
  es: "spanish",
  fi: "finnish",
  fr: "french",
  hu: "hungarian",
  it: "italian",
  nl: "dutch",
  no: "norwegian",
  pt: "portuguese",
  ro: "romanian",
  ru: "russian",
  sv: "swedish",
  tr: "turkish",
};

const made = new Map<string, Stemmer>();
const stemmerOf = (language: string): Stemmer | undefined => {
  const algorithm = algorithms[language];
  if (algorithm === undefined) return undefined;
  const known = made.get(language);
  if (known !== undefined) return known;
  const stemmer = (snowball as { newStemmer(name: string): Stemmer }).newStemmer(algorithm);
  made.set(language, stemmer);
  return stemmer;
};

/** A stem takes some ten microseconds, and the same words are met again and again. */
const stems = openLru<string>(50_000);

/** The stem of a folded word; the word itself in a language without an algorithm. */
export const stemOf = (word: string, language: string): string => {
  const stemmer = stemmerOf(language);
  if (stemmer === undefined) return word;
  const key = `${language} ${word}`;
  const known = stems.get(key);
  if (known !== undefined) return known;
  const stem = stemmer.stem(word);
  stems.set(key, stem);
  return stem;
};

/** The words of an index version that begin in the same way. */
export interface PrefixedTerms {
  termsWithPrefix(
    prefix: string,
    limit: number,
  ): readonly { readonly term: string; readonly documentFrequency: number }[];
}

const word = /^\p{L}{3,30}$/u;
/** The most frequent words with the same beginning that are looked at. */
const MOST_LOOKED_AT = 100;
/** No ending of an inflected word is longer. */
const LONGEST_ENDING = 7;

/** The letters that a word and its stem begin with, without the e, i or y in which stems and their words differ (make, making; tri, try). */
const beginningOf = (term: string, stem: string): string => {
  let shared = 0;
  while (shared < stem.length && stem[shared] === term[shared]) shared++;
  const beginning = stem.slice(0, shared);
  const shorter = beginning.replace(/[eiy]$/u, "");
  return shorter.length >= 2 ? shorter : beginning;
};

/**
 * Other words of the index with the same stem in one of these languages (ISO 639-1), with the number of rows that contain them. None
 * for codes, numbers and words of fewer than three letters.
 */
export const sameStem = (
  term: string,
  languages: readonly string[],
  index: PrefixedTerms,
): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  if (!word.test(term)) return found;
  for (const language of languages) {
    const stem = stemOf(term, language);
    const beginning = beginningOf(term, stem);
    if (beginning.length < 2) continue;
    for (const { term: other, documentFrequency } of index.termsWithPrefix(
      beginning,
      MOST_LOOKED_AT,
    ))
      if (
        other !== term &&
        other.length <= stem.length + LONGEST_ENDING &&
        word.test(other) &&
        stemOf(other, language) === stem
      )
        found.set(other, documentFrequency);
  }
  return found;
};
