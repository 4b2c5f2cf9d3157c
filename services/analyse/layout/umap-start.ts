// The start of a layout: the two main axes of the vectors, smoothed along the graph towards its slowest modes.
import { row, type Vectors } from "#services/domain/vectors.ts";
import type { Steps } from "./pace.ts";
import { dice, sampleRows } from "./random.ts";
import type { Graph } from "./umap-graph.ts";

/** Rows from which the axes are found, and iterations: the start needs a direction, not exact digits. */
const axisRows = 4096;
const axisIterations = 16;
/** Half-width of the start in layout units, as UMAP's. */
const halfWidth = 10;

/** Interleaved x, y of each row on the two main axes (orthogonal iteration on a seeded sample). */
export function* mainAxes(vectors: Vectors, seed: number): Steps<Float32Array> {
  const { dim, rows } = vectors;
  const random = dice(seed);
  const sample = sampleRows(rows, axisRows, random);
  const centred = new Float32Array(sample.length * dim);
  for (const [place, number] of sample.entries()) centred.set(row(vectors, number), place * dim);
  const mean = takeMeanOff(centred, dim);
  const axes = [0, 1].map(() => Float64Array.from({ length: dim }, () => random.share() - 0.5));
  for (let iteration = 0; iteration < axisIterations; iteration++) {
    yield iteration / axisIterations;
    for (const [number, axis] of axes.entries()) {
      const next = spreadAlong(centred, axis);
      for (const earlier of axes.slice(0, number)) remove(next, earlier);
      // All rows are equal: any direction will do.
      if (normalise(next)) axis.set(next);
    }
  }
  const start = new Float32Array(rows * 2);
  for (const [axisNumber, axis] of axes.entries()) {
    const middle = product(mean, 0, axis);
    for (let number = 0; number < rows; number++) {
      if (number % axisRows === 0) yield number / rows;
      start[number * 2 + axisNumber] = product(vectors.data, number * dim, axis) - middle;
    }
  }
  return start;
}

/** Subtracts the mean of the rows from each, in place, and returns it. */
function takeMeanOff(rows: Float32Array, dim: number): Float32Array {
  const sums = new Float64Array(dim);
  for (let at = 0; at < rows.length; at++) sums[at % dim] = (sums[at % dim] ?? 0) + (rows[at] ?? 0);
  const mean = Float32Array.from(sums, (sum) => (sum * dim) / Math.max(1, rows.length));
  for (let at = 0; at < rows.length; at++) rows[at] = (rows[at] ?? 0) - (mean[at % dim] ?? 0);
  return mean;
}

/** The covariance matrix times an axis, up to a factor. */
function spreadAlong(centred: Float32Array, axis: Float64Array): Float64Array {
  const dim = axis.length;
  const next = new Float64Array(dim);
  for (let from = 0; from < centred.length; from += dim) {
    const share = product(centred, from, axis);
    for (let at = 0; at < dim; at++) next[at] = (next[at] ?? 0) + share * (centred[from + at] ?? 0);
  }
  return next;
}

function product(rows: Float32Array, from: number, axis: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < axis.length; at++) sum += (rows[from + at] ?? 0) * (axis[at] ?? 0);
  return sum;
}

/**
 * Power iteration with (I + D^−½ W D^−½) / 2 from `start`: it converges to the eigenvectors that UMAP starts from, and a few
 * dozen iterations already separate what the two main axes lay over each other.
 */
export function* smoothAlong(
  graph: Graph,
  start: Float32Array,
  iterations: number,
): Steps<Float32Array> {
  const { rows, starts, targets, weights } = graph;
  const roots = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let degree = 0;
    for (let edge = starts[row] ?? 0; edge < (starts[row + 1] ?? 0); edge++)
      degree += weights[edge] ?? 0;
    roots[row] = Math.sqrt(degree);
  }
  const trivial = roots.slice();
  normalise(trivial);
  let modes: Float64Array[] = [0, 1].map((axis) =>
    Float64Array.from(
      { length: rows },
      (_, row) => (start[row * 2 + axis] ?? 0) * (roots[row] ?? 0),
    ),
  );
  const orthogonal = () => {
    for (const [number, mode] of modes.entries()) {
      for (const earlier of [trivial, ...modes.slice(0, number)]) remove(mode, earlier);
      normalise(mode);
    }
  };
  const step = (mode: Float64Array): Float64Array => {
    const next = new Float64Array(rows);
    const scaled = mode.map((value, row) => value / (roots[row] || 1));
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let edge = starts[row] ?? 0; edge < (starts[row + 1] ?? 0); edge++)
        sum += (weights[edge] ?? 0) * (scaled[targets[edge] ?? 0] ?? 0);
      next[row] = ((mode[row] ?? 0) + sum / (roots[row] || 1)) / 2;
    }
    return next;
  };
  orthogonal();
  for (let iteration = 0; iteration < iterations; iteration++) {
    modes = modes.map(step);
    if (iteration % 4 === 3) orthogonal();
    yield iteration / iterations;
  }
  orthogonal();
  const smooth = new Float32Array(rows * 2);
  for (const [axis, mode] of modes.entries())
    for (let row = 0; row < rows; row++)
      smooth[row * 2 + axis] = (mode[row] ?? 0) / (roots[row] || 1);
  return smooth;
}

/**
 * The start for the gradient descent: centred, its 99th percentile at 10 units from the middle on each axis, nothing further
 * out than that, with seeded noise so that no two points coincide.
 */
export function startingPositions(start: Float32Array, seed: number): Float32Array {
  const random = dice(seed);
  const rows = start.length / 2;
  const positions = new Float32Array(start.length);
  for (const axis of [0, 1]) {
    const values = Float32Array.from({ length: rows }, (_, row) => start[row * 2 + axis] ?? 0);
    const sorted = values.slice().sort();
    const middle = sorted[rows >> 1] ?? 0;
    const reach = Math.max(
      (sorted[Math.floor((rows - 1) * 0.99)] ?? 0) - middle,
      middle - (sorted[Math.ceil((rows - 1) * 0.01)] ?? 0),
    );
    for (let row = 0; row < rows; row++) {
      const scaled = reach > 0 ? (((values[row] ?? 0) - middle) / reach) * halfWidth : 0;
      positions[row * 2 + axis] =
        Math.max(-halfWidth, Math.min(halfWidth, scaled)) + (random.share() - 0.5) * 0.01;
    }
  }
  return positions;
}

function remove(from: Float64Array, direction: Float64Array): void {
  let share = 0;
  for (let at = 0; at < from.length; at++) share += (from[at] ?? 0) * (direction[at] ?? 0);
  for (let at = 0; at < from.length; at++)
    from[at] = (from[at] ?? 0) - share * (direction[at] ?? 0);
}

/** Scales the vector to length 1; false where its length is 0. */
function normalise(vector: Float64Array): boolean {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!(length > 1e-12)) return false;
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] ?? 0) / length;
  return true;
}
