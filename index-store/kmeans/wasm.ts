// The passes of k-means through the WASM kernel: assign, move the centroids, until little changes.
import { setImmediate } from "node:timers/promises";
import { type Assigner, openAssigner } from "../kernels/kernels.ts";
import { blockRows } from "./assign.ts";
import type { Lloyd, Passes } from "./lloyd.ts";

interface State {
  readonly assigner: Assigner;
  readonly centroids: Float32Array;
  readonly labels: Int32Array;
  readonly similarities: Float32Array;
  /** Sums of each cluster's rows, in double precision so that subtracting a row leaves no rounding error of its size. */
  readonly sums: Float64Array;
  readonly sizes: Uint32Array;
}

export const wasmLloyd: Lloyd = async (passes) => {
  const { rows, start, iterations, tolerance } = passes;
  const k = start.rows;
  const state: State = {
    assigner: openAssigner(rows.dim, k),
    centroids: start.data.slice(0, k * rows.dim),
    labels: new Int32Array(rows.rows).fill(-1),
    similarities: new Float32Array(rows.rows),
    sums: new Float64Array(k * rows.dim),
    sizes: new Uint32Array(k),
  };
  let before = Infinity;
  let done = 0;
  while (done < iterations) {
    const { left, moved } = await pass(state, passes);
    done++;
    move(state, rows.dim);
    const refilled = passes.empty === "refill" && refill(state, passes);
    if (moved === 0 && !refilled) break;
    // The sum of 1 − cosine is half the inertia of unit rows, so a pass reduces both by the same share.
    if (!refilled && before - left < tolerance * left) break;
    before = left;
  }
  return { centroids: { dim: rows.dim, rows: k, data: state.centroids }, iterations: done };
};

/** Each row to its nearest centroid; only rows that change theirs touch the sums. */
async function pass(
  { assigner, centroids, labels, similarities, sums, sizes }: State,
  { rows, signal }: Passes,
): Promise<{ left: number; moved: number }> {
  const { dim, data } = rows;
  assigner.setVectors(centroids);
  let left = 0;
  let moved = 0;
  for (let from = 0; from < rows.rows; from += blockRows) {
    signal?.throwIfAborted();
    const to = Math.min(rows.rows, from + blockRows);
    const found = assigner.assign(data.subarray(from * dim, to * dim));
    similarities.set(found.scores, from);
    for (let row = from; row < to; row++) {
      const label = found.labels[row - from] ?? 0;
      left += 1 - (found.scores[row - from] ?? 0);
      const old = labels[row] ?? -1;
      if (label === old) continue;
      moved++;
      labels[row] = label;
      addRow(sums, label * dim, data.subarray(row * dim, (row + 1) * dim));
      sizes[label] = (sizes[label] ?? 0) + 1;
      if (old < 0) continue;
      takeRow(sums, old * dim, data.subarray(row * dim, (row + 1) * dim));
      sizes[old] = (sizes[old] ?? 0) - 1;
    }
    await setImmediate();
  }
  return { left, moved };
}

function addRow(sums: Float64Array, start: number, row: Float32Array): void {
  for (let at = 0; at < row.length; at++)
    sums[start + at] = (sums[start + at] ?? 0) + (row[at] ?? 0);
}

function takeRow(sums: Float64Array, start: number, row: Float32Array): void {
  for (let at = 0; at < row.length; at++)
    sums[start + at] = (sums[start + at] ?? 0) - (row[at] ?? 0);
}

/** Sets centroids to the directions of their sums; where a sum is zero, the centroid is kept as it was. */
function move({ centroids, sums, sizes }: State, dim: number): void {
  for (let cluster = 0; cluster < sizes.length; cluster++) {
    if (sizes[cluster] === 0) continue;
    const start = cluster * dim;
    let squares = 0;
    for (let at = start; at < start + dim; at++) squares += (sums[at] ?? 0) ** 2;
    const length = Math.sqrt(squares);
    if (length < 1e-6) continue;
    for (let at = start; at < start + dim; at++) centroids[at] = (sums[at] ?? 0) / length;
  }
}

/** Gives clusters without rows the rows that lie farthest from their own centroid, one each, and says whether it did. */
function refill({ centroids, labels, similarities, sizes }: State, { rows }: Passes): boolean {
  const { dim, data } = rows;
  let refilled = false;
  for (let cluster = 0; cluster < sizes.length; cluster++) {
    if (sizes[cluster] !== 0) continue;
    let farthest = -1;
    let least = 1 - 1e-6;
    for (let row = 0; row < rows.rows; row++) {
      const similarity = similarities[row] ?? 1;
      // A row of zeros has no direction, and taking the only row of a cluster would leave that one empty.
      if (similarity >= least || similarity === 0 || (sizes[labels[row] ?? 0] ?? 0) < 2) continue;
      least = similarity;
      farthest = row;
    }
    if (farthest < 0) return refilled;
    similarities[farthest] = 1;
    centroids.set(data.subarray(farthest * dim, (farthest + 1) * dim), cluster * dim);
    refilled = true;
  }
  return refilled;
}
