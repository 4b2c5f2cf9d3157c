// The analysis of a collection and its topics, in requests and responses.
import { z } from "zod";
import { instant } from "./common.ts";
import { selection } from "./selection.ts";

export const maskKind = z.enum(["email", "phone", "card", "iban", "ip", "secret"]);

/** How a collection is analysed; a person may change it. */
export const analysisSettings = z
  .strictObject({
    /**
     * What is clustered and drawn: chunks (each with its message and the answers to it), or whole conversations. "auto":
     * conversations where there are many short ones (threads, chats with an assistant), chunks otherwise.
     */
    unit: z.enum(["auto", "chunk", "conversation"]).default("auto"),
    /** Number of leaf topics; null = chosen by the criterion in `k.criterion` of the answer. */
    k: z.int().min(2).max(500).nullable().default(null),
    /**
     * How the map is laid out when it is drawn anew (in an analysis from scratch, or when it no longer fits the data): UMAP, or
     * t-SNE, which lays out a sample of 5,000 points and places the others among them.
     */
    layout: z.enum(["umap", "tsne"]).default("umap"),
    /** Runs by itself after each import. */
    automatic: z.boolean().default(true),
    /** Names topics with the language model, where one is configured. */
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

/** Measures of how good the topics are. */
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
    /** Id of the newest finished analysis, if there is one; figures and the map are computed from it. */
    id: z.string().nullable(),
    state: analysisState,
    /**
     * True where messages that the newest analysis read are being or have been deleted, so that it is not shown any more: a new
     * one of what is left follows ("waiting" until the deletion is done) or is running.
     */
    renewed: z.boolean().optional(),
    /** 0 … 1 while running. */
    progress: z.number(),
    /** What is being done, for people: "Grouping 12,000 points". */
    doing: z.string().nullable(),
    /** Version of the index that the newest finished analysis read. */
    version: z.int().nullable(),
    /** True where the index has changed since then. */
    stale: z.boolean(),
    /** Hand edits that the next analysis will apply. */
    pendingEdits: z.int(),
    settings: analysisSettings,
    points: z.int(),
    messages: z.int(),
    /** Topics without further ones below them, which is what pages count; hidden ones included. */
    topics: z.int(),
    quality: analysisQuality.nullable(),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    /** Seconds of the newest analysis, by step. */
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
    /** Number of attempts of the current analysis, where one has failed. */
    attempt: z.int().optional(),
    /** When the next attempt starts, where the last one failed; null otherwise. */
    retryAt: instant.nullable().optional(),
    /** Why the last attempt failed, for people; null where none failed. */
    lastProblem: z.string().nullable().optional(),
  })
  .meta({ id: "Analysis" });
export type Analysis = z.infer<typeof analysis>;

export const analysisRequest = z
  .strictObject({
    /** update: starts from the existing topics; refit: finds topics anew, and recognises old ones where they match. */
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

/** A change of a topic's share, and whether it is more than noise. */
export const trend = z
  .object({
    /** "rising" and "fading" only where the test finds it after correction for the number of topics. */
    direction: z.enum(["rising", "fading", "steady", "unknown"]),
    /** Share of all messages in the later part divided by the share in the earlier part, 1 = the same. */
    ratio: z.number().nullable(),
    /** Of the test, adjusted for the number of topics. */
    p: z.number().nullable(),
    /** A sentence for people: what was compared, and the result of the test. */
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
    /** The name to show: a person's, else the language model's, else the one made from keywords. */
    title: z.string(),
    /** Who made the name. */
    titleBy: z.enum(["person", "llm", "keywords"]),
    summary: z.string().nullable(),
    keywords: z.array(keyword),
    examples: z.array(example),
    /** Number of its points on the map (parts of messages, or conversations), including topics below. */
    points: z.int(),
    /** Number of its messages, including topics below: its size, wherever topics are listed. A long message belongs to the topic of its beginning. */
    messages: z.int(),
    /** Share of all messages, 0 … 1. */
    share: z.number(),
    conversations: z.int(),
    people: z.int(),
    hidden: z.boolean(),
    /** 0, 1, 2 …: the number of its colour, which stays the same. */
    colour: z.int(),
    silhouette: z.number().nullable(),
    cohesion: z.number().nullable(),
    bornVersion: z.int(),
    firstAt: instant.nullable(),
    lastAt: instant.nullable(),
    /** Messages in equal steps over the collection's whole time, for a sparkline. */
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
    /** Number of messages that belong to no topic, and of all that the analysis read. */
    outliers: z.int(),
    messages: z.int(),
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

/** What happened to a topic between two analysed versions. */
export const topicEvent = z
  .object({
    topic: z.string(),
    title: z.string(),
    kind: eventKind,
    /** Versions compared; `from` is null at the first analysis. */
    from: z.int().nullable(),
    to: z.int(),
    /** Messages. */
    sizeBefore: z.int(),
    sizeAfter: z.int(),
    /**
     * The other topics of a merge (with their messages before) or split (with their messages now); null in events of older
     * versions of Parlance.
     */
    others: z.array(
      z.object({ topic: z.string(), title: z.string(), messages: z.int().nullable() }),
    ),
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
    /** The selection of its messages. */
    selection,
  })
  .meta({ id: "TopicDetail" });
export type TopicDetail = z.infer<typeof topicDetail>;

const topicRef = z.string().max(60);

/** A hand edit as it is stored: a move that has lost all its chunks to an erasure is still valid. */
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
    /** Ids of chunks, or everything in a selection. */
    chunks: z.array(z.string().max(60)).max(10_000).optional(),
    selection: selection.optional(),
    /** null = to no topic. */
    to: topicRef.nullable(),
  }),
  z.strictObject({ kind: z.literal("hide"), topic: topicRef, hidden: z.boolean() }),
]);

/** A change that a person makes by hand; it is stored, and applied by every later analysis. */
export const topicEdit = keptEdit
  .refine(
    (edit) =>
      edit.kind !== "move" || edit.selection !== undefined || (edit.chunks ?? []).length > 0,
    {
      error: "A move needs “chunks” or a “selection” that names the messages.",
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
    /** A sentence: what the edit did. */
    says: z.string(),
    /** now: visible at once; next: applied by the analysis that was requested; waits: its topic does not exist at present. */
    state: z.enum(["now", "next", "waits"]),
  })
  .meta({ id: "SavedEdit" });
export type SavedEdit = z.infer<typeof savedEdit>;

export const editList = z.object({ edits: z.array(savedEdit) }).meta({ id: "EditList" });
