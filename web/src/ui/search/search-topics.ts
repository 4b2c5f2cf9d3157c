// Titles of the topics that a search filters by.
import { useQuery } from "@tanstack/react-query";
import type { SearchAnswer } from "#services/contract/search.ts";
import { topicsQuery } from "../../api/analysis.ts";
import type { SearchAddress } from "../../shape/address/search-address.ts";

export interface SearchTopics {
  readonly nameOf: (id: string) => string | undefined;
}

/** Loads the list of topics only where a name or an id has to be looked up in it. */
export const useSearchTopics = (
  collection: string | undefined,
  address: SearchAddress,
  answer: SearchAnswer | undefined,
): SearchTopics => {
  const chosen = address.topic ?? [];
  const { data } = useQuery({
    ...topicsQuery(collection ?? ""),
    enabled: collection !== undefined && chosen.length > 0,
  });
  const titles = new Map<string, string>([["none", "No topic"]]);
  for (const { value, label } of answer?.facets?.topics ?? [])
    if (value !== null) titles.set(value, label);
  for (const { id, title } of data?.topics ?? []) titles.set(id, title);
  return {
    nameOf: (id) => titles.get(id),
  };
};
