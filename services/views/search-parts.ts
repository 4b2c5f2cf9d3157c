// Opens searching with the rows, indexes and model of a Parlance.
import { readChunkId, readCollectionId } from "#services/domain/ids.ts";
import { exchangesBeside } from "#services/indexes/indexes.ts";
import type { Parlance } from "#services/parlance.ts";
import {
  eachByName,
  type HitRow,
  openRemembered,
  openSearch,
  type Search,
} from "#services/search/search.ts";
import {
  authorsCalled,
  exchangeFacts,
  hydrateHits,
  listConversations,
  type Store,
} from "#services/store/store.ts";
import { shownText } from "#services/text/text.ts";
import type { AnalysisCache } from "./analysis-cache.ts";
import { openPeopleHere, readOwn } from "./people-here.ts";
import { openTopicRows } from "./topic-rows.ts";

/** The most conversations that one `in:` may match. */
const TITLED = 1000;

export interface SearchOf {
  /** Searching in the collections of one organization. */
  within(parlance: Parlance, analyses: AnalysisCache): Search;
}

export const openSearchOf = (): SearchOf => {
  const topicRows = openTopicRows();
  const rememberedBy = openRemembered();
  const peopleOf = openPeopleHere();
  return {
    within: (parlance, analyses) => {
      const { store, indexes, scope } = parlance;
      return openSearch(
        {
          groups: topicRows.within({ parlance, analyses }),
          embedder: (model) => parlance.embedder(model),
          now: parlance.now,
          searcher: async (collection, address) => {
            const id = readCollectionId(collection);
            return (id && (await indexes.searcher(id, address))) ?? null;
          },
          exchangesBeside,
          exchangesOf: (chunks) =>
            exchangeFacts(
              store.rows,
              chunks.map(readChunkId).filter((id) => id !== undefined),
            ),
          called: async (collection, name) => {
            const id = readCollectionId(collection);
            return id === undefined
              ? { exact: [], byWord: [] }
              : authorsCalled(store.rows, id, name);
          },
          people: async (collection, asksForMe) => {
            const id = readCollectionId(collection);
            if (id === undefined) return eachByName;
            const people = await peopleOf(parlance, id);
            const own = asksForMe ? await readOwn(parlance, id, people) : [];
            return { people, own: own.length > 0 ? own : undefined };
          },
          titled: (collection, title) => titledIn(store, collection, title),
          rows: {
            load: async (chunks, context) => {
              const ids = chunks.map(readChunkId).filter((id) => id !== undefined);
              const rows = await hydrateHits(store.rows, ids, context);
              return new Map(rows.map((row) => [row.chunk as string, asHit(row)]));
            },
          },
        },
        rememberedBy(scope.organization),
      );
    },
  };
};

const titledIn = async (store: Store, collection: string, title: string): Promise<string[]> => {
  const id = readCollectionId(collection);
  if (id === undefined) return [];
  const page = await listConversations(store.rows, {
    collection: id,
    title,
    sort: "newest",
    limit: TITLED,
  });
  return page.conversations.map((one) => one.id);
};

type StoredHit = Awaited<ReturnType<typeof hydrateHits>>[number];

const asNeighbour = (row: StoredHit["before"][number]): HitRow["before"][number] => ({
  ...row,
  role: row.role as HitRow["role"],
  text: shownText(row),
});

const asHit = (row: StoredHit): HitRow => ({
  chunk: row.chunk,
  unit: row.exchange === null ? "message" : "exchange",
  exchange: row.exchange && {
    best: row.exchange.best,
    more: row.exchange.more,
    members: row.exchange.members.map((one) => ({ ...one, role: one.role as HitRow["role"] })),
  },
  message: row.message,
  gone: row.gone,
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
  before: row.before.map(asNeighbour),
  after: row.after.map(asNeighbour),
});
