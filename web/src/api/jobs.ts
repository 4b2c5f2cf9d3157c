// Requests for jobs: how many wait, those that were given up, trying one again, forgetting and cancelling one.
import { queryOptions } from "@tanstack/react-query";
import { jobList } from "#services/contract/job-list.ts";
import { base } from "./plain-request.ts";
import { whileReachable } from "./reachability.ts";
import { ask } from "./request.ts";

const jobsEveryMs = 4_000;

/** Asked again every few seconds, only while the page is visible. */
export const jobsQuery = queryOptions({
  queryKey: ["jobs"],
  queryFn: ({ signal }) => ask(jobList, `${base}/jobs`, { signal }),
  refetchInterval: () => whileReachable(jobsEveryMs),
});

const at = (id: string) => `${base}/jobs/${encodeURIComponent(id)}`;

/** Tries a given-up job again. @returns how all jobs stand then */
export const retryJob = (id: string) => ask(jobList, `${at(id)}/retry`, { method: "POST" });

/** Cancels the reading of an upload. @returns how all jobs stand then */
export const cancelJob = (id: string) => ask(jobList, `${at(id)}/cancel`, { method: "POST" });

/** Takes a given-up job away; what it was about stays failed. @returns how all jobs stand then */
export const forgetJob = (id: string) => ask(jobList, at(id), { method: "DELETE" });
