// A selection: the one way to say "these messages", for figures, comparisons, lists, the map's lasso, labels and reports.
import { z } from "zod";
import { instant, roleName, sourceName } from "./common.ts";

/** What a message was noticed for; services/analyse says how. */
export const flagName = z.enum(["refusal", "frustration", "question"]);
export type FlagName = z.infer<typeof flagName>;

export const sentimentName = z.enum(["negative", "neutral", "positive"]);

/** Every field narrows; values of one field widen. An empty selection is everything. */
export const selection = z
  .strictObject({
    /** from ≤ time < before. */
    after: instant.optional(),
    before: instant.optional(),
    /** Topic ids of any level (a parent means all below it); "none" for what belongs to no topic. */
    topics: z.array(z.string().max(60)).max(500).optional(),
    authors: z.array(z.string().max(300)).max(500).optional(),
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
    /** On the map: corners of a polygon in map coordinates (a lasso, a box); closed by itself, even-odd. */
    area: z
      .array(z.tuple([z.number(), z.number()]))
      .min(3)
      .max(1000)
      .optional(),
    /** Members of these labels. */
    labels: z.array(z.string().max(60)).max(50).optional(),
    /** What these concepts hold for theirs. */
    concepts: z.array(z.string().max(60)).max(20).optional(),
    /** Messages that were in this version of the index. */
    version: z.int().min(1).optional(),
    /** Everything but what this selects. */
    not: z.literal(true).optional(),
  })
  .meta({ id: "Selection" });
export type Selection = z.infer<typeof selection>;
