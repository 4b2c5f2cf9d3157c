// The jobs for people, in responses: how many wait and run, and those that were given up.
import { z } from "zod";
import { instant } from "./common.ts";
import { type JobName, jobs } from "./jobs.ts";

const jobName = z.enum(Object.keys(jobs) as [JobName, ...JobName[]]);

/** What a job does, for people. */
export const jobTitles = {
  "upload.received": "Reading an upload",
  "sessions.due": "Taking in live messages",
  "exchanges.due": "Finding exchanges in older conversations",
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

export const jobList = z
  .object({
    counts: z.array(
      z.object({ name: jobName, waiting: z.int(), active: z.int(), givenUp: z.int() }),
    ),
    /** Newest first, at most 200. They wait for a person: retry or forget. */
    givenUp: z.array(givenUpJob),
  })
  .meta({ id: "JobList" });
export type JobList = z.infer<typeof jobList>;
