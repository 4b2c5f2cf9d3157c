// Stop words: what no keyword begins or ends with, by language, and what may stand inside a phrase.
import iso from "stopwords-iso" with { type: "json" };
import own from "./stop-words.json" with { type: "json" };

/** What a word is to a phrase: its substance, a word that may join two of them, or nothing. */
export const WordRole = { content: 0, joining: 1, stop: 2 } as const;
export type WordRole = (typeof WordRole)[keyof typeof WordRole];

/** Text → folded terms, as the word index cuts them. Passed in, so that lists and texts are folded alike. */
export type Terms = (text: string) => readonly { readonly term: string }[];

const lists: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(iso));
const interior: ReadonlyMap<string, string> = new Map(Object.entries(own.interior));

const english = own.en.split(" ");

/**
 * English has a list of our own: the one of stopwords-iso holds every two-letter country code and words that topics are
 * made of (computer, system, page, room, order). What chats say in every language is left out of all of them.
 */
const wordsOf = (language: string): readonly string[] =>
  language === "en" ? english : (lists.get(language) ?? []);

const folded = (words: Iterable<string>, terms: Terms): Set<string> => {
  const set = new Set<string>();
  // A list's own entries are words; what the tokenizer cuts them into (c'est → c, est) is as empty as they are.
  for (const word of words) for (const { term } of terms(word)) set.add(term);
  return set;
};

/** Words that end in s in the singular, or mean something else without it. */
export const uncountable: ReadonlySet<string> = new Set(own.uncountable.split(" "));

/**
 * Opens a look-up of a folded word's role in a language (ISO 639-1; null: not known, taken for `fallback`).
 * The fallback's stop words count in every language: a short text's language is often guessed wrong.
 */
export const openStopWords = (
  terms: Terms,
  fallback: string,
): ((term: string, language: string | null) => WordRole) => {
  const chat = folded(own.chat.split(" "), terms);
  const made = new Map<string, ReadonlyMap<string, WordRole>>();
  const make = (language: string): ReadonlyMap<string, WordRole> => {
    const roles = new Map<string, WordRole>();
    for (const term of chat) roles.set(term, WordRole.stop);
    for (const spoken of new Set([fallback, language]))
      for (const term of folded(wordsOf(spoken), terms)) roles.set(term, WordRole.stop);
    for (const term of folded((interior.get(language) ?? "").split(" "), terms))
      roles.set(term, WordRole.joining);
    return roles;
  };
  return (term, language) => {
    const key = language ?? fallback;
    let roles = made.get(key);
    if (roles === undefined) {
      roles = make(key);
      made.set(key, roles);
    }
    return roles.get(term) ?? WordRole.content;
  };
};
