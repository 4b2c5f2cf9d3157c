// Folds topics that are no subject into one line each at the end: notices, small talk, and what has no common subject.
import { unitMeans } from "#services/analyse/topics/topics.ts";
import { readTopicId, type TopicId } from "#services/domain/ids.ts";
import type { ManyVectors } from "#services/domain/vectors.ts";
import type { Grouping, SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import type { StoredEdit } from "#services/store/store.ts";
import {
  type GroupTools,
  type SpecialKind,
  type SpecialTopic,
  specialKinds,
  type Wanted,
} from "./grouped.ts";
import { pointKinds, type ReadPoints } from "./read-points.ts";

interface Topics {
  /** Largest first. */
  readonly topics: readonly TopicId[];
  /** Place in `topics` of each point; −1 for none. */
  readonly topicOf: Int32Array;
}

export interface Folded extends Topics {
  readonly special: readonly SpecialTopic[];
  readonly folded: Grouping["folded"];
}

/** Topics that a person has named, merged, split, or moved messages to: they stay as they are. */
const touched = (edits: readonly StoredEdit[]): ReadonlySet<TopicId> => {
  const ids = edits
    .filter(({ undoneAt }) => undoneAt === null)
    .flatMap(({ edit }) => {
      switch (edit.kind) {
        case "merge":
          return [...edit.topics, edit.into];
        case "move":
          return edit.to === null ? [] : [edit.to];
        case "rename":
        case "split":
        case "hide":
          return [edit.topic];
        default:
          return edit satisfies never;
      }
    });
  return new Set(ids.map(readTopicId).filter((id) => id !== undefined));
};

interface Folding {
  readonly previous: SavedAnalysis | undefined;
  /** Unit length, centred. */
  readonly rows: ManyVectors;
  readonly wanted: Wanted;
  readonly tools: GroupTools;
}

/** What each topic was before, where topics are carried on: a topic does not change its kind with every message. */
const kindsBefore = ({ previous, wanted }: Folding): ReadonlyMap<TopicId, SpecialKind | null> => {
  if (previous === undefined || wanted.mode === "refit") return new Map();
  const known = new Map<TopicId, SpecialKind | null>(
    previous.topics.filter(({ leaf }) => leaf !== null).map(({ id }) => [id, null]),
  );
  for (const { topic, kind } of previous.grouping.folded) {
    const is = specialKinds.find((one) => one === kind);
    if (is !== undefined) known.set(topic, is);
  }
  return known;
};

const kindsOf = async (
  { topics, topicOf }: Topics,
  folding: Folding,
): Promise<readonly (SpecialKind | undefined)[]> => {
  const { rows, wanted, tools } = folding;
  const zero = {
    dim: rows.dim,
    rows: topics.length,
    data: new Float32Array(rows.dim * topics.length),
  };
  const judged = (await tools.judge?.(topicOf, unitMeans(rows, topicOf, zero))) ?? [];
  // Who asks for a number of topics gets so many.
  if (wanted.k !== null) return topics.map(() => undefined);
  const stays = touched(wanted.edits);
  const before = kindsBefore(folding);
  return topics.map((topic, at) => {
    if (stays.has(topic)) return undefined;
    const was = before.get(topic);
    return was === undefined ? judged[at] : (was ?? undefined);
  });
};

const kindOfPoint: Readonly<Record<number, SpecialKind>> = {
  [pointKinds.notice]: "notices",
  [pointKinds.smallTalk]: "smallTalk",
};

/** Topics of the kinds that occur are added at the end, under the ids that they had before. */
export const foldTopics = async (
  found: Topics,
  points: ReadPoints,
  folding: Folding,
): Promise<Folded> => {
  const kinds = await kindsOf(found, folding);
  const specialOf = (at: number): SpecialKind | undefined => {
    const topic = found.topicOf[at] ?? -1;
    return topic >= 0 ? kinds[topic] : kindOfPoint[points.kinds[at] ?? pointKinds.telling];
  };
  const own = Array.from({ length: points.ids.length }, (_, at) => specialOf(at));
  const there = new Set(own);
  const ids = new Map(folding.previous?.topics.map(({ kind, id }) => [kind, id]));
  const special = specialKinds
    .filter((kind) => there.has(kind))
    .map((kind): SpecialTopic => ({ kind, id: ids.get(kind) ?? folding.tools.newId() }));
  const subjects = [...found.topics.keys()].filter((at) => kinds[at] === undefined);
  const placeOf = new Map(subjects.map((at, place) => [at, place]));
  const specialAt = new Map(special.map(({ kind }, at) => [kind, subjects.length + at]));
  return {
    topics: [...subjects.flatMap((at) => found.topics[at] ?? []), ...special.map(({ id }) => id)],
    topicOf: found.topicOf.map((topic, at) => {
      const kind = own[at];
      return kind === undefined ? (placeOf.get(topic) ?? -1) : (specialAt.get(kind) ?? -1);
    }),
    special,
    folded: found.topics.flatMap((topic, at) => {
      const kind = kinds[at];
      return kind === undefined ? [] : [{ topic, kind }];
    }),
  };
};
