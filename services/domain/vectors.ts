// Many vectors as one array with a shape.
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
