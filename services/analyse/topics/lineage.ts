// Which new cluster continues which known topic, and what happened to each topic between two versions.
import { dot, row, type Vectors } from "#services/domain/vectors.ts";
import { bestPairs } from "./assignment.ts";
import { type LineageEvent, tellEvents } from "./lineage-events.ts";
import {
  cameOutOf,
  type Flow,
  flowOf,
  greatest,
  part,
  type SharedRows,
  type TopicShapes,
  wentInto,
} from "./lineage-flow.ts";

/** Topics with their permanent ids, in the order of their centroids. */
export interface KnownTopics<Id extends string> extends TopicShapes {
  readonly ids: readonly Id[];
}

/** Topics of earlier versions that no longer exist, with the last centroid of each. */
export interface RestingTopics<Id extends string> {
  readonly ids: readonly Id[];
  readonly centroids: Vectors;
}

export interface Versions<Id extends string> {
  readonly before: KnownTopics<Id>;
  readonly after: TopicShapes;
  readonly shared: SharedRows;
  /** A cluster that continues no existing topic revives one of these where its centroid is near. */
  readonly resting?: RestingTopics<Id>;
}

export interface Lineage<Id extends string> {
  /** The permanent id of each new cluster. */
  readonly ids: readonly Id[];
  readonly events: readonly LineageEvent<Id>[];
}

/** Weight of member overlap where all rows of either side are shared; the rest is the weight of centroid similarity. */
const memberWeight = 0.7;
/** The least score with which a cluster continues a topic: where all rows are shared, and where none are. */
const enoughWithMembers = 0.35;
const enoughByCentroid = 0.75;

/**
 * Gives each new cluster the id of the topic that it continues, or a new one, and tells what happened to each topic.
 *
 * The optimal assignment over 0.7 · member overlap (Jaccard, over the rows both versions have) + 0.3 · centroid similarity;
 * the fewer rows are shared, the more the centroids count. Similarity is 0 at the mean cosine between different topics, because
 * all embeddings are somewhat alike and a bare cosine of 0.6 may mean nothing. Of topics that became one, the largest continues;
 * of the parts of one topic, the one that holds most of it. `newId` is called once for each new cluster, in their order.
 */
export function traceTopics<Id extends string>(
  versions: Versions<Id>,
  newId: () => Id,
): Lineage<Id> {
  const { before, after, shared, resting } = versions;
  const flow = flowOf(before, after, shared);
  const owners = carriedOn(before, after, flow);
  letLargestLive(owners, { flow, sizes: before.sizes });
  letMainPartLive(owners, flow);
  const awoken = reviveResting(owners, { before, after, resting });
  const ids = Array.from({ length: after.centroids.rows }, (_, cluster) => {
    const owner = owners[cluster] ?? -1;
    return before.ids[owner] ?? awoken.get(cluster) ?? newId();
  });
  const revived = new Set(awoken.values());
  return { ids, events: tellEvents({ before, after: { ...after, ids }, shared, revived }) };
}

/** The old topic of each new cluster by the optimal assignment; −1 where none is near enough. */
function carriedOn(before: TopicShapes, after: TopicShapes, flow: Flow): Int32Array {
  const { olds, news } = flow;
  const similarity = similarities(before.centroids, after.centroids, before.centroids);
  const gains = new Float64Array(olds * news);
  for (let old = 0; old < olds; old++)
    for (let fresh = 0; fresh < news; fresh++) {
      const known = Math.max(
        part(flow.sharedOfOld(old), before.sizes[old] ?? 0),
        part(flow.sharedOfNew(fresh), after.sizes[fresh] ?? 0),
      );
      const moved = flow.moved(old, fresh);
      const either = flow.sharedOfOld(old) + flow.sharedOfNew(fresh) - moved;
      const weight = memberWeight * known;
      const blend =
        weight * part(moved, either) + (1 - weight) * (similarity[old * news + fresh] ?? 0);
      const enough = enoughByCentroid + (enoughWithMembers - enoughByCentroid) * known;
      gains[old * news + fresh] = blend >= enough ? blend : 0;
    }
  const owners = new Int32Array(news).fill(-1);
  for (const [old, fresh] of bestPairs(gains, olds, news).entries())
    if (fresh >= 0) owners[fresh] = old;
  return owners;
}

