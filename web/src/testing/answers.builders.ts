// Answers of the server for the tests of pages: each is parsed by the contract's schema, so that it has the real shape.
import type { z } from "zod";
import {
  analysis,
  type Topic,
  topic,
  topicDetail,
  topicEvent,
  topicList,
} from "#services/contract/analysis.ts";
import { collection, version } from "#services/contract/collections.ts";
import { alert, concept, conceptHit } from "#services/contract/concepts.ts";
import {
  conversationPage,
  conversationSummary,
  message,
} from "#services/contract/conversations.ts";
import {
  comparison,
  difference,
  figure,
  overview,
  selectedMessage,
  selectedMessages,
} from "#services/contract/figures.ts";
import { mapMeta, mapPoint } from "#services/contract/map.ts";
import { hit, searchAnswer } from "#services/contract/search.ts";
import { readiness } from "#services/contract/system.ts";
import { upload } from "#services/contract/uploads.ts";

/** The schema's input with every field optional: what a test says of an object that it builds. */
type Given<S extends z.ZodType> = Partial<z.input<S>>;

/** An instant of 2026 in the reader's time zone. */
export const at = (month: number, day: number, hour = 12): number =>
  new Date(2026, month - 1, day, hour).getTime();

export const aCollection = (given: Given<typeof collection> = {}) =>
  collection.parse({
    id: "col_a",
    name: "Bakery",
    description: "",
    zone: "UTC",
    createdAt: at(1, 5),
    conversations: 59,
    messages: 1288,
    indexed: 1301,
    pending: 0,
    version: 3,
    model: "test-model",
    firstAt: at(3, 2),
    lastAt: at(5, 9),
    sources: [
      { source: "slack", conversations: 40 },
      { source: "irc", conversations: 19 },
    ],
    languages: [{ language: "en", share: 1 }],
    defaultMode: "hybrid",
    notices: [],
    indexBytes: 898_983,
    ...given,
  });

export const anAnalysis = (given: Given<typeof analysis> = {}) =>
  analysis.parse({
    id: "ana_a",
    state: "done",
    progress: 1,
    doing: null,
    version: 3,
    stale: false,
    pendingEdits: 0,
    settings: {},
    points: 276,
    messages: 243,
    topics: 2,
    quality: {
      silhouette: 0.3,
      stability: 0.6,
      cohesion: 0.41,
      outliers: 27,
      trustworthiness: null,
      k: {
        chosen: 8,
        by: "criterion",
        criterion: "The largest silhouette",
        tried: [
          { k: 4, score: 0.1 },
          { k: 8, score: 0.3 },
        ],
      },
    },
    startedAt: at(5, 9),
    finishedAt: at(5, 9),
    steps: [{ name: "Clustering", seconds: 1.3 }],
    llm: null,
    error: null,
    ...given,
  });

export const aTopic = (given: Given<typeof topic> = {}) =>
  topic.parse({
    id: "top_oven",
    level: 0,
    leaf: true,
    parent: null,
    children: [],
    title: "Oven repairs",
    titleBy: "keywords",
    summary: null,
    keywords: [{ term: "thermocouple", weight: 1, count: 12 }],
    examples: [],
    points: 35,
    messages: 34,
    share: 0.13,
    conversations: 17,
    people: 10,
    hidden: false,
    colour: 1,
    silhouette: 0.31,
    cohesion: 0.5,
    bornVersion: 1,
    firstAt: at(3, 2),
    lastAt: at(5, 9),
    spark: [0, 3, 1, 5],
    trend: { direction: "steady", ratio: 1, p: 0.8, says: "No significant change." },
    ...given,
  });

export const someTopics = [
  aTopic(),
  aTopic({
    id: "top_bread",
    title: "Walnut bread",
    messages: 26,
    points: 31,
    share: 0.11,
    colour: 2,
    keywords: [{ term: "walnut", weight: 1, count: 9 }],
    trend: { direction: "rising", ratio: 2.3, p: 0.001, says: "More than twice its share." },
  }),
];

