// Probabilities and intervals: tails of the normal and the t distribution, Wilson's interval of a share, correction for many tests.
// @ts-expect-error -- jStat has no types; the part in use is typed here.
import jstat from "jstat";

interface Known {
  readonly normal: { cdf(x: number, mean: number, sd: number): number };
  readonly studentt: {
    cdf(x: number, degrees: number): number;
    inv(p: number, degrees: number): number;
  };
}

const known: Known = jstat.jStat;

/** Half of a 95 % interval, in standard errors. */
export const Z95 = 1.959963984540054;

/** Probability of a standard normal value at least this far from 0. */
export const twoSidedNormal = (z: number): number =>
  Math.min(1, 2 * known.normal.cdf(-Math.abs(z), 0, 1));

/** Probability of a t value at least this far from 0, with so many degrees of freedom (> 0, need not be whole). */
export const twoSidedT = (t: number, degrees: number): number =>
  Math.min(1, 2 * known.studentt.cdf(-Math.abs(t), degrees));

/** Half of a 95 % interval in standard errors, with so many degrees of freedom. */
export const halfWidth95 = (degrees: number): number =>
  degrees > 200 ? Z95 : known.studentt.inv(0.975, Math.max(1, degrees));

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** 95 % interval of a share by Wilson (1927), which is right for few cases and for shares near 0 and 1. NaN where `of` is 0. */
export const wilson = (hits: number, of: number): Interval => {
  if (of === 0) return { low: Number.NaN, high: Number.NaN };
  const share = hits / of;
  const square = Z95 * Z95;
  const middle = share + square / (2 * of);
  const half = Z95 * Math.sqrt((share * (1 - share) + square / (4 * of)) / of);
  const scale = 1 + square / of;
  return {
    low: hits === 0 ? 0 : Math.max(0, (middle - half) / scale),
    high: hits === of ? 1 : Math.min(1, (middle + half) / scale),
  };
};

/**
 * p-values corrected for the number of tests: of the results below 0.05 after it, at most 5 % are expected to be false.
 * Benjamini and Hochberg (1995). NaN (not tested) stays NaN and is not counted.
 */
export const adjusted = (ps: readonly number[]): number[] => {
  const order = ps
    .map((p, place) => ({ p, place }))
    .filter(({ p }) => !Number.isNaN(p))
    .sort((a, b) => b.p - a.p);
  const out = ps.map(() => Number.NaN);
  let least = 1;
  for (const [passed, { p, place }] of order.entries()) {
    least = Math.min(least, (p * order.length) / (order.length - passed));
    out[place] = least;
  }
  return out;
};

/** The q-quantile (0 … 1) of ascending values, interpolated between the two nearest; NaN of none. */
export const quantileOf = (sorted: ArrayLike<number>, q: number): number => {
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
};

export const medianOf = (values: Iterable<number>): number =>
  quantileOf(Float64Array.from(values).sort(), 0.5);
