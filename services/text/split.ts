// Splits a long text into parts that fit a model: preferably between code blocks, then paragraphs, lines, sentences, words.
import { codeBlocks } from "./code-blocks.ts";
import { sentenceStarts } from "./sentences.ts";

export interface TextLimits {
  /** Tokens of a text, special tokens included. */
  readonly countTokens: (text: string) => number;
  readonly maxTokens: number;
  readonly overlapTokens: number;
}

export interface TextPart {
  /** Where it starts in the text, in UTF-16 units. */
  readonly start: number;
  readonly text: string;
}

interface Segment {
  readonly start: number;
  readonly end: number;
  /** Without special tokens. */
  readonly tokens: number;
}

/** At most so many special tokens; reserved where the length alone shows that a text fits. */
const SPECIAL_TOKENS = 4;
/** A base64 text is one unknown token to WordPiece, however long, so a part also has at most this many characters per token. */
const CHARS_PER_TOKEN = 16;

const ascii = /^[\0-\x7f]*$/;
/**
 * Of a run of more ASCII characters than this without white space (base64 of a picture, a minified file) only the first ones are
 * split, embedded and indexed: the rest contains no words and would be thousands of parts with the same meaning. Runs with other
 * characters are split in full: Chinese, Japanese and Thai are written without spaces.
 */
const LONGEST_RUN = 1024;
/** Texts are split in pieces of this size, so that memory and time are linear in the text. */
const PIECE = 32 * 1024;

/** Every tokenizer gives plain ASCII at most one token per character, so most messages need no counting. */
const fits = (text: string, limits: TextLimits): boolean => {
  if (text.length + SPECIAL_TOKENS <= limits.maxTokens && ascii.test(text)) return true;
  return (
    text.length <= limits.maxTokens * CHARS_PER_TOKEN &&
    limits.countTokens(text) <= limits.maxTokens
  );
};

/** Places after each match of a pattern: the match belongs to the piece before it. */
const after = (text: string, pattern: RegExp): number[] => {
  const found: number[] = [];
  for (const match of text.matchAll(pattern)) found.push(match.index + match[0].length);
  return found;
};

const aroundCode = (text: string): number[] =>
  codeBlocks(text).flatMap(({ start, end }) => [start, end]);

const halves = (text: string): number[] => {
  const middle = text.length >> 1;
  // Never between the two units of a surrogate pair.
  const unit = text.charCodeAt(middle);
  const at = unit >= 0xdc00 && unit <= 0xdfff ? middle + 1 : middle;
  return at > 0 && at < text.length ? [at] : [];
};

/** Where a text may be split, the best places first. */
const borders: readonly ((text: string) => number[])[] = [
  aroundCode,
  (text) => after(text, /\n[ \t]*\n\s*/g),
  (text) => after(text, /\n\s*/g),
  (text) => sentenceStarts(text),
  (text) => after(text, /\s+/g),
];

const segmentsOf = (text: string, limits: TextLimits): Segment[] => {
  const special = limits.countTokens("");
  const out: Segment[] = [];
  const walk = (start: number, end: number, level: number): void => {
    const piece = text.slice(start, end);
    if (fits(piece.trim(), limits)) {
      out.push({ start, end, tokens: limits.countTokens(piece) - special });
      return;
    }
    const bordersIn = borders[level] ?? halves;
    const places = bordersIn(piece).filter((at) => at > 0 && at < piece.length);
    if (places.length === 0 && level >= borders.length) {
      out.push({ start, end, tokens: limits.maxTokens - special });
      return;
    }
    let from = 0;
    for (const at of [...places, piece.length]) {
      if (at > from) walk(start + from, start + at, Math.min(level + 1, borders.length));
      from = Math.max(from, at);
    }
  };
  walk(0, text.length, 0);
  return out;
};

const trimmed = (text: string, start: number, end: number): TextPart => {
  const piece = text.slice(start, end);
  const lead = piece.length - piece.trimStart().length;
  return { start: start + lead, text: piece.trim() };
};

/** The first segment of the next part: a few whole segments back, as far as the overlap allows. */
const stepBack = (segments: readonly Segment[], from: number, next: number, overlap: number) => {
  let at = next;
  let tokens = 0;
  // At least one segment of this part is left behind, so that every part adds something new.
  while (at - 1 > from) {
    tokens += segments[at - 1]?.tokens ?? 0;
    if (tokens > overlap) break;
    at--;
  }
  return at;
};

/** The ranges of a text that are split: all of it except the rest of each run that is too long. */
const stretches = (text: string): readonly (readonly [start: number, end: number])[] => {
  const found: [number, number][] = [];
  let from = 0;
  let run = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    if (code > 0x20 && code < 0x7f) continue;
    if (at - run > LONGEST_RUN) {
      found.push([from, run + LONGEST_RUN]);
      from = at;
    }
    run = at + 1;
  }
  if (from < text.length) found.push([from, text.length]);
  return found;
};

/** Where a piece that starts at `from` ends: at a line end, else between words, near its full size. */
const pieceEnd = (text: string, from: number, to: number): number => {
  const most = from + PIECE;
  if (most >= to) return to;
  const least = from + PIECE / 2;
  const line = text.lastIndexOf("\n", most - 1) + 1;
  if (line > least) return line;
  for (let at = most; at > least; at--) if (/\s/.test(text.charAt(at - 1))) return at;
  const unit = text.charCodeAt(most);
  return unit >= 0xdc00 && unit <= 0xdfff ? most - 1 : most;
};

/**
 * The whole text as one part where it fits; else parts of at most maxTokens, which overlap by whole segments of at most
 * overlapTokens. Together they contain every character except white space and the rest of a run beyond LONGEST_RUN.
 */
export const splitText = (text: string, limits: TextLimits): readonly TextPart[] => {
  if (fits(text, limits)) return [{ start: 0, text }];
  const parts: TextPart[] = [];
  for (const [start, end] of stretches(text))
    for (let from = start; from < end; ) {
      const to = pieceEnd(text, from, end);
      for (const part of splitPiece(text.slice(from, to), limits))
        parts.push({ start: from + part.start, text: part.text });
      from = to;
    }
  return parts;
};

const splitPiece = (text: string, limits: TextLimits): readonly TextPart[] => {
  const segments = segmentsOf(text, limits);
  const room = limits.maxTokens - limits.countTokens("");
  const parts: TextPart[] = [];
  let from = 0;
  let done = 0;
  while (done < segments.length) {
    let next = from;
    let tokens = 0;
    while (next < segments.length) {
      tokens += segments[next]?.tokens ?? 0;
      if (next > from && tokens > room) break;
      next++;
    }
    // Token counts of segments add up only nearly: joining may remove or add a token at a border.
    const start = segments[from]?.start ?? 0;
    let part = trimmed(text, start, segments[next - 1]?.end ?? text.length);
    while (next - 1 > Math.max(from, done) && !fits(part.text, limits)) {
      next--;
      part = trimmed(text, start, segments[next - 1]?.end ?? text.length);
    }
    if (next <= done || (!fits(part.text, limits) && from < done)) {
      // The overlap leaves no room for the next segment, so the part starts with that segment.
      from = done;
      continue;
    }
    if (part.text !== "") parts.push(part);
    done = next;
    from = done < segments.length ? stepBack(segments, from, next, limits.overlapTokens) : next;
  }
  return parts;
};
