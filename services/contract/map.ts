// The map, in requests and responses: what is drawn where. Points are sent as packed arrays (packed.ts).
import { z } from "zod";
import { facetValue, searchMode } from "./search.ts";
import { selection } from "./selection.ts";

/** What points may be coloured by. Categories have a legend, numbers a range. */
export const mapColumn = z.enum([
  "topic",
  "author",
  "role",
  "source",
  "channel",
  "language",
  "time",
  "sentiment",
  "length",
  "fit",
]);
export type MapColumn = z.infer<typeof mapColumn>;

export const mapRegion = z
  .object({
    topic: z.string(),
    level: z.int(),
    title: z.string(),
    colour: z.int(),
    /** Where its points are densest. */
    x: z.number(),
    y: z.number(),
    points: z.int(),
  })
  .meta({ id: "MapRegion" });
export type MapRegion = z.infer<typeof mapRegion>;

export const mapMeta = z
  .object({
    analysis: z.string().nullable(),
    version: z.int().nullable(),
    unit: z.enum(["chunk", "conversation"]),
    points: z.int(),
    /** Number of messages that the points show. */
    messages: z.int(),
    /** Messages of the analysis that no point shows: they have no words to be placed by. */
    unplaced: z.int(),
    /** Smallest and largest coordinates. */
    extent: z.object({ left: z.number(), right: z.number(), bottom: z.number(), top: z.number() }),
    /** Labels, the most general first, larger before smaller. */
    regions: z.array(mapRegion),
    /** By number: the leaf topics that `topic` of the packed points refers to; −1 is none. */
    topics: z.array(z.object({ topic: z.string(), title: z.string(), colour: z.int() })),
    /** Those of them that are not hidden, in the order of the list of topics. */
    listed: z.array(z.string()),
    columns: z.array(z.object({ name: mapColumn, label: z.string() })),
    /** Times of the first and last point in milliseconds; null where no point has a time. */
    time: z.object({ first: z.number(), last: z.number() }).nullable(),
    trustworthiness: z.number().nullable(),
  })
  .meta({ id: "MapMeta" });
export type MapMeta = z.infer<typeof mapMeta>;

/** The legend of a packed column: the meaning of its numbers. */
export const mapLegend = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("categories"),
    name: mapColumn,
    /** By code; the largest values, then one for all others. 65535 = none. */
    values: z.array(facetValue),
  }),
  z.object({
    kind: z.literal("numbers"),
    name: mapColumn,
    unit: z.enum(["time", "share", "count"]),
    low: z.number(),
    high: z.number(),
  }),
]);
export type MapLegend = z.infer<typeof mapLegend>;

export const mapHitsRequest = z
  .strictObject({
    query: z.string().min(1).max(4000),
    mode: searchMode.optional(),
    limit: z.int().min(1).max(1000).default(300),
  })
  .meta({ id: "MapHitsRequest" });

export const mapHits = z
  .object({
    analysis: z.string().nullable(),
    /** Numbers of the packed points, best first, with scores scaled to 0 … 1. */
    points: z.array(z.int()),
    scores: z.array(z.number()),
    /** Number of hits that are not on the map yet. */
    missing: z.int(),
  })
  .meta({ id: "MapHits" });
export type MapHits = z.infer<typeof mapHits>;

/** One point, for the card that opens over it. */
export const mapPoint = z
  .object({
    point: z.int(),
    chunk: z.string(),
    message: z.string(),
    conversation: z.string(),
    title: z.string().nullable(),
    author: z.string(),
    at: z.number().nullable(),
    topic: z.string().nullable(),
    text: z.string(),
  })
  .meta({ id: "MapPoint" });
export type MapPoint = z.infer<typeof mapPoint>;

export const newLabel = z
  .strictObject({ name: z.string().trim().min(1).max(80), selection })
  .meta({ id: "NewLabel" });

export const label = z
  .object({
    id: z.string(),
    name: z.string(),
    chunks: z.int(),
    createdAt: z.int(),
    /** How it was made. */
    selection,
  })
  .meta({ id: "Label" });
export type Label = z.infer<typeof label>;

export const labelList = z.object({ labels: z.array(label) }).meta({ id: "LabelList" });
