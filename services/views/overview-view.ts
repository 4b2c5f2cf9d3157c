// The overview of a collection: what it contains, what is new, what changed.
import {
  countOf,
  type FreshPart,
  figuresOf,
  freshOf,
  notableConversations,
  openView,
  sayWhatIsIn,
} from "#services/analyse/figures/figures.ts";
import { sizeOf } from "#services/analyse/frame/frame.ts";
import type { Topic, TopicEvent } from "#services/contract/analysis.ts";
import type { Figure, Overview } from "#services/contract/figures.ts";
import type { EnglishForm } from "#services/domain/english.ts";
import type { Parlance } from "#services/parlance.ts";
import {
  type CollectionRow,
  collectionStats,
  listAnalyses,
  listTopicEvents,
  type StoredTopic,
  shownHealth,
  unseenAlerts,
} from "#services/store/store.ts";
import type { View } from "./analysis-cache.ts";
import { viewAnalysis } from "./analysis-view.ts";
import { maskOf } from "./selected.ts";
import { loadExamples, viewEvent, viewTopic } from "./topic-view.ts";

/** Number of examples per topic, and of entries in the short lists. */
const EXAMPLES = 2;
const FEW = 5;
const MOST_CHANGES = 8;

/** All events except unchanged topics, the most important first. */
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

const changesOf = async (parlance: Parlance, view: View): Promise<TopicEvent[]> => {
  const events = await listTopicEvents(parlance.store.rows, { collection: view.collection });
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

const topicsOf = async (parlance: Parlance, view: View): Promise<Topic[]> => {
  const shown = view.topics
    .filter(({ hidden }) => !hidden)
    .map((topic) => ({ ...topic, typical: topic.typical.slice(0, EXAMPLES) }));
  const examples = await loadExamples(
    parlance.store.rows,
    shown.flatMap(({ typical }) => typical),
  );
  const messages = view.frame.messages.count;
  return shown.map((topic) => viewTopic(topic, { all: view.topics, messages, examples }));
};

/** What the newest analysis read and the one before did not, where that is only a part; else the last tenth of the time is used. */
const newestPart = async (
  parlance: Parlance,
  row: CollectionRow,
  view: View,
): Promise<FreshPart | undefined> => {
  const runs = await listAnalyses(parlance.store.rows, row.id);
  const before = runs.find(
    ({ state, version, id }) =>
      state === "done" && id !== view.analysis.id && version !== view.analysis.version,
  );
  if (before?.version == null) return undefined;
  const selection = { version: before.version, not: true } as const;
  // Versions may have been rewritten since; then the last tenth of the time is used.
  const mask = await maskOf(parlance, view, { row, selection }).catch(() => undefined);
  const some = mask?.some((byte) => byte === 1) && mask.some((byte) => byte === 0);
  return mask && some ? { mask, selection, since: `since version ${before.version}` } : undefined;
};

export const viewOverview = async (
  parlance: Parlance,
  row: CollectionRow,
  { view, form }: { readonly view: View | undefined; readonly form?: EnglishForm | undefined },
): Promise<Overview> => {
  const { rows } = parlance.store;
  const [analysis, stats, unseen] = await Promise.all([
    viewAnalysis(parlance, row),
    collectionStats(rows, row.id),
    unseenAlerts(rows, row.id),
  ]);
  const base = {
    analysis,
    messages: stats.messages,
    conversations: stats.conversations,
    firstAt: stats.firstAt,
    lastAt: stats.lastAt,
    unseenAlerts: [...unseen.values()].reduce((sum, count) => sum + count, 0),
    health: shownHealth(row),
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
  const over = openView(view.frame, view.frameTopics, { mask, zone: row.zone, form });
  const [volume] = figuresOf(over, ["volume"]) as Figure[];
  const { messages, conversations, people } = sizeOf(view.frame, mask);
  const sizes = { messages, conversations, people };
  const shown = view.topics.filter(({ hidden }) => !hidden);
  return {
    ...base,
    // Of the analysis, as the topics and figures beside them.
    ...sizes,
    says: [
      ...sayWhatIsIn(over),
      ...(stats.messages > messages
        ? [
            `${countOf(stats.messages - messages, "newer message")} will be in the next analysis: these pages show the others.`,
          ]
        : []),
      ...(stats.others > 0
        ? [
            `${countOf(stats.others, "entry", "entries")} of other kinds can be read in the conversations and ${stats.others === 1 ? "is" : "are"} not counted anywhere: other branches, system prompts, thinking, tool messages, joins and leaves.`,
          ]
        : []),
    ],
    topics: await topicsOf(parlance, view),
    volume: volume ?? null,
    rising: trending(shown, "rising"),
    fading: trending(shown, "fading"),
    fresh: freshOf(over, await newestPart(parlance, row, view)) as Overview["fresh"],
    changes: await changesOf(parlance, view),
    notable: notableConversations(over),
  };
};
