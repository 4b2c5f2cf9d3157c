// Splits clusters that hold too much of a large collection: a topic of a twentieth of everything is more than one can read.
import type { KMeans } from "#index-store/kmeans/kmeans.ts";
import { gather, row, type Vectors } from "#services/domain/vectors.ts";

/** In a collection of so many rows, no cluster has more than this share of them, as far as its rows differ. */
const LARGE_ROWS = 4000;
const MOST_SHARE = 0.05;
/** The parts aimed at are somewhat smaller than the limit, because k-means makes some larger than others. */
const AIMED_SHARE = 0.035;
const ROUNDS = 3;

export interface SplitTools {
  readonly kmeans: KMeans;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/**
 * The centroids, with those of clusters over 5 % of the rows replaced by the centroids of their parts. Small collections keep theirs.
 * @param rows unit rows. @param found the clusters, and the nearest one of each row.
 */
export const splitLarge = async (
  rows: Vectors,
  found: { readonly centroids: Vectors; readonly nearest: Int32Array },
  { kmeans, seed, signal }: SplitTools,
): Promise<Vectors> => {
  if (rows.rows < LARGE_ROWS || found.centroids.rows < 2) return found.centroids;
  let groups = membersOf(found.nearest, found.centroids.rows);
  let centroids = Array.from(groups, (_, at) => row(found.centroids, at));
  for (let round = 0; round < ROUNDS; round++) {
    const [nextGroups, nextCentroids]: [Uint32Array[], Float32Array[]] = [[], []];
    for (const [at, members] of groups.entries()) {
      const share = members.length / rows.rows;
      const part =
        share <= MOST_SHARE
          ? undefined
          : await kmeans.cluster(gather(rows, members), {
              k: Math.max(2, Math.ceil(share / AIMED_SHARE)),
              seed,
              ...(signal && { signal }),
            });
      if (part === undefined || part.centroids.rows < 2) {
        nextGroups.push(members);
        nextCentroids.push(centroids[at] ?? new Float32Array(rows.dim));
        continue;
      }
      for (const [place, own] of membersOf(part.labels, part.centroids.rows).entries()) {
        nextGroups.push(own.map((member) => members[member] ?? 0));
        nextCentroids.push(row(part.centroids, place));
      }
    }
    if (nextGroups.length === groups.length) break;
    groups = nextGroups;
    centroids = nextCentroids;
  }
  const data = new Float32Array(centroids.length * rows.dim);
  for (const [at, centroid] of centroids.entries()) data.set(centroid, at * rows.dim);
  return { dim: rows.dim, rows: centroids.length, data };
};

const membersOf = (labels: Int32Array, clusters: number): Uint32Array[] => {
  const sizes = new Uint32Array(clusters);
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  const members = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(clusters);
  for (const [at, label] of labels.entries()) {
    const own = members[label];
    if (own) own[filled[label] ?? 0] = at;
    filled[label] = (filled[label] ?? 0) + 1;
  }
  return members;
};