export const aTopicList = (topics: readonly Topic[] = someTopics) =>
  topicList.parse({ analysis: "ana_a", version: 3, topics, outliers: 27, points: 276 });

export const anEvent = (given: Given<typeof topicEvent> = {}) =>
  topicEvent.parse({
    topic: "top_oven",
    title: "Oven repairs",
    kind: "grew",
    from: 2,
    to: 3,
    sizeBefore: 20,
    sizeAfter: 35,
    others: [],
    at: at(5, 9),
    ...given,
  });

export const aTopicDetail = (given: Given<typeof topicDetail> = {}) =>
  topicDetail.parse({
    topic: aTopic(),
    nearest: [{ topic: "top_bread", title: "Walnut bread", similarity: 0.42 }],
    events: [anEvent()],
    selection: { topics: ["top_oven"] },
    ...given,
  });

const dayMs = 86_400_000;

export const aFigure = (given: Given<typeof figure> = {}) =>
  figure.parse({
    name: "volume",
    title: "Messages over time",
    says: "185 messages by day.",
    method: "Messages are counted by day.",
    columns: [
      { key: "time", label: "Day", kind: "time" },
      { key: "messages", label: "Messages", kind: "count" },
    ],
    rows: [
      [at(3, 2, 0), 7],
      [at(3, 3, 0), 1204],
      [at(3, 4, 0), 0],
      [at(3, 5, 0), 4],
    ],
    selections: [
      { after: at(3, 2, 0), before: at(3, 3, 0) },
      { after: at(3, 3, 0), before: at(3, 4, 0) },
      null,
      { after: at(3, 5, 0), before: at(3, 6, 0) },
    ],
    chart: { type: "area", x: "time", y: "messages", series: null, width: dayMs },
    empty: null,
    ...given,
  });

export const anOverview = (given: Given<typeof overview> = {}) =>
  overview.parse({
    analysis: anAnalysis(),
    messages: 243,
    conversations: 59,
    people: 16,
    firstAt: at(3, 2),
    lastAt: at(5, 9),
    says: ["243 messages in 59 conversations by 16 people.", "They are about 2 topics."],
    topics: someTopics,
    volume: aFigure(),
    rising: [{ topic: "top_bread", title: "Walnut bread", trend: someTopics[1]?.trend }],
    fading: [],
    fresh: {
      since: "since 3 May 2026",
      messages: 11,
      conversations: 4,
      selection: { after: at(5, 3) },
      topics: [{ topic: "top_oven", title: "Oven repairs", messages: 8 }],
    },
    changes: [anEvent()],
    notable: [
      {
        conversation: "cnv_a",
        title: "#shop",
        why: "among the longest",
        messages: 14,
        at: at(4, 28),
      },
    ],
    unseenAlerts: 2,
    ...given,
  });

export const aSelectedMessage = (given: Given<typeof selectedMessage> = {}) =>
  selectedMessage.parse({
    message: "msg_a",
    chunk: "chk_a",
    conversation: "cnv_a",
    title: "#ovens",
    channel: null,
    source: "slack",
    author: "Mira",
    role: "person",
    at: at(5, 8),
    language: "en",
    text: "The left oven trips at 214 degrees.",
    textLength: 35,
    topic: "top_oven",
    sentiment: -0.6,
    flags: [],
    point: 0,
    ...given,
  });

export const selected = (given: Given<typeof selectedMessages> = {}) =>
  selectedMessages.parse({
    analysis: "ana_a",
    total: 1,
    conversations: 1,
    points: 1,
    messages: [aSelectedMessage()],
    facets: {
      topics: [
        { value: "top_oven", label: "Oven repairs", count: 34 },
        { value: "none", label: "No topic", count: 6 },
      ],
      authors: [
        { value: "Mira", label: "Mira", count: 30 },
        { value: "Tobi", label: "Tobi", count: 10 },
      ],
      sources: [{ value: "slack", label: "slack", count: 40 }],
      channels: [],
      languages: [],
      roles: [
        { value: "user", label: "user", count: 25 },
        { value: "assistant", label: "assistant", count: 15 },
      ],
    },
    nextCursor: null,
    ...given,
  });

