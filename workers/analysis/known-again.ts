// Topics known again where no snapshot is left to compare with: by those of their typical chunks that are still there.
import { bestPairs } from "#services/analyse/topics/topics.ts";
import type { ChunkId, TopicId } from "#services/domain/ids.ts";

/** A leaf topic of the analysis before, as the rows keep it: an erasure takes its snapshot away, and not its name. */
export interface Remembered {
  readonly id: TopicId;
  readonly typical: readonly ChunkId[];
}

/** A cluster with fewer of a topic's typical chunks does not carry it on; one that fell apart goes on as its larger part. */
const LEAST_SHARE = 1 / 3;

/**
 * The identity of each cluster: that of the topic whose typical chunks it holds, each given once, else a new one.
 * `labels`: the cluster of each point, −1 for none.
 */
export const knownAgain = (
  points: { readonly pointOf: (chunk: string) => number | undefined; readonly labels: Int32Array },
  clusters: number,
  { remembered, newId }: { readonly remembered: readonly Remembered[]; newId(): TopicId },
): TopicId[] => {
  const held = new Float64Array(remembered.length * clusters);
  const there = new Float64Array(remembered.length);
  for (const [topic, { typical }] of remembered.entries())
    for (const chunk of typical) {
      const point = points.pointOf(chunk);
      if (point === undefined) continue;
      there[topic] = (there[topic] ?? 0) + 1;
      const cluster = points.labels[point] ?? -1;
      const place = topic * clusters + cluster;
      if (cluster >= 0) held[place] = (held[place] ?? 0) + 1;
    }
  const gains = held.map((count, place) => {
    const all = there[Math.floor(place / clusters)] ?? 0;
    return count > 0 && count >= LEAST_SHARE * all ? count / all : 0;
  });
  const ids: (TopicId | undefined)[] = Array.from({ length: clusters }, () => undefined);
  for (const [topic, cluster] of bestPairs(gains, remembered.length, clusters).entries())
    if (cluster >= 0) ids[cluster] = remembered[topic]?.id;
  return ids.map((id) => id ?? newId());
};
