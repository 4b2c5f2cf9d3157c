// Requests for concepts, their ranked messages, and the alerts that they raise.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  alertList,
  concept,
  type conceptExample,
  conceptHits,
  conceptList,
  type conceptPatch,
  conceptTrend,
  type newConcept,
  webhookTest,
} from "#services/contract/concepts.ts";
import { collectionAt, ofAnalysis } from "./analysis.ts";
import { asked } from "./collections.ts";
import { base } from "./plain-request.ts";
import { whileReachable } from "./reachability.ts";
import { ask, tell } from "./request.ts";

const at = (collection: string, id: string) =>
  `${collectionAt(collection)}/concepts/${encodeURIComponent(id)}`;

export const conceptsQuery = (collection: string) =>
  queryOptions({
    queryKey: ["concepts", collection],
    queryFn: async ({ signal }) =>
      (await ask(conceptList, `${collectionAt(collection)}/concepts`, { signal })).concepts,
  });

export const conceptQuery = (collection: string, id: string) =>
  queryOptions({
    queryKey: ["concepts", collection, id],
    queryFn: ({ signal }) => ask(concept, at(collection, id), { signal }),
    // The server counts the matches in the background after the training.
    refetchInterval: ({ state: { data } }) => whileReachable(data?.matches === null && 1_500),
  });

export const createConcept = (collection: string, body: z.input<typeof newConcept>) =>
  ask(concept, `${collectionAt(collection)}/concepts`, { method: "POST", body });

export const patchConcept = (collection: string, id: string, body: z.input<typeof conceptPatch>) =>
  ask(concept, at(collection, id), { method: "PATCH", body });

export const deleteConcept = (collection: string, id: string) =>
  tell(at(collection, id), { method: "DELETE" });

export const judgeHit = (collection: string, id: string, body: z.input<typeof conceptExample>) =>
  ask(concept, `${at(collection, id)}/examples`, { method: "POST", body });

export const testWebhook = (collection: string, id: string) =>
  ask(webhookTest, `${at(collection, id)}/test-webhook`, { method: "POST" });

/** Highest probability first; the previous ranking stays visible while the new one loads. */
export const conceptHitsQuery = (collection: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ofAnalysis(collection, "concept-hits", id),
    queryFn: ({ signal, pageParam }) =>
      ask(conceptHits, `${at(collection, id)}/hits?${asked({ limit: 40, cursor: pageParam })}`, {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const conceptTrendQuery = (collection: string, id: string) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "concept-trend", id),
    queryFn: async ({ signal }) =>
      (await ask(conceptTrend, `${at(collection, id)}/trend`, { signal })).figure,
    placeholderData: keepPreviousData,
  });

/** The newest alerts of all collections. */
export const alertsQuery = infiniteQueryOptions({
  queryKey: ["alerts", "all"],
  queryFn: ({ signal, pageParam }) =>
    ask(alertList, `${base}/alerts?${asked({ limit: 50, cursor: pageParam })}`, { signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});

export const markSeen = (alerts: readonly string[] | undefined) =>
  tell(`${base}/alerts/seen`, { method: "POST", body: alerts ? { alerts } : {} });