export const aDifference = (given: Given<typeof difference> = {}) =>
  difference.parse({
    kind: "topic",
    key: "top_oven",
    label: "Oven repairs",
    countA: 20,
    countB: 4,
    shareA: 0.4,
    shareB: 0.08,
    effect: Math.log(3),
    low: 0.5,
    high: 1.8,
    p: 0.004,
    size: "large",
    selectionA: { topics: ["top_oven"] },
    selectionB: null,
    ...given,
  });

export const aComparison = (given: Given<typeof comparison> = {}) =>
  comparison.parse({
    analysis: "ana_a",
    a: { messages: 49, conversations: 5, people: 6, selection: { sources: ["slack"] } },
    b: { messages: 45, conversations: 8, people: 1, selection: { sources: ["irc"] } },
    shared: 0,
    differences: [
      aDifference(),
      aDifference({ key: "bread", kind: "word", label: "bread", p: 0.4 }),
    ],
    says: ["A has more about Oven repairs."],
    method: "Log odds ratios.",
    ...given,
  });

export const aConcept = (given: Given<typeof concept> = {}) =>
  concept.parse({
    id: "con_a",
    name: "Oven trouble",
    query: "the oven is too hot",
    up: 3,
    down: 1,
    threshold: 0.5,
    thresholdBy: "training",
    accuracy: 0.86,
    trainedInMs: 12,
    matches: 21,
    watch: false,
    webhook: null,
    secret: null,
    webhookState: null,
    unseen: 0,
    createdAt: at(5, 1),
    updatedAt: at(5, 2),
    ...given,
  });

export const aConceptHit = (given: Given<typeof conceptHit> = {}) =>
  conceptHit.parse({
    chunk: "chk_a",
    message: "msg_a",
    conversation: "cnv_a",
    title: "#ovens",
    author: "Mira",
    at: at(5, 8),
    text: "The left oven trips.",
    probability: 0.91,
    verdict: null,
    ...given,
  });

export const anAlert = (given: Given<typeof alert> = {}) =>
  alert.parse({
    id: "alr_a",
    concept: "con_a",
    conceptName: "Oven trouble",
    collection: "col_a",
    chunk: "chk_a",
    message: "msg_a",
    conversation: "cnv_a",
    author: "Mira",
    text: "It tripped again.",
    probability: 0.77,
    at: at(5, 8),
    raisedAt: at(5, 9),
    seen: false,
    ...given,
  });

export const aSummary = (given: Given<typeof conversationSummary> = {}) =>
  conversationSummary.parse({
    id: "cnv_a",
    collection: "col_a",
    source: "slack",
    sourceId: "C1",
    title: "Oven controller",
    channel: null,
    tree: false,
    messages: 14,
    participants: [{ name: "Mira", role: "person", messages: 14 }],
    firstAt: at(3, 2),
    lastAt: at(5, 9),
    ...given,
  });

export const aMessage = (given: Given<typeof message> = {}) =>
  message.parse({
    id: "msg_a",
    sourceId: null,
    parent: null,
    replyTo: null,
    onMainPath: true,
    position: 0,
    author: "Mira",
    role: "person",
    kind: "text",
    at: at(5, 8),
    zoneKnown: true,
    localTime: null,
    text: "The left oven trips.",
    editedAt: null,
    model: null,
    attachments: [],
    siblings: [],
    ...given,
  });

export const aConversationPage = (given: Given<typeof conversationPage> = {}) =>
  conversationPage.parse({
    conversation: aSummary(),
    messages: [aMessage(), aMessage({ id: "msg_b", author: "Tobi", text: "Is the relay new?" })],
    total: 2,
    offset: 0,
    previousCursor: null,
    nextCursor: null,
    ...given,
  });

