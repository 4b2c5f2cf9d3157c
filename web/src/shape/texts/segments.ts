// A text split where its marks begin and end, so that highlights are DOM nodes and never HTML text.
export interface Mark {
  readonly start: number;
  readonly end: number;
}

export interface Segment {
  readonly text: string;
  /** Offset in the text; also the React key. */
  readonly at: number;
  /** It is a word of the query. */
  readonly marked: boolean;
  /** It is in the sentence closest in meaning to the query. */
  readonly close: boolean;
}

const covers = (marks: readonly Mark[], start: number, end: number) =>
  marks.some((mark) => mark.start <= start && mark.end >= end);

/** Spans out of bounds are clipped, overlapping ones merged; the segments joined are the text. */
export const segments = (
  text: string,
  marks: readonly Mark[],
  closest: Mark | null,
): readonly Segment[] => {
  const clip = (at: number) => Math.min(text.length, Math.max(0, at));
  const near = closest === null ? [] : [closest];
  const cuts = new Set([0, text.length]);
  for (const mark of [...marks, ...near]) {
    cuts.add(clip(mark.start));
    cuts.add(clip(mark.end));
  }
  const places = [...cuts].sort((a, b) => a - b);
  const found: Segment[] = [];
  for (const [index, start] of places.entries()) {
    const end = places[index + 1];
    if (end === undefined) break;
    const marked = covers(marks, start, end);
    const close = covers(near, start, end);
    const last = found.at(-1);
    if (last && last.marked === marked && last.close === close)
      found[found.length - 1] = { ...last, text: last.text + text.slice(start, end) };
    else found.push({ text: text.slice(start, end), at: start, marked, close });
  }
  return found;
};
