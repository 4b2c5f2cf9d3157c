// The data of each topic of an analysis: name, sizes, colour, sparkline, trend.

import { sparksOf, trendOfTopics } from "#services/analyse/figures/figures.ts";
import type { Frame } from "#services/analyse/frame/frame.ts";
import type { Analysis, AnalysisSettings } from "#services/contract/analysis.ts";
import type { TopicId } from "#services/domain/ids.ts";
import type { Llm } from "#services/llm/llm.ts";
import {
  type CollectionRow,
  type FoundTopic,
  listDeadTopics,
  listTopics,
  type Store,
  type StoredTopic,
} from "#services/store/store.ts";
import type { Words } from "./count-words.ts";
import type { Grouped } from "./grouped.ts";
import { nameByModel } from "./llm-names.ts";
import type { Judged } from "./measure-topics.ts";
import { nameTopics } from "./name-topics.ts";
import type { Progress } from "./progress.ts";
import type { ReadPoints } from "./read-points.ts";
import { coloursOf } from "./topic-colours.ts";
import { sizesOf, type TopicSizes } from "./topic-sizes.ts";
import type { TreeTopic } from "./topic-tree.ts";

const mean = (values: readonly (number | null | undefined)[]): number | null => {
  const told = values.filter((value) => value != null);
  return told.length === 0 ? null : told.reduce((sum, value) => sum + value, 0) / told.length;
};

/** In the order of the list: parents before children, larger ones first, but what is no subject last. */
const inOrder = (topics: readonly FoundTopic[], { special }: Grouped): FoundTopic[] => {
  const last = new Set<TopicId>(special.map(({ id }) => id));
  const below = (parent: TopicId | null): FoundTopic[] =>
    topics
      .filter((topic) => topic.parent === parent)
      .sort((a, b) => Number(last.has(a.id)) - Number(last.has(b.id)) || b.messages - a.messages)
      .flatMap((topic) => [topic, ...below(topic.id)]);
  return below(null);
};

/** A topic that grew or shrank by no more than this keeps its title, so that names do not change with every message. */
const HARDLY = 0.2;

const keptTitles = (
  live: readonly StoredTopic[],
  tree: readonly TreeTopic[],
  sizes: readonly TopicSizes[],
): Map<TopicId, string> => {
  const known = new Map(live.map((topic) => [topic.id, topic]));
  return new Map(
    tree.flatMap(({ id }, at): [TopicId, string][] => {
      const before = known.get(id);
      // Without keywords the title is what an erasure left of it.
      if (before === undefined || before.keywords.length === 0) return [];
      const now = sizes[at]?.points ?? 0;
      const hardly = Math.abs(now - before.points) <= HARDLY * Math.max(now, before.points);
      return hardly ? [[id, before.madeTitle]] : [];
    }),
  );
};

export interface Describing {
  readonly store: Store;
  readonly collection: CollectionRow;
  readonly settings: AnalysisSettings;
  readonly llm: Llm | undefined;
  readonly points: ReadPoints;
  readonly words: Words;
  readonly frame: Frame;
  readonly grouped: Grouped;
  readonly tree: readonly TreeTopic[];
  readonly judged: readonly Judged[];
  readonly version: number;
  readonly progress: Progress;
  /** Whether nothing that the analysis has read is being erased. */
  readonly isWanted: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** Everything about each topic except its events. */
export const describeTopics = async (
  describing: Describing,
): Promise<{ readonly topics: FoundTopic[]; readonly told: Analysis["llm"] }> => {
  const { store, collection, settings, llm, frame, grouped, tree, judged, progress, signal } =
    describing;
  const live = await listTopics(store.rows, collection.id);
  const sizes = sizesOf(frame, tree);
  const names = await nameTopics({
    rows: store.rows,
    points: describing.points,
    words: describing.words,
    grouped,
    tree,
    kept: grouped.k.by === "carried" ? keptTitles(live, tree, sizes) : new Map(),
    signal,
  });
  const byModel =
    llm === undefined || !settings.llm || tree.length === 0
      ? undefined
      : await nameByModel({
          store,
          collection: collection.id,
          llm,
          settings,
          ids: describing.points.ids,
          grouped,
          tree,
          names,
          signal,
          isWanted: describing.isWanted,
          onProgress: (share) => progress.within(share, `Asking ${llm.model} for names`),
        });
  const dead = await listDeadTopics(store.rows, collection.id);
  const known = [...dead, ...live];
  const before = new Map(known.map((topic) => [topic.id, topic]));
  const colour = coloursOf(
    tree.map(({ id }) => id),
    { live, dead },
  );
  const mask = new Uint8Array(frame.messages.count).fill(1);
  const frameTopics = tree.map(({ id, level, leaves }, at) => ({
    id,
    level,
    leaves,
    title: names[at]?.title ?? "",
    hidden: before.get(id)?.hidden ?? false,
    colour: colour[at] ?? 0,
  }));
  const sparks = sparksOf(frame, frameTopics, { mask });
  const trends = trendOfTopics(frame, frameTopics, { mask, zone: collection.zone });
  const topics = tree.map((topic, at): FoundTopic => {
    const own = topic.leaves.map((leaf) => judged[leaf]);
    return {
      id: topic.id,
      level: topic.level,
      parent: topic.parent,
      leafNumber: topic.leaf,
      llmTitle: byModel?.names.get(at)?.title ?? null,
      madeTitle: names[at]?.title ?? "",
      summary: byModel?.names.get(at)?.summary ?? null,
      keywords: names[at]?.keywords ?? [],
      typical: names[at]?.typical ?? [],
      points: sizes[at]?.points ?? 0,
      messages: sizes[at]?.messages ?? 0,
      conversations: sizes[at]?.conversations ?? 0,
      people: sizes[at]?.people ?? 0,
      colour: colour[at] ?? 0,
      silhouette: mean(own.map((one) => one?.silhouette)),
      cohesion: mean(own.map((one) => one?.cohesion)),
      bornVersion: before.get(topic.id)?.bornVersion ?? describing.version,
      firstAt: sizes[at]?.firstAt ?? null,
      lastAt: sizes[at]?.lastAt ?? null,
      spark: sparks.get(topic.id) ?? [],
      trend: trends.get(topic.id) ?? {
        direction: "unknown",
        ratio: null,
        p: null,
        says: "Hidden topics are not tested for trends.",
      },
    };
  });
  return { topics: inOrder(topics, grouped), told: byModel?.told ?? null };
};
