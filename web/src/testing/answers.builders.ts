// Answers of the server for tests of pages (collections, conversations, uploads, search, concepts, system). Each is parsed by
// the contract's schema, so that it has the real shape.
import type { z } from "zod";
import { collection, version } from "#services/contract/collections.ts";
import { alert, concept, conceptHit } from "#services/contract/concepts.ts";
import {
  conversationPage,
  conversationSummary,
  message,
} from "#services/contract/conversations.ts";
import { givenUpJob, jobList } from "#services/contract/job-list.ts";
import { type exchange, hit, searchAnswer } from "#services/contract/search.ts";
import { readiness } from "#services/contract/system.ts";
import { upload } from "#services/contract/uploads.ts";

/** The schema's input with every field optional: what a test says of an object that it builds. */
export type Given<S extends z.ZodType> = Partial<z.input<S>>;

/** An instant of 2026 in the reader's time zone. */
export const at = (month: number, day: number, hour = 12): number =>
  new Date(2026, month - 1, day, hour).getTime();

export const aCollection = (given: Given<typeof collection> = {}) =>
  collection.parse({
    id: "col_a",
    name: "Bakery",
    description: "",
    zone: "UTC",
    confirmImports: null,
    confirmsImports: false,
    keepAttachments: null,
    keepsAttachments: true,
    createdAt: at(1, 5),
    conversations: 59,
    messages: 1288,
    others: 0,
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
    level: "manage",
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
    others: 0,
    participants: [{ name: "Mira", role: "person", messages: 14 }],
    moreParticipants: false,
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
    gone: false,
    position: 0,
    author: "Mira",
    authorId: null,
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
    gone: 0,
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
    unit: "message",
    exchange: null,
    message: "msg_a",
    gone: false,
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

/** Mira's question, Tobi's and Jun's answers; Jun's is the best. */
export const anExchangeHit = (given: Given<typeof exchange> = {}) => {
  const said = (message: string, author: string, snippet: string) => ({
    message,
    author,
    role: "person" as const,
    at: at(5, 8),
    snippet,
    textLength: snippet.length,
    highlights: [],
  });
  return aHit({
    chunk: "exc_a",
    unit: "exchange",
    exchange: {
      question: [
        said("msg_a", "Mira", "Why does the left oven trip?"),
        said("msg_d", "Mira", "Since the storm."),
        said("msg_f", "Mira", "Thanks Jun, that was it."),
      ],
      answers: [
        said("msg_b", "Tobi", "Is it plugged in?"),
        said("msg_c", "Jun", "Change the relay."),
      ],
      best: "msg_c",
      more: 0,
      ...given,
    },
  });
};

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
    understood: {
      words: ["oven"],
      phrases: [],
      excluded: [],
      filters: {},
      units: ["message", "exchange"],
      expansions: [],
      unknown: [],
    },
    noMatch: null,
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

export const aGivenUpJob = (given: Given<typeof givenUpJob> = {}) =>
  givenUpJob.parse({
    id: "job_a",
    name: "index.due",
    title: "Indexing a collection",
    about: { collection: "col_a" },
    collection: "col_a",
    reason: "The index is damaged.",
    attempts: 5,
    givenUpAt: at(5, 9),
    ...given,
  });

export const aJobList = (given: Given<typeof jobList> = {}) =>
  jobList.parse({
    counts: [
      { name: "upload.received", waiting: 2, active: 1, givenUp: 0 },
      { name: "index.due", waiting: 0, active: 0, givenUp: 1 },
    ],
    current: [],
    givenUp: [],
    ...given,
  });
