// The map's time strip: points over time as bars, and a time window that can be played.
const dayMs = 86_400_000;

export interface TimeBar {
  /** Milliseconds, from ≤ t < to. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** 0 … 1 of the tallest bar; the square root, so that small counts stay visible. */
  readonly height: number;
}

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Bars of equal width from the first point to the last. `days` since 1970; NaN (no date) is not counted. */
export const timeBars = (days: Float32Array, whole: TimeWindow, most = 72): readonly TimeBar[] => {
  const [first, last] = [whole.from / dayMs, whole.to / dayMs];
  if (!(last > first)) return [];
  const counts = new Float64Array(most);
  const per = most / (last - first);
  for (const day of days) {
    if (!Number.isFinite(day)) continue;
    const at = Math.min(most - 1, Math.max(0, Math.floor((day - first) * per)));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const tallest = Math.max(1, ...counts);
  const width = (whole.to - whole.from) / most;
  return [...counts].map((count, at) => ({
    from: whole.from + at * width,
    to: whole.from + (at + 1) * width,
    count,
    height: Math.sqrt(count / tallest),
  }));
};

/** The window cut to the whole time; the whole time where they do not overlap. */
export const withinWhole = (
  whole: TimeWindow,
  after: number | undefined,
  before: number | undefined,
): TimeWindow => {
  const from = Math.max(whole.from, after ?? whole.from);
  const to = Math.min(whole.to, before ?? whole.to);
  return to > from ? { from, to } : whole;
};

export const isWhole = (whole: TimeWindow, chosen: TimeWindow): boolean =>
  chosen.from <= whole.from && chosen.to >= whole.to;

/** Width of the played window where none was chosen, as a share of the whole time. */
const playedShare = 0.1;

/** The window that playing starts with: the chosen one, else the first tenth; moved to the start where it is at the end. */
export const playStart = (whole: TimeWindow, chosen: TimeWindow): TimeWindow => {
  const width = isWhole(whole, chosen)
    ? (whole.to - whole.from) * playedShare
    : chosen.to - chosen.from;
  return isWhole(whole, chosen) || chosen.to >= whole.to
    ? { from: whole.from, to: whole.from + width }
    : chosen;
};

/** The window moved on by a part (0 … 1) of the whole time; undefined once it is at the end. */
export const playedOn = (
  whole: TimeWindow,
  now: TimeWindow,
  part: number,
): TimeWindow | undefined => {
  if (now.to >= whole.to) return undefined;
  const by = Math.min(part * (whole.to - whole.from), whole.to - now.to);
  return { from: now.from + by, to: now.to + by };
};
