// Text → terms: words of any script, and exact strings (paths, versions, codes, addresses) both whole and in parts.
import { fold, foldWord, joinerLevel, Kind, kindAt, widthAt } from "./characters.ts";

/*
 * The rules, in order:
 * 1. A word is a run of letters, digits and marks; its term is NFKC, lower case, without diacritics (characters.ts).
 * 2. English endings after an apostrophe: n't loses the apostrophe ("don't" → dont), 's 'm 'd 'll 're 've are dropped ("Ann's" → ann).
 * 3. Words joined by signs without a space are a compound. The whole is a term, so is each piece between its strongest
 *    signs (/ @ : = … before - _ + before .), so is each word:
 *    /etc/apt/sources.list → etc/apt/sources.list, etc, apt, sources.list, sources, list.
 *    Signs at the ends are no part of it, but c++ and c# keep theirs.
 * 4. Scripts without spaces are split by Intl.Segmenter; a word of several Han characters is a compound of its characters,
 *    so that a phrase finds it however the segmenter split it.
 * 5. An emoji is a term, without its skin tone.
 * Only words (and Han characters, emoji) take a position; compounds stand at the position of their first word and take none.
 *
 * Bounds, so that megabytes without a space (a key, a data URL, one repeated sign) cost time in proportion to their length,
 * little memory, and no term of their size:
 * - A term has at most MAX_TERM units: a longer word is cut there, a longer compound is there in parts only.
 * - Words that hang together are read MAX_RUN units at a time, as if a space stood there; so is a script without spaces.
 * - An emoji has at most ten joined signs.
 */

export interface Token {
  /** The normalised term. */
  readonly term: string;
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** A whole made of several terms, which follow it. */
  readonly compound: boolean;
}

/** Called for every term in order; a compound comes before its parts. */
export type TokenVisitor = (term: string, start: number, end: number, compound: boolean) => void;

/** Longest term in UTF-16 units. */
export const MAX_TERM = 200;
/** Units of joined words, or of a script without spaces, that are read at a time. */
const MAX_RUN = 4096;

const emojiAt =
  /\p{RI}\p{RI}|[\p{Extended_Pictographic}\p{RI}][\ufe0f\u{1f3fb}-\u{1f3ff}]{0,20}(?:\u200d\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]{0,20}){0,9}/uy;
const emojiVariation = /[\ufe0f\u{1f3fb}-\u{1f3ff}]/gu;
const hanOnly = /^\p{Script=Han}{2,}$/u;
const droppedEnding = /^(?:s|m|d|ll|re|ve)$/i;

const APOSTROPHE = 0x27;
const TYPOGRAPHIC_APOSTROPHE = 0x2019;
const COMMA = 0x2c;
const PLUS = 0x2b;
const HASH = 0x23;

// Making a segmenter takes milliseconds, so the first text that needs one makes it.
let segmenter: Intl.Segmenter | undefined;

