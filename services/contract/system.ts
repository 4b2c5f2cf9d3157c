// Health, readiness and the facts of this instance, in responses.
import { z } from "zod";

/** One part of the instance that does not work in full, while the rest does. */
export const degradedPart = z
  .object({
    /** Stable, kebab-case: `disk-full`, `model-unavailable`, `index-damaged`. */
    code: z.string(),
    /** One sentence for people: what does not work, and what still does. */
    message: z.string(),
    /** What to do about it, for people at a terminal. */
    hint: z.string().optional(),
    /** Id of the collection, where only that one is affected. */
    collection: z.string().optional(),
  })
  .meta({ id: "DegradedPart" });
export type DegradedPart = z.infer<typeof degradedPart>;

/** Which of several servers this is, and what it shares with the others. */
export const serverFacts = z
  .object({
    role: z.enum(["all", "api", "worker"]),
    /** The stages that its workers run; none where it only answers requests. */
    stages: z.array(z.string()),
    /** Its name among the servers of this installation. */
    host: z.string(),
    /** Where things are, for people, without passwords. */
    database: z.string(),
    broker: z.string(),
    /** Requests and failed tries are counted there. */
    counters: z.string(),
    blobs: z.string(),
    indexes: z.string(),
  })
  .meta({ id: "ServerFacts" });
export type ServerFacts = z.infer<typeof serverFacts>;

export const readiness = z
  .object({
    ready: z.boolean(),
    version: z.string(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
    /** Parts that do not work in full; empty where all do. `ready` may be true with some. */
    degraded: z.array(degradedPart).optional(),
    server: serverFacts.optional(),
    model: z.object({ id: z.string(), dim: z.int(), fingerprint: z.string() }),
    providers: z.object({
      asked: z.array(z.string()),
      active: z.string(),
      fallback: z.string().nullable(),
    }),
    engines: z.array(
      z.object({ name: z.string(), available: z.boolean(), reason: z.string().nullable() }),
    ),
  })
  .meta({ id: "Readiness" });
export type Readiness = z.infer<typeof readiness>;

export const formatList = z
  .object({
    formats: z.array(
      z.object({
        source: z.string(),
        family: z
          .string()
          .describe("The group in which it is listed; formats of one stand together"),
        name: z.string(),
        accepts: z.string(),
      }),
    ),
  })
  .meta({ id: "FormatList" });
