// The sentiment of a message: values of evaluative words, reversed by negations and raised or lowered by the words beside them.
import { faceValue, type Lexicon, lexiconOf, plain } from "./sentiment-lexicon.ts";

export const sentimentMethod =
  "Sentiment is computed from words, without understanding: English by the AFINN-165 list (Nielsen 2011) corrected for technical talk, German, French, Spanish, Italian, Portuguese and Dutch by shorter lists written for this, emoji and faces in every language; negations, intensifiers and “but” as in VADER (Hutto and Gilbert 2014); the sum is scaled to −1 … 1 by x / √(x² + 15). " +
  "Messages in other languages, and neutral messages, have no sentiment. Code, links and quotations are left out. Of 86 sentences in seven languages, written after the lists were fixed, 7 in 10 are classified correctly: 3 in 4 positive ones and fewer than half of the negative ones are recognised (complaints often use no evaluative word; irony is not recognised), and none was reversed. So levels are too positive, and differences are more reliable than levels. Use it for means over many messages, not for a single message.";

/** Characters read of a text: the beginning of a long text shows its mood. */
const MOST_CHARS = 3000;
/** A negation applies to so many words after it. */
const REACH = 3;
/** A negated word means the opposite, less strongly (Hutto and Gilbert 2014). */
const NEGATED = -0.74;
const STRONGER = 1.3;
const WEAKER = 0.7;
/** What follows "but" counts more, what comes before it half. */
const AFTER_CONTRAST = 1.4;
const BEFORE_CONTRAST = 0.5;
const SHOUTED = 1.2;
/** x / √(x² + this): with it, one strong word gives about 0.6. */
const SCALE = 15;

const code = /```[\s\S]*?(?:```|(?![\s\S]))|`[^`\n]*`|^[ \t]*>.*$/gmu;

/** Links, addresses and paths; tested word by word, because one pattern over the whole text would take quadratic time on "////…". */
const isNoProse = (word: string): boolean =>
  word.includes("://") ||
  word.startsWith("www.") ||
  word.includes("@") ||
  /^[^/\\]*[/\\][^/\\]*[/\\]/.test(word);

/** Signs without which there is no code, quotation, link, address or path: most texts have none and stay as they are. */
const codeSign = /[`>]/;
const linkSign = /[/\\@]|www\./;

const prose = (text: string): string => {
  let out = text.slice(0, MOST_CHARS);
  if (codeSign.test(out)) out = out.replaceAll(code, " ");
  if (linkSign.test(out)) out = out.replaceAll(/\S+/g, (word) => (isNoProse(word) ? " " : word));
  return out;
};

const token =
  /(?<word>[\p{L}\p{M}][\p{L}\p{M}'’]*(?:-[\p{L}\p{M}]+)*)|(?<face>\p{Extended_Pictographic}\uFE0F?|>?[:=;]['’]?-?[)(dD](?![\p{L}\d])|<3(?!\d)|-_-|\^\^)|(?<end>[.!?;\n]+)|(?<pause>[,:()])/gu;

interface Word {
  readonly kind: "word";
  readonly text: string;
  readonly shouted: boolean;
}
type Token =
  | Word
  | { readonly kind: "face"; readonly value: number }
  | { readonly kind: "end" | "pause" };

