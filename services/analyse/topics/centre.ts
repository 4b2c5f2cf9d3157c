// Subtracts the common direction of a collection's vectors, so that what is left distinguishes its messages.
import { blocksOf, type ManyVectors, type Vectors, vectors } from "#services/domain/vectors.ts";

/** When less than this is left of a unit row, it is only rounding error. */
const least = 1e-6;

/** The mean of the rows, not scaled; zeros where there are none. */
export function centreOf({ dim, rows, data }: Vectors): Float32Array {
  const sums = new Float64Array(dim);
  for (let row = 0; row < rows; row++)
    for (let at = 0; at < dim; at++) sums[at] = (sums[at] ?? 0) + (data[row * dim + at] ?? 0);
  return Float32Array.from(sums, (sum) => sum / Math.max(1, rows));
}

/**
 * Subtracts the centre from each row and scales the row to unit length again; a row at the centre becomes zeros, which belong to
 * no topic in particular. Returns a new array.
 *
 * Encoders give all texts a common direction (the mean of our model's conversation vectors is 0.89 long), which says
 * nothing about any of them and makes all cosines alike: this is the first half of "all but the top" (Mu and Viswanath,
 * 2018). Its second half, removing the main components too, made topics worse on CLINC150 and SGD and is left out
 * (infra/bench/cluster.bench.ts measures with and without). Centroids of centred rows may only be compared with rows
 * centred with the same centre, so the centre is stored with them.
 * @throws RangeError where the centre has another dimension.
 */
export function centred(of: Vectors, centre: Float32Array): Vectors {
  const copy = vectors(of.dim, of.data.slice(0, of.rows * of.dim));
  centreIn(copy, centre);
  return copy;
}

/** Rows centred at a time. */
const blockRows = 4096;

/** Centres the rows as `centred` does, in the given array: a large collection has no room for them twice. */
export function centreIn(of: ManyVectors, centre: Float32Array): void {
  const { dim } = of;
  if (centre.length !== dim)
    throw new RangeError(`A centre of ${centre.length} numbers is none of rows of ${dim}.`);
  for (const { from, data } of blocksOf(of, blockRows)) {
    for (let start = 0; start < data.length; start += dim) centreRow(data, start, centre);
    // Blocks of float32 are views: they are in place already.
    if ("halves" in of) of.halves.set(data, from * dim);
  }
}

function centreRow(rows: Float32Array, start: number, centre: Float32Array): void {
  const end = start + centre.length;
  let squares = 0;
  for (let at = start; at < end; at++) {
    const value = (rows[at] ?? 0) - (centre[at - start] ?? 0);
    rows[at] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  const scale = length < least ? 0 : 1 / length;
  for (let at = start; at < end; at++) rows[at] = (rows[at] ?? 0) * scale;
}
