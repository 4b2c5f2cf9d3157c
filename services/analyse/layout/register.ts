// Aligns a new map with the old one: rotates, mirrors, scales and shifts it so that rows in both keep their places.

export interface Registration {
  /** The new map's scale is multiplied by this. */
  readonly scale: number;
  /** Median distance between old and new place of shared rows after alignment, in units of the frame; 0 where none are shared. */
  readonly moved: number;
  readonly shared: number;
  apply(positions: Float32Array): Float32Array;
}

/** Rounds of re-weighting, so that rows that have really moved do not rotate the whole map. */
const rounds = 5;

interface Motion {
  /** Rotation and scale as a complex factor. */
  readonly re: number;
  readonly im: number;
  /** −1 mirrors y before the rotation. */
  readonly mirror: 1 | -1;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

const still: Motion = { re: 1, im: 0, mirror: 1, from: [0, 0], to: [0, 0] };

/**
 * Procrustes alignment in the plane, with weights 1 / (1 + (r / median r)²) found in rounds. The scale is the ratio of the two
 * sizes and not the least-squares one, which would shrink the map a little with every refit. `fresh` and `previous` have the same
 * rows; NaN in `previous` where a row is new. With fewer than two shared rows nothing is moved.
 */
export function register(fresh: Float32Array, previous: Float32Array): Registration {
  const shared: number[] = [];
  for (let row = 0; row < fresh.length / 2; row++)
    if (Number.isFinite(previous[2 * row]) && Number.isFinite(previous[2 * row + 1]))
      shared.push(row);
  const weights = new Float64Array(shared.length).fill(1);
  const residuals = new Float64Array(shared.length);
  let motion = still;
  let moved = 0;
  if (shared.length >= 2)
    for (let round = 0; round < rounds; round++) {
      motion = fitMotion({ fresh, previous, shared, weights });
      for (const [at, row] of shared.entries()) {
        const [x, y] = moveBy(motion, fresh[2 * row] ?? 0, fresh[2 * row + 1] ?? 0);
        residuals[at] = Math.hypot(x - (previous[2 * row] ?? 0), y - (previous[2 * row + 1] ?? 0));
      }
      moved = residuals.slice().sort()[shared.length >> 1] ?? 0;
      for (const [at, residual] of residuals.entries())
        weights[at] = 1 / (1 + (residual / Math.max(moved, 1e-9)) ** 2);
    }
  return {
    scale: Math.hypot(motion.re, motion.im),
    moved,
    shared: shared.length,
    apply: (positions) => {
      const out = new Float32Array(positions.length);
      for (let at = 0; at + 1 < positions.length; at += 2)
        out.set(moveBy(motion, positions[at] ?? 0, positions[at + 1] ?? 0), at);
      return out;
    },
  };
}

function moveBy({ re, im, mirror, from, to }: Motion, x: number, y: number): [number, number] {
  const dx = x - from[0];
  const dy = (y - from[1]) * mirror;
  return [dx * re - dy * im + to[0], dx * im + dy * re + to[1]];
}

interface Pairs {
  readonly fresh: Float32Array;
  readonly previous: Float32Array;
  readonly shared: readonly number[];
  readonly weights: Float64Array;
}

/** With points as complex numbers, the best rotation is the angle of Σ w conj(a) b; when mirrored, of Σ w a b. */
function fitMotion(pairs: Pairs): Motion {
  const { fresh, previous, shared, weights } = pairs;
  const from = meanOf(fresh, shared, weights);
  const to = meanOf(previous, shared, weights);
  let re = 0;
  let im = 0;
  let mirroredRe = 0;
  let mirroredIm = 0;
  let sizeFrom = 0;
  let sizeTo = 0;
  for (const [at, row] of shared.entries()) {
    const weight = weights[at] ?? 0;
    const ax = (fresh[2 * row] ?? 0) - from[0];
    const ay = (fresh[2 * row + 1] ?? 0) - from[1];
    const bx = (previous[2 * row] ?? 0) - to[0];
    const by = (previous[2 * row + 1] ?? 0) - to[1];
    re += weight * (ax * bx + ay * by);
    im += weight * (ax * by - ay * bx);
    mirroredRe += weight * (ax * bx - ay * by);
    mirroredIm += weight * (ax * by + ay * bx);
    sizeFrom += weight * (ax * ax + ay * ay);
    sizeTo += weight * (bx * bx + by * by);
  }
  const scale = sizeFrom > 0 && sizeTo > 0 ? Math.sqrt(sizeTo / sizeFrom) : 1;
  const plain = Math.hypot(re, im);
  const mirrored = Math.hypot(mirroredRe, mirroredIm);
  // Points on a line fit equally well both ways: then it is not mirrored.
  const [c, s, length, mirror] =
    mirrored > plain * (1 + 1e-6)
      ? ([mirroredRe, mirroredIm, mirrored, -1] as const)
      : ([re, im, plain, 1] as const);
  return length > 0
    ? { re: (scale * c) / length, im: (scale * s) / length, mirror, from, to }
    : { re: scale, im: 0, mirror: 1, from, to };
}

function meanOf(
  positions: Float32Array,
  shared: readonly number[],
  weights: Float64Array,
): [number, number] {
  let x = 0;
  let y = 0;
  let total = 0;
  for (const [at, row] of shared.entries()) {
    const weight = weights[at] ?? 0;
    x += weight * (positions[2 * row] ?? 0);
    y += weight * (positions[2 * row + 1] ?? 0);
    total += weight;
  }
  return [x / total, y / total];
}