/** "j'aime" → "j", "aime"; "he'll" → "he" ("hell" it is not); "don't" stays one word. */
const wordsIn = (text: string, language: string | null): string[] =>
  language === "fr" || language === "it"
    ? text.split(/['’]/)
    : [text.replace(/['’](?:ll|d|ve|re|m|s)$/i, "")];

const tokensOf = (text: string, language: string | null): Token[] => {
  const tokens: Token[] = [];
  for (const { groups } of prose(text).matchAll(token)) {
    const { word, face, end } = groups ?? {};
    if (word !== undefined) {
      const shouted = word.length > 2 && word === word.toUpperCase() && word !== word.toLowerCase();
      for (const part of wordsIn(word, language))
        if (part !== "") tokens.push({ kind: "word", text: plain(part), shouted });
    } else if (face !== undefined) {
      const value = faceValue(face);
      if (value !== undefined) tokens.push({ kind: "face", value });
    } else tokens.push({ kind: end === undefined ? "pause" : "end" });
  }
  return tokens;
};

interface Scored {
  sum: number;
  /** Number of evaluative words and faces. */
  found: number;
}

const wordAt = (tokens: readonly Token[], at: number): string | undefined => {
  const one = tokens[at];
  return one?.kind === "word" ? one.text : undefined;
};

/** The phrase that starts here, with the number of tokens it takes. */
const phraseAt = (tokens: readonly Token[], at: number, lexicon: Lexicon) => {
  const first = wordAt(tokens, at);
  if (first === undefined) return undefined;
  const phrase = lexicon
    .phrasesFrom(first)
    .find(({ rest }) => rest.every((word, place) => wordAt(tokens, at + 1 + place) === word));
  return phrase === undefined ? undefined : { value: phrase.value, length: phrase.rest.length + 1 };
};

/** Whether a negation stands shortly before the token, or after it in languages where it may. */
const isNegated = (tokens: readonly Token[], at: number, lexicon: Lexicon): boolean => {
  for (let back = 1; back <= REACH; back++) {
    const one = tokens[at - back];
    if (one === undefined || one.kind === "end" || one.kind === "pause") break;
    if (one.kind === "word" && lexicon.negations.has(one.text)) return true;
  }
  for (let ahead = 1; ahead <= lexicon.after; ahead++) {
    const one = tokens[at + ahead];
    if (one === undefined || one.kind === "end" || one.kind === "pause") break;
    if (one.kind === "word" && lexicon.negations.has(one.text)) return true;
    // Another evaluative word in between takes the negation.
    if (one.kind === "word" && lexicon.valueOf(one.text) !== undefined) break;
  }
  return false;
};

const raised = (tokens: readonly Token[], at: number, lexicon: Lexicon): number => {
  const before = wordAt(tokens, at - 1);
  if (before === undefined) return 1;
  if (lexicon.strong.has(before)) return STRONGER;
  return lexicon.weak.has(before) ? WEAKER : 1;
};

/** The value of the word at this place; undefined where it has none. */
const wordValue = (tokens: readonly Token[], at: number, lexicon: Lexicon): number | undefined => {
  const one = tokens[at];
  if (one?.kind !== "word") return undefined;
  const shout = one.shouted ? SHOUTED : 1;
  const value = lexicon.valueOf(one.text);
  if (value !== undefined && value !== 0) {
    const turn = isNegated(tokens, at, lexicon) ? NEGATED : 1;
    return value * turn * raised(tokens, at, lexicon) * shout;
  }
  if (lexicon.onlyNegated.has(one.text) && isNegated(tokens, at, lexicon)) return -2 * shout;
  return undefined;
};

const score = (tokens: readonly Token[], lexicon: Lexicon | undefined): Scored => {
  const total = { sum: 0, found: 0 };
  for (let at = 0; at < tokens.length; at++) {
    const one = tokens[at];
    if (one?.kind === "face") {
      total.sum += one.value;
      total.found++;
    }
    if (lexicon === undefined || one?.kind !== "word") continue;
    if (lexicon.contrast.has(one.text)) {
      const after = score(tokens.slice(at + 1), lexicon);
      if (after.found === 0) return total;
      return {
        sum: total.sum * BEFORE_CONTRAST + after.sum * AFTER_CONTRAST,
        found: total.found + after.found,
      };
    }
    const phrase = phraseAt(tokens, at, lexicon);
    if (phrase !== undefined) {
      total.sum += phrase.value * raised(tokens, at, lexicon);
      if (phrase.value !== 0) total.found++;
      at += phrase.length - 1;
      continue;
    }
    const value = wordValue(tokens, at, lexicon);
    if (value === undefined) continue;
    total.sum += value;
    total.found++;
  }
  return total;
};

/**
 * −1 … 1; null where nothing evaluative is said in a language with a lexicon.
 * `language` is ISO 639-1; for null (too short to tell) only emoji and faces count, unless the caller passes the conversation's main language.
 */
export const sentimentOf = (text: string, language: string | null): number | null => {
  const lexicon = language === null ? undefined : lexiconOf(language);
  const { sum, found } = score(tokensOf(text, language), lexicon);
  if (found === 0) return null;
  // Up to three exclamation marks strengthen a sentiment as much as one more word would; alone they have none.
  const marks = Math.min(3, text.slice(0, MOST_CHARS).match(/!/g)?.length ?? 0) * 0.29;
  const total = sum === 0 ? 0 : sum + Math.sign(sum) * marks;
  return total / Math.sqrt(total * total + SCALE);
};
