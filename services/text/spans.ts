// Places in a text: found by patterns, blanked so that later patterns do not find them again, replaced by marks.

/** In UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds places that do not overlap, in order. */
export type Finder = (text: string) => readonly Span[];

/** A sign that no pattern takes for a part of anything; a text with blanked places is as long as before. */
const BLANK = "«";

/** @param spans in order, without overlaps */
export const replaceSpans = <S extends Span>(
  text: string,
  spans: readonly S[],
  mark: (span: S) => string,
): string => {
  // Joined at once: a text that grows piece by piece is a chain, which takes the more time the longer it is.
  const pieces: string[] = [];
  let done = 0;
  for (const span of spans) {
    pieces.push(text.slice(done, span.start), mark(span));
    done = span.end;
  }
  pieces.push(text.slice(done));
  return pieces.join("");
};

export const blankSpans = (text: string, spans: readonly Span[], blank = BLANK): string =>
  spans.length === 0
    ? text
    : replaceSpans(text, spans, ({ start, end }) => blank.repeat(end - start));

const spaces = /[\u00a0\u2007\u2009\u202f]/g;
const hyphens = /[\u2010-\u2013]/g;

/** With usual spaces and hyphens for those that word processors put between digits; places stay the same. */
export const plainSeparators = (text: string): string =>
  text.replace(spaces, " ").replace(hyphens, "-");

/** The whole match, or what follows the first `groups` of its groups. */
export const spansOf = (
  text: string,
  pattern: RegExp,
  keeps?: (match: RegExpExecArray) => boolean,
) => {
  const spans: Span[] = [];
  for (const match of text.matchAll(pattern))
    if (keeps?.(match) !== false)
      spans.push({ start: match.index, end: match.index + match[0].length });
  return spans;
};

/** One finder after the other: what the first has found, the second does not see. */
export const inTurn =
  (...finders: readonly Finder[]): Finder =>
  (text) => {
    const all: Span[] = [];
    let rest = text;
    for (const finder of finders) {
      const spans = finder(rest);
      for (const span of spans) all.push(span);
      rest = blankSpans(rest, spans);
    }
    return all.sort((a, b) => a.start - b.start);
  };
