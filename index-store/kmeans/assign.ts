// Assigns rows to given centroids: the nearest one and the second nearest one of each row.
import { setImmediate } from "node:timers/promises";
import type { Rows } from "../ann/ann.ts";
import { openAssigner } from "../kernels/kernels.ts";

/** Rows between two turns of the event loop: some 20 ms with 200 centroids of 256 numbers. */
export const blockRows = 8192;

export interface Assigned {
  /** Nearest centroid of each row; ties by smaller number. */
  readonly labels: Int32Array;
  /** Cosine to it. */
  readonly similarities: Float32Array;
  /** The centroid that comes next; −1 where there is only one. */
  readonly seconds: Int32Array;
  /** Cosine to that; −1 where there is none. */
  readonly secondSimilarities: Float32Array;
}

/**
 * @throws RangeError where there is no centroid for the rows, or one of another dimension; the signal's reason once it is
 * aborted.
 */
export async function assign(
  rows: Rows,
  centroids: Rows,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Assigned> {
  const { dim } = rows;
  const found: Assigned = {
    labels: new Int32Array(rows.rows),
    similarities: new Float32Array(rows.rows),
    seconds: new Int32Array(rows.rows).fill(-1),
    secondSimilarities: new Float32Array(rows.rows).fill(-1),
  };
  if (rows.rows === 0) return found;
  if (centroids.rows === 0 || centroids.dim !== dim)
    throw new RangeError(
      `Rows of ${dim} numbers have no place among ${centroids.rows} centroids of ${centroids.dim}.`,
    );
  const assigner = openAssigner(dim, centroids.rows);
  assigner.setVectors(centroids.data);
  for (let from = 0; from < rows.rows; from += blockRows) {
    options.signal?.throwIfAborted();
    const to = Math.min(rows.rows, from + blockRows);
    const products = assigner.multiply(rows.data.subarray(from * dim, to * dim));
    for (let row = from; row < to; row++)
      placeRow(products, (row - from) * centroids.rows, { k: centroids.rows, row, found });
    await setImmediate();
  }
  return found;
}

function placeRow(
  products: Float32Array,
  start: number,
  { k, row, found }: { readonly k: number; readonly row: number; readonly found: Assigned },
): void {
  let best = -Infinity;
  let next = -Infinity;
  let label = 0;
  let second = -1;
  for (let at = 0; at < k; at++) {
    const similarity = products[start + at] ?? 0;
    if (similarity <= next) continue;
    if (similarity > best) {
      next = best;
      second = best === -Infinity ? -1 : label;
      best = similarity;
      label = at;
    } else {
      next = similarity;
      second = at;
    }
  }
  found.labels[row] = label;
  found.similarities[row] = best;
  if (second < 0) return;
  found.seconds[row] = second;
  found.secondSimilarities[row] = next;
}
