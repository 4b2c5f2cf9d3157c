// The server's embedding models: listed, added, tested, measured, removed.
import { z } from "zod";
import { instant } from "./common.ts";

/** What is known of a model once it could be opened. */
export const embeddingModelFacts = z
  .object({
    dim: z.int(),
    maxTokens: z.int(),
    pooling: z.enum(["model", "mean", "cls", "last"]),
    /** Put before a text, by kind; empty where the model needs none. */
    prefixes: z.object({ query: z.string(), document: z.string() }),
    /** ISO 639-1; null: many, or not said. */
    languages: z.array(z.string()).nullable(),
    /** Numbers of dimensions that vectors may be shortened to, largest first. */
    matryoshka: z.array(z.int()),
    licence: z.string().nullable(),
    /** Of its files. */
    bytes: z.int().nullable(),
    /** sha256 of the files and settings that determine a vector. */
    fingerprint: z.string(),
  })
  .meta({ id: "EmbeddingModelFacts" });
export type EmbeddingModelFacts = z.infer<typeof embeddingModelFacts>;

export const registeredModel = z
  .object({
    id: z.string(),
    /** shipped: comes with Parlance; settings: named by PARLANCE_EMBEDDING_MODEL; folder: one of this machine; hub: fetched from there. */
    source: z.enum(["shipped", "settings", "folder", "hub"]),
    /** The folder, or the name on the hub; null for who may not manage models. */
    place: z.string().nullable(),
    state: z.enum(["ready", "fetching", "failed"]),
    /** Why it failed. */
    problem: z.string().nullable(),
    /** Bytes that are here, and of all files; 0 before they are known. */
    doneBytes: z.int(),
    totalBytes: z.int(),
    /** New collections get it. */
    isDefault: z.boolean(),
    /** It is in the memory of the process that answers. */
    isLoaded: z.boolean(),
    facts: embeddingModelFacts.nullable(),
    /** Texts a second here, when it was last measured. */
    speed: z.object({ textsPerSecond: z.number(), at: instant }).nullable(),
    /** Those that use it, in all organizations; null for who may not manage models. */
    collections: z.int().nullable(),
  })
  .meta({ id: "RegisteredModel" });
export type RegisteredModel = z.infer<typeof registeredModel>;

export const registeredModels = z
  .object({
    /** The default first, then by id. */
    models: z.array(registeredModel),
    /** Whether the settings name the default: then it cannot be chosen here. */
    defaultIsSet: z.boolean(),
  })
  .meta({ id: "RegisteredModels" });
export type RegisteredModels = z.infer<typeof registeredModels>;

export const newModel = z
  .strictObject({
    /** A name on the hub (`organization/model`), or a folder of the server's machine in the same layout. */
    from: z.string().trim().min(1).max(1000),
  })
  .meta({ id: "NewModel" });

/** Another model, tried on messages of a collection. */
export const modelTrialRequest = z
  .strictObject({
    model: z.string().trim().min(1).max(300),
    /** As they would be asked. */
    questions: z.array(z.string().trim().min(1).max(1000)).min(1).max(5),
  })
  .meta({ id: "ModelTrialRequest" });

const trialHit = z.object({
  message: z.string(),
  conversation: z.string(),
  author: z.string(),
  /** The beginning of the passage. */
  text: z.string(),
  /** Cosine: those of two models cannot be compared. */
  score: z.number(),
});
export type TrialHit = z.infer<typeof trialHit>;

export const modelTrial = z
  .object({
    /** The collection's own, and the other one. */
    models: z.object({ own: z.string(), other: z.string() }),
    /** Passages of messages that both models have embedded; what is in no version yet is left out. */
    passages: z.int(),
    /** Of the other model, with these passages. */
    passagesPerSecond: z.number(),
    /** So long the whole collection would take at that rate, in seconds; imports and searches beside it left out. */
    wholeSeconds: z.int(),
    questions: z.array(
      z.object({
        question: z.string(),
        /** The nearest five by each, nearest first. */
        own: z.array(trialHit),
        other: z.array(trialHit),
        /** How many passages are in both lists. */
        shared: z.int(),
      }),
    ),
  })
  .meta({ id: "ModelTrial" });
export type ModelTrial = z.infer<typeof modelTrial>;

export const modelTest = z
  .object({
    ok: z.boolean(),
    checks: z.array(z.object({ what: z.string(), ok: z.boolean(), detail: z.string() })),
  })
  .meta({ id: "ModelTest" });
export type ModelTest = z.infer<typeof modelTest>;

export const modelSpeed = z
  .object({
    textsPerSecond: z.number(),
    tokensPerSecond: z.number(),
    texts: z.int(),
    ms: z.number(),
  })
  .meta({ id: "ModelSpeed" });
export type ModelSpeed = z.infer<typeof modelSpeed>;
