// How far a map can be trusted, measured on a sample: trustworthiness (points that are near on it are near in the data) and continuity (the reverse).
import { openAssigner } from "#index-store/kernels/kernels.ts";
import { blocksOf, gather, type ManyVectors, mostWhole } from "#services/domain/vectors.ts";
import type { Steps } from "./pace.ts";
import { dice, sampleRows } from "./random.ts";

/** Sampled rows handled at a time (each takes 4 bytes for each row), and rows compared with them before the event loop gets a turn. */
const together = 32;
const togetherOfMany = 12;
const stepRows = 4096;

export interface TrustOptions {
  /** Default 15. */
  readonly k?: number;
  /** Number of sampled rows, each compared with all others; 1,000 give the figure within ± 0.002. */
  readonly sample?: number;
  readonly seed?: number;
}

export interface Trust {
  /** 0 … 1: near 1 where points that are near on the map are near in the data. */
  readonly trustworthiness: number;
  /** 0 … 1: near 1 where points that are near in the data are near on the map. */
  readonly continuity: number;
}

/**
 * Venna & Kaski (2001), over sampled rows: 1 − 2 / (s k (2n − 3k − 1)) · Σ (rank − k) over the points that are among the k
 * nearest on one side and not on the other. Ranks are exact, by cosine on unit rows; equal distances all get the first rank.
 */
export function* measureTrust(
  vectors: ManyVectors,
  positions: Float32Array,
  options: TrustOptions = {},
): Steps<Trust> {
  const { rows } = vectors;
  const k = Math.min(options.k ?? 15, Math.floor((rows - 1) / 2));
  if (k < 1) return { trustworthiness: 1, continuity: 1 };
  const sample = sampleRows(rows, options.sample ?? 1000, dice(options.seed ?? 1));
  const beside = new Float32Array(rows);
  let intruders = 0;
  let lost = 0;
  const step = rows > mostWhole ? togetherOfMany : together;
  for (let from = 0; from < sample.length; from += step) {
    const asked = sample.subarray(from, from + step);
    const similarities = yield* similaritiesOf(vectors, asked);
    for (const [place, one] of asked.entries()) {
      const near = similarities.subarray(place * rows, (place + 1) * rows);
      fillNearness(beside, positions, one);
      near[one] = -Infinity;
      beside[one] = -Infinity;
      intruders += excessRanks(best(beside, k), near, k);
      lost += excessRanks(best(near, k), beside, k);
      yield (from + place) / sample.length;
    }
  }
  const most = (sample.length * k * (2 * rows - 3 * k - 1)) / 2;
  return { trustworthiness: 1 - intruders / most, continuity: 1 - lost / most };
}

/** Writes minus the squared distance on the map from one row to each. */
function fillNearness(beside: Float32Array, positions: Float32Array, one: number): void {
  const x = positions[2 * one] ?? 0;
  const y = positions[2 * one + 1] ?? 0;
  for (let other = 0; other < beside.length; other++)
    beside[other] = -(
      ((positions[2 * other] ?? 0) - x) ** 2 +
      ((positions[2 * other + 1] ?? 0) - y) ** 2
    );
}

/** Inner products of the sampled rows with all rows: for each group of sampled rows, all rows are read once. */
function* similaritiesOf(vectors: ManyVectors, asked: Uint32Array): Steps<Float32Array> {
  const { dim, rows } = vectors;
  const assigner = openAssigner(dim, asked.length);
  assigner.setVectors(gather(vectors, asked).data);
  const similarities = new Float32Array(asked.length * rows);
  for (const { from, to, data } of blocksOf(vectors, stepRows)) {
    const products = assigner.multiply(data);
    for (let place = 0; place < asked.length; place++)
      for (let other = from; other < to; other++)
        similarities[place * rows + other] = products[(other - from) * asked.length + place] ?? 0;
    yield 0;
  }
  return similarities;
}

/** The k rows with the greatest scores, in any order. */
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

/** Sum of rank − k over those of `chosen` that rank after the k-th by `scores`. */
function excessRanks(chosen: Uint32Array, scores: Float32Array, k: number): number {
  const bars = Float32Array.from(chosen, (other) => scores[other] ?? 0).sort();
  // ahead[n]: rows whose score lies between bars n and n + 1; the rank of a bar is the number of rows above it, plus one.
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
