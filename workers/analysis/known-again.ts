// Recognises topics where no files of the analysis before are left: by those of their typical chunks that still exist.
import { bestPairs } from "#services/analyse/topics/topics.ts";
import type { ChunkId, TopicId } from "#services/domain/ids.ts";

/** A leaf topic of the analysis before, as the rows have it: an erasure removes the files of an analysis, but not its topics' names. */
export interface Remembered {
  readonly id: TopicId;
  readonly typical: readonly ChunkId[];
}

/** A cluster must have this share of a topic's typical chunks to continue it; of a topic that came apart, the larger part continues it. */
const LEAST_SHARE = 1 / 3;

/**
 * The identity of each cluster: that of the topic whose typical chunks it contains, each used once, else a new one.
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
