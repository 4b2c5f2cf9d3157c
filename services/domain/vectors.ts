// Many vectors as one array with a shape, and operations that all rooms use: products, cosines, copies of rows.
export interface Vectors {
  readonly dim: number;
  readonly rows: number;
  /** rows × dim, row-major. */
  readonly data: Float32Array;
}

/** So many vectors that they are kept as float16: half the memory, numbers of unit vectors are off by 0.0001 at most. */
export interface HalfVectors {
  readonly dim: number;
  readonly rows: number;
  /** rows × dim, row-major. */
  readonly halves: Float16Array;
}

/** Vectors of a whole collection: read them by `row`, `gather` and `blocksOf`. */
export type ManyVectors = Vectors | HalfVectors;

/** Up to so many rows are kept as float32 (300 MB with 256 numbers each). */
export const mostWhole = 300_000;

/** Room for rows, zeros at first. @param whole up to so many are float32 */
export const roomFor = (dim: number, rows: number, whole = mostWhole): ManyVectors =>
  rows <= whole
    ? { dim, rows, data: new Float32Array(rows * dim) }
    : { dim, rows, halves: new Float16Array(rows * dim) };

/** @throws RangeError where the array does not have rows × dim numbers. */
export const vectors = (dim: number, data: Float32Array): Vectors => {
  if (dim < 1 || data.length % dim !== 0)
    throw new RangeError(`${data.length} numbers are not rows of ${dim}`);
  return { dim, rows: data.length / dim, data };
};

/** One row: a view where rows are float32, else a copy. */
export const row = (of: ManyVectors, index: number): Float32Array => {
  const [from, to] = [index * of.dim, (index + 1) * of.dim];
  return "halves" in of
    ? new Float32Array(of.halves.subarray(from, to))
    : of.data.subarray(from, to);
};

/** As `row`, where a copy goes into `scratch`, which has room for one: for passes over very many rows. */
export const rowThrough = (of: ManyVectors, index: number, scratch: Float32Array): Float32Array => {
  if (!("halves" in of)) return row(of, index);
  scratch.set(of.halves.subarray(index * of.dim, (index + 1) * of.dim));
  return scratch;
};

/** All numbers, row-major. */
export const numbersOf = (of: ManyVectors): Float32Array | Float16Array =>
  "halves" in of ? of.halves : of.data;

/** Replaces one row. */
export const setRow = (of: ManyVectors, index: number, values: Float32Array): void =>
  numbersOf(of).set(values, index * of.dim);

/** The rows from one up to another; their numbers are shared. */
export const rowsWithin = (of: ManyVectors, from: number, to: number): ManyVectors => {
  const { dim } = of;
  return "halves" in of
    ? { dim, rows: to - from, halves: of.halves.subarray(from * dim, to * dim) }
    : { dim, rows: to - from, data: of.data.subarray(from * dim, to * dim) };
};

/** Rows `from` up to `to`, one after the other. */
export interface Block {
  readonly from: number;
  readonly to: number;
  /** A view where rows are float32; else a copy, written over by the next block. */
  readonly data: Float32Array;
}

/** All rows in blocks of at most so many, in order. */
export function* blocksOf(of: ManyVectors, most: number): Generator<Block> {
  const { dim, rows } = of;
  const copy = new Float32Array("halves" in of ? Math.min(most, rows) * dim : 0);
  for (let from = 0; from < rows; from += most) {
    const to = Math.min(rows, from + most);
    if (!("halves" in of)) {
      yield { from, to, data: of.data.subarray(from * dim, to * dim) };
      continue;
    }
    const data = copy.subarray(0, (to - from) * dim);
    data.set(of.halves.subarray(from * dim, to * dim));
    yield { from, to, data };
  }
}

/** The rows with these numbers, copied one after the other, in this order; a number may come twice. */
export const gather = (from: ManyVectors, rows: ArrayLike<number>): Vectors =>
  gatherInto(new Float32Array(rows.length * from.dim), from, rows);

/** As `gather`, into an array that has room for them. */
export const gatherInto = (
  data: Float32Array,
  from: ManyVectors,
  rows: ArrayLike<number>,
): Vectors => {
  const { dim } = from;
  const all = numbersOf(from);
  for (let at = 0; at < rows.length; at++) {
    const start = (rows[at] ?? 0) * dim;
    data.set(all.subarray(start, start + dim), at * dim);
  }
  return { dim, rows: rows.length, data };
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
