// Tests of the hierarchy: families stay together, every group has one parent, and few leaves need no levels above them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "#index-store/kmeans/kmeans.ts";
import { vectors } from "#services/domain/vectors.ts";
import { type HierarchyLevel, hierarchyOf } from "./hierarchy.ts";
import { plantedTopics } from "./topics.builders.ts";

/** The group of each leaf in a level. */
const upTo = (levels: readonly HierarchyLevel[], level: number): number[] => {
  const leaves = levels.at(-1)?.groups ?? 0;
  return Array.from({ length: leaves }, (_, leaf) => {
    let group = leaf;
    for (let at = levels.length - 1; at > level; at--) group = levels[at]?.parents[group] ?? -1;
    return group;
  });
};

describe("the hierarchy of topics", () => {
  it("has no level above a few leaves", () => {
    for (const topics of [0, 1, 2, 12]) {
      const { rows } = plantedTopics({ topics: Math.max(1, topics), rows: topics });
      const levels = hierarchyOf(rows);
      expect(levels.map(({ groups }) => groups)).toEqual([topics]);
      expect([...(levels[0]?.parents ?? [])]).toEqual(Array(topics).fill(-1));
    }
  });

  it("puts leaves of a family under one parent", () => {
    const { rows, planted } = plantedTopics({ topics: 8, rows: 32, spread: 0.4, shared: 0 });
    const levels = hierarchyOf(rows);
    expect(levels.map(({ groups }) => groups)).toEqual([8, 32]);
    const groups = upTo(levels, 0);
    for (const [leaf, group] of groups.entries()) expect(group).toBe(groups[planted[leaf] ?? 0]);
  });

  it("adds a level between many leaves and the top", () => {
    const { rows } = plantedTopics({ topics: 9, rows: 117, spread: 0.5, shared: 0 });
    const levels = hierarchyOf(rows);
    const counts = levels.map(({ groups }) => groups);
    expect(counts).toHaveLength(3);
    expect(counts[0]).toBe(9);
    expect(counts[1]).toBeGreaterThan(20);
    expect(counts[1]).toBeLessThan(50);
    expect(counts[2]).toBe(117);
  });

  it("gives every group a parent in the level above, whatever the leaves", () => {
    const shape = fc.record({
      leaves: fc.integer({ min: 13, max: 70 }),
      seed: fc.nat(1000),
      twins: fc.boolean(),
    });
    fc.assert(
      fc.property(shape, ({ leaves, seed, twins }) => {
        const random = seededRandom(seed);
        const data = Float32Array.from({ length: leaves * 3 }, () =>
          twins ? Math.round(random()) : random() - 0.5,
        );
        const levels = hierarchyOf(vectors(3, data));
        expect(levels.at(-1)?.groups).toBe(leaves);
        expect(levels[0]?.groups).toBeLessThanOrEqual(12);
        for (const [at, { groups, parents }] of levels.entries()) {
          expect(parents).toHaveLength(groups);
          const above = levels[at - 1]?.groups;
          if (above === undefined) expect([...new Set(parents)]).toEqual([-1]);
          else expect(new Set(parents).size).toBe(above);
        }
        expect(hierarchyOf(vectors(3, data))).toEqual(levels);
      }),
      { numRuns: 40 },
    );
  });
});
