// Subtracts the common direction of a collection's vectors, so that what is left distinguishes its messages.
import { type Vectors, vectors } from "#services/domain/vectors.ts";

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
  return centreIn(vectors(of.dim, of.data.slice(0, of.rows * of.dim)), centre);
}

/** Centres the rows as `centred` does, in the given array: a large collection has no room for them twice. */
export function centreIn(of: Vectors, centre: Float32Array): Vectors {
  const { dim, rows, data: left } = of;
  if (centre.length !== dim)
    throw new RangeError(`A centre of ${centre.length} numbers is none of rows of ${dim}.`);
  for (let start = 0; start < rows * dim; start += dim) {
    let squares = 0;
    for (let at = 0; at < dim; at++) {
      const value = (left[start + at] ?? 0) - (centre[at] ?? 0);
      left[start + at] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares);
    const scale = length < least ? 0 : 1 / length;
    for (let at = start; at < start + dim; at++) left[at] = (left[at] ?? 0) * scale;
  }
  return of;
}
