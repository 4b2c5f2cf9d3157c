// The cache of answers: how long they count as fresh, and when a failed request is sent again.
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { accountQuery } from "./account.ts";
import { ProblemError } from "./plain-request.ts";
import { onReachability, reachability } from "./reachability.ts";
import { retryDelayMs, shouldRetry } from "./retry.ts";
import { currentSession, onSession } from "./session.ts";

const entryNow = (): number | undefined => {
  const session = currentSession();
  return session.kind === "signed-in" ? session.entry : undefined;
};

/** Every query passes its AbortSignal to fetch: when the query's key changes, the request for the old key is aborted. */
export const makeQueryClient = (): QueryClient => {
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, { queryKey }) => {
        if (queryKey[0] === "account") return;
        // The organization has begun to require a second factor: the account says so, and the app asks for it.
        if (error instanceof ProblemError && error.problem.code === "second-factor-required")
          void client.invalidateQueries({ queryKey: accountQuery.queryKey, exact: true });
      },
    }),
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
  let entry = entryNow();
  onSession(() => {
    const last = entry;
    entry = entryNow();
    if (last === undefined || last === entry) return;
    // What one person or organization was answered is not for another.
    if (entry === undefined) client.clear();
    else void client.resetQueries();
  });
  return client;
};
