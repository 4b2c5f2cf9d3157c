// Search, given the rows, the indexes and the model of an opened Parlance.
import { readChunkId, readCollectionId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import { type HitRow, openSearch, type Search } from "#services/search/search.ts";
import { hydrateHits, listConversations } from "#services/store/store.ts";
import type { AnalysisCache } from "./analysis-cache.ts";
import { openTopicRows } from "./topic-rows.ts";

/** Conversations that one `in:` may name. */
const TITLED = 1000;

export const openSearchOf = (parlance: Parlance, analyses: AnalysisCache): Search => {
  const { store, indexes } = parlance;
  return openSearch({
    groups: openTopicRows(parlance, analyses),
    embedder: () => parlance.embedder(),
    now: parlance.now,
    searcher: async (collection, address) => {
      const id = readCollectionId(collection);
      return (id && (await indexes.searcher(id, address))) ?? null;
    },
    titled: async (collection, title) => {
      const id = readCollectionId(collection);
      if (id === undefined) return [];
      const page = await listConversations(store.db, {
        collection: id,
        title,
        sort: "newest",
        limit: TITLED,
      });
      return page.conversations.map((one) => one.id);
    },
    rows: {
      load: async (chunks, context) => {
        const ids = chunks.map(readChunkId).filter((id) => id !== undefined);
        const rows = await hydrateHits(store.db, ids, context);
        return new Map(rows.map((row) => [row.chunk as string, asHit(row)]));
      },
    },
  });
};

type StoredHit = Awaited<ReturnType<typeof hydrateHits>>[number];

const asHit = (row: StoredHit): HitRow => ({
  chunk: row.chunk,
  message: row.message,
  conversation: row.conversation,
  title: row.title,
  channel: row.channel,
  source: row.source as HitRow["source"],
  author: row.author,
  role: row.role as HitRow["role"],
  kind: row.kind as HitRow["kind"],
  language: row.language,
  at: row.at,
  zoneKnown: row.zoneKnown,
  text: row.text,
  before: row.before.map((one) => ({ ...one, role: one.role as HitRow["role"] })),
  after: row.after.map((one) => ({ ...one, role: one.role as HitRow["role"] })),
});
