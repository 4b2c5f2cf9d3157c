// What a character is to the tokenizer, and how a word is folded: NFKC, lower case, no diacritics.

/** What a code point is in a text. */
export const Kind = {
  separator: 1,
  /** Letters, digits, marks of scripts that put spaces between words. */
  word: 2,
  /** Signs that may stand inside an exact string: a path, a version, an address, a nickname. */
  joiner: 3,
  /** Scripts without spaces: Han, kana, Thai, Lao, Khmer, Myanmar. */
  unspaced: 4,
  emoji: 5,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** How strongly a joiner parts a compound: 3 parts paths and URLs, 2 parts versions from names, 1 parts file names and numbers. */
const STRONG = "/\\@:=&?#%|~$^*[]{}`";
const MEDIUM = "-_+";
const WEAK = ".'’";

export const joinerLevel = (code: number): 0 | 1 | 2 | 3 => {
  const char = String.fromCharCode(code);
  if (STRONG.includes(char)) return 3;
  if (MEDIUM.includes(char)) return 2;
  return WEAK.includes(char) ? 1 : 0;
};

const wordLike = /^[\p{L}\p{M}\p{N}]$/u;
// Soft hyphen, joiners and direction marks stand inside words and are dropped when the word is folded.
const invisible = /^[\u00ad\u200b-\u200f\u2060\ufeff]$/;
const unspacedScript =
  /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;
const pictograph = /^[\p{Extended_Pictographic}\p{Regional_Indicator}]$/u;

const classify = (codePoint: number): Kind => {
  const char = String.fromCodePoint(codePoint);
  if (wordLike.test(char)) return unspacedScript.test(char) ? Kind.unspaced : Kind.word;
  if (codePoint >= 0x200b && invisible.test(char)) return Kind.word;
  if (codePoint === 0xad) return Kind.word;
  if (codePoint >= 0x2190 && pictograph.test(char)) return Kind.emoji;
  if (codePoint < 0x10000 && joinerLevel(codePoint) > 0) return Kind.joiner;
  return Kind.separator;
};

/** Kind of every BMP code unit, filled as they are met (all at once would cost 30 ms at start); 0 is unknown, surrogates stay 0. */
const kinds = new Uint8Array(0x10000);

/** Kind of the code point that begins at `at`. */
export const kindAt = (text: string, at: number): Kind => {
  const code = text.charCodeAt(at);
  const known = kinds[code] as Kind | 0;
  if (known !== 0) return known;
  if (code >= 0xd800 && code <= 0xdfff) {
    const point = text.codePointAt(at) ?? 0;
    return point > 0xffff ? classify(point) : Kind.separator;
  }
  const kind = classify(code);
  kinds[code] = kind;
  return kind;
};

/** Code units of the code point at `at`. */
export const widthAt = (text: string, at: number): 1 | 2 =>
  (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;

// Letters that Unicode does not decompose and that people type without their stroke or ligature; Arabic as in Lucene's normaliser.
const special = new Map([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["ø", "o"],
  ["đ", "d"],
  ["ð", "d"],
  ["ħ", "h"],
  ["ı", "i"],
  ["ł", "l"],
  ["þ", "th"],
  ["ς", "σ"],
  ["’", "'"],
  ["ى", "ي"],
  ["ة", "ه"],
]);
const specials = /[ßæœøđðħıłþς’ىة]/g;
// Latin, Greek and Cyrillic accents; Hebrew points; Arabic vowels and tatweel. Vowel signs of Indic scripts and kana's voicing stay.
const diacritics =
  /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u0640\u00ad\u200b-\u200f\u2060\ufeff]/g;

/** Folds any text, mark by mark; what `foldWord` does where its table does not reach. */
const foldAny = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(diacritics, "")
    .replaceAll(specials, (char) => special.get(char) ?? char)
    .normalize("NFKC");

const TABLE = 0x530;
/** Folded form of each code unit below Armenian, where folding a word is folding its characters; filled as they are met. */
const folded = new Array<string | undefined>(TABLE);

/** Normalised form of a piece of text: NFKC, lower case, without diacritics; ’ is '. Folding twice is folding once. */
export const fold = (text: string): string => {
  let out = "";
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= TABLE) return foldAny(text);
    let char = folded[code];
    if (char === undefined) {
      char = foldAny(text.charAt(at));
      folded[code] = char;
    }
    out += char;
  }
  return out;
};

/** Han, hiragana and katakana that folding leaves as they are (characters.test.ts tries each): most of a Chinese or Japanese text. */
const isFixed = (code: number): boolean =>
  (code >= 0x4e00 && code <= 0x9fff) ||
  (code >= 0x3400 && code <= 0x4dbf) ||
  (code >= 0x3041 && code <= 0x3096) ||
  (code >= 0x30a1 && code <= 0x30fa);

const isAllFixed = (word: string): boolean => {
  for (let at = 0; at < word.length; at++) if (!isFixed(word.charCodeAt(at))) return false;
  return true;
};

const notWordLike = /[^\p{L}\p{M}\p{N}]+/gu;

/** As `fold`, for one word: what NFKC brings in that is no letter, digit or mark goes (ﷺ is four words, ½ has a slash). */
export const foldWord = (word: string): string =>
  isAllFixed(word) ? word : fold(word).replaceAll(notWordLike, "");
