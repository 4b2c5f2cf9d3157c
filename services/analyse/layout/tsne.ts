// t-SNE for some thousand points: attraction along the neighbours, repulsion between all pairs, computed exactly.

import type { Neighbourhood } from "./neighbours.ts";
import type { Steps } from "./pace.ts";
import { type Graph, symmetricGraph } from "./umap-graph.ts";

const iterations = 500;
/** For so many iterations attraction is twelve times stronger, so that clusters form (van der Maaten 2014). */
const earlyIterations = 125;
const early = 12;
const halvings = 50;
/** Rows compared with all others before the event loop gets a turn. */
const stepRows = 250;

/**
 * van der Maaten & Hinton 2008: makes the similarities on the map (Student's t with one degree of freedom) match those of the
 * vectors (Gaussians as wide as `perplexity` says); momentum and gains as in their own program. Time grows with the square of
 * the rows. `start` (interleaved x, y) gives the initial directions; its size does not matter.
 */
export function* tsne(
  found: Neighbourhood,
  start: Float32Array,
  perplexity: number,
): Steps<Float32Array> {
  const { rows } = found;
  const graph = yield* symmetricGraph(
    found,
    similarities(found, perplexity),
    (p, q) => (p + q) / 2,
  );
  const positions = Float64Array.from(start, (value) => value * 1e-4);
  const speeds = new Float64Array(rows * 2);
  const gains = new Float64Array(rows * 2).fill(1);
  const pulls = new Float64Array(rows * 2);
  const pushes = new Float64Array(rows * 2);
  const rate = Math.max(50, rows / early / 4);
  for (let iteration = 0; iteration < iterations; iteration++) {
    pulls.fill(0);
    pushes.fill(0);
    let total = 0;
    for (let from = 0; from < rows; from += stepRows) {
      total += pushAll(positions, pushes, [from, Math.min(rows, from + stepRows)]);
      yield (iteration + from / rows) / iterations;
    }
    pullAll(graph, positions, pulls);
    const exaggeration = iteration < earlyIterations ? early : 1;
    const momentum = iteration < earlyIterations ? 0.5 : 0.8;
    for (let at = 0; at < rows * 2; at++) {
      const slope =
        4 * ((exaggeration * (pulls[at] ?? 0)) / rows - (pushes[at] ?? 0) / Math.max(total, 1e-12));
      const speed = speeds[at] ?? 0;
      const gain = Math.max(
        0.01,
        slope > 0 === speed > 0 ? (gains[at] ?? 1) * 0.8 : (gains[at] ?? 1) + 0.2,
      );
      gains[at] = gain;
      speeds[at] = momentum * speed - rate * gain * slope;
      positions[at] = (positions[at] ?? 0) + (speeds[at] ?? 0);
    }
  }
  return Float32Array.from(positions);
}

/** Each row's neighbours as weights that sum to 1, with the entropy of `perplexity` equal ones. */
function similarities({ k, rows, distances }: Neighbourhood, perplexity: number): Float32Array {
  const shares = new Float32Array(rows * k);
  const wanted = Math.log(Math.min(perplexity, Math.max(1, k / 2)));
  for (let row = 0; row < rows; row++) {
    const line = distances.subarray(row * k, (row + 1) * k);
    const nearest = line[0] ?? 0;
    let [low, high, beta] = [0, Infinity, 1];
    for (let iteration = 0; iteration < halvings; iteration++) {
      let sum = 0;
      let weighted = 0;
      for (const [n, distance] of line.entries()) {
        const share = Math.exp(-beta * (distance - nearest));
        shares[row * k + n] = share;
        sum += share;
        weighted += share * (distance - nearest);
      }
      for (let n = row * k; n < (row + 1) * k; n++) shares[n] = (shares[n] ?? 0) / sum;
      const entropy = Math.log(sum) + (beta * weighted) / sum;
      if (Math.abs(entropy - wanted) < 1e-4) break;
      if (entropy > wanted) {
        low = beta;
        beta = high === Infinity ? beta * 2 : (low + high) / 2;
      } else {
        high = beta;
        beta = (low + high) / 2;
      }
    }
  }
  return shares;
}

/** Adds the repulsion between rows from … to and all rows after them; returns their part of the sum of similarities. */
function pushAll(
  positions: Float64Array,
  pushes: Float64Array,
  [from, to]: readonly [number, number],
): number {
  let total = 0;
  for (let one = from; one < to; one++) {
    const x = positions[2 * one] ?? 0;
    const y = positions[2 * one + 1] ?? 0;
    let sumX = 0;
    let sumY = 0;
    for (let other = 2 * one + 2; other < positions.length; other += 2) {
      const dx = x - (positions[other] ?? 0);
      const dy = y - (positions[other + 1] ?? 0);
      const near = 1 / (1 + dx * dx + dy * dy);
      total += near;
      const force = near * near;
      sumX += force * dx;
      sumY += force * dy;
      pushes[other] = (pushes[other] ?? 0) - force * dx;
      pushes[other + 1] = (pushes[other + 1] ?? 0) - force * dy;
    }
    pushes[2 * one] = (pushes[2 * one] ?? 0) + sumX;
    pushes[2 * one + 1] = (pushes[2 * one + 1] ?? 0) + sumY;
  }
  return 2 * total;
}

function pullAll(
  { rows, starts, targets, weights }: Graph,
  positions: Float64Array,
  pulls: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const x = positions[2 * row] ?? 0;
    const y = positions[2 * row + 1] ?? 0;
    for (let edge = starts[row] ?? 0; edge < (starts[row + 1] ?? 0); edge++) {
      const target = 2 * (targets[edge] ?? 0);
      const dx = x - (positions[target] ?? 0);
      const dy = y - (positions[target + 1] ?? 0);
      const force = (weights[edge] ?? 0) / (1 + dx * dx + dy * dy);
      pulls[2 * row] = (pulls[2 * row] ?? 0) + force * dx;
      pulls[2 * row + 1] = (pulls[2 * row + 1] ?? 0) + force * dy;
    }
  }
}
