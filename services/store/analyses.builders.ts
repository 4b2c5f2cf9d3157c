// Builders for tests of analyses: a topic as an analysis finds it, and an analysis from its request to its end.
import type { AnalysisQuality } from "#services/contract/analysis.ts";
import { type CollectionId, topicId } from "#services/domain/ids.ts";
import { type AnalysisResult, beginAnalysis, finishAnalysis, requestAnalysis } from "./analyses.ts";
import type { Store } from "./rows.ts";
import type { FoundTopic } from "./topics.ts";

export const aTopic = (name: string, more: Partial<FoundTopic> = {}): FoundTopic => ({
  id: topicId(`${name}00000000`.slice(0, 12)),
  level: 0,
  parent: null,
  leafNumber: 0,
  llmTitle: null,
  madeTitle: name,
  summary: null,
  keywords: [{ term: name, weight: 1, count: 3 }],
  typical: [],
  points: 10,
  messages: 20,
  conversations: 2,
  people: 3,
  colour: 0,
  silhouette: 0.2,
  cohesion: 0.7,
  bornVersion: 1,
  firstAt: null,
  lastAt: null,
  spark: [1, 2],
  trend: { direction: "steady", ratio: 1, p: 0.5, says: "No more than chance." },
  ...more,
});

const quality: AnalysisQuality = {
  silhouette: 0.1,
  stability: 0.9,
  cohesion: 0.6,
  outliers: 1,
  trustworthiness: null,
  k: { chosen: 2, by: "criterion", criterion: "elbow", tried: [{ k: 2, score: 1 }] },
};

export const aResult = (
  topics: readonly FoundTopic[],
  more: Partial<AnalysisResult> = {},
): AnalysisResult => ({
  quality,
  steps: [{ name: "Grouping", seconds: 1 }],
  llm: null,
  points: 20,
  messages: 40,
  topics,
  events: [],
  ...more,
});

/** Requests an analysis, starts and finishes it. @returns its id */
export const analysed = async (
  store: Store,
  collection: CollectionId,
  version: number,
  result: AnalysisResult,
) => {
  await requestAnalysis(store, { collection, mode: "update" });
  const begun = await beginAnalysis(store, collection, version);
  if (!begun || !(await finishAnalysis(store, begun.id, result)))
    throw new Error("the run was not under way");
  return begun.id;
};
