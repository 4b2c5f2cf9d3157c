// Words that say little about what a question is about (the, how, do): they count less the longer the question is.
import { tokenize } from "#index-store/index-store.ts";
// @ts-expect-error -- the library has no types; the part in use is typed here.
import untyped from "stopword";

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
    (stopword[names[language] ?? ""] ?? []).flatMap((word) => tokenize(word)).map(({ term }) => term),
  );
  folded.set(language, words);
  return words;
};

/** Whether a folded word is a stop word in one of these languages (ISO 639-1). */
export const isStopWord = (term: string, languages: readonly string[]): boolean =>
  languages.some((language) => stopWordsOf(language).has(term));

