// Search requests, further pages by cursor.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type SearchRequestInput, searchAnswer } from "#services/contract/search.ts";
import { base } from "./plain-request.ts";
import { ask } from "./request.ts";

const path = (collection: string | undefined) =>
  collection === undefined
    ? `${base}/search`
    : `${base}/collections/${encodeURIComponent(collection)}/search`;

/** The previous answer stays visible while the next one loads. */
export const searchQuery = (collection: string | undefined, question: SearchRequestInput) =>
  infiniteQueryOptions({
    queryKey: ["search", collection ?? "all", question],
    queryFn: ({ signal, pageParam }) =>
      ask(searchAnswer, path(collection), {
        method: "POST",
        body: pageParam === undefined ? question : { ...question, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });

/** The first hits, for the command palette. */
export const quickSearchQuery = (query: string) =>
  queryOptions({
    queryKey: ["quick-search", query],
    queryFn: ({ signal }) =>
      ask(searchAnswer, path(undefined), {
        method: "POST",
        body: { query, limit: 6, facets: false, context: 0, groupByConversation: true },
        signal,
      }),
    enabled: query.trim().length > 1,
    placeholderData: keepPreviousData,
  });
