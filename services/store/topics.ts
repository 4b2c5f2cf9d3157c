// Topics as stored: what the newest analysis found, the names that people gave, and the history of each.
import type { Trend } from "#services/contract/analysis.ts";
import {
  type AnalysisId,
  type ChunkId,
  type CollectionId,
  readChunkId,
  readTopicId,
  type TopicId,
} from "#services/domain/ids.ts";
import type { TopicEventRow, TopicRow } from "./analysis-tables.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";

export interface StoredKeyword {
  readonly term: string;
  readonly weight: number;
  readonly count: number;
}

/** What an analysis found about a topic. */
export interface FoundTopic {
  readonly id: TopicId;
  /** 0 = the most general. */
  readonly level: number;
  readonly parent: TopicId | null;
  /** The topic's number in the frame's `topic` column; null for parents. */
  readonly leafNumber: number | null;
  /** Made by a language model; null where there is none. */
  readonly llmTitle: string | null;
  /** Made from keywords. */
  readonly madeTitle: string;
  readonly summary: string | null;
  readonly keywords: readonly StoredKeyword[];
  /** Most typical first. */
  readonly typical: readonly ChunkId[];
  readonly points: number;
  readonly messages: number;
  readonly conversations: number;
  readonly people: number;
  readonly colour: number;
  readonly silhouette: number | null;
  readonly cohesion: number | null;
  readonly bornVersion: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly spark: readonly number[];
  readonly trend: Trend;
}

export interface StoredTopic extends FoundTopic {
  readonly collection: CollectionId;
  /** The name to show, and who made it. */
  readonly title: string;
  readonly titleBy: "person" | "llm" | "keywords";
  readonly givenTitle: string | null;
  readonly hidden: boolean;
  readonly state: "live" | "dead";
  readonly diedVersion: number | null;
}

type Titles = Pick<TopicRow, "given_title" | "llm_title" | "made_title">;

/** A person's name is preferred to the model's, the model's to the one made from keywords. */
const shownTitle = ({ given_title, llm_title, made_title }: Titles) => {
  if (given_title !== null) return { title: given_title, title_by: "person" };
  if (llm_title !== null) return { title: llm_title, title_by: "llm" };
  return { title: made_title, title_by: "keywords" };
};

const stored = (row: TopicRow): StoredTopic => ({
  id: row.id,
  collection: row.collection_id,
  level: row.level,
  parent: row.parent_id,
  leafNumber: row.leaf_number,
  title: row.title,
  titleBy: row.title_by as StoredTopic["titleBy"],
  givenTitle: row.given_title,
  llmTitle: row.llm_title,
  madeTitle: row.made_title,
  summary: row.summary,
  keywords: JSON.parse(row.keywords) as StoredKeyword[],
  typical: (JSON.parse(row.typical) as string[]).map(readChunkId).filter((id) => id !== undefined),
  points: row.points,
  messages: row.messages,
  conversations: row.conversations,
  people: row.people,
  hidden: row.hidden === 1,
  colour: row.colour,
  silhouette: row.silhouette,
  cohesion: row.cohesion,
  bornVersion: row.born_version,
  diedVersion: row.died_version,
  state: row.state as StoredTopic["state"],
  firstAt: row.first_at,
  lastAt: row.last_at,
  spark: JSON.parse(row.spark) as number[],
  trend: JSON.parse(row.trend) as Trend,
});

/** Live topics, including hidden ones, in order. */
export const listTopics = async (rows: Rows, collection: CollectionId): Promise<StoredTopic[]> =>
  (
    await rows
      .selectFrom("topics")
      .selectAll()
      .where("collection_id", "=", collection)
      .where("state", "=", "live")
      .orderBy("ordinal")
      .execute()
  ).map(stored);

/** Dead topics, which the next analysis may revive. */
export const listDeadTopics = async (
  rows: Rows,
  collection: CollectionId,
): Promise<StoredTopic[]> =>
  (
    await rows
      .selectFrom("topics")
      .selectAll()
      .where("collection_id", "=", collection)
      .where("state", "=", "dead")
      .orderBy("died_version", "desc")
      .orderBy("id")
      .execute()
  ).map(stored);

/** Also finds dead topics. */
export const findTopic = async (
  rows: Rows,
  collection: CollectionId,
  id: TopicId,
): Promise<StoredTopic | undefined> => {
  const row = await rows
    .selectFrom("topics")
    .selectAll()
    .where("id", "=", id)
    .where("collection_id", "=", collection)
    .executeTakeFirst();
  return row && stored(row);
};

export interface StoredEvent {
  readonly analysis: AnalysisId;
  readonly topic: TopicId;
  readonly title: string;
  readonly kind: string;
  readonly from: number | null;
  readonly to: number;
  readonly sizeBefore: number;
  readonly sizeAfter: number;
  readonly others: readonly {
    readonly topic: TopicId;
    readonly title: string;
    readonly messages: number | null;
  }[];
  readonly at: number;
}

const withTitles = async (rows: Rows, events: readonly TopicEventRow[]): Promise<StoredEvent[]> => {
  const others = events.map((event) =>
    (JSON.parse(event.others) as (string | [string, number])[]).flatMap((other) => {
      // Events from before sizes were kept hold ids alone.
      const [text, messages] = typeof other === "string" ? [other, null] : other;
      const topic = readTopicId(text);
      return topic === undefined ? [] : [{ topic, messages }];
    }),
  );
  const ids = new Set([
    ...events.map((event) => event.topic_id),
    ...others.flat().map(({ topic }) => topic),
  ]);
  const titles = new Map<string, string>();
  for (const piece of inPieces([...ids]))
    for (const { id, title } of await rows
      .selectFrom("topics")
      .select(["id", "title"])
      .where("id", "in", piece)
      .execute())
      titles.set(id, title);
  return events.map((event, place) => ({
    analysis: event.analysis_id,
    topic: event.topic_id,
    title: titles.get(event.topic_id) ?? "",
    kind: event.kind,
    from: event.from_version,
    to: event.to_version,
    sizeBefore: event.size_before,
    sizeAfter: event.size_after,
    others: (others[place] ?? []).map(({ topic, messages }) => ({
      topic,
      title: titles.get(topic) ?? "",
      messages,
    })),
    at: event.at,
  }));
};

