// From a text to runs of words that may name a topic: without addresses, numbers, nicknames and noise of chats.

/** One term of the word index's tokenizer; a compound comes before its parts. Offsets in UTF-16 units. */
export interface TokenizedTerm {
  readonly term: string;
  readonly start: number;
  readonly end: number;
  readonly compound: boolean;
}
export type Tokenize = (text: string) => readonly TokenizedTerm[];

export interface Word {
  /** Folded. */
  readonly term: string;
  /** In its original spelling. */
  readonly surface: string;
  /** The first word of a sentence or line, where a capital has no meaning. */
  readonly first: boolean;
}

/** Characters read of a very long text: its beginning says what it is about. */
const MOST_CHARS = 20_000;
const LONGEST_WORD = 40;
const MOST_JOINED = 4;

const fenced = /^[ \t]*(```|~~~)[\s\S]*?(?:^[ \t]*\1|$(?![\s\S]))/gm;
const address = /\b(?:https?|ftp|file|irc|git|ssh|mailto):\S+|\bwww\.\S+|\S+@[\w-]+\.\S+/gi;
/** What masking has put in place of an e-mail address and the like. */
const masked = /«[^»\n]{0,40}»/g;
const mention = /(^|\s)@[\p{L}\p{N}][\p{L}\p{N}_.-]*/gu;
const shortcode = /(^|\s):[a-z][a-z0-9_+-]{1,30}:(?=\s|$)/gi;
/** At least twenty characters with a digit among them: hashes, keys, base64. */
const opaque = /\b(?=[a-zA-Z+/=_-]*\d)[A-Za-z0-9+/=_-]{20,}/g;

const readable = (text: string): string => {
  let out = text.length > MOST_CHARS ? text.slice(0, MOST_CHARS) : text;
  // A full stop replaces it, so that no phrase crosses its place.
  if (out.includes("```") || out.includes("~~~")) out = out.replace(fenced, " . ");
  if (out.includes(":") || out.includes("@") || out.includes("www."))
    out = out.replace(address, " . ").replace(mention, "$1 . ").replace(shortcode, "$1 . ");
  if (out.includes("«")) out = out.replace(masked, " . ");
  return out.replace(opaque, " . ");
};

const hasLetter = /\p{L}/u;
const plainLatin = /^[a-z]+$/;
/** 2pm, 3rd, 20gb, 10x: a number with its unit. */
const quantity =
  /^\d+(?:[.,]\d+)*(?:am|pm|st|nd|rd|th|k|m|g|b|kb|mb|gb|tb|kib|mib|gib|mhz|ghz|x|h|s|ms|min|mins|hrs?|px|w|v|mm|cm|km|kg|lbs?|ft|usd|eur)?$/;
const hexadecimal = /^(?=[a-f]*\d)(?:0x)?[0-9a-f]{8,}$/;
const laughter =
  /^(?:ha|he|hi|ja|xa|lo|ah|eh){2,}[ah]?$|^[ha]{3,}$|^[he]{4,}$|(.)\1\1|^x+d+$|^kk+$/;

/** Whether a folded word can say what a topic is about, in any language. */
const substantial = (term: string): boolean => {
  if (term.length < 2 || term.length > LONGEST_WORD) return false;
  if (plainLatin.test(term)) return !laughter.test(term);
  if (term.length > 2 && term.startsWith("0x")) return false;
  return hasLetter.test(term) && !quantity.test(term) && !hexadecimal.test(term);
};

const strongSign = /[/\\@:=&?#%|~$^*[\]{}`'’]/;
const signed = /^\p{L}(?:\+\+|#)$/u;
const joints = /[-_.+]/;

/** Whether a compound counts as one word: apt-get, sources.list, c++; but not a path, a time, "don't" or two sentences without a space. */
const isOneWord = (token: TokenizedTerm, isEmpty: (term: string) => boolean): boolean => {
  const { term } = token;
  if (signed.test(term)) return true;
  if (strongSign.test(term)) return false;
  const parts = term.split(joints);
  if (parts.length > MOST_JOINED || parts.includes("") || !substantial(term)) return false;
  // "works.and": between two words of which one is a stop word, the full stop ends a sentence.
  return !(term.includes(".") && parts.some((part) => isEmpty(part) && part.length > 2));
};

const onlySpaces = /^[ \t\u00a0]*$/;
const sentenceEnd = /[.!?…\n]/;

export interface WordVisitor {
  /** Called with the next word of the current run. */
  word(word: Word): void;
  /** Called where something stands between two words that no phrase may cross. */
  gap(): void;
}

/**
 * Visits a text's words in order. Phrases do not cross punctuation, numbers, line ends or emoji.
 * @param isEmpty whether a term is a stop word of the text's language.
 */
export const visitWords = (
  text: string,
  tokenize: Tokenize,
  isEmpty: (term: string) => boolean,
  visit: WordVisitor,
): void => {
  const clean = readable(text);
  let end = 0;
  let first = true;
  for (const token of tokenize(clean)) {
    if (token.start < end) continue;
    if (token.compound && clean.charCodeAt(token.start) < 0x2e80 && !isOneWord(token, isEmpty))
      continue;
    const between = clean.slice(end, token.start);
    if (end > 0 && !onlySpaces.test(between)) {
      visit.gap();
      first ||= sentenceEnd.test(between);
    }
    end = token.end;
    if (substantial(token.term) || signed.test(token.term)) {
      visit.word({ term: token.term, surface: clean.slice(token.start, token.end), first });
    } else if (token.term.length === 1 && plainLatin.test(token.term) && isEmpty(token.term)) {
      // "a" and "I" are passed on too: they join words or end a phrase, by their role.
      visit.word({ term: token.term, surface: token.term, first });
    } else visit.gap();
    first = false;
  }
  visit.gap();
};

/** `nick: …`, `nick, …`, `@nick …` at the start of a message: who is addressed, and where the text itself starts. */
const addressed = /^\s*@?([^\s:,]{2,40})([:,]) /;

export interface Address {
  readonly name: string;
  /** True for a colon; before a comma the first word is often not a name but "sorry". */
  readonly colon: boolean;
  /** Where the text itself starts. */
  readonly at: number;
}

export const addressOf = (text: string): Address | undefined => {
  const match = addressed.exec(text);
  return match === null
    ? undefined
    : { name: match[1] ?? "", colon: match[2] === ":", at: match[0].length };
};
