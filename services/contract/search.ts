// A question and its answer, in requests and responses.
import { z } from "zod";
import { chunkUnits } from "#services/domain/chunk.ts";
import { sourceKinds } from "#services/domain/conversation.ts";
import { foundSpan } from "./cleaning.ts";
import { instant, kindName, roleName, sourceName } from "./common.ts";

export const searchMode = z.enum(["semantic", "lexical", "hybrid"]);
export type SearchMode = z.infer<typeof searchMode>;

/** What a hit is: a message (or a part of one), or an exchange: a question with its answers. */
export const unitName = z.enum(chunkUnits);

export const searchFilters = z
  .strictObject({
    /** from ≤ time < before. */
    after: instant.optional(),
    before: instant.optional(),
    /** People, as they are shown; "me": whoever asks, where they said who they are or brought their own export. */
    authors: z.array(z.string().max(300)).max(100).optional(),
    /** yes: bots only; no: all but bots. */
    bots: z
      .array(z.enum(["yes", "no"]))
      .max(2)
      .optional(),
    roles: z.array(roleName).max(5).optional(),
    kinds: z.array(kindName).max(5).optional(),
    conversations: z.array(z.string().max(60)).max(1000).optional(),
    channels: z.array(z.string().max(300)).max(100).optional(),
    sources: z.array(sourceName).max(sourceKinds.length).optional(),
    /** ISO 639-1; null for "too short to tell". */
    languages: z.array(z.string().max(8).nullable()).max(50).optional(),
    /** Ids of topics of any level; "none" for messages without a topic. */
    topics: z.array(z.string().max(60)).max(500).optional(),
    labels: z.array(z.string().max(60)).max(50).optional(),
  })
  .meta({ id: "SearchFilters" });
export type SearchFilters = z.infer<typeof searchFilters>;

export const searchSort = z.enum(["relevance", "newest", "oldest"]);

