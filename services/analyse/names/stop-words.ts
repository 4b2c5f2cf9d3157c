// Stop words by language: words that no keyword starts or ends with, and those of them that are allowed inside a phrase.
import iso from "stopwords-iso" with { type: "json" };
import own from "./stop-words.json" with { type: "json" };

/** The role of a word in a phrase: content, a joining word between content words, or a stop word. */
export const WordRole = { content: 0, joining: 1, stop: 2 } as const;
export type WordRole = (typeof WordRole)[keyof typeof WordRole];

/** Text → folded terms, as the word index makes them. Passed in, so that stop words and texts are folded alike. */
export type Terms = (text: string) => readonly { readonly term: string }[];

const lists: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(iso));
const interior: ReadonlyMap<string, string> = new Map(Object.entries(own.interior));

const english = own.en.split(" ");

/**
 * English has our own list: the one of stopwords-iso contains every two-letter country code and words that topics are made of
 * (computer, system, page, room, order). Words of chats in every language ("lol") are added to all lists.
 */
const wordsOf = (language: string): readonly string[] =>
  language === "en" ? english : (lists.get(language) ?? []);

const folded = (words: Iterable<string>, terms: Terms): Set<string> => {
  const set = new Set<string>();
  // The tokenizer may cut an entry into several words (c'est → c, est); each of them is a stop word too.
  for (const word of words) for (const { term } of terms(word)) set.add(term);
  return set;
};

/** Words whose singular ends in s, or that mean something else without it. */
export const uncountable: ReadonlySet<string> = new Set(own.uncountable.split(" "));

/**
 * Opens a look-up of a folded word's role in a language (ISO 639-1; null: not known, treated as `fallback`).
 * The fallback's stop words apply in every language, because the language of a short text is often guessed wrong.
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
