// Time bins → bars: gaps filled, bins joined where there are too many, heights relative to the tallest.
export interface Bin {
  readonly from: number;
  readonly count: number;
}

export interface Bar {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly count: number;
  /** 0 … 1 of the tallest bar; the square root, so that small counts stay visible. */
  readonly height: number;
}

/** At most `most` bars of equal width (milliseconds) over the whole span. Bins must be in order of time. */
export const bars = (bins: readonly Bin[], width: number, most: number): readonly Bar[] => {
  const first = bins[0];
  const last = bins.at(-1);
  if (!first || !last || width <= 0) return [];
  const slots = Math.round((last.from - first.from) / width) + 1;
  const joined = Math.max(1, Math.ceil(slots / most));
  const step = width * joined;
  const counts = new Array<number>(Math.ceil(slots / joined)).fill(0);
  for (const bin of bins) {
    const slot = Math.min(counts.length - 1, Math.floor((bin.from - first.from) / step));
    counts[slot] = (counts[slot] ?? 0) + bin.count;
  }
  const tallest = Math.max(1, ...counts);
  return counts.map((count, index) => ({
    from: first.from + index * step,
    to: first.from + (index + 1) * step,
    count,
    height: Math.sqrt(count / tallest),
  }));
};

/**
 * A bar for each step of a figure's time axis, whatever their lengths. Steps must follow one another without gaps.
 * @param end of the last step; where it is not known, that step is taken to be as long as the one before
 */
export const stepBars = (steps: readonly Bin[], end?: number): readonly Bar[] => {
  const tallest = Math.max(1, ...steps.map(({ count }) => count));
  return steps.map(({ from, count }, at) => ({
    from,
    to: steps[at + 1]?.from ?? end ?? 2 * from - (steps[at - 1]?.from ?? from),
    count,
    height: Math.sqrt(count / tallest),
  }));
};

/** The time from the start of the earlier of two bars to the end of the later one. */
export const rangeOf = (
  drawn: readonly Bar[],
  a: number,
  b: number,
): { readonly after: number; readonly before: number } | undefined => {
  const first = drawn[Math.min(a, b)];
  const last = drawn[Math.max(a, b)];
  return first && last ? { after: first.from, before: last.to } : undefined;
};
