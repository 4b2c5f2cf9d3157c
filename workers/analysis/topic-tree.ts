// The levels of topics above the leaves, whose identities are carried over by their members.
import { bestPairs, hierarchyOf } from "#services/analyse/topics/topics.ts";
import type { TopicId } from "#services/domain/ids.ts";
import type { SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import type { Grouped } from "./grouped.ts";

export interface TreeTopic {
  readonly id: TopicId;
  /** 0 = the most general. */
  readonly level: number;
  readonly parent: TopicId | null;
  /** Numbers of leaf topics; for a leaf, its own number. */
  readonly leaves: readonly number[];
  /** null for a parent. */
  readonly leaf: number | null;
}

/** A parent continues an old one where they share at least this part of all points that either has. */
const LEAST_SHARED = 0.3;

interface Group {
  readonly leaves: readonly number[];
  /** Number in the level above; −1 in the top level. */
  readonly parent: number;
}

/** Groups of each level above the leaves, from the top down, and the parent of each leaf. */
const groupsOf = (grouped: Grouped): { levels: Group[][]; parents: Int32Array } => {
  const { dim, data } = grouped.centroids;
  const subjects = grouped.topics.length - grouped.special.length;
  const all = hierarchyOf({ dim, rows: subjects, data: data.subarray(0, subjects * dim) });
  const parents = all.at(-1)?.parents ?? new Int32Array();
  const levels: Group[][] = [];
  let below = [...parents];
  for (const level of all.slice(0, -1).toReversed()) {
    const leaves = Array.from({ length: level.groups }, (): number[] => []);
    for (const [leaf, group] of below.entries()) leaves[group]?.push(leaf);
    levels.unshift(leaves.map((of, at) => ({ leaves: of, parent: level.parents[at] ?? -1 })));
    below = below.map((group) => level.parents[group] ?? -1);
  }
  return { levels, parents };
};

/**
 * The parent that each point had in the analysis before, in one of its levels. A level that was the leaves' own has none: what has
 * become of a leaf is told by its events, and must not be told again of a parent of the same id.
 */
const pointsBefore = (
  grouped: Grouped,
  previous: SavedAnalysis,
  level: number,
): (TopicId | null)[] => {
  const topics = new Map(previous.topics.map((topic) => [topic.id, topic]));
  const above = new Map<TopicId, TopicId | null>();
  const climb = (id: TopicId): TopicId | null => {
    let at = topics.get(id);
    while (at && at.level > level) at = at.parent === null ? undefined : topics.get(at.parent);
    return at?.level === level && at.leaf === null ? at.id : null;
  };
  return grouped.before.map((id) => {
    if (id == null) return null;
    const known = above.get(id);
    if (known !== undefined) return known;
    const found = climb(id);
    above.set(id, found);
    return found;
  });
};

/** The old parent that each group continues, by the points they share (Jaccard, optimal assignment). */
const carriedIds = (
  groups: readonly Group[],
  grouped: Grouped,
  before: readonly (TopicId | null)[],
): (TopicId | undefined)[] => {
  const olds = [...new Set(before.filter((id) => id !== null))];
  if (olds.length === 0) return groups.map(() => undefined);
  const oldAt = new Map(olds.map((id, at) => [id, at]));
  const groupOf = new Int32Array(grouped.topics.length).fill(-1);
  for (const [at, { leaves }] of groups.entries()) for (const leaf of leaves) groupOf[leaf] = at;
  const both = new Float64Array(olds.length * groups.length);
  const ofOld = new Float64Array(olds.length);
  const ofNew = new Float64Array(groups.length);
  for (const [point, id] of before.entries()) {
    const old = id === null ? -1 : (oldAt.get(id) ?? -1);
    const fresh = groupOf[grouped.topicOf[point] ?? -1] ?? -1;
    if (old >= 0) ofOld[old] = (ofOld[old] ?? 0) + 1;
    if (fresh >= 0) ofNew[fresh] = (ofNew[fresh] ?? 0) + 1;
    const place = old * groups.length + fresh;
    if (old >= 0 && fresh >= 0) both[place] = (both[place] ?? 0) + 1;
  }
  const gains = both.map((count, place) => {
    const [old, fresh] = [Math.floor(place / groups.length), place % groups.length];
    const either = (ofOld[old] ?? 0) + (ofNew[fresh] ?? 0) - count;
    const share = either > 0 ? count / either : 0;
    return share >= LEAST_SHARED ? share : 0;
  });
  const ids: (TopicId | undefined)[] = groups.map(() => undefined);
  for (const [old, fresh] of bestPairs(gains, olds.length, groups.length).entries())
    if (fresh >= 0) ids[fresh] = olds[old];
  return ids;
};

/** All topics, parents before children, larger before smaller; at the end those that are no subject. */
export const treeOf = (
  grouped: Grouped,
  previous: SavedAnalysis | undefined,
  newId: () => TopicId,
): TreeTopic[] => {
  const { levels, parents } = groupsOf(grouped);
  const sizes = new Int32Array(grouped.topics.length);
  for (const [point, at] of grouped.topicOf.entries())
    if (at >= 0) sizes[at] = (sizes[at] ?? 0) + (grouped.weight[point] ?? 1);
  const size = (leaves: readonly number[]) =>
    leaves.reduce((sum, leaf) => sum + (sizes[leaf] ?? 0), 0);
  const taken = new Set<TopicId>(grouped.topics);
  const ids = levels.map((groups, level) => {
    const carried =
      previous === undefined
        ? groups.map(() => undefined)
        : carriedIds(groups, grouped, pointsBefore(grouped, previous, level));
    return carried.map((id) => {
      const own = id === undefined || taken.has(id) ? newId() : id;
      taken.add(own);
      return own;
    });
  });
  const parentId = (level: number, at: number): TopicId | null => ids[level]?.[at] ?? null;
  const above = levels.flatMap((groups, level): TreeTopic[] =>
    groups.flatMap(({ leaves, parent }, at) => {
      const id = parentId(level, at);
      return id === null
        ? []
        : [{ id, level, parent: parentId(level - 1, parent), leaves, leaf: null }];
    }),
  );
  const leaves = grouped.topics.map(
    (id, leaf): TreeTopic => ({
      id,
      level: levels.length,
      parent: parentId(levels.length - 1, parents[leaf] ?? -1),
      leaves: [leaf],
      leaf,
    }),
  );
  const subjects = leaves.slice(0, leaves.length - grouped.special.length);
  const special = leaves.slice(subjects.length);
  return [
    ...inOrder(withoutSingles([...above, ...subjects]), (topic) => size(topic.leaves)),
    ...special,
  ];
};

/** Without parents that have the same leaves as their own parent, or as their only leaf: both would be the same topic. */
const withoutSingles = (topics: readonly TreeTopic[]): TreeTopic[] => {
  const byId = new Map(topics.map((topic) => [topic.id, topic]));
  const isKept = (topic: TreeTopic): boolean => {
    if (topic.leaf !== null) return true;
    const above = topic.parent === null ? undefined : byId.get(topic.parent);
    return topic.leaves.length > 1 && topic.leaves.length !== above?.leaves.length;
  };
  const keptAbove = (id: TopicId | null): TopicId | null => {
    for (let at = id; at !== null; ) {
      const topic = byId.get(at);
      if (topic === undefined || isKept(topic)) return at;
      at = topic.parent;
    }
    return null;
  };
  return topics.filter(isKept).map((topic) => ({ ...topic, parent: keptAbove(topic.parent) }));
};

/** Depth first: each parent, followed by its children. */
const inOrder = (topics: readonly TreeTopic[], size: (topic: TreeTopic) => number): TreeTopic[] => {
  const below = (parent: TopicId | null): TreeTopic[] =>
    topics
      .filter((topic) => topic.parent === parent)
      .sort((a, b) => size(b) - size(a))
      .flatMap((topic) => [topic, ...below(topic.id)]);
  return below(null);
};
