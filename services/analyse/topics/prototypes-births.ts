// New and dying topics in a warm re-analysis: which rows that fit no topic form a new one, and which topics are empty.
import { dot, gather, type ManyVectors, row, type Vectors } from "#services/domain/vectors.ts";
import { type Carried, outside, type Prototypes, unitMeans } from "./prototypes.ts";

/** The rows that fit no topic, to be clustered by the caller (`index-store/kmeans`) into `k`. */
export interface Misfits {
  /** Numbers of these rows in the version. */
  readonly rows: Int32Array;
  readonly vectors: Vectors;
  /** Number of clusters to make: deliberately too many, since clusters that belong together are joined later; 0 for too few rows. */
  readonly k: number;
}

export interface BirthOptions {
  /** Rows that a new topic needs; by default 10 or 0.1 % of all rows, whichever is more. */
  readonly smallest?: number;
}

export interface SettleOptions<Id extends string> extends BirthOptions {
  readonly newId: () => Id;
  /** A prototype with fewer rows dies; by default 1, so that only empty ones do. */
  readonly fewest?: number;
}

export interface Settled<Id extends string> {
  readonly prototypes: Prototypes<Id>;
  /** The prototype of each row; −1 for an outlier. */
  readonly labels: Int32Array;
  /** The cosine of each row to its prototype; of an outlier, to the nearest one. */
  readonly similarities: Float32Array;
  readonly born: readonly Id[];
  readonly died: readonly Id[];
}

/** At most so many clusters are made at once; rows left over stay outliers until the next analysis. */
const mostClusters = 48;
/** How much nearer, on average, the rows of a new topic must be to it than to the old ones; otherwise they are the edge of an old one. */
const ownGround = 0.05;

const smallestOf = (rows: number, { smallest }: BirthOptions): number =>
  Math.max(1, smallest ?? Math.max(10, Math.ceil(rows / 1000)));

/** The rows among which new topics may be found. */
export function misfitsOf<Id extends string>(
  { rows, outliers }: Carried<Id>,
  options: BirthOptions = {},
): Misfits {
  const places = Int32Array.from(outliers.keys()).filter((at) => outliers[at] !== 0);
  const least = smallestOf(rows.rows, options);
  const k = Math.min(mostClusters, Math.floor(places.length / least));
  return { rows: places, vectors: gather(rows, places), k };
}

/**
 * Makes topics of the clusters that are as cohesive as the existing topics (nine tenths of the lower quartile of their mean
 * cosines), have enough rows, and lie apart from the old topics; clusters that are cohesive together are joined first. Then
 * prototypes with too few rows die, and their rows become outliers.
 *
 * `clusters`: the cluster of each misfit, −1 for none. New rows and outliers join a new topic where it fits them better.
 */
export function settle<Id extends string>(
  carried: Carried<Id>,
  found: { readonly misfits: Misfits; readonly clusters: Int32Array },
  options: SettleOptions<Id>,
): Settled<Id> {
  const { rows, outliers, prototypes } = carried;
  const labels = carried.labels.map((label, at) => (outliers[at] === 0 ? label : outside));
  const similarities = carried.similarities.slice();
  const births = birthsOf(carried, found, smallestOf(rows.rows, options));
  const olds = prototypes.vectors.rows;
  for (const [birth, members] of births.members.entries())
    for (const at of members) {
      labels[at] = olds + birth;
      similarities[at] = dot(row(rows, at), row(births.vectors, birth));
    }
  if (births.members.length > 0) joinNewborn({ labels, similarities }, { carried, births });
  const bornIds = births.members.map(() => options.newId());
  const origins = [...prototypes.origins, ...bornIds];
  const data = new Float32Array(origins.length * rows.dim);
  data.set(prototypes.vectors.data);
  data.set(births.vectors.data, prototypes.vectors.data.length);

  const sizes = new Float64Array(origins.length);
  for (const label of labels) if (label >= 0) sizes[label] = (sizes[label] ?? 0) + 1;
  const lives = origins.map((_, at) => (sizes[at] ?? 0) >= (options.fewest ?? 1));
  const kept = origins.flatMap((_, at) => (lives[at] ? [at] : []));
  const renumbered = new Map(kept.map((at, place) => [at, place]));
  const left = new Float32Array(kept.length * rows.dim);
  for (const [place, at] of kept.entries())
    left.set(data.subarray(at * rows.dim, (at + 1) * rows.dim), place * rows.dim);
  return {
    prototypes: {
      vectors: { dim: rows.dim, rows: kept.length, data: left },
      origins: origins.filter((_, at) => lives[at]),
    },
    labels: labels.map((label) => renumbered.get(label) ?? outside),
    similarities,
    born: bornIds.filter((_, birth) => lives[olds + birth]),
    died: prototypes.origins.filter((_, at) => !lives[at]),
  };
}

interface Births {
  readonly vectors: Vectors;
  /** Row numbers of each group. */
  readonly members: readonly (readonly number[])[];
}

