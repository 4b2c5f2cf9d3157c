// The passes of k-means through FAISS, a few at a time, so that it can be stopped and sees when little changes.
import { availableParallelism } from "node:os";
import { loadFaiss } from "../ann/faiss.ts";
import type { Lloyd } from "./lloyd.ts";

/** Passes per call: FAISS cannot be stopped within a call, and each call costs one assignment of all rows more. */
const atOnce = 5;

/** Why FAISS cannot be used here, one sentence for a person; undefined where it can. */
export function faissMissing(): string | undefined {
  const state = loadFaiss();
  return "reason" in state ? state.reason : undefined;
}

/** FAISS starts from the centroids given; where a cluster runs empty it splits a large one. */
export const faissLloyd =
  (threads: number = availableParallelism()): Lloyd =>
  async ({ rows, start, iterations, tolerance, signal }) => {
    const state = loadFaiss();
    if ("reason" in state) throw new Error(state.reason);
    const { dim } = rows;
    const data = rows.data.subarray(0, rows.rows * dim);
    let initial = start.data.subarray(0, start.rows * dim);
    let before = Infinity;
    let done = 0;
    while (done < iterations) {
      signal?.throwIfAborted();
      const niter = Math.min(atOnce, iterations - done);
      const options = { niter, initial, spherical: true, threads };
      const found = await state.binding.kmeans(data, dim, start.rows, options);
      done += niter;
      initial = withDirections(found.centroids, initial, dim);
      if (before - found.inertia < tolerance * niter * found.inertia) break;
      before = found.inertia;
    }
    signal?.throwIfAborted();
    return { centroids: { dim, rows: start.rows, data: initial }, iterations: done };
  };

/** Where the rows of a cluster add up to zero, its centroid has no direction: the one before is kept. */
function withDirections(centroids: Float32Array, before: Float32Array, dim: number): Float32Array {
  for (let start = 0; start < centroids.length; start += dim) {
    let squares = 0;
    for (let at = start; at < start + dim; at++) squares += (centroids[at] ?? 0) ** 2;
    if (squares < 0.5) centroids.set(before.subarray(start, start + dim), start);
  }
  return centroids;
}
