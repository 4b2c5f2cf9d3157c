// Small talk: messages that only greet, thank, agree, or speak of the time, and so are about nothing.

import own from "./stop-words.json" with { type: "json" };
import { openStopWords, WordRole } from "./stop-words.ts";
import { addressOf, type Tokenize } from "./term-words.ts";

/** Characters: longer messages say something. */
const LONGEST = 160;

const isWord = /\p{L}/u;

/**
 * Opens a test of whether a text is small talk: all of its words are stop words of its language or words of greetings, thanks,
 * agreement and time. A text without any word (numbers, emoji) is; one with a link or an address is not.
 * @param fallback ISO 639-1 of texts of unknown language.
 */
export const openSmallTalk = (
  tokenize: Tokenize,
  fallback: string,
): ((text: string, language: string | null) => boolean) => {
  const roleOf = openStopWords(tokenize, fallback);
  const empty = new Set(own.smallTalk.split(" "));
  return (text, language) => {
    if (text.length > LONGEST || text.includes("://") || text.includes("`")) return false;
    const said = text.slice(addressOf(text)?.at ?? 0);
    return tokenize(said).every(
      ({ term, compound }) =>
        compound ||
        !isWord.test(term) ||
        empty.has(term) ||
        roleOf(term, language) !== WordRole.content,
    );
  };
};

/** Words that make a topic small talk where they are its best keywords. */
export const smallTalkWords: ReadonlySet<string> = new Set(own.smallTalk.split(" "));
