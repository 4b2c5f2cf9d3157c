// A selection: the one way to name a set of messages, for figures, comparisons, lists, the map's lasso, labels and reports.
import { z } from "zod";
import { instant, roleName, sourceName } from "./common.ts";

/** Flags of a message; services/analyse says how they are found. */
export const flagName = z.enum(["refusal", "frustration", "question"]);
export type FlagName = z.infer<typeof flagName>;

export const sentimentName = z.enum(["negative", "neutral", "positive"]);

/** Fields narrow each other; the values within one field add up. An empty selection selects everything. */
export const selection = z
  .strictObject({
    /** from ≤ time < before. */
    after: instant.optional(),
    before: instant.optional(),
    /** Topic ids of any level (a parent includes all topics below it); "none" for messages without a topic. */
    topics: z.array(z.string().max(60)).max(500).optional(),
    /** People, as they are shown; "me": whoever asks, where they said who they are or brought their own export. */
    authors: z.array(z.string().max(300)).max(500).optional(),
    /** yes: bots only; no: all but bots. */
    bots: z
      .array(z.enum(["yes", "no"]))
      .max(2)
      .optional(),
    roles: z.array(roleName).max(5).optional(),
    sources: z.array(sourceName).max(20).optional(),
    channels: z.array(z.string().max(300)).max(200).optional(),
    /** ISO 639-1; null for "too short to tell". */
    languages: z.array(z.string().max(8).nullable()).max(50).optional(),
    conversations: z.array(z.string().max(60)).max(1000).optional(),
    /** Assistant models, as the log names them. */
    models: z.array(z.string().max(200)).max(100).optional(),
    /** In the collection's zone: 0 … 23; weekdays 1 (Monday) … 7. */
    hours: z.array(z.int().min(0).max(23)).max(24).optional(),
    weekdays: z.array(z.int().min(1).max(7)).max(7).optional(),
    sentiment: z.array(sentimentName).max(3).optional(),
    flags: z.array(flagName).max(3).optional(),
    /** On the map: corners of a polygon in map coordinates (a lasso, a box), closed automatically, even-odd rule. */
    area: z
      .array(z.tuple([z.number(), z.number()]))
      .min(3)
      .max(1000)
      .optional(),
    /** Members of these labels. */
    labels: z.array(z.string().max(60)).max(50).optional(),
    /** Messages that belong to these concepts. */
    concepts: z.array(z.string().max(60)).max(20).optional(),
    /** Messages that were in this version of the index, and messages without a chunk, of which that is not known. */
    version: z.int().min(1).optional(),
    /** Inverts the selection. */
    not: z.literal(true).optional(),
  })
  .meta({ id: "Selection" });
export type Selection = z.infer<typeof selection>;