function birthsOf<Id extends string>(
  carried: Carried<Id>,
  { misfits, clusters }: { readonly misfits: Misfits; readonly clusters: Int32Array },
  least: number,
): Births {
  const groups = new Map<number, number[]>();
  for (const [place, at] of misfits.rows.entries()) {
    const cluster = clusters[place] ?? outside;
    if (cluster < 0) continue;
    const members = groups.get(cluster);
    if (members === undefined) groups.set(cluster, [at]);
    else members.push(at);
  }
  const { rows, prototypes } = carried;
  const bar = cohesionBar(carried);
  const whole = joinedGroups([...groups.values()], rows, bar);
  const good = whole.filter((members) => {
    if (members.length < least) return false;
    const centre = centreOf(rows, members);
    let own = 0;
    let others = 0;
    for (const at of members) {
      own += dot(row(rows, at), centre);
      others += prototypes.vectors.rows === 0 ? -Infinity : (carried.similarities[at] ?? 0);
    }
    return own / members.length >= bar && (own - others) / members.length >= ownGround;
  });
  good.sort((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
  const data = new Float32Array(good.length * rows.dim);
  for (const [birth, members] of good.entries())
    data.set(centreOf(rows, members), birth * rows.dim);
  return { vectors: { dim: rows.dim, rows: good.length, data }, members: good };
}

/** Misfits still include outliers, so a group of them may be this much less cohesive than a topic. */
const slack = 0.9;

/** The lower quartile of the topics' mean cosines, reduced by the slack; −1 (every group passes) where there are no topics. */
function cohesionBar<Id extends string>(carried: Carried<Id>): number {
  const k = carried.prototypes.vectors.rows;
  const sums = new Float64Array(k);
  const counts = new Float64Array(k);
  for (const [at, label] of carried.labels.entries()) {
    if (label < 0 || carried.outliers[at] !== 0) continue;
    sums[label] = (sums[label] ?? 0) + (carried.similarities[at] ?? 0);
    counts[label] = (counts[label] ?? 0) + 1;
  }
  const means = sums
    .map((sum, at) => sum / (counts[at] ?? 0))
    .filter(Number.isFinite)
    .sort();
  const quartile = means[Math.floor(means.length / 4)];
  return quartile === undefined ? -1 : slack * quartile;
}

/** Joins the nearest two groups as long as they are cohesive together, because k-means was asked for too many. */
function joinedGroups(groups: number[][], rows: ManyVectors, bar: number): number[][] {
  const left = groups.map((members) => ({ members, centre: centreOf(rows, members) }));
  const apart = new Set<string>();
  for (;;) {
    let best: readonly [number, number] | undefined;
    let nearest = -Infinity;
    for (let one = 1; one < left.length; one++)
      for (let other = 0; other < one; other++) {
        const a = left[one];
        const b = left[other];
        if (a === undefined || b === undefined || apart.has(keyOf(a.members, b.members))) continue;
        const near = dot(a.centre, b.centre);
        if (near > nearest) {
          nearest = near;
          best = [one, other];
        }
      }
    const a = left[best?.[0] ?? -1];
    const b = left[best?.[1] ?? -1];
    if (best === undefined || a === undefined || b === undefined) break;
    const members = [...a.members, ...b.members];
    const centre = centreOf(rows, members);
    const cohesion =
      members.reduce((sum, at) => sum + dot(row(rows, at), centre), 0) / members.length;
    // The joined group must be as cohesive as a topic, and neither part may lie far from the common centre.
    if (bar > -1 && cohesion >= bar && nearest >= bar) {
      left.splice(best[0], 1);
      left.splice(best[1], 1, { members, centre });
    } else apart.add(keyOf(a.members, b.members));
  }
  return left.map(({ members }) => members);
}

/** Groups share no rows, so the first row and the count identify a group. */
const keyOf = (a: readonly number[], b: readonly number[]): string =>
  `${a[0]}.${a.length}/${b[0]}.${b.length}`;

function centreOf(rows: ManyVectors, members: readonly number[]): Float32Array {
  const zero = { dim: rows.dim, rows: 1, data: new Float32Array(rows.dim) };
  return unitMeans(gather(rows, members), new Int32Array(members.length), zero).data;
}

/**
 * Rows that were in no topic before, and outliers, go to a new topic where it is nearer than their own; outliers
 * only where they are as near as nine in ten of the rows that formed it, since k-means had grouped them with other outliers.
 */
function joinNewborn<Id extends string>(
  { labels, similarities }: { readonly labels: Int32Array; readonly similarities: Float32Array },
  { carried, births }: { readonly carried: Carried<Id>; readonly births: Births },
): void {
  const olds = carried.prototypes.vectors.rows;
  const bars = births.members.map((members) => {
    const near = Float32Array.from(members, (at) => similarities[at] ?? 0).sort();
    return near[Math.floor(near.length / 10)] ?? 1;
  });
  for (const [at, label] of labels.entries()) {
    if (label >= olds || (label >= 0 && (carried.before[at] ?? 0) >= 0)) continue;
    let best = label >= 0 ? (similarities[at] ?? 0) : -1;
    const own = row(carried.rows, at);
    for (const [birth, bar] of bars.entries()) {
      const near = dot(own, row(births.vectors, birth));
      if (near <= best || (label < 0 && near < bar)) continue;
      best = near;
      similarities[at] = near;
      labels[at] = olds + birth;
    }
  }
}
