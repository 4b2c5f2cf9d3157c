// The analysis of a collection and its topics, as HTTP carries them.
import { z } from "zod";
import { instant } from "./common.ts";
import { selection } from "./selection.ts";

export const maskKind = z.enum(["email", "phone", "card", "iban", "ip", "secret"]);

/** How a collection is analysed; a person may change it. */
export const analysisSettings = z
  .strictObject({
    /** What is clustered and drawn: chunks, or whole conversations. */
    unit: z.enum(["chunk", "conversation"]).default("chunk"),
    /** Number of leaf topics; null = chosen by the criterion that `k.criterion` of the answer names. */
    k: z.int().min(2).max(500).nullable().default(null),
    /** Run by itself when an import has come to rest. */
    automatic: z.boolean().default(true),
    /** Name topics with the language model that is configured, if one is. */
    llm: z.boolean().default(true),
    /** What is masked in every text before it goes to a language model. */
    mask: z
      .strictObject({
        kinds: z.array(maskKind).default(["email", "phone", "card", "iban", "ip", "secret"]),
        /** Further words and names. */
        words: z.array(z.string().trim().min(2).max(100)).max(500).default([]),
      })
      .prefault({}),
  })
  .meta({ id: "AnalysisSettings" });
export type AnalysisSettings = z.infer<typeof analysisSettings>;

export const analysisState = z.enum(["none", "waiting", "running", "done", "failed"]);

/** What can be said about how good the topics are. */
export const analysisQuality = z
  .object({
    /** Mean silhouette by cosine on a sample, −1 … 1. */
    silhouette: z.number().nullable(),
    /** Mean adjusted Rand index of labelings from different seeds on a sample, 0 … 1. */
    stability: z.number().nullable(),
    /** Mean cosine of a member to its topic's centre. */
    cohesion: z.number().nullable(),
    outliers: z.int(),
    /** Of the map, 0 … 1 (Venna and Kaski). */
    trustworthiness: z.number().nullable(),
    /** How k was found: the criterion, and its value for each k tried. */
    k: z.object({
      chosen: z.int(),
      by: z.enum(["criterion", "person", "carried"]),
      criterion: z.string(),
      tried: z.array(z.object({ k: z.int(), score: z.number() })),
    }),
  })
  .meta({ id: "AnalysisQuality" });
export type AnalysisQuality = z.infer<typeof analysisQuality>;

export const analysis = z
  .object({
    /** Of the newest analysis that is done, if there is one; figures and the map are computed from it. */
    id: z.string().nullable(),
    state: analysisState,
    /** 0 … 1 while running. */
    progress: z.number(),
    /** What is being done, for people: "Grouping 12,000 messages". */
    doing: z.string().nullable(),
    /** Version that the newest finished analysis looked at. */
    version: z.int().nullable(),
    /** True where the index has changed since. */
    stale: z.boolean(),
    /** Hand edits that the next run will apply. */
    pendingEdits: z.int(),
    settings: analysisSettings,
    points: z.int(),
    messages: z.int(),
    topics: z.int(),
    quality: analysisQuality.nullable(),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    /** Seconds of the last run, by step. */
    steps: z.array(z.object({ name: z.string(), seconds: z.number() })),
    /** Of naming by a language model; null where none is configured. */
    llm: z
      .object({
        model: z.string(),
        named: z.int(),
        tokensIn: z.int(),
        tokensOut: z.int(),
        /** In the currency that the prices were given in; null without prices. */
        cost: z.number().nullable(),
        problem: z.string().nullable(),
      })
      .nullable(),
    error: z.string().nullable(),
    /** How often the one under way was tried, where a try failed. */
    attempt: z.int().optional(),
    /** When the next try starts, where the last one failed; null otherwise. */
    retryAt: instant.nullable().optional(),
    /** Why the last try failed, for people; null where none failed. */
    lastProblem: z.string().nullable().optional(),
  })
  .meta({ id: "Analysis" });
export type Analysis = z.infer<typeof analysis>;

export const analysisRequest = z
  .strictObject({
    /** update: from the topics that are there; refit: afresh, identities carried over where they match. */
    mode: z.enum(["update", "refit"]).default("update"),
    settings: analysisSettings.optional(),
  })
  .meta({ id: "AnalysisRequest" });

export const keyword = z
  .object({ term: z.string(), weight: z.number(), count: z.int() })
  .meta({ id: "Keyword" });

/** A message shown as an example. */
export const example = z
  .object({
    chunk: z.string(),
    message: z.string(),
    conversation: z.string(),
    title: z.string().nullable(),
    author: z.string(),
    at: instant.nullable(),
    text: z.string(),
  })
  .meta({ id: "Example" });
export type Example = z.infer<typeof example>;

/** A change that is more than noise, or is not. */
export const trend = z
  .object({
    /** "rising" and "fading" only where the test says so after correction for the number of topics. */
    direction: z.enum(["rising", "fading", "steady", "unknown"]),
    /** Share of all messages in the later part over the share in the earlier part, 1 = the same. */
    ratio: z.number().nullable(),
    /** Of the test, adjusted for the number of topics. */
    p: z.number().nullable(),
    /** A sentence for people: what was compared with what, and what the test says. */
    says: z.string(),
  })
  .meta({ id: "Trend" });
