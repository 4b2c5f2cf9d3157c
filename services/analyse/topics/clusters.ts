// From a collection's vectors to topics: centring, the number of topics, k-means, hierarchy, outliers and figures of quality.
import type { KMeans } from "#index-store/kmeans/kmeans.ts";
import type { Vectors } from "#services/domain/vectors.ts";
import { centred, centreOf } from "./centre.ts";
import { chooseK, type KChoice } from "./choose-k.ts";
import { type HierarchyLevel, hierarchyOf } from "./hierarchy.ts";
import { findOutliers, outlierBound } from "./outliers.ts";
import { type Quality, qualityOf } from "./quality.ts";

export interface Clusters {
  /** The mean vector that was subtracted from every row before comparing it with centroids. */
  readonly centre: Float32Array;
  /** One unit vector per leaf topic, in the space of centred rows; largest topic first. */
  readonly centroids: Vectors;
  /** The leaf topic of each row; −1 for an outlier. */
  readonly labels: Int32Array;
  /** The nearest leaf topic of each row, also for outliers. */
  readonly nearest: Int32Array;
  /** Cosine of each centred row to its nearest centroid. */
  readonly similarities: Float32Array;
  /** The cosine below which a row belongs to no topic. */
  readonly outlierBound: number;
  /** From the top level down; the last level is the leaves. */
  readonly levels: readonly HierarchyLevel[];
  readonly quality: Quality;
  /** How k was chosen; null where a person chose it. */
  readonly choice: KChoice | null;
}

export interface ClusterOptions {
  readonly kmeans: KMeans;
  /** Number of leaf topics, where a person chose it. */
  readonly k?: number;
  readonly seed?: number;
  readonly starts?: number;
  readonly signal?: AbortSignal;
}

/** Groups unit rows into leaf topics, groups these into levels, and finds outliers. No rows give no topics. */
export async function findClusters(rows: Vectors, options: ClusterOptions): Promise<Clusters> {
  const { kmeans, seed = 1, starts = 3, signal } = options;
  const stop = signal === undefined ? {} : { signal };
  const centre = centreOf(rows);
  const left = centred(rows, centre);
  const choice = options.k === undefined ? await chooseK(left, { kmeans, seed, ...stop }) : null;
  const k = Math.max(1, choice?.k ?? options.k ?? 1);
  const found = await kmeans.cluster(left, { k, seed, starts, ...stop });
  const { centroids, labels: nearest } = largestFirst(found.centroids, found.labels);
  const { similarities } = found;
  const bound = await outlierBound(left, { centroids, similarities }, { seed, ...stop });
  const outliers = findOutliers(similarities, bound);
  const labels = nearest.map((label, row) => (outliers[row] === 1 ? -1 : label));
  const quality = await qualityOf(left, { labels, topics: centroids.rows }, { seed, ...stop });
  return {
    centre,
    centroids,
    labels,
    nearest,
    similarities,
    outlierBound: bound,
    levels: hierarchyOf(centroids),
    quality,
    choice,
  };
}

/** Renumbers clusters by size, ties by the old number, because the numbers of k-means are random. */
function largestFirst(
  centroids: Vectors,
  labels: Int32Array,
): { readonly centroids: Vectors; readonly labels: Int32Array } {
  const { dim, rows, data } = centroids;
  const sizes = new Uint32Array(rows);
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  const order = Array.from({ length: rows }, (_, at) => at);
  order.sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b);
  const numbers = new Int32Array(rows);
  const sorted = new Float32Array(rows * dim);
  for (const [place, old] of order.entries()) {
    numbers[old] = place;
    sorted.set(data.subarray(old * dim, (old + 1) * dim), place * dim);
  }
  return {
    centroids: { dim, rows, data: sorted },
    labels: labels.map((label) => numbers[label] ?? 0),
  };
}
