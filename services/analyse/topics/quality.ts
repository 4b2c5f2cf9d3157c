// How good topics are: silhouette, cohesion and separation, and whether other seeds find the same ones.
import { setImmediate } from "node:timers/promises";
import { openAssigner } from "#index-store/kernels/kernels.ts";
import { type KMeans, sampleOf, seededRandom } from "#index-store/kmeans/kmeans.ts";
import { agreementOf } from "#services/analyse/statistics/statistics.ts";
import {
  blocksOf,
  dot,
  gather,
  type ManyVectors,
  row,
  type Vectors,
  vectors,
} from "#services/domain/vectors.ts";

/** Rows handled before the event loop gets a turn. */
const blockRows = 4096;

export interface TopicQuality {
  readonly size: number;
  /** Mean silhouette of its sampled rows, −1 … 1; null where none was sampled or there is no other topic. */
  readonly silhouette: number | null;
  /** Mean cosine of all its rows to their mean direction; null for an empty topic. */
  readonly cohesion: number | null;
  /** Cosine distance (0 … 2) to the mean direction of the nearest other topic; null where there is none. */
  readonly separation: number | null;
}

export interface Quality {
  /** Mean over all sampled rows that have a topic; null where there are fewer than two topics. */
  readonly silhouette: number | null;
  readonly topics: readonly TopicQuality[];
  /** Number of rows that the silhouettes are computed from. */
  readonly sampled: number;
}

export interface Labelled {
  /** The topic of each row, 0 … topics − 1; −1 for an outlier, which counts nowhere. */
  readonly labels: Int32Array;
  readonly topics: number;
}

export interface QualityOptions {
  readonly seed?: number;
  /** Rows sampled for the silhouette; 20,000 by default. */
  readonly sample?: number;
  readonly signal?: AbortSignal;
}

/**
 * Silhouettes (Rousseeuw, 1987) by cosine distance of unit rows: (b − a) / max(a, b), a the mean distance to the other rows of
 * the same topic, b the least mean distance to another topic; 0 in a topic of one. The mean of 1 − x·y over a topic is
 * 1 − x·(its mean row), so each sampled row is compared with whole topics, exactly, at the cost of one assignment.
 */
export async function qualityOf(
  rows: ManyVectors,
  { labels, topics }: Labelled,
  options: QualityOptions = {},
): Promise<Quality> {
  const { seed = 1, sample = 20_000, signal } = options;
  const means = meansOf(rows, labels, topics);
  const used = means.sizes.reduce((count, size) => count + (size > 0 ? 1 : 0), 0);
  const scored = { sums: new Float64Array(topics), counts: new Uint32Array(topics) };
  if (used > 1) {
    const taken = sampleOf(rows.rows, sample, seededRandom(seed));
    const assigner = openAssigner(rows.dim, topics);
    assigner.setVectors(means.vectors.data);
    for (let from = 0; from < taken.length; from += blockRows) {
      signal?.throwIfAborted();
      const part = taken.subarray(from, from + blockRows);
      const products = assigner.multiply(gather(rows, part).data);
      for (const [at, number] of part.entries()) {
        const label = labels[number] ?? -1;
        if (label < 0) continue;
        const line = products.subarray(at * topics, (at + 1) * topics);
        scored.sums[label] = (scored.sums[label] ?? 0) + silhouetteOf(line, label, means.sizes);
        scored.counts[label] = (scored.counts[label] ?? 0) + 1;
      }
      await setImmediate();
    }
  }
  const sampled = scored.counts.reduce((sum, count) => sum + count, 0);
  const total = scored.sums.reduce((sum, value) => sum + value, 0);
  return {
    silhouette: sampled === 0 ? null : total / sampled,
    sampled,
    topics: Array.from({ length: topics }, (_, topic) => {
      const count = scored.counts[topic] ?? 0;
      return {
        size: means.sizes[topic] ?? 0,
        silhouette: count === 0 ? null : (scored.sums[topic] ?? 0) / count,
        cohesion: (means.sizes[topic] ?? 0) === 0 ? null : (means.lengths[topic] ?? 0),
        separation: separationOf(means, topic),
      };
    }),
  };
}