/** The history of the collection's topics, or of one of them, newest first. Titles are the current ones. */
export const listTopicEvents = async (
  rows: Rows,
  of: {
    readonly collection: CollectionId;
    readonly topic?: TopicId | undefined;
    readonly limit?: number;
  },
): Promise<StoredEvent[]> => {
  const { collection, topic, limit = 1000 } = of;
  const events = await rows
    .selectFrom("topic_events")
    .selectAll()
    .where("collection_id", "=", collection)
    .$if(topic !== undefined, (query) =>
      // As the topic of the event, or as one of the others, whose ids are in its list.
      query.where((test) =>
        test.or([
          test("topic_id", "=", topic ?? ("" as never)),
          test("others", "like", `%${topic}%`),
        ]),
      ),
    )
    .orderBy("at", "desc")
    .orderBy("analysis_id")
    .orderBy("ordinal")
    .limit(limit)
    .execute();
  return withTitles(rows, events);
};

/** Analyses whose events are kept: years for a collection that grows every week. */
const KEPT_HISTORY = 50;

/** Deletes the events of older analyses. */
export const dropOldEvents = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const kept = await rows
    .selectFrom("topic_events")
    .select("analysis_id")
    .where("collection_id", "=", collection)
    .groupBy("analysis_id")
    .orderBy((make) => make.fn.max("at"), "desc")
    .limit(KEPT_HISTORY)
    .execute();
  if (kept.length < KEPT_HISTORY) return;
  await rows
    .deleteFrom("topic_events")
    .where("collection_id", "=", collection)
    .where(
      "analysis_id",
      "not in",
      kept.map((row) => row.analysis_id),
    )
    .execute();
};

/**
 * Replaces the topics by the result of an analysis: names and hiding by people are kept; topics that are
 * missing in the result are dead from this version on.
 */
export const replaceTopics = async (
  rows: Rows,
  of: { readonly collection: CollectionId; readonly version: number },
  topics: readonly FoundTopic[],
): Promise<void> => {
  const known = new Map(
    (
      await rows
        .selectFrom("topics")
        .select(["id", "given_title", "hidden"])
        .where("collection_id", "=", of.collection)
        .execute()
    ).map((row) => [row.id, row]),
  );
  await rows
    .updateTable("topics")
    .set({ state: "dead", died_version: of.version, leaf_number: null })
    .where("collection_id", "=", of.collection)
    .where("state", "=", "live")
    .execute();
  for (const [ordinal, topic] of topics.entries()) {
    const before = known.get(topic.id);
    const titles = {
      given_title: before?.given_title ?? null,
      llm_title: topic.llmTitle,
      made_title: topic.madeTitle,
    };
    const row: TopicRow = {
      id: topic.id,
      collection_id: of.collection,
      level: topic.level,
      parent_id: topic.parent,
      ordinal,
      leaf_number: topic.leafNumber,
      ...titles,
      ...shownTitle(titles),
      summary: topic.summary,
      keywords: JSON.stringify(topic.keywords),
      typical: JSON.stringify(topic.typical),
      points: topic.points,
      messages: topic.messages,
      conversations: topic.conversations,
      people: topic.people,
      hidden: before?.hidden ?? 0,
      colour: topic.colour,
      silhouette: topic.silhouette,
      cohesion: topic.cohesion,
      born_version: topic.bornVersion,
      died_version: null,
      state: "live",
      first_at: topic.firstAt,
      last_at: topic.lastAt,
      spark: JSON.stringify(topic.spark),
      trend: JSON.stringify(topic.trend),
    };
    if (before) await rows.updateTable("topics").set(row).where("id", "=", topic.id).execute();
    else await rows.insertInto("topics").values(row).execute();
  }
};

/** Applies what a person says about a topic at once; `undefined` changes nothing, a title of null restores the machine's. */
export const markTopic = async (
  rows: Rows,
  id: TopicId,
  mark: { readonly givenTitle?: string | null | undefined; readonly hidden?: boolean | undefined },
): Promise<void> => {
  const row = await rows
    .selectFrom("topics")
    .select(["given_title", "llm_title", "made_title", "hidden"])
    .where("id", "=", id)
    .executeTakeFirst();
  if (!row) return;
  const given_title = mark.givenTitle === undefined ? row.given_title : mark.givenTitle;
  const hidden = mark.hidden === undefined ? row.hidden : mark.hidden ? 1 : 0;
  await rows
    .updateTable("topics")
    .set({ given_title, hidden, ...shownTitle({ ...row, given_title }) })
    .where("id", "=", id)
    .execute();
};

/** Removes words that machines took from messages; names that people gave stay. The next analysis makes new ones. */
export const forgetTopicWords = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const topics = await rows
    .selectFrom("topics")
    .select(["id", "given_title", "ordinal"])
    .where("collection_id", "=", collection)
    .execute();
  for (const { id, given_title, ordinal } of topics) {
    const titles = { given_title, llm_title: null, made_title: `Topic ${ordinal + 1}` };
    await rows
      .updateTable("topics")
      .set({ ...titles, ...shownTitle(titles), summary: null, keywords: "[]" })
      .where("id", "=", id)
      .execute();
  }
};
