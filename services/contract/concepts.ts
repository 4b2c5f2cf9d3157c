// Concepts and their alerts, in requests and responses.
import { z } from "zod";
import { instant } from "./common.ts";
import { figure } from "./figures.ts";

export const verdict = z.enum(["up", "down"]);

export const newConcept = z
  .strictObject({
    name: z.string().trim().min(1).max(80),
    /** The meaning, in words; embedded as a question. */
    query: z.string().trim().min(1).max(4000),
    /** Chunks that are examples of the concept, and chunks that are not. */
    up: z.array(z.string().max(60)).max(500).default([]),
    down: z.array(z.string().max(60)).max(500).default([]),
  })
  .meta({ id: "NewConcept" });

export const conceptPatch = z
  .strictObject({
    name: z.string().trim().min(1).max(80).optional(),
    query: z.string().trim().min(1).max(4000).optional(),
    /** Probability from which a message belongs to the concept; null = the trained one. */
    threshold: z.number().min(0.01).max(0.99).nullable().optional(),
    /** True where new matching messages raise an alert. */
    watch: z.boolean().optional(),
    /** The address that signed posts with alerts are sent to; null = none. */
    webhook: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .nullable()
      .optional(),
  })
  .meta({ id: "ConceptPatch" });

/** A thumb up or down for a chunk; null removes it. */
export const conceptExample = z
  .strictObject({ chunk: z.string().max(60), verdict: verdict.nullable() })
  .meta({ id: "ConceptExample" });

export const concept = z
  .object({
    id: z.string(),
    name: z.string(),
    query: z.string(),
    up: z.int(),
    down: z.int(),
    threshold: z.number(),
    thresholdBy: z.enum(["person", "training"]),
    /** Share of its examples predicted rightly when each is left out of the training; null with too few. */
    accuracy: z.number().nullable(),
    /** Milliseconds of the last training. */
    trainedInMs: z.number().nullable(),
    /** Number of chunks above the threshold in the newest version; null while they are not counted. */
    matches: z.int().nullable(),
    watch: z.boolean(),
    webhook: z.string().nullable(),
    /** The secret that posts are signed with; shown to the person who set the webhook, for verifying them. */
    secret: z.string().nullable(),
    /** The result of the last post, for people. */
    webhookState: z.string().nullable(),
    unseen: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: "Concept" });
export type Concept = z.infer<typeof concept>;

export const conceptList = z.object({ concepts: z.array(concept) }).meta({ id: "ConceptList" });

export const conceptHit = z
  .object({
    chunk: z.string(),
    message: z.string(),
    conversation: z.string(),
    title: z.string().nullable(),
    author: z.string(),
    at: instant.nullable(),
    text: z.string(),
    /** Probability that it belongs to the concept, 0 … 1. */
    probability: z.number(),
    verdict: verdict.nullable(),
  })
  .meta({ id: "ConceptHit" });
export type ConceptHit = z.infer<typeof conceptHit>;

export const conceptHits = z
  .object({
    hits: z.array(conceptHit),
    /** Number of all chunks above the threshold. */
    matches: z.int(),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "ConceptHits" });
export type ConceptHits = z.infer<typeof conceptHits>;

export const conceptTrend = z.object({ figure }).meta({ id: "ConceptTrend" });

/** The result of a test post to a webhook. */
export const webhookTest = z
  .object({ ok: z.boolean(), says: z.string() })
  .meta({ id: "WebhookTest" });

export const alert = z
  .object({
    id: z.string(),
    concept: z.string(),
    conceptName: z.string(),
    collection: z.string(),
    chunk: z.string(),
    message: z.string(),
    conversation: z.string(),
    author: z.string(),
    text: z.string(),
    probability: z.number(),
    /** Time of the message; `raisedAt` is the time of the alert. */
    at: instant.nullable(),
    raisedAt: instant,
    seen: z.boolean(),
  })
  .meta({ id: "Alert" });
export type Alert = z.infer<typeof alert>;

export const alertList = z
  .object({ alerts: z.array(alert), unseen: z.int(), nextCursor: z.string().nullable() })
  .meta({ id: "AlertList" });

/** The alerts to mark as seen: these, or all. */
export const alertsSeen = z
  .strictObject({ alerts: z.array(z.string().max(60)).max(1000).optional() })
  .meta({ id: "AlertsSeen" });
