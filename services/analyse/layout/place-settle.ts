// Finds the place of a new row among fixed ones: it starts in the middle of most of its neighbours and is then pulled and pushed.

import type { Neighbourhood } from "./neighbours.ts";
import type { Steps } from "./pace.ts";
import { type Curve, tabulateForces } from "./umap-curve.ts";

/** Iterations of pull and push; a third of a fit's steps would make no visible difference. */
const iterations = 24;
const strangers = 5;
const longestStep = 4;
const stepRows = 500;

export interface Unsettled {
  /** Neighbours among the fitted rows. */
  readonly found: Neighbourhood;
  /** Membership of each neighbour, as in the fuzzy set. */
  readonly strengths: Float32Array;
  readonly fitted: { readonly positions: Float32Array; readonly unit: number };
}

export interface SettleOptions {
  readonly curve: Curve;
  readonly seed: number;
  readonly repulsion: number;
}

/** Interleaved x, y in the frame; 0, 0 where nothing was fitted. */
export function* settle(
  { found, strengths, fitted }: Unsettled,
  options: SettleOptions,
): Steps<Float32Array> {
  const { k, rows, indices } = found;
  const placed = new Float32Array(rows * 2);
  const fixed = fitted.positions.map((value) => value / fitted.unit);
  const others = fixed.length / 2;
  if (k === 0 || others === 0) return placed;
  // In a fit, each edge pulls at both its ends and pushes at one; here only one end moves.
  const { attraction, repulsion, shift, first } = tabulateForces(
    options.curve,
    options.repulsion / 2,
  );
  const last = attraction.length - 1;
  const float = new Float32Array(1);
  const bits = new Int32Array(float.buffer);
  const entryOf = (squared: number): number => {
    float[0] = squared;
    return Math.max(0, Math.min(last, ((bits[0] ?? 0) >> shift) - first));
  };
  const bounded = (step: number): number => Math.max(-longestStep, Math.min(longestStep, step));

  const settleRow = (row: number): void => {
    const edges = row * k;
    const start = midst(
      indices.subarray(edges, edges + k),
      strengths.subarray(edges, edges + k),
      fixed,
    );
    let x = start.x;
    let y = start.y;
    let state = Math.imul(options.seed + row, 2_654_435_761) >>> 0 || 1;
    for (let iteration = 0; iteration < iterations; iteration++) {
      const alpha = 0.5 * (1 - iteration / iterations);
      for (let edge = edges; edge < edges + k; edge++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        if ((state >>> 0) / 2 ** 32 >= (strengths[edge] ?? 0)) continue;
        const target = indices[edge] ?? 0;
        const dx = x - (fixed[2 * target] ?? 0);
        const dy = y - (fixed[2 * target + 1] ?? 0);
        const pull = attraction[entryOf(dx * dx + dy * dy)] ?? 0;
        x += alpha * bounded(pull * dx);
        y += alpha * bounded(pull * dy);
        for (let n = 0; n < strangers; n++) {
          state ^= state << 13;
          state ^= state >>> 17;
          state ^= state << 5;
          const other = Math.floor(((state >>> 0) / 2 ** 32) * others);
          const ox = x - (fixed[2 * other] ?? 0);
          const oy = y - (fixed[2 * other + 1] ?? 0);
          const push = repulsion[entryOf(ox * ox + oy * oy)] ?? 0;
          x += alpha * bounded(push * ox);
          y += alpha * bounded(push * oy);
        }
      }
    }
    placed[2 * row] = x * fitted.unit;
    placed[2 * row + 1] = y * fitted.unit;
  };

  for (let from = 0; from < rows; from += stepRows) {
    const to = Math.min(rows, from + stepRows);
    for (let row = from; row < to; row++) settleRow(row);
    yield to / rows;
  }
  return placed;
}

/**
 * The weighted mean of those neighbours that lie within twice the median distance from the most central one: the plain mean of
 * two clusters would be a place where neither is.
 */
function midst(neighbours: Uint32Array, strengths: Float32Array, fixed: Float32Array) {
  const between = (a: number, b: number): number =>
    Math.hypot(
      (fixed[2 * a] ?? 0) - (fixed[2 * b] ?? 0),
      (fixed[2 * a + 1] ?? 0) - (fixed[2 * b + 1] ?? 0),
    );
  let middle = neighbours[0] ?? 0;
  let least = Infinity;
  for (const candidate of neighbours) {
    let sum = 0;
    for (let n = 0; n < neighbours.length; n++)
      sum += (strengths[n] ?? 0) * between(candidate, neighbours[n] ?? 0);
    if (sum < least) {
      least = sum;
      middle = candidate;
    }
  }
  const distances = Float32Array.from(neighbours, (other) => between(middle, other));
  const bar = 2 * (distances.slice().sort()[distances.length >> 1] ?? 0);
  let x = 0;
  let y = 0;
  let total = 0;
  for (const [n, other] of neighbours.entries()) {
    if ((distances[n] ?? 0) > bar) continue;
    const weight = (strengths[n] ?? 0) + 1e-6;
    x += weight * (fixed[2 * other] ?? 0);
    y += weight * (fixed[2 * other + 1] ?? 0);
    total += weight;
  }
  return { x: x / total, y: y / total };
}
