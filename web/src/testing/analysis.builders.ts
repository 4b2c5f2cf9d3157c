// Answers of the server for tests of pages (analysis, topics, figures, comparison, map). Each is parsed by the contract's
// schema, so that it has the real shape.
import {
  analysis,
  type Topic,
  topic,
  topicDetail,
  topicEvent,
  topicList,
} from "#services/contract/analysis.ts";
import {
  comparison,
  difference,
  figure,
  overview,
  selectedMessage,
  selectedMessages,
} from "#services/contract/figures.ts";
import { mapMeta, mapPoint } from "#services/contract/map.ts";
import { at, type Given } from "./answers.builders.ts";

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
  topicList.parse({ analysis: "ana_a", version: 3, topics, outliers: 27, messages: 243 });

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
    isCut: false,
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
      bots: [],
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

export const aMapMeta = (given: Given<typeof mapMeta> = {}) =>
  mapMeta.parse({
    analysis: "ana_a",
    version: 3,
    unit: "chunk",
    points: 16,
    messages: 15,
    unplaced: 0,
    extent: { left: -1, right: 1, bottom: -1, top: 1 },
    regions: [
      { topic: "top_oven", level: 0, title: "Oven repairs", colour: 1, x: 0, y: 0, points: 9 },
    ],
    topics: [
      { topic: "top_oven", title: "Oven repairs", colour: 1 },
      { topic: "top_bread", title: "Walnut bread", colour: 2 },
    ],
    listed: ["top_oven", "top_bread"],
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
