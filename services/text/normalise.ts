// Normalises a message's text before it is stored, indexed and embedded: removes marks that nobody reads.
import { withoutCitations } from "./citations.ts";

/** A quick test: most texts contain nothing to remove and are returned unchanged. */
const suspicious =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are searched for
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
/** mIRC colours: the control character and its numbers. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the mark is a control character
const ircColour = /\x03\d{1,2}(?:,\d{1,2})?/y;

/**
 * Control characters except tab and line feed; soft hyphens, zero-width spaces, word joiners, direction marks, byte-order marks.
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

/** The end of a mark of several characters that starts at `at`; `at` + 1 where there is none. */
const endOfMark = (text: string, at: number, pattern: RegExp): number => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at + 1;
};

/** One pass over an array: replacing by patterns would hold every match in memory, too much for a hostile text. */
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

/** Normalising twice gives the same as once. A lone surrogate becomes U+FFFD, so that the text can be stored as UTF-8. */
export const normaliseText = (text: string): string =>
  suspicious.test(text) ? withoutCitations(withoutMarks(text).toWellFormed()) : text;
