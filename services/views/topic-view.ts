// Topics in responses: with their children and some messages as examples.
import type { Example, Topic, TopicEvent } from "#services/contract/analysis.ts";
import type { ChunkId } from "#services/domain/ids.ts";
import {
  hydrateHits,
  type Rows,
  type StoredEvent,
  type StoredTopic,
} from "#services/store/store.ts";
import { shownText } from "#services/text/text.ts";

const EXAMPLE_LENGTH = 400;

/** By chunk; chunks that no longer exist are left out. */
export const loadExamples = async (
  rows: Rows,
  chunks: readonly ChunkId[],
): Promise<ReadonlyMap<string, Example>> =>
  new Map(
    (await hydrateHits(rows, chunks, 0)).map((hit) => [
      hit.chunk as string,
      {
        chunk: hit.chunk,
        message: hit.message,
        conversation: hit.conversation,
        title: hit.title,
        author: hit.author,
        at: hit.at,
        text: shownText(hit).slice(0, EXAMPLE_LENGTH),
      },
    ]),
  );

export interface TopicsToView {
  /** All live topics, so that children are found. */
  readonly all: readonly StoredTopic[];
  /** Number of messages of the analysis. */
  readonly messages: number;
  readonly examples: ReadonlyMap<string, Example>;
}

export const viewTopic = (
  topic: StoredTopic,
  { all, messages, examples }: TopicsToView,
): Topic => ({
  id: topic.id,
  level: topic.level,
  leaf: topic.leafNumber !== null,
  parent: topic.parent,
  children: all.filter(({ parent }) => parent === topic.id).map(({ id }) => id),
  title: topic.title,
  titleBy: topic.titleBy,
  summary: topic.summary,
  keywords: topic.keywords.map((keyword) => ({ ...keyword })),
  examples: topic.typical.flatMap((chunk) => examples.get(chunk) ?? []),
  points: topic.points,
  messages: topic.messages,
  share: messages === 0 ? 0 : topic.messages / messages,
  conversations: topic.conversations,
  people: topic.people,
  hidden: topic.hidden,
  colour: topic.colour,
  silhouette: topic.silhouette,
  cohesion: topic.cohesion,
  bornVersion: topic.bornVersion,
  firstAt: topic.firstAt,
  lastAt: topic.lastAt,
  spark: [...topic.spark],
  trend: topic.trend,
});

export const viewEvent = (event: StoredEvent): TopicEvent => ({
  topic: event.topic,
  title: event.title,
  kind: event.kind as TopicEvent["kind"],
  from: event.from,
  to: event.to,
  sizeBefore: event.sizeBefore,
  sizeAfter: event.sizeAfter,
  others: event.others.map((other) => ({ ...other })),
  at: event.at,
});
