// UMAP's similarity on the map, 1 / (1 + a d^2b), and tables of the forces that follow from it.

export interface Curve {
  readonly a: number;
  readonly b: number;
}

const samples = 300;

/**
 * The a and b whose curve is nearest (least squares at 300 distances up to 3 × spread) to 1 within `minDist` and a decay of
 * exp(−(d − minDist) / spread) beyond it: Levenberg-Marquardt on two unknowns (McInnes, Healy & Melville 2018, section 3.2).
 */
export function fitCurve(minDist: number, spread: number): Curve {
  const xs = Float64Array.from({ length: samples }, (_, n) => ((n + 1) / samples) * 3 * spread);
  const wanted = xs.map((x) => (x <= minDist ? 1 : Math.exp(-(x - minDist) / spread)));
  const value = (x: number, { a, b }: Curve) => 1 / (1 + a * x ** (2 * b));
  const error = (curve: Curve) =>
    xs.reduce((sum, x, at) => sum + (value(x, curve) - (wanted[at] ?? 0)) ** 2, 0);
  let curve: Curve = { a: 1, b: 1 };
  let best = error(curve);
  let damping = 1e-2;
  for (let turn = 0; turn < 200; turn++) {
    const { a, b } = curve;
    let aa = 0;
    let ab = 0;
    let bb = 0;
    let ga = 0;
    let gb = 0;
    for (let at = 0; at < samples; at++) {
      const x = xs[at] ?? 0;
      const power = x ** (2 * b);
      const y = value(x, curve);
      const da = -power * y * y;
      const db = -2 * a * power * Math.log(x) * y * y;
      const rest = (wanted[at] ?? 0) - y;
      aa += da * da;
      ab += da * db;
      bb += db * db;
      ga += da * rest;
      gb += db * rest;
    }
    const p = aa * (1 + damping);
    const q = bb * (1 + damping);
    const determinant = p * q - ab * ab;
    const next = {
      a: Math.max(1e-3, a + (q * ga - ab * gb) / determinant),
      b: Math.max(1e-2, b + (p * gb - ab * ga) / determinant),
    };
    const nextError = error(next);
    if (nextError < best) {
      curve = next;
      best = nextError;
      damping = Math.max(1e-12, damping / 4);
    } else damping *= 4;
    if (damping > 1e12) break;
  }
  return curve;
}

/** Squared distances are distinguished to 1/64 of an octave: the forces are right within 1 %, and both tables fit the L1 cache. */
const mantissaShift = 17;
const smallest = 1e-6;
const largest = 1e6;
const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

const bitsOf = (value: number): number => {
  asFloat[0] = value;
  return asBits[0] ?? 0;
};

const firstEntry = bitsOf(smallest) >> mantissaShift;
const entries = (bitsOf(largest) >> mantissaShift) - firstEntry + 1;

/**
 * Force on a point per unit of distance, by squared distance d²: attraction −2ab d^(2b−2) / (1 + a d^2b), repulsion
 * 2b / ((0.001 + d²)(1 + a d^2b)) times its strength. A power costs as much as thirty look-ups, and the layout needs hundreds of millions.
 */
export interface Forces {
  readonly attraction: Float32Array;
  readonly repulsion: Float32Array;
  /** Entry = (bits of the float32 squared distance >> shift) − first, clamped to the tables. */
  readonly shift: number;
  readonly first: number;
}

export function tabulateForces({ a, b }: Curve, strength: number): Forces {
  const attraction = new Float32Array(entries);
  const repulsion = new Float32Array(entries);
  for (let entry = 0; entry < entries; entry++) {
    // The middle of the range that shares this entry.
    asBits[0] = ((firstEntry + entry) << mantissaShift) + (1 << (mantissaShift - 1));
    const squared = asFloat[0] ?? 0;
    const below = 1 + a * squared ** b;
    attraction[entry] = (-2 * a * b * squared ** (b - 1)) / below;
    repulsion[entry] = (strength * 2 * b) / ((0.001 + squared) * below);
  }
  return { attraction, repulsion, shift: mantissaShift, first: firstEntry };
}