export const searchRequest = z
  .strictObject({
    /** Words and operators: from: (from:me: oneself) bot: role: kind: in: topic: before: after: lang: source: "phrase" -word prefix*. May be empty with `like` or filters. */
    query: z.string().max(4000).default(""),
    mode: searchMode.optional(),
    filters: searchFilters.optional(),
    /**
     * Messages, exchanges, or both (the default), as `kind:message` and `kind:exchange` say too. Both compete by relevance; where hits
     * are ordered by time, or nothing is searched for, both are messages.
     */
    units: z.array(unitName).min(1).max(2).optional(),
    limit: z.int().min(1).max(100).default(20),
    /** From the answer before. It names each collection's version, so that it is long where a thousand were asked. */
    cursor: z.string().max(100_000).optional(),
    /** Number, tag or id of a version (for one collection only). The newest by default. */
    version: z.union([z.int(), z.string().max(100)]).optional(),
    /** Ids; only for POST /search. All collections by default. */
    collections: z.array(z.string().max(60)).max(100).optional(),
    /** "More like this": the id of a chunk. */
    like: z.string().max(60).optional(),
    /** Only the best hit of each conversation, with the number of its others: among the best thousand rows, and more on later pages. */
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
    sort: searchSort.default("relevance"),
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

/** A message of an exchange. */
export const exchangeMessage = z
  .object({
    message: z.string(),
    author: z.string(),
    role: roleName,
    at: instant.nullable(),
    /** The part of it that is shown, and the length of the whole message in characters. */
    snippet: z.string(),
    textLength: z.int(),
    /** Words of the question in the snippet. */
    highlights: z.array(span),
    /** What the collection marks in the snippet. */
    marks: z.array(foundSpan).optional(),
  })
  .meta({ id: "ExchangeMessage" });
export type ExchangeMessage = z.infer<typeof exchangeMessage>;

export const exchange = z
  .object({
    /** What was asked: the opening message, and what its author added. In order. */
    question: z.array(exchangeMessage),
    /** What others said to it, in order; empty where nobody answered. */
    answers: z.array(exchangeMessage),
    /** The message of the best answer, by thanks, commands, addresses, length and shared words; null where there is none. */
    best: z.string().nullable(),
    /** Number of its messages that are not listed. */
    more: z.int(),
  })
  .meta({ id: "Exchange" });
export type Exchange = z.infer<typeof exchange>;

export const hit = z
  .object({
    chunk: z.string(),
    unit: unitName,
    /** The messages of an exchange; null for a message. Author, time and role of the hit are those of its opening message. */
    exchange: exchange.nullable(),
    message: z.string(),
    /** True where the newest export of its conversation does not have the message any more. */
    gone: z.boolean(),
    conversation: z.string(),
    collection: z.string(),
    title: z.string().nullable(),
    channel: z.string().nullable(),
    source: sourceName,
    /** The name that it is written under. */
    author: z.string(),
    /** The person whose name that is, where they are shown under another one. */
    person: z.string().optional(),
    bot: z.literal(true).optional(),
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
    /** What the collection marks in the snippet. */
    marks: z.array(foundSpan).optional(),
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
    /** People, each once, whatever names they write under. */
    authors: z.array(facetValue),
    /** "yes" and "no"; empty where there are no bots. */
    bots: z.array(facetValue),
    roles: z.array(facetValue),
    kinds: z.array(facetValue),
    sources: z.array(facetValue),
    channels: z.array(facetValue),
    languages: z.array(facetValue),
    collections: z.array(facetValue),
    /** Leaf topics. */
    topics: z.array(facetValue),
    /**
     * Counts by time; `width` in milliseconds, bins begin at multiples of it since 1970 (UTC). `first` and `last` are the times of
     * the first and last row that passes the filters.
     */
    time: z
      .object({
        width: z.int(),
        first: instant,
        last: instant,
        bins: z.array(z.object({ from: instant, count: z.int() })),
      })
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
    /**
     * Good matches, which the facets count: rows that hold at least half of what the question's words are worth (rare words are
     * worth more), or that are nearer in meaning than to nonsense questions (at most 100 of these). Weaker hits follow them.
     */
    total: z.int(),
    /**
     * False where more rows than those counted may be as near in meaning: `total` is then a lower bound. Also for hits by relevance
     * without facets, which count nothing: `total` is then the number of hits ranked so far, good matches or not.
     */
    totalIsExact: z.boolean(),
    hits: z.array(hit),
    facets: facets.nullable(),
    /** null after the last hit, and after 100,000 hits. */
    nextCursor: z.string().nullable(),
    /** How the question was understood: its words, and the likely spellings that unknown and mistyped ones were expanded to. */
    understood: z.object({
      words: z.array(z.string()),
      phrases: z.array(z.string()),
      excluded: z.array(z.string()),
      filters: searchFilters,
      /** What was searched: messages, exchanges, or both. */
      units: z.array(unitName),
      expansions: z.array(
        z.object({
          word: z.string(),
          to: z.array(z.string()),
          /** Whether messages contain the word as typed: few, so that it looks like a typing mistake that others made too. */
          isKnown: z.boolean(),
        }),
      ),
      /** Words that no row contains, in any form or likely spelling; the other words were searched for. */
      unknown: z.array(z.string()),
    }),
    /**
     * Why nothing is a good match; null where there are hits, or where what passes the filters does not match. filters: they alone
     * exclude every message. unknown-words: no word of the question is in the collections. too-far: what is nearest in meaning is
     * not nearer than to questions that mean nothing.
     */
    noMatch: z
      .object({
        reason: z.enum(["filters", "unknown-words", "too-far"]),
        /** The filters that exclude every message, where they are the reason. */
        excluding: z.array(
          z.object({
            /** As an operator: `from:ana`; several where only all of them together exclude everything. */
            filter: z.string(),
            /** What it excludes, and what can be done: a sentence each, for people. */
            says: z.string(),
            hint: z.string(),
          }),
        ),
        /**
         * The question in spellings that the collections contain, the likeliest first, or without the operators that exclude
         * everything; each can be searched as it is.
         */
        suggestions: z.array(z.string()),
      })
      .nullable(),
    /** Sentences for people: damage, operators that were not understood, a language that the model was not made for. */
    notices: z.array(z.string()),
  })
  .meta({ id: "SearchAnswer" });
export type SearchAnswer = z.infer<typeof searchAnswer>;
