// A question and its answer, in requests and responses.
import { z } from "zod";
import { instant, kindName, roleName, sourceName } from "./common.ts";

export const searchMode = z.enum(["semantic", "lexical", "hybrid"]);
export type SearchMode = z.infer<typeof searchMode>;

export const searchFilters = z
  .strictObject({
    /** from ≤ time < before. */
    after: instant.optional(),
    before: instant.optional(),
    authors: z.array(z.string().max(300)).max(100).optional(),
    roles: z.array(roleName).max(5).optional(),
    kinds: z.array(kindName).max(5).optional(),
    conversations: z.array(z.string().max(60)).max(1000).optional(),
    channels: z.array(z.string().max(300)).max(100).optional(),
    sources: z.array(sourceName).max(10).optional(),
    /** ISO 639-1; null for "too short to tell". */
    languages: z.array(z.string().max(8).nullable()).max(50).optional(),
    /** Ids of topics of any level; "none" for messages without a topic. */
    topics: z.array(z.string().max(60)).max(500).optional(),
    labels: z.array(z.string().max(60)).max(50).optional(),
  })
  .meta({ id: "SearchFilters" });
export type SearchFilters = z.infer<typeof searchFilters>;

export const searchRequest = z
  .strictObject({
    /** Words and operators: from: role: in: topic: before: after: lang: source: "phrase" -word prefix*. May be empty with `like` or filters. */
    query: z.string().max(4000).default(""),
    mode: searchMode.optional(),
    filters: searchFilters.optional(),
    limit: z.int().min(1).max(100).default(20),
    cursor: z.string().max(2000).optional(),
    /** Number, tag or id of a version (for one collection only). The newest by default. */
    version: z.union([z.int(), z.string().max(100)]).optional(),
    /** Ids; only for POST /search. All collections by default. */
    collections: z.array(z.string().max(60)).max(100).optional(),
    /** "More like this": the id of a chunk. */
    like: z.string().max(60).optional(),
    /** Only the best hit of each conversation, with the number of its others. */
    groupByConversation: z.boolean().default(false),
    /** Prefers hits that differ from each other (MMR), 0 = off … 1. */
    diversity: z.number().min(0).max(1).default(0),
    /** weighted = the sum of both sides' standard scores; rrf = reciprocal rank fusion. */
    fusion: z.enum(["weighted", "rrf"]).default("weighted"),
    /** Weight of meaning against words; by default it depends on the form of the question. */
    semanticWeight: z.number().min(0).max(1).optional(),
    facets: z.boolean().default(true),
    /** Number of neighbouring messages to send with each hit. */
    context: z.int().min(0).max(5).default(1),
    /** By relevance, or by time. */
    sort: z.enum(["relevance", "newest", "oldest"]).default("relevance"),
  })
  .meta({ id: "SearchRequest" });
export type SearchRequest = z.infer<typeof searchRequest>;
export type SearchRequestInput = z.input<typeof searchRequest>;

/** UTF-16 offsets into the text that they belong to. */
export const span = z.object({ start: z.int(), end: z.int() }).meta({ id: "Span" });

export const neighbour = z.object({
  message: z.string(),
  author: z.string(),
  role: roleName,
  at: instant.nullable(),
  text: z.string(),
});

export const hit = z
  .object({
    chunk: z.string(),
    message: z.string(),
    conversation: z.string(),
    collection: z.string(),
    title: z.string().nullable(),
    channel: z.string().nullable(),
    source: sourceName,
    author: z.string(),
    role: roleName,
    kind: kindName,
    language: z.string().nullable(),
    at: instant.nullable(),
    zoneKnown: z.boolean(),
    /** The part of the chunk that is shown, and the length of the whole chunk in characters. */
    snippet: z.string(),
    textLength: z.int(),
    /** Words of the question in the snippet. */
    highlights: z.array(span),
    /** The sentence of the snippet nearest in meaning, for semantic matches. */
    closest: span.nullable(),
    score: z.number(),
    /** 1 = first; null where that side did not find it. */
    semanticRank: z.int().nullable(),
    lexicalRank: z.int().nullable(),
    /** Cosine, −1 … 1. */
    similarity: z.number().nullable(),
    bm25: z.number().nullable(),
    before: z.array(neighbour),
    after: z.array(neighbour),
    /** Its leaf topic; null where it has none, or is not analysed yet. */
    topic: z.object({ id: z.string(), title: z.string(), colour: z.int() }).nullable(),
    /** Number of further hits in the same conversation, when grouped. */
    moreInConversation: z.int(),
  })
  .meta({ id: "Hit" });
export type Hit = z.infer<typeof hit>;

export const facetValue = z.object({
  value: z.string().nullable(),
  label: z.string(),
  count: z.int(),
});
export const facets = z
  .object({
    authors: z.array(facetValue),
    roles: z.array(facetValue),
    kinds: z.array(facetValue),
    sources: z.array(facetValue),
    channels: z.array(facetValue),
    languages: z.array(facetValue),
    collections: z.array(facetValue),
    /** Leaf topics. */
    topics: z.array(facetValue),
    /** Counts by time; `width` in milliseconds. */
    time: z
      .object({ width: z.int(), bins: z.array(z.object({ from: instant, count: z.int() })) })
      .nullable(),
  })
  .meta({ id: "Facets" });
export type Facets = z.infer<typeof facets>;

export const searchAnswer = z
  .object({
    /** The version that each collection was searched in. */
    versions: z.array(z.object({ collection: z.string(), version: z.int() })),
    /** The version, where one collection was asked; null otherwise. */
    version: z.int().nullable(),
    mode: searchMode,
    /** Server time, milliseconds, query embedding included. */
    tookMs: z.number(),
    /** Matching rows: exact for lexical search with facets; for semantic search the nearest rows considered; otherwise a lower bound. */
    total: z.int(),
    totalIsExact: z.boolean(),
    hits: z.array(hit),
    facets: facets.nullable(),
    nextCursor: z.string().nullable(),
    /** How the question was understood: its words, and the words that unknown ones were expanded to. */
    understood: z.object({
      words: z.array(z.string()),
      phrases: z.array(z.string()),
      excluded: z.array(z.string()),
      filters: searchFilters,
      expansions: z.array(z.object({ word: z.string(), to: z.array(z.string()) })),
    }),
    /** Sentences for people: damage, operators that were not understood, a language that the model was not made for. */
    notices: z.array(z.string()),
  })
  .meta({ id: "SearchAnswer" });
export type SearchAnswer = z.infer<typeof searchAnswer>;
