// Many vectors as one array with a shape, and operations that all rooms use: products, cosines, copies of rows.
export interface Vectors {
  readonly dim: number;
  readonly rows: number;
  /** rows × dim, row-major. */
  readonly data: Float32Array;
}

/** @throws RangeError where the array does not have rows × dim numbers. */
export const vectors = (dim: number, data: Float32Array): Vectors => {
  if (dim < 1 || data.length % dim !== 0)
    throw new RangeError(`${data.length} numbers are not rows of ${dim}`);
  return { dim, rows: data.length / dim, data };
};

/** A view (no copy) of one row. */
export const row = (of: Vectors, index: number): Float32Array =>
  of.data.subarray(index * of.dim, (index + 1) * of.dim);

/** The rows with these numbers, copied one after the other, in this order; a number may come twice. */
export const gather = (from: Vectors, rows: ArrayLike<number>): Vectors => {
  const data = new Float32Array(rows.length * from.dim);
  for (let at = 0; at < rows.length; at++) data.set(row(from, rows[at] ?? 0), at * from.dim);
  return { dim: from.dim, rows: rows.length, data };
};

/**
 * Inner product of two vectors of the same length, in double precision; their cosine where both are of unit length; 0 where they are
 * empty. Adds four sums in parallel, so that additions do not wait for each other. Takes one kind of array only, which keeps it fast.
 */
export const dot = (a: Float32Array, b: Float32Array): number => {
  const even = a.length & ~3;
  let w = 0;
  let x = 0;
  let y = 0;
  let z = 0;
  for (let at = 0; at < even; at += 4) {
    w += (a[at] ?? 0) * (b[at] ?? 0);
    x += (a[at + 1] ?? 0) * (b[at + 1] ?? 0);
    y += (a[at + 2] ?? 0) * (b[at + 2] ?? 0);
    z += (a[at + 3] ?? 0) * (b[at + 3] ?? 0);
  }
  for (let at = even; at < a.length; at++) w += (a[at] ?? 0) * (b[at] ?? 0);
  return w + x + (y + z);
};

/** −1 … 1, whatever the lengths of the vectors; 0 where one of them has length 0. */
export const cosine = (a: Float32Array, b: Float32Array): number =>
  dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);
