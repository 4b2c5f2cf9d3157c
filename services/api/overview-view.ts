// The overview of a collection: what is in here, what is new, what changed, at a glance.
import { figuresOf } from "#services/analyse/figures/figures.ts";
import { openView } from "#services/analyse/figures/view.ts";
import { sizeOf } from "#services/analyse/select-facets.ts";
import type { Topic, TopicEvent } from "#services/contract/analysis.ts";
import type { Figure, Overview } from "#services/contract/figures.ts";
import { unseenAlerts } from "#services/store/alerts.ts";
import { collectionStats } from "#services/store/collections.ts";
import type { CollectionRow } from "#services/store/tables.ts";
import { listTopicEvents, type StoredTopic } from "#services/store/topics.ts";
import { viewAnalysis } from "./analysis-view.ts";
import type { ApiParts } from "./api-app.ts";
import type { View } from "./desk.ts";
import { loadExamples, viewEvent, viewTopic } from "./topic-view.ts";

/** Examples of each topic, and entries of the short lists. */
const EXAMPLES = 2;
const FEW = 5;
const MOST_CHANGES = 8;

/** What a person would want to hear of: all but what stayed the same, the most telling first. */
const tellingEvents = (events: readonly TopicEvent[]): TopicEvent[] => {
  const order: Readonly<Record<TopicEvent["kind"], number>> = {
    born: 0,
    revived: 0,
    split: 1,
    merged: 1,
    died: 2,
    grew: 3,
    shrank: 4,
    kept: 9,
  };
  const size = ({ sizeBefore, sizeAfter }: TopicEvent) => Math.abs(sizeAfter - sizeBefore);
  return events
    .filter(({ kind }) => kind !== "kept")
    .sort((a, b) => order[a.kind] - order[b.kind] || size(b) - size(a))
    .slice(0, MOST_CHANGES);
};

const changesOf = async ({ parlance }: ApiParts, view: View): Promise<TopicEvent[]> => {
  const events = await listTopicEvents(parlance.store.db, { collection: view.collection });
  return tellingEvents(
    events.filter(({ analysis }) => analysis === view.analysis.id).map(viewEvent),
  );
};

const trending = (
  topics: readonly StoredTopic[],
  direction: "rising" | "fading",
): Overview["rising"] =>
  topics
    .filter((topic) => topic.leafNumber !== null && topic.trend.direction === direction)
    .sort((a, b) => (a.trend.p ?? 1) - (b.trend.p ?? 1))
    .slice(0, FEW)
    .map(({ id, title, trend }) => ({ topic: id, title, trend }));

const topicsOf = async ({ parlance }: ApiParts, view: View): Promise<Topic[]> => {
  const shown = view.topics
    .filter(({ hidden }) => !hidden)
    .map((topic) => ({ ...topic, typical: topic.typical.slice(0, EXAMPLES) }));
  const examples = await loadExamples(
    parlance.store.db,
    shown.flatMap(({ typical }) => typical),
  );
  const points = view.frame.points.count;
  return shown.map((topic) => viewTopic(topic, { all: view.topics, points, examples }));
};

export const viewOverview = async (
  parts: ApiParts,
  row: CollectionRow,
  view: View | undefined,
): Promise<Overview> => {
  const { parlance } = parts;
  const { db } = parlance.store;
  const [analysis, stats, unseen] = await Promise.all([
    viewAnalysis(parlance, row),
    collectionStats(db, row.id),
    unseenAlerts(db, row.id),
  ]);
  const base = {
    analysis,
    messages: stats.messages,
    conversations: stats.conversations,
    firstAt: stats.firstAt,
    lastAt: stats.lastAt,
    unseenAlerts: [...unseen.values()].reduce((sum, count) => sum + count, 0),
  };
  if (!view)
    return {
      ...base,
      people: 0,
      says: [],
      topics: [],
      volume: null,
      rising: [],
      fading: [],
      fresh: null,
      changes: [],
      notable: [],
    };
  const mask = new Uint8Array(view.frame.messages.count).fill(1);
  const over = openView(view.frame, view.frameTopics, { mask, zone: row.zone });
  const [volume] = figuresOf(over, ["volume"]) as Figure[];
  const shown = view.topics.filter(({ hidden }) => !hidden);
  return {
    ...base,
    people: sizeOf(view.frame, mask).people,
    says: volume === undefined ? [] : [volume.says],
    topics: await topicsOf(parts, view),
    volume: volume ?? null,
    rising: trending(shown, "rising"),
    fading: trending(shown, "fading"),
    fresh: null,
    changes: await changesOf(parts, view),
    notable: [],
  };
};
