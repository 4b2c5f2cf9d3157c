// Equal rows (the same text over and over): only the first is fitted, the others are then laid around it in a spiral.
import { type ManyVectors, numbersOf } from "#services/domain/vectors.ts";
import type { Steps } from "./pace.ts";

export interface Twins {
  /** The first row of each set of equal rows, ascending. */
  readonly first: Uint32Array;
  /** For each row, the first row that equals it; a row without equals names itself. */
  readonly firstOf: Uint32Array;
}

/** Rows are compared after rounding to 1/2048: smaller differences are rounding of the model. */
const grain = 2048;
const stepRows = 5000;
/** The golden angle spaces any number of points evenly. */
const goldenAngle = Math.PI * (3 - Math.sqrt(5));
/** In parts of the mean distance between points on a full map. */
const seedDistance = 0.3;

export function* foldTwins(vectors: ManyVectors): Steps<Twins> {
  const { dim, rows } = vectors;
  const numbers = numbersOf(vectors);
  const firstOf = new Uint32Array(rows);
  const hashes = new Int32Array(rows);
  // First rows + 1 by hash; 0 where there is none. At most half of it is used.
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * rows + 2)));
  const mask = slots.length - 1;
  let count = 0;
  const same = (a: number, b: number): boolean => {
    if (hashes[a] !== hashes[b]) return false;
    for (let at = 0; at < dim; at++)
      if (
        Math.round((numbers[a * dim + at] ?? 0) * grain) !==
        Math.round((numbers[b * dim + at] ?? 0) * grain)
      )
        return false;
    return true;
  };
  for (let row = 0; row < rows; row++) {
    let hash = 0x811c9dc5;
    for (let at = row * dim; at < (row + 1) * dim; at++)
      hash = Math.imul(hash ^ Math.round((numbers[at] ?? 0) * grain), 0x01000193);
    hashes[row] = hash;
    // The low bits alone are much alike for numbers that differ little.
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot] !== 0 && !same((slots[slot] ?? 0) - 1, row)) slot = (slot + 1) & mask;
    const twin = (slots[slot] ?? 0) - 1;
    if (twin >= 0) firstOf[row] = twin;
    else {
      firstOf[row] = row;
      slots[slot] = row + 1;
      count++;
    }
    if (row % stepRows === 0) yield row / rows;
  }
  const first = new Uint32Array(count);
  let filled = 0;
  for (let row = 0; row < rows; row++) if (firstOf[row] === row) first[filled++] = row;
  return { first, firstOf };
}

/** Gives the equal rows their places, in row order around the first one, which stays where it is. */
export function spreadTwins(positions: Float32Array, { firstOf }: Twins): void {
  const step = (seedDistance * 2) / Math.sqrt(Math.max(1, firstOf.length));
  const laid = new Uint32Array(firstOf.length);
  for (const [row, twin] of firstOf.entries()) {
    if (twin === row) continue;
    const number = (laid[twin] ?? 0) + 1;
    laid[twin] = number;
    const radius = Math.min(0.2, step * Math.sqrt(number));
    positions[2 * row] = (positions[2 * twin] ?? 0) + radius * Math.cos(number * goldenAngle);
    positions[2 * row + 1] =
      (positions[2 * twin + 1] ?? 0) + radius * Math.sin(number * goldenAngle);
  }
}