/** Where several topics became one cluster, it continues the one with the most rows. */
function letLargestLive(
  owners: Int32Array,
  { flow, sizes }: { readonly flow: Flow; readonly sizes: ArrayLike<number> },
): void {
  for (let fresh = 0; fresh < flow.news; fresh++) {
    const free = (old: number) => owners[fresh] === old || !owners.includes(old);
    const sources = Array.from({ length: flow.olds }, (_, old) => old).filter(
      (old) => free(old) && flow.mainTarget(old) === fresh && wentInto(flow, old, fresh),
    );
    const from = sources.reduce((sum, old) => sum + flow.partOfNew(old, fresh), 0);
    if (sources.length === 0 || (owners[fresh] === -1 && from < 0.5)) continue;
    const owner = owners[fresh] ?? -1;
    const largest = sources.reduce((a, b) => ((sizes[b] ?? 0) > (sizes[a] ?? 0) ? b : a));
    if (owner === -1 || sources.includes(owner)) owners[fresh] = largest;
  }
}

/** Where a topic came apart, its id stays with the part that holds most of its rows. */
function letMainPartLive(owners: Int32Array, flow: Flow): void {
  for (let old = 0; old < flow.olds; old++) {
    const own = owners.indexOf(old);
    const isPart = (fresh: number) =>
      (fresh === own || owners[fresh] === -1) && cameOutOf(flow, old, fresh);
    const main = greatest(flow.news, (fresh) => (isPart(fresh) ? flow.moved(old, fresh) : 0));
    if (main === -1 || main === own) continue;
    if (own !== -1 && !isPart(own)) continue;
    if (own !== -1) owners[own] = -1;
    owners[main] = old;
  }
}

/** Gives clusters without an old topic the dead topic whose centroid is near. */
function reviveResting<Id extends string>(
  owners: Int32Array,
  {
    before,
    after,
    resting,
  }: Omit<Versions<Id>, "shared" | "resting"> & {
    readonly resting: RestingTopics<Id> | undefined;
  },
): Map<number, Id> {
  const living = new Set<Id>(before.ids);
  const revived = new Map<number, Id>();
  const places = (resting?.ids ?? []).flatMap((id, place) => (living.has(id) ? [] : [place]));
  const free = Array.from(owners.keys()).filter((fresh) => owners[fresh] === -1);
  if (resting === undefined || places.length === 0 || free.length === 0) return revived;
  // The scale comes from the existing topics where there are several: two dead ones say little about usual distances.
  const scale = before.centroids.rows > 1 ? before.centroids : after.centroids;
  const similarity = similarities(resting.centroids, after.centroids, scale);
  const gains = new Float64Array(places.length * free.length);
  for (const [row, place] of places.entries())
    for (const [column, fresh] of free.entries()) {
      const near = similarity[place * after.centroids.rows + fresh] ?? 0;
      gains[row * free.length + column] = near >= enoughByCentroid ? near : 0;
    }
  for (const [row, column] of bestPairs(gains, places.length, free.length).entries()) {
    const id = resting.ids[places[row] ?? -1];
    const fresh = free[column];
    if (id !== undefined && fresh !== undefined) revived.set(fresh, id);
  }
  return revived;
}

/** Cosines of each old with each new centroid, scaled: 0 at the mean between different topics of `scale`, 1 where they are equal. */
function similarities(olds: Vectors, news: Vectors, scale: Vectors): Float64Array {
  let sum = 0;
  for (let one = 1; one < scale.rows; one++)
    for (let other = 0; other < one; other++) sum += dot(row(scale, one), row(scale, other));
  const pairs = (scale.rows * (scale.rows - 1)) / 2;
  const base = pairs > 0 ? Math.min(0.99, Math.max(0, sum / pairs)) : 0;
  const found = new Float64Array(olds.rows * news.rows);
  for (let old = 0; old < olds.rows; old++)
    for (let fresh = 0; fresh < news.rows; fresh++)
      found[old * news.rows + fresh] = Math.max(
        0,
        (dot(row(olds, old), row(news, fresh)) - base) / (1 - base),
      );
  return found;
}
