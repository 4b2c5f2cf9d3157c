// The jobs that cross between stages: ids only, never text; the name types the payload.
import { z } from "zod";

export const jobs = {
  /** A file has arrived whole: read it. */
  "upload.received": z.strictObject({ upload: z.string() }),
  /** A batch of chunks is stored: make its vectors. */
  "chunks.ready": z.strictObject({ batch: z.string() }),
  /** A collection has vectors, or removals, that no version names yet: commit. */
  "index.due": z.strictObject({ collection: z.string() }),
  /** Rows, files, vectors and old versions of an upload or a whole collection are to be erased. */
  "erase.requested": z.strictObject({ collection: z.string(), upload: z.string().nullable() }),
} as const;

export type JobName = keyof typeof jobs;
export type Jobs = { [N in JobName]: z.infer<(typeof jobs)[N]> };
