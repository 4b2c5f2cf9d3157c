// The cache of answers: how long they count as fresh, and when a failed request is sent again.
import { QueryClient } from "@tanstack/react-query";
import { onReachability, reachability } from "./reachability.ts";
import { retryDelayMs, shouldRetry } from "./retry.ts";

/** Every query passes its AbortSignal to fetch: when the query's key changes, the request for the old key is aborted. */
export const makeQueryClient = (): QueryClient => {
  const client = new QueryClient({
    defaultOptions: {
      // The server is usually on this machine: requests do not depend on the browser being online.
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        staleTime: 5_000,
        retry: shouldRetry,
        retryDelay: retryDelayMs,
        refetchOnWindowFocus: false,
      },
    },
  });
  onReachability(() => {
    if (reachability() === "reachable") void client.invalidateQueries();
  });
  return client;
};
