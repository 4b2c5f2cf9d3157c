// Measures how good the topics of an analysis are, overall and one by one.
import type { KMeans } from "#index-store/kmeans/kmeans.ts";
import { qualityOf, stabilityOf } from "#services/analyse/topics/topics.ts";
import type { AnalysisQuality } from "#services/contract/analysis.ts";
import type { Grouped } from "./grouped.ts";

export interface Judged {
  readonly silhouette: number | null;
  readonly cohesion: number | null;
}

export interface Measured {
  readonly quality: Omit<AnalysisQuality, "trustworthiness">;
  /** One per leaf topic. */
  readonly topics: readonly Judged[];
}

export const measureTopics = async (
  grouped: Grouped,
  /** Of the analysis before: the numbers tried and the stability are kept with the topics. */
  before: AnalysisQuality | null | undefined,
  { kmeans, signal }: { readonly kmeans: KMeans; readonly signal: AbortSignal },
): Promise<Measured> => {
  const { rows, topicOf, topics } = grouped;
  // What is no subject has no common direction to be measured.
  const subjects = topics.length - grouped.special.length;
  const labels = topicOf.map((at) => (at < subjects ? at : -1));
  const judged = await qualityOf(rows, { labels, topics: topics.length }, { signal });
  const carried = grouped.k.by === "carried" ? before?.stability : undefined;
  const stability =
    grouped.choice?.stability ??
    carried ??
    (await stabilityOf(rows, { kmeans, k: grouped.k.chosen, runs: 2, signal }));
  const outliers = topicOf.reduce(
    (sum, at, point) => sum + (at < 0 ? (grouped.weight[point] ?? 1) : 0),
    0,
  );
  let [cosines, members] = [0, 0];
  for (const [at, similarity] of grouped.similarities.entries()) {
    if ((labels[at] ?? -1) < 0) continue;
    cosines += similarity;
    members++;
  }
  return {
    topics: judged.topics,
    quality: {
      silhouette: judged.silhouette,
      stability,
      cohesion: members === 0 ? null : cosines / members,
      outliers,
      k: {
        ...grouped.k,
        criterion:
          "The fewest topics of different texts that reach 95 % of the gain in the Bayesian information criterion over a single one",
        tried:
          grouped.choice?.candidates.map(({ k, score }) => ({ k, score })) ?? before?.k.tried ?? [],
      },
    },
  };
};
