// Detects a message's language: by script where that is unique, by common English words, by tinyld for the rest; null for too little text.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
let loaded: typeof import("tinyld") | undefined;
/** Its tables take a sixth of the start of a process, and only processes that read conversations use them. */
const detectAll = (text: string) => {
  loaded ??= require("tinyld") as typeof import("tinyld");
  return loaded.detectAll(text);
};

/** With fewer letters the language cannot be detected. */
const LEAST_LETTERS = 16;
/** The time of tinyld grows with the text, but beyond this its certainty does not. */
const MOST_CHARS = 200;
/** tinyld's score for plain sentences is at least this and several times that of the second guess; for names and commands it is not. */
const LEAST_ACCURACY = 0.08;
const LEAST_LEAD = 2;
/** Languages that commands, names and typing errors are mistaken for, and that are rarely used in chats. */
const unlikely = new Set(["eo", "la", "rn", "vo"]);

const letters = /\p{L}+/gu;
/** Without a repeated group: that needs stack for each character, and overflows it for a long text. */
// biome-ignore lint/suspicious/noMisleadingCharacterClass: the variation selector is one of the excluded characters
const beyondLatin = /[^\ufe0f\0-\u024f\u1e00-\u20cf\u2100-\u2bff\u{1f000}-\u{1ffff}]/u;
/** Scripts used by one language only, kana before Han. */
const scripts: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, "ja"],
  [/\p{Script=Hangul}/gu, "ko"],
  [/\p{Script=Han}/gu, "zh"],
  [/\p{Script=Thai}/gu, "th"],
  [/\p{Script=Hebrew}/gu, "he"],
  [/\p{Script=Greek}/gu, "el"],
  [/\p{Script=Armenian}/gu, "hy"],
  [/\p{Script=Georgian}/gu, "ka"],
];
/** A text is English with at least two of these, making up a sixth of its words: words that related languages do not have. */
const english = new Set(
  "the and you that this with have what how it's i'm don't but are was not your from they would should there can't doesn't which when if my does of to is it can just i've you're".split(
    " ",
  ),
);

const looksEnglish = (text: string): boolean => {
  let all = 0;
  let found = 0;
  for (const word of text.toLowerCase().split(/[\s,.!?:;()"]+/, 40)) {
    if (word === "") continue;
    all++;
    if (english.has(word)) found++;
  }
  return found >= 2 && found * 6 >= all;
};

const countOf = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

const byScript = (text: string, total: number): string | undefined => {
  for (const [pattern, language] of scripts) {
    const count = countOf(text, pattern);
    if (language === "ja" ? count > 2 && count * 5 > total : count * 2 > total) return language;
  }
  return undefined;
};

/** ISO 639-1, or null where the text is too short or too mixed. Pure, and about as fast as reading the text. */
export const languageOf = (text: string): string | null => {
  const piece = text.length > MOST_CHARS ? text.slice(0, MOST_CHARS) : text;
  if (!beyondLatin.test(piece)) {
    if (piece.length < LEAST_LETTERS) return null;
    if (looksEnglish(piece)) return "en";
  } else {
    let total = 0;
    for (const [word] of piece.matchAll(letters)) total += word.length;
    // A Han or kana character carries as much as a short word.
    const script = total >= LEAST_LETTERS / 4 ? byScript(piece, total) : undefined;
    if (script !== undefined) return script;
  }
  const prose = piece.replace(/https?:\/\/\S+|[`<>{}[\]|\\/=_\d]+/g, " ");
  let total = 0;
  for (const [word] of prose.matchAll(letters)) total += word.length;
  if (total < LEAST_LETTERS) return null;
  const [best, second] = detectAll(prose);
  if (best === undefined || best.lang.length !== 2 || unlikely.has(best.lang)) return null;
  const clear =
    best.accuracy >= LEAST_ACCURACY && best.accuracy >= LEAST_LEAD * (second?.accuracy ?? 0);
  return clear ? best.lang : null;
};

/** After so many messages of an author, the language is detected again. */
const REMEMBERED = 8;
const MOST_AUTHORS = 10_000;

/**
 * Detects languages for one conversation, in order: an author's last clear language also applies to texts that are too short,
 * and is detected again only every few messages. The same messages in the same order give the same result.
 */
export const openLanguageDetector = (): ((text: string, author: string) => string | null) => {
  const known = new Map<string, { language: string; left: number }>();
  return (text, author) => {
    const memory = known.get(author);
    if (memory !== undefined && memory.left > 0 && !beyondLatin.test(text.slice(0, MOST_CHARS))) {
      memory.left--;
      return text.length < LEAST_LETTERS ? null : memory.language;
    }
    const language = languageOf(text);
    if (language !== null) {
      if (known.size >= MOST_AUTHORS) known.clear();
      // A language counts as the author's usual one after two messages in it.
      known.set(author, { language, left: memory?.language === language ? REMEMBERED : 0 });
    }
    return language;
  };
};
