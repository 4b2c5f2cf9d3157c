// WordPiece for BERT-like tokenizers: the same ids as @huggingface/tokenizers, several times faster, by one pass over ASCII text and a cache of words.

/** Ids of many texts, one after the other in one growing array. */
export class IdBuffer {
  ids = new Int32Array(4096);
  length = 0;

  push(id: number): void {
    if (this.length === this.ids.length) {
      const larger = new Int32Array(this.ids.length * 2);
      larger.set(this.ids);
      this.ids = larger;
    }
    this.ids[this.length++] = id;
  }

  /** Takes an id out, from a place on. */
  drop(id: number, from: number): void {
    let to = from;
    for (let at = from; at < this.length; at++) {
      const one = this.ids[at] ?? 0;
      if (one !== id) this.ids[to++] = one;
    }
    this.length = to;
  }
}

export interface WordPieceSettings {
  readonly vocabulary: Readonly<Record<string, number>>;
  readonly unknown: number;
  readonly continuing: string;
  readonly maxCharsPerWord: number;
  readonly cleanText: boolean;
  readonly splitChinese: boolean;
  readonly lowercase: boolean;
  readonly stripAccents: boolean;
}

const WORD = 0;
const SPACE = 1;
const PUNCTUATION = 2;
/** The class that BertPreTokenizer gives each ASCII character. */
const asciiClass = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 9 || code === 10 || code === 13 || code === 32) return SPACE;
  const text = String.fromCharCode(code);
  return /[!-/:-@[-`{-~]/.test(text) ? PUNCTUATION : WORD;
});

// clean_text removes control characters, which joins their neighbours, so texts with them take the general way.
const plain = /^[\t\n\r -~]*$/;
const unclean = /[\0\uFFFD]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
const anySpace = /\s/gu;
// The library looks at UTF-16 units and so treats the supplementary CJK blocks as words; the ids must be the same, so this does too.
const chinese = /[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff]/g;
const accents = /\p{Mn}/gu;
const words = /[^\s\p{P}!-/:-@[-`{-~]+|[\p{P}!-/:-@[-`{-~]/gu;

/** Words whose ids are cached: a conversation repeats a few thousand words; the limit bounds the memory for any text. */
const CACHE_WORDS = 40_000;
/** Longer words are rarely repeated. */
const CACHE_CHARS = 24;

export class WordPiece {
  readonly #settings: WordPieceSettings;
  readonly #initial = new Map<string, number>();
  readonly #continuing = new Map<string, number>();
  readonly #longest: number;
  readonly #cache = new Map<string, number | readonly number[]>();

  constructor(settings: WordPieceSettings) {
    this.#settings = settings;
    let longest = 1;
    const { vocabulary } = settings;
    for (const piece of Object.keys(vocabulary)) {
      const id = vocabulary[piece] ?? settings.unknown;
      // A piece such as "##ing" also equals the text "##ing" at the start of a word, but no word contains "#", which is punctuation.
      this.#initial.set(piece, id);
      if (piece.startsWith(settings.continuing))
        this.#continuing.set(piece.slice(settings.continuing.length), id);
      longest = Math.max(longest, piece.length);
    }
    this.#longest = longest;
  }

  /** Appends the text's ids, without special tokens. The caller handles added tokens in the text (`[PAD]`). */
  encode(text: string, into: IdBuffer): void {
    if (plain.test(text)) this.#encodePlain(text, into);
    else for (const word of this.#normalise(text).match(words) ?? []) this.#push(word, into);
  }

  #encodePlain(text: string, into: IdBuffer): void {
    const cased = this.#settings.lowercase ? text.toLowerCase() : text;
    let from = -1;
    for (let at = 0; at < cased.length; at++) {
      const kind = asciiClass[cased.charCodeAt(at)];
      if (kind === WORD) {
        if (from < 0) from = at;
        continue;
      }
      if (from >= 0) {
        this.#push(cased.slice(from, at), into);
        from = -1;
      }
      if (kind === PUNCTUATION) this.#push(cased.charAt(at), into);
    }
    if (from >= 0) this.#push(from === 0 ? cased : cased.slice(from), into);
  }

  #normalise(text: string): string {
    const { cleanText, splitChinese, lowercase, stripAccents } = this.#settings;
    let out = cleanText ? text.replace(unclean, "").replace(anySpace, " ") : text;
    if (splitChinese) out = out.replace(chinese, " $& ");
    if (lowercase) out = out.toLowerCase();
    if (stripAccents) out = out.normalize("NFD").replace(accents, "");
    return out;
  }

  #push(word: string, into: IdBuffer): void {
    const known = this.#cache.get(word) ?? this.#learn(word);
    if (typeof known === "number") into.push(known);
    else for (const id of known) into.push(id);
  }

  #learn(word: string): number | readonly number[] {
    const pieces = this.#pieces(word);
    const found = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : pieces;
    if (word.length <= CACHE_CHARS) {
      if (this.#cache.size >= CACHE_WORDS) this.#cache.clear();
      this.#cache.set(word, found);
    }
    return found;
  }

  /** The longest piece first, from the left; a word with a part that matches no piece is unknown as a whole. */
  #pieces(word: string): readonly number[] {
    const { unknown, maxCharsPerWord } = this.#settings;
    // A character is one or two units: only words near the limit are counted exactly, never a word of megabytes.
    if (word.length > 2 * maxCharsPerWord) return [unknown];
    if (word.length > maxCharsPerWord && [...word].length > maxCharsPerWord) return [unknown];
    const found: number[] = [];
    for (let start = 0; start < word.length; ) {
      const pieces = start === 0 ? this.#initial : this.#continuing;
      let end = Math.min(word.length, start + this.#longest);
      let id: number | undefined;
      for (; end > start; end--) {
        id = pieces.get(word.slice(start, end));
        if (id !== undefined) break;
      }
      if (id === undefined) return [unknown];
      found.push(id);
      start = end;
    }
    return found;
  }
}
