// Outliers, rows that belong to no topic: hardly more similar to a topic than shuffled rows, or far less similar than usual here.
import { assign, seededRandom } from "#index-store/kmeans/kmeans.ts";
import { type Vectors, vectors } from "#services/domain/vectors.ts";

/** Number of shuffled rows that are compared with the topics. */
const shuffledRows = 2000;
/** The share of shuffled rows that would count as outliers. */
const chance = 0.95;
/** A row is an outlier where its similarity to its topic is below this share of the median similarity. */
const ofMedian = 0.55;
const mostByDefault = 0.2;

export interface OutlierBoundOptions {
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/**
 * The cosine to its nearest centroid below which a row is an outlier; −1, so that none is, where there are fewer
 * than two topics.
 *
 * The greater of two bounds. The first is chance: in shuffled rows each number comes from another random row, which keeps every
 * dimension's spread and removes all meaning; 95 % of them lie below the bound. The second is 0.55 of the median cosine: where
 * topics are tight, outliers are still more similar than chance. One bound for all topics separates planted outliers from members
 * far better than each topic's own median and spread (AUC .94 against .62, 1,200 IRC lines among CLINC150's sentences),
 * because outliers gather in loose topics, where they are usual. Stored with the centroids, the bound also serves later rows.
 */
export async function outlierBound(
  rows: Vectors,
  topics: { readonly centroids: Vectors; readonly similarities: Float32Array },
  options: OutlierBoundOptions = {},
): Promise<number> {
  const { seed = 1, signal } = options;
  if (topics.centroids.rows < 2 || rows.rows === 0) return -1;
  const shuffled = shuffle(rows, seededRandom(seed));
  const placed = await assign(shuffled, topics.centroids, signal === undefined ? {} : { signal });
  return Math.max(
    quantileOf(placed.similarities, chance),
    ofMedian * quantileOf(topics.similarities, 0.5),
  );
}

/**
 * 1 for each row that is an outlier: its similarity is below the bound, and it is among the least similar `mostShare` (0.2 by
 * default) of all rows, ties by smaller row. If more rows are below the bound, the topics were badly chosen or the rows are noise.
 */
export function findOutliers(
  similarities: Float32Array,
  bound: number,
  mostShare: number = mostByDefault,
): Uint8Array {
  const flags = new Uint8Array(similarities.length);
  const under: number[] = [];
  for (const [row, similarity] of similarities.entries()) if (similarity < bound) under.push(row);
  const most = Math.floor(similarities.length * mostShare);
  if (under.length > most)
    under.sort((a, b) => (similarities[a] ?? 0) - (similarities[b] ?? 0) || a - b);
  for (const row of under.slice(0, most)) flags[row] = 1;
  return flags;
}

/** Rows in which each number comes from a random row, scaled to length 1 again. */
function shuffle({ dim, rows, data }: Vectors, random: () => number): Vectors {
  const drawn = new Float32Array(shuffledRows * dim);
  for (let start = 0; start < drawn.length; start += dim) {
    let squares = 0;
    for (let at = 0; at < dim; at++) {
      const value = data[Math.floor(random() * rows) * dim + at] ?? 0;
      drawn[start + at] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares) || 1;
    for (let at = start; at < start + dim; at++) drawn[at] = (drawn[at] ?? 0) / length;
  }
  return vectors(dim, drawn);
}

/** Quantile by nearest rank. */
function quantileOf(values: Float32Array, share: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
