// What the server says about itself: the formats that it reads, and whether all its parts work.
import { queryOptions } from "@tanstack/react-query";
import { formatList, readiness } from "#services/contract/system.ts";
import { base } from "./plain-request.ts";
import { whileReachable } from "./reachability.ts";
import { ask } from "./request.ts";

export const formatsQuery = queryOptions({
  queryKey: ["formats"],
  queryFn: async ({ signal }) => (await ask(formatList, `${base}/formats`, { signal })).formats,
  staleTime: Number.POSITIVE_INFINITY,
});

const readyEveryMs = 4_000;

/** Asked again every few seconds, only while the page is visible. The answer is the same with status 200 and 503. */
export const readyQuery = queryOptions({
  queryKey: ["ready"],
  queryFn: ({ signal }) => ask(readiness, "/ready", { signal, alsoParsed: [503] }),
  refetchInterval: () => whileReachable(readyEveryMs),
  retry: false,
});
