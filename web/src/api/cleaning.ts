// Requests about the cleaning of a collection: its rules, what they would do, and where something was found.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import {
  type Cleaning,
  cleaning,
  cleaningPreview,
  findingList,
} from "#services/contract/cleaning.ts";
import { base } from "./plain-request.ts";
import { whileReachable } from "./reachability.ts";
import { ask } from "./request.ts";

export type CleaningRules = Cleaning["rules"];

const at = (collection: string) => `${base}/collections/${encodeURIComponent(collection)}/cleaning`;

/** How often it is asked how far the rules are applied. */
const APPLYING_MS = 1500;

export const cleaningQuery = (collection: string) =>
  queryOptions({
    queryKey: ["cleaning", collection],
    queryFn: ({ signal }) => ask(cleaning, at(collection), { signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.applying ? whileReachable(APPLYING_MS) : false,
  });

export const saveCleaning = (collection: string, rules: CleaningRules) =>
  ask(cleaning, at(collection), { method: "PUT", body: rules });

export const previewCleaning = (collection: string, rules: CleaningRules) =>
  ask(cleaningPreview, `${at(collection)}/preview`, { method: "POST", body: rules });

export const findingsQuery = (collection: string) =>
  infiniteQueryOptions({
    queryKey: ["cleaning", collection, "findings"],
    queryFn: ({ pageParam, signal }) =>
      ask(
        findingList,
        `${at(collection)}/findings?limit=20${pageParam === "" ? "" : `&cursor=${encodeURIComponent(pageParam)}`}`,
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const findingReportAddress = (collection: string, format: "csv" | "json"): string =>
  `${at(collection)}/report?format=${format}`;
