// Tests that topics are recognised by their typical chunks after an erasure has removed the saved analysis.
import { describe, expect, it } from "vitest";
import { type ChunkId, readChunkId, topicId } from "#services/domain/ids.ts";
import { knownAgain } from "./known-again.ts";

const chunk = (n: number): ChunkId => {
  const id = readChunkId(`chk_${String(n).padStart(26, "0")}`);
  if (!id) throw new Error(`${n} makes no id`);
  return id;
};
const topic = (name: string, ...typical: number[]) => ({
  id: topicId(name),
  typical: typical.map(chunk),
});

/** The ids of the clusters that points 0, 1, 2 … lie in by these labels. */
const known = (labels: readonly number[], remembered: readonly ReturnType<typeof topic>[]) => {
  let made = 0;
  const pointOf = new Map(labels.map((_, at): [string, number] => [chunk(at), at]));
  return knownAgain(
    { pointOf: (id) => pointOf.get(id), labels: Int32Array.from(labels) },
    Math.max(-1, ...labels) + 1,
    { remembered, newId: () => topicId(`new${++made}`) },
  );
};

describe("topics without a saved analysis", () => {
  it("are known by their typical chunks, in whatever order the clusters come", () => {
    const ids = known([1, 1, 0, 0, 2, 2], [topic("a", 0, 1), topic("b", 2, 3)]);
    expect(ids).toEqual([topicId("b"), topicId("a"), topicId("new1")]);
  });

  it("go on as the larger part where they fell apart, and as nothing where no part has a third", () => {
    expect(known([0, 0, 1], [topic("a", 0, 1, 2)])).toEqual([topicId("a"), topicId("new1")]);
    expect(known([0, 1, 2, 3], [topic("a", 0, 1, 2, 3)])).not.toContain(topicId("a"));
  });

  it("count only chunks that are still there, and those in no cluster as lost to it", () => {
    // Of eight typical chunks two are left, both in one cluster.
    expect(known([0, 0], [topic("a", 0, 1, 10, 11, 12, 13, 14, 15)])).toEqual([topicId("a")]);
    expect(known([0, -1, -1, -1], [topic("a", 0, 1, 2, 3)])).toEqual([topicId("new1")]);
  });

  it("give their id once: of two that fell into one cluster the one that it holds more of", () => {
    const ids = known([0, 0, 0, 0, -1], [topic("a", 0, 4), topic("b", 1, 2, 3)]);
    expect(ids).toEqual([topicId("b")]);
    const apart = known([0, 0, 1, 1], [topic("a", 0, 1, 2, 3)]);
    expect(apart.filter((id) => id === topicId("a"))).toHaveLength(1);
  });

  it("make new ones where nothing is remembered, and none where there are no clusters", () => {
    expect(known([0, 1], [])).toEqual([topicId("new1"), topicId("new2")]);
    expect(known([-1, -1], [topic("a", 0, 1)])).toEqual([]);
  });
});
