// Chooses the centroids that k-means starts from: rows far from each other (k-means++).
import { setImmediate } from "node:timers/promises";
import type { Rows } from "../ann/ann.ts";
import { openAssigner } from "../kernels/kernels.ts";

/** Cosines of equal float32 rows differ from 1 by rounding: closer than this, rows are the same. */
const same = 1e-6;

interface Drawing {
  readonly k: number;
  readonly random: () => number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Greedy k-means++ (Arthur and Vassilvitskii, 2007): each next centroid is drawn with a chance that grows with the distance
 * to the nearest one so far (1 − cosine, half the squared distance of unit rows), the best of 2 + ln k draws is taken, as
 * scikit-learn does. Rows of zeros are never drawn.
 * @returns k rows, fewer where fewer are different; none where all are zeros.
 */
export async function drawStart(rows: Rows, { k, random, signal }: Drawing): Promise<Rows> {
  const { dim } = rows;
  const far = new Float64Array(rows.rows);
  for (let row = 0; row < rows.rows; row++) far[row] = isZero(rows, row) ? 0 : 1;
  const draws = 2 + Math.floor(Math.log(k));
  const assigner = openAssigner(dim, draws);
  const candidates = new Float32Array(draws * dim);
  const chosen = new Float32Array(k * dim);
  let have = 0;
  while (have < k) {
    const total = far.reduce((sum, distance) => sum + distance, 0);
    if (total <= 0) break;
    for (let draw = 0; draw < draws; draw++) {
      const row = drawRow(far, random() * total);
      candidates.set(rows.data.subarray(row * dim, (row + 1) * dim), draw * dim);
    }
    assigner.setVectors(candidates);
    const cosines = assigner.multiply(rows.data.subarray(0, rows.rows * dim));
    const best = leastLeft(far, cosines, draws);
    chosen.set(candidates.subarray(best * dim, (best + 1) * dim), have * dim);
    for (let row = 0; row < rows.rows; row++)
      far[row] = Math.min(far[row] ?? 0, distanceOf(cosines[row * draws + best] ?? 0));
    have++;
    if (have % 16 === 0) {
      signal?.throwIfAborted();
      await setImmediate();
    }
  }
  return { dim, rows: have, data: chosen.slice(0, have * dim) };
}

const distanceOf = (cosine: number): number => (1 - cosine < same ? 0 : 1 - cosine);

function isZero({ dim, data }: Rows, row: number): boolean {
  for (let at = row * dim; at < (row + 1) * dim; at++) if ((data[at] ?? 0) !== 0) return false;
  return true;
}

/** The row in whose share of the total `at` falls. */
function drawRow(far: Float64Array, at: number): number {
  let sum = 0;
  let last = 0;
  for (let row = 0; row < far.length; row++) {
    const distance = far[row] ?? 0;
    if (distance === 0) continue;
    sum += distance;
    last = row;
    if (sum > at) return row;
  }
  return last;
}

/** The candidate that leaves the smallest sum of distances. */
function leastLeft(far: Float64Array, cosines: Float32Array, draws: number): number {
  const left = new Float64Array(draws);
  for (let row = 0; row < far.length; row++) {
    const distance = far[row] ?? 0;
    if (distance === 0) continue;
    for (let draw = 0; draw < draws; draw++)
      left[draw] =
        (left[draw] ?? 0) + Math.min(distance, distanceOf(cosines[row * draws + draw] ?? 0));
  }
  let best = 0;
  for (let draw = 1; draw < draws; draw++) if ((left[draw] ?? 0) < (left[best] ?? 0)) best = draw;
  return best;
}
