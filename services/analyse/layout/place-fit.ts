// How well placed rows fit a map, and the rule that says when the map has to be fitted again.

import type { Neighbourhood } from "./neighbours.ts";
import type { Steps } from "./pace.ts";
import { type SettleOptions, settle } from "./place-settle.ts";
import { dice, sampleRows } from "./random.ts";
import { memberships } from "./umap-graph.ts";

/** The 95th percentile for rows like the fitted ones. */
export interface Expectation {
  /** Mean cosine distance to the nearest fitted rows. */
  readonly span: number;
  /** Median distance on the map to those rows. */
  readonly scatter: number;
}

export interface Drift {
  /** Share of placed rows that are further from the fitted rows than 95 % of the fitted ones are; about 0.05 without drift. */
  readonly far: number;
  /** Share of placed rows whose neighbours lie further apart on the map than those of 95 % of the fitted ones. */
  readonly strewn: number;
  /** Rows placed since the fit, divided by the rows that it had. */
  readonly grown: number;
  readonly verdict: "stays" | "refit";
}

const usual = 0.95;
const trialRows = 1000;
/** Three times what chance would give. */
const tooMany = 0.15;
const enoughRows = 50;
/** When as many rows were placed as the fit had, the map no longer describes the collection. */
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

/**
 * Places some of the fitted rows once more as if they were new: placed rows lie a little further from their neighbours than
 * fitted ones, so they have to be compared with placed ones.
 */
export function* expectationOf(
  found: Neighbourhood,
  fitted: { readonly positions: Float32Array; readonly unit: number },
  options: SettleOptions,
): Steps<Expectation> {
  const { k } = found;
  const asked = sampleRows(found.rows, trialRows, dice(options.seed));
  const some: Neighbourhood = {
    ...found,
    rows: asked.length,
    indices: new Uint32Array(asked.length * k),
    distances: new Float32Array(asked.length * k),
  };
  for (const [place, row] of asked.entries()) {
    some.indices.set(found.indices.subarray(row * k, (row + 1) * k), place * k);
    some.distances.set(found.distances.subarray(row * k, (row + 1) * k), place * k);
  }
  const strengths = yield* memberships(some);
  const positions = yield* settle({ found: some, strengths, fitted }, options);
  return {
    span: quantile(spanOf(some), usual),
    scatter: quantile(scatterOf(some, positions, fitted.positions), usual),
  };
}

export interface SinceFit {
  readonly spans: Float32Array;
  readonly scatters: Float32Array;
  /** Rows of the map when it was fitted, including placed ones. */
  readonly fittedRows: number;
}

/**
 * The map is fitted again when more than 15 % of the rows placed since the fit (of at least 50) are far from the fitted rows or
 * have neighbours far apart, or when as many rows were placed as the fit had.
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
