// How well placed rows fit a map, and the rule that says when the map no longer fits the data.
import type { Neighbourhood } from "./neighbours.ts";

/** What is usual among the fitted rows themselves: 95 of 100 lie below. */
export interface Expectation {
  /** Mean cosine distance to the nearest rows. */
  readonly span: number;
  /** Median distance on the map to those rows. */
  readonly scatter: number;
}

export interface Drift {
  /** Share of placed rows further from all that was fitted than 95 % of the fitted ones are; about 0.05 without drift. */
  readonly far: number;
  /** Share of placed rows whose neighbours are strewn wider over the map than 95 % of the fitted ones' are. */
  readonly strewn: number;
  /** Rows placed since the fit, per row that it had. */
  readonly grown: number;
  readonly verdict: "stays" | "refit";
}

const usual = 0.95;
/** Three times what chance would give; of fewer rows than this a share says nothing. */
const tooMany = 0.15;
const enoughRows = 50;
/** Where as many rows were placed as the fit had, it describes a collection that is no more. */
const outgrown = 1;

/** Mean cosine distance of each row to its neighbours. */
export function spanOf({ k, rows, distances }: Neighbourhood): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let n = row * k; n < (row + 1) * k; n++) sum += distances[n] ?? 0;
    return k === 0 ? 0 : sum / k;
  });
}

/** Median distance on the map of each row to its neighbours, whose positions are `among`. */
export function scatterOf(
  { k, rows, indices }: Neighbourhood,
  positions: Float32Array,
  among: Float32Array,
): Float32Array {
  const line = new Float32Array(k);
  return Float32Array.from({ length: rows }, (_, row) => {
    for (let n = 0; n < k; n++) {
      const other = indices[row * k + n] ?? 0;
      line[n] = Math.hypot(
        (positions[2 * row] ?? 0) - (among[2 * other] ?? 0),
        (positions[2 * row + 1] ?? 0) - (among[2 * other + 1] ?? 0),
      );
    }
    return line.sort()[k >> 1] ?? 0;
  });
}

/** `positions`: of the fitted rows, whose neighbours among themselves are given. */
export function expectationOf(found: Neighbourhood, positions: Float32Array): Expectation {
  return {
    span: quantile(spanOf(found), usual),
    scatter: quantile(scatterOf(found, positions, positions), usual),
  };
}

export interface SinceFit {
  readonly spans: Float32Array;
  readonly scatters: Float32Array;
  /** Rows of the map when it was fitted, placed ones included. */
  readonly fittedRows: number;
}

/**
 * The map is refitted when more than 15 % of the rows placed since the fit (50 at least) lie far from everything that was
 * fitted or are strewn, or when as many rows were placed as it had.
 */
export function driftOf({ spans, scatters, fittedRows }: SinceFit, expected: Expectation): Drift {
  const far = shareAbove(spans, expected.span);
  const strewn = shareAbove(scatters, expected.scatter);
  const grown = spans.length / Math.max(1, fittedRows);
  const drifted = spans.length >= enoughRows && Math.max(far, strewn) > tooMany;
  return { far, strewn, grown, verdict: drifted || grown >= outgrown ? "refit" : "stays" };
}

function shareAbove(values: Float32Array, bar: number): number {
  let above = 0;
  for (const value of values) if (value > bar) above++;
  return values.length === 0 ? 0 : above / values.length;
}

const quantile = (values: Float32Array, q: number): number =>
  values.slice().sort()[Math.floor((values.length - 1) * q)] ?? 0;
