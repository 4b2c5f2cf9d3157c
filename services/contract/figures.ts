// Figures, lists of selected messages, comparisons, the overview: what is computed from an analysis, as HTTP carries it.
import { z } from "zod";
import { analysis, topic, topicEvent, trend } from "./analysis.ts";
import { collectionHealth, instant, roleName, sourceName } from "./common.ts";
import { facetValue } from "./search.ts";
import { selection } from "./selection.ts";

export const figureName = z.enum([
  "volume",
  "topics-over-time",
  "rising-fading",
  "hours",
  "people",
  "response-times",
  "thread-lengths",
  "languages",
  "sentiment",
  "sentiment-by-topic",
  "longest",
  "liveliest",
  "models",
  "refusals",
  "frustration",
]);
export type FigureName = z.infer<typeof figureName>;

/** What a column's values are, so that they can be printed: times in milliseconds, durations in seconds, shares 0 … 1. */
export const columnKind = z.enum([
  "text",
  "time",
  "count",
  "share",
  "number",
  "duration",
  "p",
  "topic",
  "conversation",
]);

/**
 * A figure is a table with a drawing: every row is a datum, and names the selection that opens its messages.
 * Long form: a stacked chart has one row for each x and series.
 */
export const figure = z
  .object({
    name: figureName,
    title: z.string(),
    /** One sentence: what it shows of these messages, with the main finding. */
    says: z.string(),
    /** How it is computed, with the test or source, for those who ask. */
    method: z.string(),
    columns: z.array(z.object({ key: z.string(), label: z.string(), kind: columnKind })),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
    /** Parallel to rows; added to the page's selection it selects the messages behind the datum. */
    selections: z.array(selection.nullable()),
    /** How to draw it: keys of columns. `series` splits rows into lines or stacks; "heatmap" has x, y and value. */
    chart: z.object({
      type: z.enum(["area", "stacked-area", "bars", "stacked-bars", "line", "heatmap", "table"]),
      x: z.string(),
      y: z.string(),
      series: z.string().nullable(),
      /** Milliseconds of one step where x is a time. */
      width: z.number().nullable(),
    }),
    /** Where there is nothing to show: why. */
    empty: z.string().nullable(),
  })
  .meta({ id: "Figure" });
export type Figure = z.infer<typeof figure>;

export const figuresRequest = z
  .strictObject({
    selection: selection.optional(),
    /** All by default. */
    figures: z.array(figureName).max(20).optional(),
    /** Of the time axis; chosen by the span where absent. */
    step: z.enum(["hour", "day", "week", "month", "quarter", "year"]).optional(),
    /** Series of a topic chart: these many largest, the rest as one. */
    top: z.int().min(1).max(30).default(8),
    /** Level of the topics shown; leaves by default. */
    level: z.int().min(0).max(2).optional(),
  })
  .meta({ id: "FiguresRequest" });
export type FiguresRequest = z.infer<typeof figuresRequest>;

export const figureList = z
  .object({ analysis: z.string().nullable(), messages: z.int(), figures: z.array(figure) })
  .meta({ id: "FigureList" });

export const selectedMessage = z
  .object({
    message: z.string(),
    /** null where the message is not indexed. */
    chunk: z.string().nullable(),
    conversation: z.string(),
    title: z.string().nullable(),
    channel: z.string().nullable(),
    source: sourceName,
    author: z.string(),
    role: roleName,
    at: instant.nullable(),
    language: z.string().nullable(),
    /** The first 400 characters, and how many there are. */
    text: z.string(),
    textLength: z.int(),
    topic: z.string().nullable(),
    /** −1 … 1; null where it cannot be told. */
    sentiment: z.number().nullable(),
    flags: z.array(z.string()),
    /** Place on the map; null where it is not on it. */
    point: z.int().nullable(),
  })
  .meta({ id: "SelectedMessage" });
export type SelectedMessage = z.infer<typeof selectedMessage>;

export const messagesRequest = z
  .strictObject({
    selection: selection.optional(),
    sort: z.enum(["newest", "oldest", "typical", "longest"]).default("newest"),
    limit: z.int().min(1).max(200).default(50),
    cursor: z.string().max(200).optional(),
    facets: z.boolean().default(false),
  })
  .meta({ id: "MessagesRequest" });