/** Splits one text; made per text, so that visitors may tokenize other texts meanwhile. */
class Scanner {
  readonly text: string;
  readonly visit: TokenVisitor;
  /** The words of the compound being read, and between each and the next the level of the joiner. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #terms: string[] = [];
  readonly #levels: number[] = [];

  constructor(text: string, visit: TokenVisitor) {
    this.text = text;
    this.visit = visit;
  }

  run(): void {
    const { text } = this;
    let at = 0;
    while (at < text.length) {
      const kind = kindAt(text, at);
      if (kind === Kind.word) at = this.#words(at);
      else if (kind === Kind.unspaced) at = this.#unspaced(at);
      else if (kind === Kind.emoji) at = this.#emoji(at);
      else at += 1;
    }
  }

  /** End of the run of word characters that begins at `at`. */
  #wordEnd(from: number): number {
    const { text } = this;
    let at = from;
    while (at < text.length && kindAt(text, at) === Kind.word) at += widthAt(text, at);
    return at;
  }

  /** Reads words and the joiners between them as far as they hang together, and tells them. */
  #words(from: number): number {
    let at = from;
    let count = 0;
    for (;;) {
      const start = at;
      const wordEnd = this.#wordEnd(start);
      const contraction = this.#contraction(start, wordEnd);
      at = contraction.end;
      const next = at - from < MAX_RUN ? this.#joined(at) : NOT_JOINED;
      if (count === 0 && next.at === 0) {
        this.#lone(start, at, contraction.term);
        return this.#signed(start, at);
      }
      this.#starts[count] = start;
      this.#ends[count] = at;
      this.#terms[count] = contraction.term;
      this.#levels[count] = next.level;
      count += 1;
      if (next.at === 0) break;
      at = next.at;
    }
    this.#piece(0, count - 1);
    return at;
  }

  /** The term of a word, and its end with an English ending after an apostrophe taken in. */
  #contraction(start: number, wordEnd: number): { term: string; end: number } {
    const { text } = this;
    const term = termOf(text, start, wordEnd);
    const sign = text.charCodeAt(wordEnd);
    if (sign !== APOSTROPHE && sign !== TYPOGRAPHIC_APOSTROPHE) return { term, end: wordEnd };
    const end = this.#wordEnd(wordEnd + 1);
    const length = end - wordEnd - 1;
    if (length === 0 || length > 2) return { term, end: wordEnd };
    const ending = text.slice(wordEnd + 1, end);
    if (/^t$/i.test(ending) && term.endsWith("n")) return { term: `${term}t`, end };
    return droppedEnding.test(ending) ? { term, end } : { term, end: wordEnd };
  }

  /** Where the next word of the compound begins (0: none) and how strong the sign before it is. */
  #joined(from: number): { at: number; level: number } {
    const { text } = this;
    const first = text.charCodeAt(from);
    if (first === COMMA)
      return isDigit(text.charCodeAt(from - 1)) && isDigit(text.charCodeAt(from + 1))
        ? { at: from + 1, level: 1 }
        : NOT_JOINED;
    let at = from;
    let level = 0;
    while (at < text.length && at - from < 3 && kindAt(text, at) === Kind.joiner) {
      level = Math.max(level, joinerLevel(text.charCodeAt(at)));
      at += 1;
    }
    if (at === from || at >= text.length || kindAt(text, at) !== Kind.word) return NOT_JOINED;
    // "://" and "/." hang together; "..." and "--" are punctuation.
    if (at - from > 1 && level < 3 && text.slice(from, at) !== "__") return NOT_JOINED;
    return { at, level };
  }

  #lone(start: number, end: number, term: string): void {
    const suffix = this.#signed(start, end);
    if (suffix > end && term !== "")
      this.visit(term + this.text.slice(end, suffix), start, suffix, true);
    if (term !== "") this.visit(term, start, end, false);
  }

  /** End of a lone word with the ++ or # that belongs to it (c++, c#). */
  #signed(start: number, end: number): number {
    const { text } = this;
    if (end - start > MAX_TERM) return end;
    const sign = text.charCodeAt(end);
    const length = sign === HASH ? 1 : sign === PLUS && text.charCodeAt(end + 1) === PLUS ? 2 : 0;
    if (length === 0) return end;
    const after = end + length;
    return after < text.length && kindAt(text, after) !== Kind.separator ? end : after;
  }

  /** Tells the words low … high and the compounds that they make, largest first. */
  #piece(low: number, high: number): void {
    const start = this.#starts[low] ?? 0;
    const end = this.#ends[high] ?? start;
    if (low === high) {
      const term = this.#terms[low] ?? "";
      if (term !== "") this.visit(term, start, end, false);
      return;
    }
    if (end - start <= MAX_TERM) {
      const whole = fold(this.text.slice(start, end));
      if (whole !== "") this.visit(whole, start, end, true);
    }
    let strongest = 0;
    for (let word = low; word < high; word++)
      strongest = Math.max(strongest, this.#levels[word] ?? 0);
    let first = low;
    for (let word = low; word <= high; word++) {
      if (word < high && this.#levels[word] !== strongest) continue;
      this.#piece(first, word);
      first = word + 1;
    }
  }

  #unspaced(from: number): number {
    const { text } = this;
    let end = from;
    while (end < text.length && kindAt(text, end) === Kind.unspaced) end += widthAt(text, end);
    for (let at = from; at < end; ) at = this.#segments(at, end);
    return end;
  }

  /** Tells the words of a script without spaces, as many as lie in the next MAX_RUN units; returns where to go on. */
  #segments(from: number, end: number): number {
    const { text } = this;
    const cut = end - from <= MAX_RUN ? end : lastWhole(text, from + MAX_RUN);
    segmenter ??= new Intl.Segmenter("en", { granularity: "word" });
    for (const { segment, index } of segmenter.segment(text.slice(from, cut))) {
      const start = from + index;
      // The last word before a cut may go on behind it: it is read again with what follows.
      if (cut < end && index > 0 && start + segment.length === cut) return start;
      if (hanOnly.test(segment)) this.#han(segment, start);
      else {
        const term = termOf(text, start, start + segment.length);
        if (term !== "") this.visit(term, start, start + segment.length, false);
      }
    }
    return cut;
  }

  #han(word: string, from: number): void {
    if (word.length <= MAX_TERM) this.visit(foldWord(word), from, from + word.length, true);
    let start = from;
    for (const char of word) {
      this.visit(foldWord(char), start, start + char.length, false);
      start += char.length;
    }
  }

  #emoji(from: number): number {
    emojiAt.lastIndex = from;
    const found = emojiAt.exec(this.text)?.[0] ?? this.text.slice(from, from + 1);
    const end = from + found.length;
    const term = found.replaceAll(emojiVariation, "");
    if (term !== "" && found.length <= MAX_TERM) this.visit(term, from, end, false);
    return end;
  }
}

const NOT_JOINED = { at: 0, level: 0 } as const;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

const lastWhole = (text: string, end: number): number => {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code <= 0xdbff ? end - 1 : end;
};

/** Normalised form of text[start, end). */
const termOf = (text: string, start: number, end: number): string => {
  const cut = end - start <= MAX_TERM ? end : lastWhole(text, start + MAX_TERM);
  const word = text.slice(start, cut);
  let lower = true;
  for (let at = start; at < cut; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return foldWord(word);
    if (code >= 0x41 && code <= 0x5a) lower = false;
  }
  return lower ? word : word.toLowerCase();
};

/** Calls `visit` for each term of the text, in order: the fast form of `tokenize`. */
export const visitTokens = (text: string, visit: TokenVisitor): void => {
  new Scanner(text, visit).run();
};

/** The terms of a text in order, compounds before their parts. */
export const tokenize = (text: string): Token[] => {
  const tokens: Token[] = [];
  visitTokens(text, (term, start, end, compound) => tokens.push({ term, start, end, compound }));
  return tokens;
};

/** The terms that take a position: what stands next to each other in a phrase. */
export const phraseTerms = (text: string): string[] => {
  const terms: string[] = [];
  visitTokens(text, (term, _start, _end, compound) => {
    if (!compound) terms.push(term);
  });
  return terms;
};