export type Trend = z.infer<typeof trend>;

export const topic = z
  .object({
    id: z.string(),
    /** 0 = the most general level; leaves have the highest. */
    level: z.int(),
    leaf: z.boolean(),
    parent: z.string().nullable(),
    children: z.array(z.string()),
    /** The name to show: the given one, else the model's, else the one made from keywords. */
    title: z.string(),
    /** Where it comes from. */
    titleBy: z.enum(["person", "llm", "keywords"]),
    summary: z.string().nullable(),
    keywords: z.array(keyword),
    examples: z.array(example),
    /** Points (chunks or conversations) and messages in it, children included. */
    points: z.int(),
    messages: z.int(),
    /** Of all points, 0 … 1. */
    share: z.number(),
    conversations: z.int(),
    people: z.int(),
    hidden: z.boolean(),
    /** 0, 1, 2 … stays with the topic: its colour. */
    colour: z.int(),
    silhouette: z.number().nullable(),
    cohesion: z.number().nullable(),
    bornVersion: z.int(),
    firstAt: instant.nullable(),
    lastAt: instant.nullable(),
    /** Messages in equal steps over the collection's whole time, for a small line. */
    spark: z.array(z.int()),
    trend,
  })
  .meta({ id: "Topic" });
export type Topic = z.infer<typeof topic>;

export const topicList = z
  .object({
    analysis: z.string().nullable(),
    version: z.int().nullable(),
    /** Parents before children, larger before smaller. */
    topics: z.array(topic),
    /** Points that belong to no topic. */
    outliers: z.int(),
    points: z.int(),
  })
  .meta({ id: "TopicList" });
export type TopicList = z.infer<typeof topicList>;

export const eventKind = z.enum([
  "born",
  "kept",
  "grew",
  "shrank",
  "merged",
  "split",
  "died",
  "revived",
]);

/** What became of a topic from one analysed version to the next. */
export const topicEvent = z
  .object({
    topic: z.string(),
    title: z.string(),
    kind: eventKind,
    /** Versions compared; `from` is null at the first analysis. */
    from: z.int().nullable(),
    to: z.int(),
    sizeBefore: z.int(),
    sizeAfter: z.int(),
    /** The other topics of a merge or split. */
    others: z.array(z.object({ topic: z.string(), title: z.string() })),
    at: instant,
  })
  .meta({ id: "TopicEvent" });
export type TopicEvent = z.infer<typeof topicEvent>;

export const topicEventList = z
  .object({ events: z.array(topicEvent) })
  .meta({ id: "TopicEventList" });

export const topicDetail = z
  .object({
    topic,
    /** Leaf topics nearest in meaning. */
    nearest: z.array(z.object({ topic: z.string(), title: z.string(), similarity: z.number() })),
    events: z.array(topicEvent),
    /** Selects its messages. */
    selection,
  })
  .meta({ id: "TopicDetail" });
export type TopicDetail = z.infer<typeof topicDetail>;

const topicRef = z.string().max(60);

/** A change by hand as it is kept: a move that has lost all its chunks to an erasure is still one. */
export const keptEdit = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("rename"),
    topic: topicRef,
    title: z.string().trim().max(80),
  }),
  z.strictObject({
    kind: z.literal("merge"),
    topics: z.array(topicRef).min(1).max(100),
    into: topicRef,
  }),
  z.strictObject({ kind: z.literal("split"), topic: topicRef, parts: z.int().min(2).max(10) }),
  z.strictObject({
    kind: z.literal("move"),
    /** Ids of chunks, or everything that a selection holds. */
    chunks: z.array(z.string().max(60)).max(10_000).optional(),
    selection: selection.optional(),
    /** null = to no topic. */
    to: topicRef.nullable(),
  }),
  z.strictObject({ kind: z.literal("hide"), topic: topicRef, hidden: z.boolean() }),
]);

/** What a person changes by hand; kept, and respected by every later run. */
export const topicEdit = keptEdit
  .refine(
    (edit) =>
      edit.kind !== "move" || edit.selection !== undefined || (edit.chunks ?? []).length > 0,
    {
      error: "A move needs “chunks” or a “selection”: the messages that are moved.",
      path: ["chunks"],
    },
  )
  .meta({ id: "TopicEdit" });
export type TopicEdit = z.infer<typeof topicEdit>;

export const savedEdit = z
  .object({
    id: z.string(),
    at: instant,
    edit: keptEdit,
    /** A sentence: what it did. */
    says: z.string(),
    /** now: seen at once; next: by the run that has been asked for; waits: its topic is not there at present. */
    state: z.enum(["now", "next", "waits"]),
  })
  .meta({ id: "SavedEdit" });
export type SavedEdit = z.infer<typeof savedEdit>;

export const editList = z.object({ edits: z.array(savedEdit) }).meta({ id: "EditList" });
