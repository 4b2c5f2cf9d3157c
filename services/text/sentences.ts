// Finds the starts of sentences: by a pattern in scripts with spaces and full stops, by Intl.Segmenter in others.

const simple = /^[\0-\u024f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*$/;
/** An end mark with closing quotes and white space, or a line end. The next sentence does not start in lower case. */
const border = /(?:[.!?…]["'”’)\]]*\s+(?=[^\sa-z])|\n\s*)/g;
const abbreviation =
  /(?:\b(?:e\.g|i\.e|etc|vs|cf|Mr|Mrs|Ms|Dr|Prof|St|No|Fig|approx)|\b[A-Z])\.\s+$/;

let segmenter: Intl.Segmenter | undefined;

/** Offsets where a sentence starts, without 0. The spaces between two sentences belong to the first one. */
export const sentenceStarts = (text: string): number[] => {
  const starts: number[] = [];
  if (simple.test(text)) {
    for (const match of text.matchAll(border)) {
      const at = match.index + match[0].length;
      if (at < text.length && !abbreviation.test(text.slice(Math.max(0, at - 12), at)))
        starts.push(at);
    }
    return starts;
  }
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "sentence" });
  for (const { index } of segmenter.segment(text)) if (index > 0) starts.push(index);
  return starts;
};

export interface Sentence {
  readonly start: number;
  readonly text: string;
}

/** The sentences of a text without surrounding white space, with their places. */
export const sentences = (text: string): readonly Sentence[] => {
  const found: Sentence[] = [];
  let from = 0;
  for (const to of [...sentenceStarts(text), text.length]) {
    const piece = text.slice(from, to);
    const body = piece.trim();
    if (body !== "")
      found.push({ start: from + piece.length - piece.trimStart().length, text: body });
    from = to;
  }
  return found;
};