export const anUpload = (given: Given<typeof upload> = {}) =>
  upload.parse({
    id: "upl_a",
    collection: "col_a",
    filename: "slack-export.zip",
    bytes: 13_000,
    sha256: "0",
    state: "done",
    format: "Slack export",
    source: "slack",
    createdAt: at(5, 9),
    finishedAt: at(5, 9),
    attempt: 1,
    progress: {
      bytesRead: 13_000,
      conversations: 5,
      newMessages: 1204,
      knownMessages: 3,
      changedMessages: 0,
      chunks: 1300,
      embedded: 1300,
      indexed: 1300,
      rate: null,
      timeLeft: null,
    },
    problemCount: 0,
    problems: [],
    error: null,
    ...given,
  });

export const aVersion = (given: Given<typeof version> = {}) =>
  version.parse({
    number: 3,
    id: "6c05caca97f0",
    message: "Add 224 chunks",
    at: at(5, 9),
    tags: ["before-merge"],
    rows: 1287,
    segments: 2,
    bytes: 427_000,
    added: 224,
    removed: 0,
    ...given,
  });

export const aHit = (given: Given<typeof hit> = {}) =>
  hit.parse({
    chunk: "chk_a",
    message: "msg_a",
    conversation: "cnv_a",
    collection: "col_a",
    title: "Oven controller",
    channel: null,
    source: "slack",
    author: "Mira",
    role: "person",
    kind: "text",
    language: "en",
    at: at(5, 8),
    zoneKnown: true,
    snippet: "The left oven trips.",
    textLength: 20,
    highlights: [{ start: 9, end: 13 }],
    closest: null,
    score: 1,
    semanticRank: 1,
    lexicalRank: 2,
    similarity: 0.61,
    bm25: 4.2,
    before: [],
    after: [],
    topic: null,
    moreInConversation: 0,
    ...given,
  });

export const anAnswer = (given: Given<typeof searchAnswer> = {}) =>
  searchAnswer.parse({
    versions: [{ collection: "col_a", version: 3 }],
    version: 3,
    mode: "hybrid",
    tookMs: 12,
    total: 1,
    totalIsExact: true,
    hits: [aHit()],
    facets: null,
    nextCursor: null,
    understood: { words: ["oven"], phrases: [], excluded: [], filters: {}, expansions: [] },
    notices: [],
    ...given,
  });

export const aReadiness = (given: Given<typeof readiness> = {}) =>
  readiness.parse({
    ready: true,
    version: "0.1.0",
    checks: [{ name: "database", ok: true, detail: "answers" }],
    model: { id: "test-model", dim: 8, fingerprint: "f" },
    providers: { asked: ["cpu"], active: "cpu", fallback: null },
    engines: [],
    ...given,
  });

export const aMapMeta = (given: Given<typeof mapMeta> = {}) =>
  mapMeta.parse({
    analysis: "ana_a",
    version: 3,
    unit: "chunk",
    points: 16,
    extent: { left: -1, right: 1, bottom: -1, top: 1 },
    regions: [
      { topic: "top_oven", level: 0, title: "Oven repairs", colour: 1, x: 0, y: 0, points: 9 },
    ],
    topics: [
      { topic: "top_oven", title: "Oven repairs", colour: 1 },
      { topic: "top_bread", title: "Walnut bread", colour: 2 },
    ],
    columns: [
      { name: "topic", label: "Topic" },
      { name: "author", label: "Author" },
    ],
    time: { first: at(3, 2), last: at(5, 9) },
    trustworthiness: 0.9,
    ...given,
  });

export const aMapPoint = (given: Given<typeof mapPoint> = {}) =>
  mapPoint.parse({
    point: 0,
    chunk: "chk_a",
    message: "msg_a",
    conversation: "cnv_a",
    title: "#ovens",
    author: "Mira",
    at: at(5, 8),
    topic: "top_oven",
    text: "The left oven trips at 214 degrees.",
    ...given,
  });
