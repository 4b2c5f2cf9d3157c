// The jobs that cross between stages: ids only, never text; the name types the payload. How often one is tried.
import { z } from "zod";

export const jobs = {
  /** A file has arrived whole: read it. */
  "upload.received": z.strictObject({ upload: z.string() }),
  /** A batch of chunks is stored: make its vectors. */
  "chunks.ready": z.strictObject({ batch: z.string() }),
  /** A collection has vectors, or removals, that no version names yet: commit. */
  "index.due": z.strictObject({ collection: z.string() }),
  /** The files of a collection's newest version are to be checked, and built again from the rows where they are damaged. */
  "index.repair": z.strictObject({ collection: z.string() }),
  /** Messages of the collection's live sessions are to be cut into chunks. */
  "sessions.due": z.strictObject({ collection: z.string() }),
  /** Rows, files, vectors and old versions of an origin (an upload, a live session) or a whole collection are to be erased. */
  "erase.requested": z.strictObject({ collection: z.string(), origin: z.string().nullable() }),
  /** A collection is to be analysed: its row of `analyses` says how. */
  "analysis.due": z.strictObject({ collection: z.string() }),
  /** A new version may hold what watched concepts wait for. */
  "watch.due": z.strictObject({ collection: z.string() }),
  /** Alerts of a concept are to be posted to its webhook. */
  "alert.due": z.strictObject({ concept: z.string() }),
} as const;

export type JobName = keyof typeof jobs;
export type Jobs = { [N in JobName]: z.infer<(typeof jobs)[N]> };

export const isJobName = (name: string): name is JobName => Object.hasOwn(jobs, name);

/** A job is given up after so many deliveries in a row that saved nothing new. */
export const MAX_ATTEMPTS = 5;
/**
 * A job is given up after so many deliveries in its whole life that failed, crashed or went down with the machine, whatever
 * was saved between them.
 */
export const MAX_STARTS = 30;
