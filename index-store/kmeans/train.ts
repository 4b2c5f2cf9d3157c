// The frame that both drivers share: start on a sample, go on from the best start with all rows, assign all rows at the end.
import { setImmediate } from "node:timers/promises";
import type { Rows } from "../ann/ann.ts";
import { openAssigner } from "../kernels/kernels.ts";
import { blockRows } from "./assign.ts";
import type { Clustering, KMeansOptions } from "./clustering.ts";
import type { Lloyd } from "./lloyd.ts";
import { sampleOf, seededRandom } from "./random.ts";
import { drawStart } from "./start.ts";
import { wasmLloyd } from "./wasm.ts";

/** Rows per centroid from which starts are drawn: k-means++ looks at all of them k times. */
const drawnFrom = 32;
const leastDrawnFrom = 4096;
/** Rows per centroid over which starts are compared, as FAISS trains by default. */
const triedOn = 256;
const leastTriedOn = 20_000;
const triedFor = 10;

export const kmeansWith =
  (lloyd: Lloyd) =>
  async (rows: Rows, options: KMeansOptions): Promise<Clustering> => {
    checkOptions(rows, options);
    const squares = squaresOf(rows);
    if (rows.rows === 0) return nothing(rows.dim);
    const { iterations = 25, tolerance = 5e-4, initial, signal } = options;
    const limits = { rows, iterations, tolerance, signal };
    // FAISS gives the number of an empty cluster to a part of another one, so the kernel does warm starts.
    const moved =
      initial === undefined
        ? await lloyd({ ...limits, start: await bestStart(lloyd, rows, options), empty: "refill" })
        : await wasmLloyd({ ...limits, start: initial, empty: "stay" });
    const placed = await place(rows, moved.centroids, signal);
    let inertia = 0;
    for (let row = 0; row < rows.rows; row++)
      inertia += (squares[row] ?? 0) + 1 - 2 * (placed.similarities[row] ?? 0);
    const kept = initial === undefined ? withoutEmpty(moved.centroids, placed.labels) : moved;
    return { ...placed, ...kept, inertia: Math.max(0, inertia), iterations: moved.iterations };
  };

const nothing = (dim: number): Clustering => ({
  centroids: { dim, rows: 0, data: new Float32Array(0) },
  labels: new Int32Array(0),
  similarities: new Float32Array(0),
  inertia: 0,
  iterations: 0,
});

function checkOptions(rows: Rows, { k, initial, iterations = 25 }: KMeansOptions): void {
  if (initial === undefined && !(Number.isInteger(k) && k >= 1))
    throw new RangeError(`k must be a whole number of 1 or more, not ${k}.`);
  if (!Number.isInteger(iterations) || iterations < 0)
    throw new RangeError(`${iterations} is not a number of passes.`);
  if (rows.data.length < rows.rows * rows.dim)
    throw new RangeError(`${rows.data.length} numbers are too few for ${rows.rows} × ${rows.dim}.`);
  if (initial === undefined) return;
  if (initial.rows === 0 || initial.dim !== rows.dim)
    throw new RangeError(
      `${initial.rows} × ${initial.dim} are no centroids for rows of ${rows.dim} numbers.`,
    );
}

/** Squared length of each row: 1, or 0 for a row of zeros. */
function squaresOf({ dim, rows, data }: Rows): Float32Array {
  const squares = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let at = row * dim; at < (row + 1) * dim; at++) sum += (data[at] ?? 0) ** 2;
    if (!Number.isFinite(sum))
      throw new RangeError(`Row ${row} holds a number that is not finite.`);
    squares[row] = sum;
  }
  return squares;
}

/** The start whose centroids, after some passes over a sample, lie nearest to its rows. */
async function bestStart(lloyd: Lloyd, rows: Rows, options: KMeansOptions): Promise<Rows> {
  const { k, seed = 1, starts = 3, signal } = options;
  const random = seededRandom(seed);
  const sample = sampled(rows, Math.max(leastTriedOn, triedOn * k), random);
  let best: Rows | undefined;
  let least = Infinity;
  for (let number = 0; number < Math.max(1, starts); number++) {
    const drawn = sampled(sample, Math.max(leastDrawnFrom, drawnFrom * k), random);
    const start = await drawStart(drawn, { k, random, signal });
    if (start.rows === 0) continue;
    const limits = { rows: sample, iterations: triedFor, tolerance: 1e-3, signal };
    const { centroids } = await lloyd({ ...limits, start, empty: "refill" });
    const { similarities } = await place(sample, centroids, signal);
    const left = similarities.reduce((sum, similarity) => sum + 1 - similarity, 0);
    if (left >= least) continue;
    least = left;
    best = centroids;
  }
  return best ?? axis(rows.dim);
}

/** The direction that stands for rows of zeros, which have none. */
function axis(dim: number): Rows {
  const data = new Float32Array(dim);
  data[0] = 1;
  return { dim, rows: 1, data };
}

function sampled(rows: Rows, count: number, random: () => number): Rows {
  if (rows.rows <= count) return rows;
  const { dim } = rows;
  const data = new Float32Array(count * dim);
  for (const [at, row] of sampleOf(rows.rows, count, random).entries())
    data.set(rows.data.subarray(row * dim, (row + 1) * dim), at * dim);
  return { dim, rows: count, data };
}

interface Placed {
  readonly labels: Int32Array;
  readonly similarities: Float32Array;
}

async function place(
  rows: Rows,
  centroids: Rows,
  signal: AbortSignal | undefined,
): Promise<Placed> {
  const { dim } = rows;
  const assigner = openAssigner(dim, centroids.rows);
  assigner.setVectors(centroids.data);
  const placed = { labels: new Int32Array(rows.rows), similarities: new Float32Array(rows.rows) };
  for (let from = 0; from < rows.rows; from += blockRows) {
    signal?.throwIfAborted();
    const to = Math.min(rows.rows, from + blockRows);
    const { labels, scores } = assigner.assign(rows.data.subarray(from * dim, to * dim));
    placed.labels.set(labels, from);
    placed.similarities.set(scores, from);
    await setImmediate();
  }
  return placed;
}

/** The centroids that have rows, numbered anew: `labels` are changed to fit. */
function withoutEmpty(centroids: Rows, labels: Int32Array): { readonly centroids: Rows } {
  const { dim } = centroids;
  const numbers = new Int32Array(centroids.rows).fill(-1);
  for (const label of labels) numbers[label] = 0;
  const data = new Float32Array(centroids.data.length);
  let kept = 0;
  for (let old = 0; old < centroids.rows; old++) {
    if (numbers[old] === -1) continue;
    data.set(centroids.data.subarray(old * dim, (old + 1) * dim), kept * dim);
    numbers[old] = kept;
    kept++;
  }
  if (kept === centroids.rows) return { centroids };
  for (let row = 0; row < labels.length; row++) labels[row] = numbers[labels[row] ?? 0] ?? 0;
  return { centroids: { dim, rows: kept, data: data.slice(0, kept * dim) } };
}