export type MessagesRequest = z.infer<typeof messagesRequest>;

export const selectedMessages = z
  .object({
    analysis: z.string().nullable(),
    total: z.int(),
    conversations: z.int(),
    points: z.int(),
    messages: z.array(selectedMessage),
    facets: z
      .object({
        topics: z.array(facetValue),
        authors: z.array(facetValue),
        sources: z.array(facetValue),
        channels: z.array(facetValue),
        languages: z.array(facetValue),
        roles: z.array(facetValue),
      })
      .nullable(),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "SelectedMessages" });
export type SelectedMessages = z.infer<typeof selectedMessages>;

/** One thing that one side has more of than the other. */
export const difference = z
  .object({
    kind: z.enum(["topic", "word", "author", "source", "channel", "language", "role", "measure"]),
    /** Id of a topic, else the value itself. */
    key: z.string(),
    label: z.string(),
    /** Counts, and shares of each side's messages (measures: means). */
    countA: z.number(),
    countB: z.number(),
    shareA: z.number(),
    shareB: z.number(),
    /** Log odds ratio, smoothed (measures: Cohen's d); positive: more in A. */
    effect: z.number(),
    /** 95 % interval of the effect. */
    low: z.number(),
    high: z.number(),
    /** Adjusted for the number of comparisons (Benjamini and Hochberg). */
    p: z.number(),
    /** How large that is, in words. */
    size: z.enum(["negligible", "small", "medium", "large"]),
    /** Opens the messages of each side behind it; null where a side has none or it cannot be selected. */
    selectionA: selection.nullable(),
    selectionB: selection.nullable(),
  })
  .meta({ id: "Difference" });
export type Difference = z.infer<typeof difference>;

export const compareRequest = z
  .strictObject({ a: selection, b: selection })
  .meta({ id: "CompareRequest" });

export const comparison = z
  .object({
    analysis: z.string().nullable(),
    a: z.object({ messages: z.int(), conversations: z.int(), people: z.int(), selection }),
    b: z.object({ messages: z.int(), conversations: z.int(), people: z.int(), selection }),
    /** Messages that both sides hold. */
    shared: z.int(),
    /** Largest effects first, significant ones before others. */
    differences: z.array(difference),
    /** Sentences: the main findings, and where there is too little to say. */
    says: z.array(z.string()),
    method: z.string(),
  })
  .meta({ id: "Comparison" });
export type Comparison = z.infer<typeof comparison>;

/** What is in here, what is new, what changed: the first page of a collection. */
export const overview = z
  .object({
    analysis,
    messages: z.int(),
    conversations: z.int(),
    people: z.int(),
    firstAt: instant.nullable(),
    lastAt: instant.nullable(),
    /** A few sentences that answer "what is in here". */
    says: z.array(z.string()),
    /** The most general topics with the leaves below them, largest first. */
    topics: z.array(topic),
    /** Volume over time; the same figure as on the trends page. */
    volume: figure.nullable(),
    rising: z.array(z.object({ topic: z.string(), title: z.string(), trend })),
    fading: z.array(z.object({ topic: z.string(), title: z.string(), trend })),
    /** What the newest data brought: since the version before the last import, or the last tenth of the time. */
    fresh: z
      .object({
        /** "since 3 March", "in version 7". */
        since: z.string(),
        messages: z.int(),
        conversations: z.int(),
        selection,
        topics: z.array(z.object({ topic: z.string(), title: z.string(), messages: z.int() })),
      })
      .nullable(),
    /** What changed between the last two analyses: births, merges, splits, deaths, the largest growth. */
    changes: z.array(topicEvent),
    /** Longest, liveliest, newest conversations worth a look. */
    notable: z.array(
      z.object({
        conversation: z.string(),
        title: z.string().nullable(),
        why: z.string(),
        messages: z.int(),
        at: instant.nullable(),
      }),
    ),
    unseenAlerts: z.int(),
    /** The same as on the collection. */
    health: collectionHealth.optional(),
  })
  .meta({ id: "Overview" });
export type Overview = z.infer<typeof overview>;
