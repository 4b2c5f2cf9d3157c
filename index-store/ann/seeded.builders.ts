// Seeded rows for tests: clusters of unit vectors, some of them equal, as in chats.
import type { RowBitmap, Rows } from "./ann.ts";

/** Numbers in [0, 1) from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function unit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return vector.map((value) => value / (Math.sqrt(squares) || 1));
}

/** Sum of four uniform numbers less their mean: near enough to a bell. */
const bell = (random: () => number): number => random() + random() + random() + random() - 2;

/** Unit rows around `clusters` centres that share a direction (as encoders' outputs do); every tenth row repeats an earlier one. */
export function clusteredRows(shape: {
  readonly rows: number;
  readonly dim: number;
  readonly clusters?: number;
  readonly seed?: number;
}): Rows {
  const { rows, dim, clusters = 32, seed = 7 } = shape;
  const random = seededRandom(seed);
  const shared = Float32Array.from({ length: dim }, () => bell(random) * 0.7);
  const centres = Array.from({ length: clusters }, () =>
    shared.map((value) => value + bell(random)),
  );
  const data = new Float32Array(rows * dim);
  for (let row = 0; row < rows; row++) {
    if (row > 0 && row % 10 === 9) {
      const twin = Math.floor(random() * row);
      data.copyWithin(row * dim, twin * dim, (twin + 1) * dim);
      continue;
    }
    const centre = centres[Math.floor(random() * clusters)] ?? shared;
    data.set(unit(centre.map((value) => value + bell(random) * 0.8)), row * dim);
  }
  return { dim, rows, data };
}

export const rowOf = ({ dim, data }: Rows, row: number): Float32Array =>
  data.slice(row * dim, (row + 1) * dim);

/** A query vector between two rows, so that it is equal to none. */
export function questionNear(rows: Rows, number: number): Float32Array {
  const one = rowOf(rows, (number * 7919) % rows.rows);
  const other = rowOf(rows, (number * 104_729 + 13) % rows.rows);
  return unit(one.map((value, at) => value + 0.4 * (other[at] ?? 0)));
}

export function bitmapOf(rows: number, passes: (row: number) => boolean): RowBitmap {
  const bits = new Uint32Array(Math.ceil(rows / 32));
  for (let row = 0; row < rows; row++)
    if (passes(row)) bits[row >>> 5] = (bits[row >>> 5] ?? 0) | (1 << (row & 31));
  return bits;
}
