// A message's text as the log has it → as it is stored, indexed and embedded: without marks that nobody reads.
import { withoutCitations } from "./citations.ts";

/** A first look: most texts have nothing to mend and come back as they are. */
const suspicious =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\ue200-\ue2ff【]/;

const COLOUR = 0x03;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const ESCAPE = 0x1b;
const LINE_SEPARATOR = 0x2028;
const PARAGRAPH_SEPARATOR = 0x2029;

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals
const terminal = /\x1b\[[0-?]*[ -/]*[@-~]/y;
/** mIRC colours: the mark and its numbers. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the mark is a control character
const ircColour = /\x03\d{1,2}(?:,\d{1,2})?/y;

/**
 * Control characters but tab and line feed; soft hyphens, zero-width spaces, joiners of words, direction marks, byte-order marks.
 * ZWJ and ZWNJ stay: scripts and emoji need them.
 */
const isInvisible = (unit: number): boolean => {
  if (unit < 0x20) return unit !== TAB && unit !== LINE_FEED;
  if (unit < 0x200b) return (unit >= 0x7f && unit <= 0x9f) || unit === 0xad;
  if (unit < 0x206a)
    return (
      unit === 0x200b ||
      unit === 0x200e ||
      unit === 0x200f ||
      (unit >= 0x202a && unit <= 0x202e) ||
      unit >= 0x2060
    );
  return unit === 0xfeff || (unit >= 0xfff9 && unit <= 0xfffb);
};

/** Where a mark of several characters that begins at `at` ends; after `at` alone where it is none. */
const endOfMark = (text: string, at: number, pattern: RegExp): number => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at + 1;
};

/** One pass into an array: replacing by patterns holds every match in memory, which for a hostile text is more than it may have. */
const withoutMarks = (text: string): string => {
  const kept = new Uint16Array(text.length);
  let length = 0;
  let wide = 0;
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    if (unit === RETURN || unit === LINE_SEPARATOR || unit === PARAGRAPH_SEPARATOR) {
      kept[length++] = LINE_FEED;
      at += unit === RETURN && text.charCodeAt(at + 1) === LINE_FEED ? 2 : 1;
    } else if (unit === ESCAPE) at = endOfMark(text, at, terminal);
    else if (unit === COLOUR) at = endOfMark(text, at, ircColour);
    else {
      at++;
      if (isInvisible(unit)) continue;
      kept[length++] = unit;
      wide |= unit;
    }
  }
  // A text of Latin letters only takes half the memory.
  return wide <= 0xff
    ? Buffer.from(kept.subarray(0, length)).toString("latin1")
    : Buffer.from(kept.buffer, 0, length * 2).toString("utf16le");
};

/** Normalising twice is the same as once. A lone half of a surrogate pair becomes U+FFFD, so that UTF-8 holds the text. */
export const normaliseText = (text: string): string =>
  suspicious.test(text) ? withoutCitations(withoutMarks(text).toWellFormed()) : text;
