// Jobs that stages pass to each other: ids only, never text; the name determines the payload. Also how often a job is attempted.
import { z } from "zod";

export const jobs = {
  /** A file has been received: read it. */
  "upload.received": z.strictObject({ upload: z.string() }),
  /** A batch of chunks is stored: embed it. */
  "chunks.ready": z.strictObject({ batch: z.string() }),
  /** A collection has vectors or removals that are in no version yet: commit them. */
  "index.due": z.strictObject({ collection: z.string() }),
  /** Check the files of a collection's newest version, and rebuild damaged ones from the rows. */
  "index.repair": z.strictObject({ collection: z.string() }),
  /** Make chunks of the messages that came into the collection's live sessions. */
  "sessions.due": z.strictObject({ collection: z.string() }),
  /** Go through the conversations that are there again: clean them by the rules that have changed, cut them, purge what is masked. */
  "exchanges.due": z.strictObject({ collection: z.string() }),
  /** Erase rows, files, vectors and old versions of an origin (an upload or a live session) or a whole collection. */
  "erase.requested": z.strictObject({ collection: z.string(), origin: z.string().nullable() }),
  /** Analyse a collection: its row of `analyses` says how. */
  "analysis.due": z.strictObject({ collection: z.string() }),
  /** A new version may contain messages for watched concepts. */
  "watch.due": z.strictObject({ collection: z.string() }),
  /** Send a concept's alerts to its webhook. */
  "alert.due": z.strictObject({ concept: z.string() }),
} as const;

export type JobName = keyof typeof jobs;
export type Jobs = { [N in JobName]: z.infer<(typeof jobs)[N]> };

export const isJobName = (name: string): name is JobName => Object.hasOwn(jobs, name);

/** A job is given up after so many deliveries in a row that saved nothing new. */
export const MAX_ATTEMPTS = 5;
/**
 * A job is given up after so many deliveries in all that failed, crashed or ended with the machine, whatever was saved
 * between them.
 */
export const MAX_STARTS = 30;
/** Attempts of a job whose worker process ran out of memory each time, and saved nothing more: it will do so again. */
export const MAX_OUT_OF_MEMORY = 2;

const OUT_OF_MEMORY = "The worker process ran out of memory";
export const outOfMemoryReason = (limitMb: number): string =>
  `${OUT_OF_MEMORY} (its limit is ${limitMb} MB).`;
export const saysOutOfMemory = (reason: string): boolean => reason.startsWith(OUT_OF_MEMORY);
