// Equal rows (the same text over and over): only the first is fitted, the others are then laid around it in a spiral.
import type { Vectors } from "#services/domain/vectors.ts";
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

export function* foldTwins({ dim, rows, data }: Vectors): Steps<Twins> {
  const firstOf = new Uint32Array(rows);
  const first: number[] = [];
  // The last row with each hash; earlier ones are linked from it.
  const heads = new Map<number, number>();
  const behind = new Int32Array(rows).fill(-1);
  const same = (a: number, b: number): boolean => {
    for (let at = 0; at < dim; at++)
      if (
        Math.round((data[a * dim + at] ?? 0) * grain) !==
        Math.round((data[b * dim + at] ?? 0) * grain)
      )
        return false;
    return true;
  };
  for (let row = 0; row < rows; row++) {
    let hash = 0x811c9dc5;
    for (let at = row * dim; at < (row + 1) * dim; at++)
      hash = Math.imul(hash ^ Math.round((data[at] ?? 0) * grain), 0x01000193);
    let twin = heads.get(hash) ?? -1;
    while (twin >= 0 && !same(twin, row)) twin = behind[twin] ?? -1;
    if (twin >= 0) firstOf[row] = twin;
    else {
      firstOf[row] = row;
      behind[row] = heads.get(hash) ?? -1;
      heads.set(hash, row);
      first.push(row);
    }
    if (row % stepRows === 0) yield row / rows;
  }
  return { first: Uint32Array.from(first), firstOf };
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
