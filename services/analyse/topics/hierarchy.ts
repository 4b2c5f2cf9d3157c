// Groups of topics: the leaves' centroids are merged pair by pair, and the tree is cut at one or two heights.
import { agnes, type Cluster } from "ml-hclust";
import { row, type Vectors } from "#services/domain/vectors.ts";

export interface HierarchyLevel {
  readonly groups: number;
  /** For each group, its group in the level above; −1 in the top level. */
  readonly parents: Int32Array;
}

export interface HierarchyOptions {
  /** At most so many groups in the top level; 12 by default. With no more leaves than this there is no level above them. */
  readonly most?: number;
  /** With so many leaves there is a level between them and the top; 41 by default. */
  readonly middleFrom?: number;
}

/**
 * One to three levels from the top down; the last are the leaves, in the order given. Groups are numbered by their first
 * leaf. The same centroids give the same levels.
 *
 * Ward's linkage (1963) on cosine distance, which is half the squared distance of unit rows, each leaf counted once: of the
 * linkages tried it agrees best with CLINC150's domains when 150 leaves are merged to 10 (infra/bench/cluster.bench.ts),
 * far better than k-means with ten centroids, and no group grows far larger than the rest, as happens with average linkage. The
 * number of groups is chosen where the next merge costs most, as a multiple of the one before it.
 */
export function hierarchyOf(
  centroids: Vectors,
  options: HierarchyOptions = {},
): readonly HierarchyLevel[] {
  const { most = 12, middleFrom = 41 } = options;
  const leaves = centroids.rows;
  if (leaves <= Math.max(2, most))
    return [{ groups: leaves, parents: new Int32Array(leaves).fill(-1) }];
  const tree = agnes(distancesOf(centroids), { method: "ward", isDistanceMatrix: true });
  const heights = heightsOf(tree);
  const widest = Math.min(most, Math.floor(leaves / 2));
  const top = bestCut(heights, Math.max(2, Math.ceil(widest / 2)), widest);
  const cuts = [groupsOf(tree, top, leaves)];
  if (leaves >= middleFrom) {
    const about = Math.sqrt(top * leaves);
    const middle = bestCut(heights, Math.round(about * 0.8), Math.round(about * 1.25));
    cuts.push(groupsOf(tree, middle, leaves));
  }
  cuts.push(Int32Array.from({ length: leaves }, (_, leaf) => leaf));
  return cuts.map((cut, level) => linked(cut, cuts[level - 1]));
}

/** Added to heights before they are divided, because equal centroids are merged at a height of 0. */
const least = 1e-6;

function distancesOf(centroids: Vectors): number[][] {
  const lines = Array.from({ length: centroids.rows }, (_, at) => row(centroids, at));
  return lines.map((one) =>
    lines.map((other) => {
      if (one === other) return 0;
      let cosine = 0;
      for (let at = 0; at < one.length; at++) cosine += (one[at] ?? 0) * (other[at] ?? 0);
      return Math.max(0, 1 - cosine);
    }),
  );
}

/** Heights of all merges, greatest first: the merge at index g − 2 turns g groups into g − 1. */
function heightsOf(tree: Cluster): number[] {
  const heights: number[] = [];
  tree.traverse((cluster) => {
    if (!cluster.isLeaf) heights.push(cluster.height);
  });
  return heights.sort((a, b) => b - a);
}

/** The number of groups, from `from` to `to`, below which merging costs much more. */
function bestCut(heights: readonly number[], from: number, to: number): number {
  let best = from;
  let widest = -Infinity;
  for (let groups = from; groups <= to; groups++) {
    const jump = ((heights[groups - 2] ?? 0) + least) / ((heights[groups - 1] ?? 0) + least);
    if (jump <= widest) continue;
    widest = jump;
    best = groups;
  }
  return best;
}

/** The group of each leaf after the last `groups` − 1 merges are undone. */
function groupsOf(tree: Cluster, groups: number, leaves: number): Int32Array {
  const whole: Cluster[] = [tree];
  while (whole.length < groups) {
    // Equal centroids are merged at a height of 0, the height of a leaf, so only nodes with children are split.
    let highest = -1;
    for (const [at, cluster] of whole.entries())
      if (!cluster.isLeaf && cluster.height > (whole[highest]?.height ?? -1)) highest = at;
    if (highest < 0) break;
    const [cluster] = whole.splice(highest, 1);
    whole.push(...(cluster?.children ?? []));
  }
  const members = whole.map((cluster) => cluster.indices());
  members.sort((a, b) => Math.min(...a) - Math.min(...b));
  const ofLeaf = new Int32Array(leaves);
  for (const [group, indices] of members.entries())
    for (const leaf of indices) ofLeaf[leaf] = group;
  return ofLeaf;
}

function linked(cut: Int32Array, above: Int32Array | undefined): HierarchyLevel {
  const groups = cut.reduce((most, group) => Math.max(most, group), -1) + 1;
  const parents = new Int32Array(groups).fill(-1);
  if (above !== undefined)
    for (const [leaf, group] of cut.entries()) parents[group] = above[leaf] ?? -1;
  return { groups, parents };
}
