// The cache of answers: what is asked again, and when it is given up.
import { QueryClient } from "@tanstack/react-query";
import { onReachability, reachability } from "./reachability.ts";
import { ProblemError } from "./request.ts";

// A refusal stays a refusal; only "nobody answered" and "try again later" are worth a second try.
const worthRetrying = (error: unknown) =>
  error instanceof ProblemError ? error.problem.status === 503 : true;

/**
 * Newest only: every query hands its AbortSignal to fetch, so a question whose key changed is aborted and its answer
 * never delivered.
 */
export const makeQueryClient = (): QueryClient => {
  const client = new QueryClient({
    defaultOptions: {
      // The server is usually on this machine: whether the browser thinks it is online says nothing.
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        staleTime: 5_000,
        retry: (failures, error) => failures < 2 && worthRetrying(error),
        refetchOnWindowFocus: false,
      },
    },
  });
  onReachability(() => {
    if (reachability() === "here") void client.invalidateQueries();
  });
  return client;
};
