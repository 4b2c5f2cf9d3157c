// The jobs for people, in responses: how many wait and run, and those that were given up.
import { z } from "zod";
import { instant } from "./common.ts";
import { type JobName, jobs } from "./jobs.ts";

const jobName = z.enum(Object.keys(jobs) as [JobName, ...JobName[]]);

/** What a job does, for people. */
export const jobTitles = {
  "upload.received": "Reading an upload",
  "sessions.due": "Taking in live messages",
  "exchanges.due": "Going through stored conversations again",
  "chunks.ready": "Embedding messages",
  "index.due": "Indexing a collection",
  "erase.requested": "Erasing",
  "index.repair": "Checking an index",
  "analysis.due": "Analysing a collection",
  "watch.due": "Looking for messages that raise alerts",
  "alert.due": "Posting alerts to a webhook",
} as const satisfies Record<JobName, string>;

export const givenUpJob = z
  .object({
    id: z.string(),
    name: jobName,
    /** What it does, for people. */
    title: z.string(),
    /** The ids it names, by kind: `{ "upload": "upl_…" }`. */
    about: z.record(z.string(), z.string().nullable()),
    collection: z.string().nullable(),
    /** Why it was given up, for people. */
    reason: z.string(),
    /** Attempts in a row that saved nothing new. */
    attempts: z.int(),
    givenUpAt: instant,
  })
  .meta({ id: "GivenUpJob" });
export type GivenUpJob = z.infer<typeof givenUpJob>;

export const currentJob = z
  .object({
    id: z.string(),
    name: jobName,
    /** What it does, for people. */
    title: z.string(),
    /** The ids it names, by kind: `{ "upload": "upl_…" }`. */
    about: z.record(z.string(), z.string().nullable()),
    collection: z.string().nullable(),
    state: z.enum(["running", "waiting"]),
    askedAt: instant,
    /** It is taken at this time at the earliest: later than now for one that is tried again after a while. */
    dueAt: instant,
    /** Attempts in a row that saved nothing new, the one under way included. */
    attempts: z.int(),
    /** What went wrong last, for people; null where nothing has. */
    reason: z.string().nullable(),
    /** How much of an upload is read or of an analysis is done, 0 to 1; null for other jobs and those that wait. */
    progress: z.number().min(0).max(1).nullable(),
    /** Whether it may be cancelled: an upload's reading may; what else runs is needed for the collection to be whole. */
    cancellable: z.boolean(),
  })
  .meta({ id: "CurrentJob" });
export type CurrentJob = z.infer<typeof currentJob>;

export const jobList = z
  .object({
    counts: z.array(
      z.object({ name: jobName, waiting: z.int(), active: z.int(), givenUp: z.int() }),
    ),
    /** What runs, then what waits, in the order in which it was asked for; at most 200. */
    current: z.array(currentJob),
    /** Newest first, at most 200. They wait for a person: retry or forget. */
    givenUp: z.array(givenUpJob),
  })
  .meta({ id: "JobList" });
export type JobList = z.infer<typeof jobList>;

/** Jobs of one kind and state in one collection are one line: an import makes hundreds of them. */
export const jobGroups = (jobs: readonly CurrentJob[]): CurrentJob[][] => {
  const found = new Map<string, CurrentJob[]>();
  for (const job of jobs) {
    const key = `${job.state} ${job.collection} ${job.name}`;
    const group = found.get(key);
    if (group === undefined) found.set(key, [job]);
    else group.push(job);
  }
  return [...found.values()];
};
