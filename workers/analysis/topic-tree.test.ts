// The tree over the leaves: who is whose parent, in which order, and which identities the levels above carry on.
import { describe, expect, it } from "vitest";
import { topicsAtLevel } from "#services/analyse/figures/figures.ts";
import { plantedTopics } from "#services/analyse/topics/topics.builders.ts";
import { type TopicId, topicId } from "#services/domain/ids.ts";
import { gather } from "#services/domain/vectors.ts";
import type { SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import type { Grouped } from "./grouped.ts";
import { type TreeTopic, treeOf } from "./topic-tree.ts";

type Shape = Pick<Grouped, "topics" | "special" | "centroids" | "topicOf" | "weight" | "before">;

/** Leaves of some families: those of a family lie near each other. `points`: how many each leaf has. */
const grouped = (
  families: number,
  leaves: number,
  {
    points = () => 3,
    names = (leaf) => `leaf${leaf}`,
  }: {
    points?: (leaf: number) => number;
    names?: (leaf: number) => string;
  } = {},
): Shape => {
  const { rows } = plantedTopics({ topics: families, rows: leaves, spread: 0.3, shared: 0 });
  const topicOf = Int32Array.from(
    Array.from({ length: leaves }, (_, leaf) =>
      Array.from({ length: points(leaf) }, () => leaf),
    ).flat(),
  );
  return {
    topics: Array.from({ length: leaves }, (_, leaf) => topicId(names(leaf))),
    centroids: gather(rows, [...Array(leaves).keys()]),
    topicOf,
    special: [],
    weight: new Uint32Array(topicOf.length).fill(1),
    before: [...topicOf].map(() => undefined),
  };
};

const tree = (shape: Shape, previous?: readonly TreeTopic[]) => {
  let next = 0;
  const topics = previous?.map((topic) => ({ ...topic, title: "", points: 1 }));
  return treeOf(
    shape as Grouped,
    topics && ({ topics } as Partial<SavedAnalysis> as SavedAnalysis),
    () => topicId(`made${previous ? "later" : ""}${++next}`),
  );
};

const idsAt = (topics: readonly TreeTopic[], level: number) =>
  topics.filter((topic) => topic.level === level).map(({ id }) => id);

describe("the tree of topics", () => {
  it("is the leaves alone where they are few, the largest first", () => {
    const made = tree(grouped(3, 5, { points: (leaf) => [2, 9, 4, 1, 5][leaf] ?? 0 }));
    expect(made.map(({ leaf }) => leaf)).toEqual([1, 4, 2, 0, 3]);
    expect(made.every(({ level, parent }) => level === 0 && parent === null)).toBe(true);
  });

  it("is empty where there are no topics", () => {
    expect(tree(grouped(1, 0))).toEqual([]);
  });

  it.each([16, 60])(
    "has every one of %i leaves once below each level, parents before children",
    (leaves) => {
      const made = tree(grouped(4, leaves));
      const levels = leaves === 60 ? 3 : 2;
      expect(new Set(made.map(({ level }) => level)).size).toBe(levels);
      for (let level = 0; level < levels; level++)
        expect(
          topicsAtLevel(made, level)
            .flatMap((topic) => topic.leaves)
            .sort((a, b) => a - b),
        ).toEqual([...Array(leaves).keys()]);
      for (const [at, { id, parent, level, leaves: own }] of made.entries()) {
        if (parent === null) continue;
        const above = made.findIndex((topic) => topic.id === parent);
        expect(above, id).toBeGreaterThanOrEqual(0);
        expect(above).toBeLessThan(at);
        expect(made[above]?.level).toBeLessThan(level);
        expect(made[above]?.leaves).toEqual(expect.arrayContaining([...own]));
        // No parent is the same as its only child.
        expect(made[above]?.leaves.length, id).toBeGreaterThan(own.length);
      }
    },
  );

  it("has what is no subject at the end, however large it is", () => {
    const shape = grouped(4, 16, { points: (leaf) => (leaf === 15 ? 90 : 3) });
    const notices = { kind: "notices", id: shape.topics[15] ?? topicId("none") } as const;
    const made = tree({ ...shape, special: [notices] });
    expect(made.at(-1)).toMatchObject({ id: notices.id, parent: null, leaf: 15 });
    expect(made.filter(({ leaves }) => leaves.includes(15))).toHaveLength(1);
  });

  it("puts families together", () => {
    const made = tree(grouped(4, 16));
    for (const { leaves, leaf } of made)
      if (leaf === null) expect(new Set(leaves.map((one) => one % 4)).size).toBe(1);
  });
});

describe("the identities of parents", () => {
  it("are carried on by the points they share, whatever their leaves are called now", () => {
    const first = grouped(4, 16);
    const before = tree(first);
    const leafNow = {
      ...first,
      before: [...first.topicOf].map((leaf) => first.topics[leaf] ?? null),
    };
    const again = tree(leafNow, before);
    expect(new Set(idsAt(again, 0))).toEqual(new Set(idsAt(before, 0)));
    const renamed = { ...leafNow, topics: first.topics.map((_, leaf) => topicId(`other${leaf}`)) };
    expect(new Set(idsAt(tree(renamed, before), 0))).toEqual(new Set(idsAt(before, 0)));
  });

  it("are new where less than a third is shared", () => {
    const first = grouped(4, 16);
    const before = tree(first);
    // What was one family's is now spread over all of them.
    const mixed = {
      ...first,
      topics: first.topics.map((_, leaf) => topicId(`other${leaf}`)),
      before: [...first.topicOf.keys()].map((at) => first.topics[Math.floor(at / 12) % 4] ?? null),
    };
    const now = idsAt(tree(mixed, before), 0);
    expect(now.every((id) => id.includes("later"))).toBe(true);
  });

  it("are never those of leaves that are gone: what a leaf was is told as its end", () => {
    // Two levels before, three now: what was leaf level then is the middle now.
    const first = grouped(4, 16, { points: () => 12 });
    const before = tree(first);
    const leafIds = new Set<TopicId>(first.topics);
    const later = grouped(16, 64, { names: (leaf) => `other${leaf}` });
    const now = tree(
      { ...later, before: [...later.topicOf].map((leaf) => first.topics[leaf % 16] ?? null) },
      before,
    );
    expect(new Set(now.map(({ level }) => level)).size).toBe(3);
    expect(now.filter(({ id }) => leafIds.has(id))).toEqual([]);
  });
});
