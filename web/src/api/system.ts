// The facts of this instance: which formats are read.
import { queryOptions } from "@tanstack/react-query";
import { formatList } from "#services/contract/system.ts";
import { ask, base } from "./request.ts";

export const formatsQuery = queryOptions({
  queryKey: ["formats"],
  queryFn: async ({ signal }) => (await ask(formatList, `${base}/formats`, { signal })).formats,
  staleTime: Number.POSITIVE_INFINITY,
});
