// How far a map may be believed: trustworthiness (no strangers beside a point) and continuity (no neighbours lost), on a sample.
import { openKernels } from "#index-store/kernels/kernels.ts";
import { row, type Vectors } from "#services/domain/vectors.ts";
import type { Steps } from "./layout-pace.ts";
import { dice, sampleRows } from "./layout-random.ts";

export interface TrustOptions {
  /** 15. */
  readonly k?: number;
  /** Rows looked at, each against all others; 1,000 put the figure within ± 0.002. */
  readonly sample?: number;
  readonly seed?: number;
}

export interface Trust {
  /** 0 … 1: near 1, who stands beside a point on the map is near it in truth. */
  readonly trustworthiness: number;
  /** 0 … 1: near 1, who is near a point in truth stands beside it on the map. */
  readonly continuity: number;
}

/**
 * Venna & Kaski (2001), over sampled rows: 1 − 2 / (s k (2n − 3k − 1)) · Σ (rank − k) over those that are among a point's k
 * nearest on one side and not on the other. The ranks are exact, by cosine on unit rows; of equals all have the first rank.
 */
export function* measureTrust(
  vectors: Vectors,
  positions: Float32Array,
  options: TrustOptions = {},
): Steps<Trust> {
  const { rows, dim } = vectors;
  const k = Math.min(options.k ?? 15, Math.floor((rows - 1) / 2));
  if (k < 1) return { trustworthiness: 1, continuity: 1 };
  const sample = sampleRows(rows, options.sample ?? 1000, dice(options.seed ?? 1));
  const truth = openSimilarities(vectors);
  const near = new Float32Array(rows);
  const beside = new Float32Array(rows);
  let intruders = 0;
  let lost = 0;
  for (const [place, asked] of sample.entries()) {
    truth.fill(row(vectors, asked), near);
    const x = positions[2 * asked] ?? 0;
    const y = positions[2 * asked + 1] ?? 0;
    for (let other = 0; other < rows; other++)
      beside[other] = -(
        ((positions[2 * other] ?? 0) - x) ** 2 +
        ((positions[2 * other + 1] ?? 0) - y) ** 2
      );
    near[asked] = -Infinity;
    beside[asked] = -Infinity;
    intruders += excessRanks(best(beside, k), near, k);
    lost += excessRanks(best(near, k), beside, k);
    if (place % Math.max(1, Math.floor(2e6 / (rows * dim))) === 0) yield place / sample.length;
  }
  const most = (sample.length * k * (2 * rows - 3 * k - 1)) / 2;
  return { trustworthiness: 1 - intruders / most, continuity: 1 - lost / most };
}

/** The k rows of the greatest score, in any order. */
function best(scores: Float32Array, k: number): Uint32Array {
  const rows = new Uint32Array(k);
  const kept = new Float32Array(k).fill(-Infinity);
  for (let other = 0; other < scores.length; other++) {
    const score = scores[other] ?? 0;
    if (!(score > (kept[k - 1] ?? 0))) continue;
    let place = k - 1;
    for (; place > 0 && (kept[place - 1] ?? 0) < score; place--) {
      kept[place] = kept[place - 1] ?? 0;
      rows[place] = rows[place - 1] ?? 0;
    }
    kept[place] = score;
    rows[place] = other;
  }
  return rows;
}

/** Sum of rank − k over those of `chosen` that `scores` ranks behind the k-th. */
function excessRanks(chosen: Uint32Array, scores: Float32Array, k: number): number {
  const bars = Float32Array.from(chosen, (other) => scores[other] ?? 0).sort();
  // ahead[n]: rows whose score lies between bars n and n + 1; the rank of a bar is all that is above it, plus one.
  const ahead = new Uint32Array(k + 1);
  for (const score of scores) {
    if (!(score > (bars[0] ?? 0))) continue;
    let low = 0;
    let high = k;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bars[middle] ?? 0) < score) low = middle + 1;
      else high = middle;
    }
    ahead[low] = (ahead[low] ?? 0) + 1;
  }
  let above = 0;
  let excess = 0;
  for (let n = k - 1; n >= 0; n--) {
    above += ahead[n + 1] ?? 0;
    excess += Math.max(0, above + 1 - k);
  }
  return excess;
}

/** The rows lie in the kernels' memory once; a question is one product with all of them. */
function openSimilarities({ dim, rows, data }: Vectors) {
  const kernels = openKernels();
  const all = kernels.reserve(rows * dim * 4);
  const question = kernels.reserve(dim * 4);
  const out = kernels.reserve(rows * 4);
  kernels.floats(all, rows * dim).set(data);
  return {
    fill(query: Float32Array, into: Float32Array): void {
      kernels.floats(question, dim).set(query);
      kernels.run.multiply(question, 1, all, rows, dim, out);
      into.set(kernels.floats(out, rows));
    },
  };
}
