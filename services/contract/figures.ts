// Figures, lists of selected messages, comparisons, the overview, in requests and responses: everything computed from an analysis.
import { z } from "zod";
import { analysis, topic, topicEvent, trend } from "./analysis.ts";
import { collectionHealth, instant, roleName, sourceName } from "./common.ts";
import { languageForm } from "./language.ts";
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

/** The kind of a column's values, for printing them: times in milliseconds, durations in seconds, shares 0 … 1. */
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
 * A figure is a table with a way to draw it: every row is a datum, with the selection that opens its messages.
 * Rows are in long form: a stacked chart has one row for each x and series.
 */
export const figure = z
  .object({
    name: figureName,
    title: z.string(),
    /** One sentence: the main finding for these messages. */
    says: z.string(),
    /** How it is computed, with the test or source. */
    method: z.string(),
    columns: z.array(z.object({ key: z.string(), label: z.string(), kind: columnKind })),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
    /** Parallel to rows; combined with the page's selection, each selects the messages behind its datum. */
    selections: z.array(selection.nullable()),
    /** How to draw it, by keys of columns. `series` splits rows into lines or stacks; "heatmap" has x, y and value. */
    chart: z.object({
      type: z.enum(["area", "stacked-area", "bars", "stacked-bars", "line", "heatmap", "table"]),
      x: z.string(),
      y: z.string(),
      series: z.string().nullable(),
      /** Milliseconds of one step where x is a time. */
      width: z.number().nullable(),
    }),
    /** Why there is nothing to show; null where there is. */
    empty: z.string().nullable(),
    /** The zone of its times and steps, and the first and last time among the messages; absent where none has a time. */
    time: z.object({ zone: z.string(), first: instant, last: instant }).optional(),
  })
  .meta({ id: "Figure" });
export type Figure = z.infer<typeof figure>;
/** What is drawn, printed and saved: a figure of messages, or of anything else that is counted. */
export type AnyFigure = Omit<Figure, "name"> & { readonly name: string };

export const figuresRequest = z
  .strictObject({
    selection: selection.optional(),
    /** All figures by default. */
    figures: z.array(figureName).max(20).optional(),
    /** Step of the time axis; by default chosen by the length of the time. */
    step: z.enum(["hour", "day", "week", "month", "quarter", "year"]).optional(),
    /** Number of largest topics that are drawn as series; the others are one series. */
    top: z.int().min(1).max(30).default(8),
    /** Level of the topics shown; leaves by default. */
    level: z.int().min(0).max(2).optional(),
    language: languageForm.optional(),
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
    /** The first 400 characters, of an assistant's message without Markdown marks, and whether there is more. */
    text: z.string(),
    isCut: z.boolean(),
    /** Length of the whole text as it was written. */
    textLength: z.int(),
    topic: z.string().nullable(),
    /** −1 … 1; null where it could not be determined. */
    sentiment: z.number().nullable(),
    flags: z.array(z.string()),
    /** Number of its point on the map; null where it is not on the map. */
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
        bots: z.array(facetValue),
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

/** One difference between the two sides of a comparison. */
export const difference = z
  .object({
    kind: z.enum(["topic", "word", "author", "source", "channel", "language", "role", "measure"]),
    /** Id of a topic; for other kinds the value itself. */
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
    /** The size in words. */
    size: z.enum(["negligible", "small", "medium", "large"]),
    /** Open the messages of each side behind it; null where a side has none or no selection can express them. */
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
    /** Messages that are on both sides. */
    shared: z.int(),
    /** Significant ones first, the largest effects before others. */
    differences: z.array(difference),
    /** Sentences: the main findings, and where there is too little data. */
    says: z.array(z.string()),
    method: z.string(),
  })
  .meta({ id: "Comparison" });
export type Comparison = z.infer<typeof comparison>;

/** What a collection contains, what is new and what changed: its first page. */
export const overview = z
  .object({
    analysis,
    messages: z.int(),
    conversations: z.int(),
    people: z.int(),
    firstAt: instant.nullable(),
    lastAt: instant.nullable(),
    /** A few sentences that describe the content. */
    says: z.array(z.string()),
    /** The most general topics and the leaf topics below them, largest first. */
    topics: z.array(topic),
    /** Volume over time; the same figure as on the trends page. */
    volume: figure.nullable(),
    rising: z.array(z.object({ topic: z.string(), title: z.string(), trend })),
    fading: z.array(z.object({ topic: z.string(), title: z.string(), trend })),
    /** What the newest data added: since the version before the last import, or in the last tenth of the time. */
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
    /** The longest, liveliest and newest conversations. */
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
