// The shown part of a chunk: a piece of its text around the highlighted places, with these places in the piece.

/** Half open, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Snippet {
  readonly text: string;
  readonly spans: readonly Span[];
  /** Where the piece starts in the text; the ellipsis is not counted. */
  readonly start: number;
}

export interface SnippetOptions {
  /** Characters of the piece, without ellipses. */
  readonly length: number;
}

const ELLIPSIS = "…";
/** How far an end of the piece may move to fall between words. */
const SLACK = 24;

/** The start of the window of `length` with the most spans, the first among equals. */
const bestStart = (spans: readonly Span[], length: number): number => {
  let best = spans[0]?.start ?? 0;
  let most = 0;
  for (let first = 0, last = 0; first < spans.length; first++) {
    const from = spans[first]?.start ?? 0;
    while (last < spans.length && (spans[last]?.end ?? 0) <= from + length) last++;
    if (last - first > most) {
      most = last - first;
      best = from;
    }
  }
  return best;
};

const isLow = (text: string, at: number) => {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
};

/** Moves a place back to the start of a word, by at most SLACK; never into a surrogate pair. */
const wordStart = (text: string, at: number): number => {
  for (let i = at; i > Math.max(0, at - SLACK); i--) if (/\s/.test(text.charAt(i - 1))) return i;
  return isLow(text, at) ? at - 1 : at;
};

const wordEnd = (text: string, at: number): number => {
  for (let i = at; i < Math.min(text.length, at + SLACK); i++)
    if (/\s/.test(text.charAt(i))) return i;
  return isLow(text, at) ? at + 1 : at;
};

/** @param spans in any order, may overlap; those outside the piece are left out, those at its ends are shortened. */
export const snippet = (text: string, spans: readonly Span[], options: SnippetOptions): Snippet => {
  const ordered = spans
    .filter(({ start, end }) => end > start && start >= 0 && end <= text.length)
    .sort((a, b) => a.start - b.start || a.end - b.end);
  if (text.length <= options.length) return { text, spans: ordered, start: 0 };
  const first = bestStart(ordered, options.length);
  // A third of the length comes before the first place, so that it is read in its sentence.
  const wish = ordered.length === 0 ? 0 : first - Math.floor(options.length / 3);
  const from = Math.max(0, Math.min(wish, text.length - options.length));
  const start = wordStart(text, from);
  const end = wordEnd(text, Math.min(text.length, from + options.length));
  const lead = start > 0 ? ELLIPSIS : "";
  const tail = end < text.length ? ELLIPSIS : "";
  const shift = lead.length - start;
  return {
    text: `${lead}${text.slice(start, end)}${tail}`,
    spans: ordered
      .filter((span) => span.end > start && span.start < end)
      .map((span) => ({
        start: Math.max(start, span.start) + shift,
        end: Math.min(end, span.end) + shift,
      })),
    start,
  };
};
