// The request for how much is searched in the organization.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { searches } from "#services/contract/searches.ts";
import { base } from "./plain-request.ts";
import { ask } from "./request.ts";

/** @param days back from today */
export const searchesQuery = (days: number) =>
  queryOptions({
    queryKey: ["organization", "searches", days],
    queryFn: ({ signal }) => ask(searches, `${base}/searches?days=${days}`, { signal }),
    placeholderData: keepPreviousData,
  });
