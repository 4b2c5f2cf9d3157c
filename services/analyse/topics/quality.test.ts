// Tests of the figures of quality against their definitions, computed directly.
import { describe, expect, it } from "vitest";
import { openKMeans } from "#index-store/kmeans/kmeans.ts";
import { row, type Vectors } from "#services/domain/vectors.ts";
import { qualityOf, stabilityOf } from "./quality.ts";
import { plantedTopics } from "./topics.builders.ts";

const kmeans = openKMeans({ faiss: "off" });

const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

/** Silhouettes from all pairs, by the definition; undefined for outliers. */
const slowly = (rows: Vectors, labels: Int32Array, topics: number) =>
  Array.from(labels, (label, number) => {
    if (label < 0) return undefined;
    const means = Array.from({ length: topics }, (_, topic) => {
      const others = [...labels.keys()].filter(
        (other) => labels[other] === topic && other !== number,
      );
      const sum = others.reduce((far, at) => far + 1 - dot(row(rows, number), row(rows, at)), 0);
      return others.length === 0 ? undefined : sum / others.length;
    });
    const own = means[label];
    if (own === undefined) return 0;
    const nearest = Math.min(
      ...means.filter((mean, topic) => topic !== label && mean !== undefined).map(Number),
    );
    return (nearest - own) / Math.max(own, nearest);
  });

const mean = (values: readonly (number | undefined)[]) => {
  const there = values.filter((value) => value !== undefined);
  return there.reduce((sum, value) => sum + value, 0) / there.length;
};

describe("quality", () => {
  it("gives the same silhouettes as all pairs do, also with outliers, single rows and empty topics", async () => {
    const { rows, planted } = plantedTopics({ topics: 4, rows: 120, strangers: 9, spread: 1.4 });
    const labels = planted.slice();
    labels[5] = 5;
    const found = await qualityOf(rows, { labels, topics: 6 });
    const expected = slowly(rows, labels, 6);
    expect(found.silhouette).toBeCloseTo(mean(expected), 4);
    expect(found.sampled).toBe(120);
    for (const topic of [0, 1, 2, 3, 5])
      expect(found.topics[topic]?.silhouette).toBeCloseTo(
        mean(expected.filter((_, number) => labels[number] === topic)),
        4,
      );
    expect(found.topics[4]).toEqual({
      size: 0,
      silhouette: null,
      cohesion: null,
      separation: null,
    });
    expect(found.topics.reduce((sum, { size }) => sum + size, 0)).toBe(120);
  });

  it("gives cohesion and separation", async () => {
    const tight = plantedTopics({ topics: 3, rows: 90, spread: 0.2, shared: 0 });
    const loose = plantedTopics({ topics: 3, rows: 90, spread: 1.5, shared: 0 });
    const [one, other] = await Promise.all(
      [tight, loose].map(({ rows, planted }) => qualityOf(rows, { labels: planted, topics: 3 })),
    );
    expect(one?.topics[0]?.cohesion).toBeGreaterThan(other?.topics[0]?.cohesion ?? 9);
    expect(one?.silhouette).toBeGreaterThan(other?.silhouette ?? 9);
    for (const { separation } of one?.topics ?? []) expect(separation).toBeGreaterThan(0.4);
  });

  it("has no silhouette for one topic, and no figures without rows", async () => {
    const { rows, planted } = plantedTopics({ topics: 1, rows: 12 });
    const one = await qualityOf(rows, { labels: planted, topics: 1 });
    expect(one.silhouette).toBeNull();
    expect(one.topics[0]?.separation).toBeNull();
    const none = { dim: 4, rows: 0, data: new Float32Array(0) };
    expect(await qualityOf(none, { labels: new Int32Array(0), topics: 0 })).toEqual({
      silhouette: null,
      topics: [],
      sampled: 0,
    });
  });

  it("gives equal rows a silhouette of 0, whatever their labels", async () => {
    const { rows } = plantedTopics({ topics: 1, rows: 40, spread: 0 });
    const labels = Int32Array.from({ length: 40 }, (_, number) => number % 2);
    expect((await qualityOf(rows, { labels, topics: 2 })).silhouette).toBe(0);
  });
});

describe("stability", () => {
  it("is near 1 for topics that are in the data, and near 0 for random ones", async () => {
    const clear = plantedTopics({ topics: 6, rows: 400, shared: 0 });
    expect(await stabilityOf(clear.rows, { kmeans, k: 6 })).toBeGreaterThan(0.95);
    const noise = plantedTopics({ topics: 1, rows: 0, strangers: 400, shared: 0 });
    expect(await stabilityOf(noise.rows, { kmeans, k: 6 })).toBeLessThan(0.3);
  });

  it("is null for one topic or very few rows", async () => {
    const { rows } = plantedTopics({ topics: 3, rows: 30 });
    expect(await stabilityOf(rows, { kmeans, k: 1 })).toBeNull();
    expect(
      await stabilityOf(plantedTopics({ topics: 3, rows: 3 }).rows, { kmeans, k: 2 }),
    ).toBeNull();
  });
});
