// Indexes a question set as the product does, and asks its questions as the product does.
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openIndexStore } from "#index-store/index-store.ts";
import { type SearchAnswer, type SearchRequest, searchRequest } from "#services/contract/search.ts";
import type { Chunk } from "#services/domain/chunk.ts";
import {
  collectionId,
  conversationId,
  type Digest,
  messageIdByContent,
} from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import type { Embedder } from "#services/embed/embed.ts";
import { exchangesBeside, messagesOnly } from "#services/indexes/indexes.ts";
import {
  eachByName,
  type HitRow,
  openRemembered,
  openSearch,
  type Search,
} from "#services/search/search.ts";
import { chunkConversation, exchangeChunks } from "#services/text/text.ts";
import type { QuestionSet } from "./question-set.ts";

const digest: Digest = (text) => createHash("sha256").update(text).digest("hex").slice(0, 32);
const collection = collectionId("evaluation");
const schema = {
  conversation: "keyword",
  message: "keyword",
  unit: "keyword",
  author: "keyword",
  role: "keyword",
  kind: "keyword",
  source: "keyword",
  channel: "keyword",
  language: "keyword",
  at: "number",
} as const;

export interface SearchedSet {
  /** The whole answer to a question as typed. */
  answer(how: Partial<SearchRequest>): Promise<SearchAnswer>;
  /** Ids of documents, best first, each once. */
  ask(text: string, how: Partial<SearchRequest>): Promise<string[]>;
  readonly chunks: number;
  close(): Promise<void>;
}

const BATCH = 20_000;
const roles = ["user", "assistant"] as const;

interface EvalRow {
  readonly chunk: Chunk;
  readonly document: string;
}

/** Several messages are a chat of a user and an assistant, a single one is a post. */
const chunksOf = (set: QuestionSet, embedder: Embedder): EvalRow[] => {
  const rows = new Map<string, EvalRow>();
  for (const { id: document, messages } of set.documents) {
    const conversation = conversationId(digest, collection, "eval", document);
    const chunkable = messages.map((text, ordinal) => ({
      id: messageIdByContent(digest, conversation, { at: null, author: "", text, ordinal }),
      parent: null,
      author: `speaker ${ordinal % 2}`,
      role: messages.length === 1 ? ("person" as const) : roles[ordinal % 2 === 0 ? 0 : 1],
      kind: "text" as const,
      at: millis(ordinal),
      text,
    }));
    const options = { conversation, source: "openai" as const, channel: null, digest };
    for (const chunk of [
      ...chunkConversation(chunkable, {
        ...options,
        countTokens: embedder.countTokens,
        maxTokens: embedder.model.maxTokens < 64 ? embedder.model.maxTokens : 64,
      }),
      ...exchangeChunks(chunkable, options),
    ])
      rows.set(chunk.id, { chunk, document });
  }
  return [...rows.values()];
};

const hitOf = (id: string, document: string, text: string): HitRow => ({
  chunk: id,
  unit: "message",
  exchange: null,
  message: id,
  gone: false,
  conversation: document,
  title: null,
  channel: null,
  source: "openai",
  author: "",
  role: "person",
  kind: "text",
  language: null,
  at: null,
  zoneKnown: false,
  text,
  before: [],
  after: [],
});

export const openSearchedSet = async (
  set: QuestionSet,
  embedder: Embedder,
): Promise<SearchedSet> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-eval-"));
  const rows = chunksOf(set, embedder);
  const index = await openIndexStore({
    path: join(folder, "index.git"),
    dim: embedder.model.dim,
    schema,
    now: Date.now,
    newId: () => crypto.randomUUID(),
  });
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = rows.slice(from, from + BATCH);
    const { vectors } = await embedder.embed(
      batch.map(({ chunk }) => chunk.text),
      { truncate: true },
    );
    const constant = (value: string | null) => batch.map(() => value);
    await index.commit(
      {
        add: [
          {
            ids: batch.map(({ chunk }) => chunk.id),
            vectors,
            texts: batch.map(({ chunk }) => chunk.text),
            columns: {
              conversation: batch.map(({ document }) => document),
              message: batch.map(({ chunk }) => chunk.messages[0] ?? null),
              unit: batch.map(({ chunk }) => chunk.unit),
              author: constant(null),
              role: constant("person"),
              kind: constant("text"),
              source: constant("openai"),
              channel: constant(null),
              language: constant(null),
              at: new Float64Array(batch.length).fill(Number.NaN),
            },
          },
        ],
      },
      { message: "evaluate" },
    );
  }
  const all = await index.searcher();
  const searcher = messagesOnly(all);
  const byId = new Map(
    rows.map(({ chunk, document }) => [chunk.id as string, hitOf(chunk.id, document, chunk.text)]),
  );
  const exchanges = new Map(
    rows.flatMap(({ chunk: { id, messages, exchange } }) =>
      exchange === null
        ? []
        : [
            [
              id as string,
              { members: messages, isAnswered: exchange.answers > 0, best: null },
            ] as const,
          ],
    ),
  );
  const search: Search = openSearch(
    {
      groups: async () => null,
      exchangesBeside,
      exchangesOf: async (ids) =>
        new Map(
          ids.flatMap((id) => {
            const exchange = exchanges.get(id);
            return exchange === undefined ? [] : [[id, exchange] as const];
          }),
        ),
      embedder: async () => embedder,
      searcher: async () => searcher,
      people: async () => eachByName,
      called: async () => ({ exact: [], byWord: [] }),
      titled: async () => [],
      now: Date.now,
      rows: {
        load: async (ids) =>
          new Map(
            ids.flatMap((id) => {
              const row = byId.get(id);
              return row === undefined ? [] : [[id, row] as const];
            }),
          ),
      },
    },
    openRemembered()("evaluation"),
  );
  const scope = {
    one: true,
    collections: [
      {
        id: collection,
        name: set.name,
        model: null,
        modelFingerprint: embedder.model.fingerprint,
        defaultMode: "hybrid" as const,
      },
    ],
  };
  return {
    chunks: rows.length,
    answer: (how) => search.search({ ...searchRequest.parse({}), ...how }, scope),
    async ask(text, how) {
      // Signs that would be operators are removed, because the questions are plain text.
      const query = text.replaceAll(/["“”+*:-]/gu, " ").slice(0, 4000);
      const request = searchRequest.parse({
        query,
        facets: false,
        context: 0,
        limit: 50,
        groupByConversation: true,
      });
      const { hits } = await search.search({ ...request, ...how }, scope);
      return hits.map(({ conversation }) => conversation);
    },
    close: async () => {
      all.close();
      await index.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
