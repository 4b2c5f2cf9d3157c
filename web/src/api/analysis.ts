// Requests for a collection's analysis, its topics, and manual changes to the topics.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  type AnalysisSettings,
  analysis,
  type analysisRequest,
  analysisSettings,
  editList,
  savedEdit,
  type TopicEdit,
  topicDetail,
  topicEventList,
  topicList,
} from "#services/contract/analysis.ts";
import { overview } from "#services/contract/figures.ts";
import { writtenIn } from "../shape/words/english.ts";
import { base } from "./plain-request.ts";
import { whileReachable } from "./reachability.ts";
import { ask, tell } from "./request.ts";

export const collectionAt = (id: string): string => `${base}/collections/${encodeURIComponent(id)}`;

/** Cache key of everything computed from a collection's analysis: all of it is loaded again after a new analysis. */
export const ofAnalysis = (collection: string, ...more: readonly unknown[]) =>
  ["of-analysis", collection, ...more] as const;

const busyEveryMs = 1_200;
const restEveryMs = 20_000;

/** Asked often while an analysis runs, else every 20 s: an import in another window makes the analysis stale. */
export const analysisQuery = (collection: string) =>
  queryOptions({
    queryKey: ["analysis", collection],
    queryFn: ({ signal }) => ask(analysis, `${collectionAt(collection)}/analysis`, { signal }),
    refetchInterval: ({ state: { data } }) =>
      whileReachable(
        data?.state === "running" || data?.state === "waiting" ? busyEveryMs : restEveryMs,
      ),
  });

export const startAnalysis = (collection: string, body: z.input<typeof analysisRequest>) =>
  ask(analysis, `${collectionAt(collection)}/analysis`, { method: "POST", body });

export const saveAnalysisSettings = (collection: string, body: AnalysisSettings) =>
  ask(analysisSettings, `${collectionAt(collection)}/analysis/settings`, { method: "PUT", body });

export const overviewQuery = (collection: string) => {
  const language = writtenIn();
  return queryOptions({
    queryKey: ofAnalysis(collection, "overview", language),
    queryFn: ({ signal }) =>
      ask(overview, `${collectionAt(collection)}/overview?language=${language}`, { signal }),
  });
};

/** All topics, hidden ones included: the pages filter them, so that one cached answer serves all pages. */
export const topicsQuery = (collection: string) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "topics"),
    queryFn: ({ signal }) =>
      ask(topicList, `${collectionAt(collection)}/topics?hidden=1`, { signal }),
    staleTime: 30_000,
  });

export const topicQuery = (collection: string, topic: string) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "topic", topic),
    queryFn: ({ signal }) =>
      ask(topicDetail, `${collectionAt(collection)}/topics/${encodeURIComponent(topic)}`, {
        signal,
      }),
  });

export const topicEventsQuery = (collection: string) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "topic-events"),
    queryFn: async ({ signal }) =>
      (await ask(topicEventList, `${collectionAt(collection)}/topic-events`, { signal })).events,
  });

export const editsQuery = (collection: string) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "edits"),
    queryFn: async ({ signal }) =>
      (await ask(editList, `${collectionAt(collection)}/topic-edits`, { signal })).edits,
  });

export const editTopics = (collection: string, body: TopicEdit) =>
  ask(savedEdit, `${collectionAt(collection)}/topic-edits`, { method: "POST", body });

export const undoEdit = (collection: string, edit: string) =>
  tell(`${collectionAt(collection)}/topic-edits/${encodeURIComponent(edit)}`, {
    method: "DELETE",
  });