interface Means {
  /** The mean row of each topic, not scaled; zeros where it is empty. */
  readonly vectors: Vectors;
  readonly sizes: Uint32Array;
  /** Lengths of the means: the mean cosine of a topic's rows to its direction. */
  readonly lengths: Float32Array;
}

function meansOf(rows: ManyVectors, labels: Int32Array, topics: number): Means {
  const { dim } = rows;
  const sums = new Float64Array(topics * dim);
  const sizes = new Uint32Array(topics);
  for (const { from, to, data } of blocksOf(rows, blockRows))
    for (let number = from; number < to; number++) {
      const label = labels[number] ?? -1;
      if (label < 0) continue;
      sizes[label] = (sizes[label] ?? 0) + 1;
      const start = (number - from) * dim;
      for (let at = 0; at < dim; at++)
        sums[label * dim + at] = (sums[label * dim + at] ?? 0) + (data[start + at] ?? 0);
    }
  const means = new Float32Array(topics * dim);
  const lengths = new Float32Array(topics);
  for (let topic = 0; topic < topics; topic++) {
    let squares = 0;
    for (let at = topic * dim; at < (topic + 1) * dim; at++) {
      const mean = (sums[at] ?? 0) / Math.max(1, sizes[topic] ?? 0);
      means[at] = mean;
      squares += mean * mean;
    }
    lengths[topic] = Math.sqrt(squares);
  }
  return { vectors: vectors(dim, means), sizes, lengths };
}

/** `products`: the row times each topic's mean. The row itself is excluded from its own topic's mean: its product with itself is 1. */
function silhouetteOf(products: Float32Array, label: number, sizes: Uint32Array): number {
  const size = sizes[label] ?? 0;
  if (size < 2) return 0;
  const own = 1 - ((products[label] ?? 0) * size - 1) / (size - 1);
  let other = Infinity;
  for (const [topic, product] of products.entries())
    if (topic !== label && (sizes[topic] ?? 0) > 0) other = Math.min(other, 1 - product);
  const greater = Math.max(own, other);
  // Where all texts are equal nothing is nearer than anything else, and rounding must not suggest it.
  return greater < 1e-6 ? 0 : Math.max(-1, Math.min(1, (other - own) / greater));
}

function separationOf({ vectors: means, sizes, lengths }: Means, topic: number): number | null {
  const length = lengths[topic] ?? 0;
  if (length === 0) return null;
  const own = row(means, topic);
  let nearest: number | null = null;
  for (let other = 0; other < means.rows; other++) {
    if (other === topic || (sizes[other] ?? 0) === 0 || (lengths[other] ?? 0) === 0) continue;
    const cosine = dot(own, row(means, other)) / (length * (lengths[other] ?? 1));
    const distance = Math.max(0, 1 - cosine);
    nearest = nearest === null ? distance : Math.min(nearest, distance);
  }
  return nearest;
}

export interface StabilityOptions {
  readonly kmeans: KMeans;
  readonly k: number;
  readonly seed?: number;
  /** Number of labelings, compared in pairs; 3 by default. */
  readonly runs?: number;
  /** Rows clustered; 10,000 by default. */
  readonly sample?: number;
  readonly signal?: AbortSignal;
}

/**
 * Mean adjusted Rand index of labelings from different seeds, on one sample: near 1 where the topics are in the data, near 0
 * where they are random (Ben-Hur and others, 2002). null where there is nothing to compare: k of 1, fewer than four rows.
 */
export async function stabilityOf(
  rows: ManyVectors,
  options: StabilityOptions,
): Promise<number | null> {
  const { kmeans, k, seed = 1, runs = 3, sample = 10_000, signal } = options;
  if (k < 2 || rows.rows < 4) return null;
  const part = gather(rows, sampleOf(rows.rows, sample, seededRandom(seed)));
  const labelings: Int32Array[] = [];
  for (let run = 0; run < runs; run++) {
    const search = { k, seed: seed * 1009 + run, ...(signal && { signal }) };
    labelings.push((await kmeans.cluster(part, search)).labels);
  }
  const scores = labelings.flatMap((one, at) =>
    labelings.slice(at + 1).map((other) => agreementOf(one, other).adjustedRand),
  );
  return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score) / scores.length;
}
