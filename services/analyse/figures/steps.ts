// The time axis of a figure: steps of local time that cover the selected messages, few enough to be drawn.
import type { LocalTime, StepName } from "#services/analyse/frame/frame.ts";

/** Steps in order; step i is [starts[i], starts[i + 1]). */
export interface Axis {
  readonly step: StepName;
  /** Milliseconds since 1970, one more than there are steps. */
  readonly starts: Float64Array;
  readonly count: number;
  /** Milliseconds of a typical step, for drawing. */
  readonly width: number;
  /** True where a person asked for finer steps, which would have been too many. */
  readonly coarsened: boolean;
}

const DAY = 86_400_000;
const widths: Readonly<Record<StepName, number>> = {
  hour: DAY / 24,
  day: DAY,
  week: 7 * DAY,
  month: 30.44 * DAY,
  quarter: 91.31 * DAY,
  year: 365.24 * DAY,
};
const fromFine: readonly StepName[] = ["hour", "day", "week", "month", "quarter", "year"];

/** Steps that are easy to read side by side; more than these only where a person asks for them. */
const COMFORTABLE = 120;

export interface AxisWanted {
  /** What a person asked for. */
  readonly step?: StepName | undefined;
  /** The most steps that the figure can draw (a chart has at most 500 data). */
  readonly most: number;
}

/**
 * An axis over [first, last]: the finest step of which a comfortable number covers it, or the requested one where the figure can
 * draw it. Where even years are too many (a log with a year 1 in it), the old end is cut off.
 */
export const axisOf = (
  time: LocalTime,
  { first, last }: { readonly first: number; readonly last: number },
  { step, most }: AxisWanted,
): Axis => {
  const fits = (name: StepName, limit: number) => (last - first) / widths[name] + 2 <= limit;
  const from = step === undefined ? fromFine : fromFine.slice(fromFine.indexOf(step));
  const limit = step === undefined ? Math.min(most, COMFORTABLE) : most;
  const chosen = from.find((name) => fits(name, limit)) ?? "year";
  const earliest = fits(chosen, most) ? first : last - (most - 2) * widths[chosen];
  const starts: number[] = [time.startOf(chosen, earliest)];
  for (let start = starts[0] ?? 0; start <= last; ) {
    start = time.nextStart(chosen, start);
    starts.push(start);
  }
  return {
    step: chosen,
    starts: Float64Array.from(starts),
    count: starts.length - 1,
    width: widths[chosen],
    coarsened: step !== undefined && chosen !== step,
  };
};

/** The step that contains an instant; −1 where there is none or the time is unknown. */
export const stepAt = ({ starts, count }: Axis, at: number): number => {
  const first = starts[0] ?? Number.NaN;
  const end = starts[count] ?? Number.NaN;
  if (!(at >= first && at < end)) return -1;
  // Steps are about equally long, so the guess is at most one off.
  let step = Math.min(count - 1, Math.floor(((at - first) / (end - first)) * count));
  while (at < (starts[step] ?? 0)) step--;
  while (at >= (starts[step + 1] ?? 0)) step++;
  return step;
};
