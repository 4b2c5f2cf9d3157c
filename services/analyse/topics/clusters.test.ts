// Tests of clustering: the planted number of topics is chosen, outliers are left out, and odd collections are handled.
import { describe, expect, it } from "vitest";
import { openKMeans } from "#index-store/kmeans/kmeans.ts";
import { agreementOf } from "#services/analyse/statistics/agreement.ts";
import { vectors } from "#services/domain/vectors.ts";
import { chooseK } from "./choose-k.ts";
import { findClusters } from "./clusters.ts";
import { plantedTopics } from "./topics.builders.ts";

const kmeans = openKMeans({ faiss: "off" });

describe("the choice of k", () => {
  it.each([3, 9, 25])("comes close to %d planted topics", async (topics) => {
    const { rows } = plantedTopics({ topics, rows: topics * 60, shared: 0, spread: 0.7, dim: 96 });
    const { k, candidates, stability } = await chooseK(rows, { kmeans });
    expect(k).toBeGreaterThanOrEqual(topics * 0.75);
    expect(k).toBeLessThanOrEqual(topics * 1.34);
    expect(stability).toBeGreaterThan(0.5);
    expect(candidates[0]).toMatchObject({ k: 1, gain: 0, silhouette: null });
    expect(Math.max(...candidates.map(({ gain }) => gain))).toBe(1);
    expect(candidates.map((candidate) => candidate.k)).toEqual(
      [...new Set(candidates.map((candidate) => candidate.k))].sort((a, b) => a - b),
    );
  });

  it("is 1 for noise", async () => {
    const { rows } = plantedTopics({ topics: 1, rows: 0, strangers: 1500, shared: 0, dim: 128 });
    expect((await chooseK(rows, { kmeans })).k).toBe(1);
  });

  it("does not exceed the limit given, nor go below four rows per topic", async () => {
    const { rows } = plantedTopics({ topics: 20, rows: 400, shared: 0 });
    const ks = (await chooseK(rows, { kmeans, most: 6 })).candidates.map(({ k }) => k);
    expect(Math.max(...ks)).toBe(6);
    const few = await chooseK(plantedTopics({ topics: 7, rows: 14 }).rows, { kmeans });
    expect(Math.max(...few.candidates.map(({ k }) => k))).toBeLessThanOrEqual(3);
  });

  it("is 1 for one row, for equal rows and for no rows", async () => {
    const one = plantedTopics({ topics: 1, rows: 1 }).rows;
    expect((await chooseK(one, { kmeans })).k).toBe(1);
    const same = vectors(
      4,
      Float32Array.from({ length: 400 }, () => 0.5),
    );
    const choice = await chooseK(same, { kmeans });
    expect(choice.k).toBe(1);
    const none = { dim: 4, rows: 0, data: new Float32Array(0) };
    expect(await chooseK(none, { kmeans })).toMatchObject({ k: 1, candidates: [], sampled: 0 });
  });
});

describe("finding clusters", () => {
  it("finds planted topics although all rows share a direction, and leaves outliers out", async () => {
    const { rows, planted } = plantedTopics({
      topics: 10,
      rows: 1000,
      strangers: 40,
      shared: 3,
      dim: 96,
    });
    const found = await findClusters(rows, { kmeans });
    const { vMeasure } = agreementOf(found.labels.subarray(0, 1000), planted.subarray(0, 1000));
    expect(vMeasure).toBeGreaterThan(0.9);
    const left = found.labels.subarray(1000).filter((label) => label === -1).length;
    expect(left).toBeGreaterThan(30);
    const sizes = found.quality.topics.map(({ size }) => size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(
      found.labels.filter((label) => label >= 0).length,
    );
    expect(found.levels.at(-1)?.groups).toBe(found.centroids.rows);
    expect(found.choice?.k).toBe(found.centroids.rows);
  });

  it("uses the number that a person asks for, and gives the same result for the same seed", async () => {
    const { rows } = plantedTopics({ topics: 5, rows: 200 });
    const found = await findClusters(rows, { kmeans, k: 14, seed: 6 });
    expect(found.centroids.rows).toBe(14);
    expect(found.choice).toBeNull();
    expect(found.levels).toHaveLength(2);
    expect(await findClusters(rows, { kmeans, k: 14, seed: 6 })).toEqual(found);
    const counts = new Map<number, number>();
    for (const label of found.nearest) counts.set(label, (counts.get(label) ?? 0) + 1);
    const sizes = Array.from({ length: 14 }, (_, topic) => counts.get(topic) ?? 0);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it.each([
    ["none", 0],
    ["one row", 1],
    ["two rows", 2],
    ["equal rows", 50],
  ])("gives valid topics for %s", async (_name, rows) => {
    const same = vectors(
      4,
      Float32Array.from({ length: rows * 4 }, () => 0.5),
    );
    const found = await findClusters(same, { kmeans });
    expect(found.centroids.rows).toBe(Math.min(1, rows));
    expect([...found.labels]).toEqual(Array(rows).fill(0));
    expect(found.similarities.every((similarity) => Number.isFinite(similarity))).toBe(true);
    expect(found.quality.silhouette).toBeNull();
  });

  it("stops when it is aborted", async () => {
    const { rows } = plantedTopics({ topics: 5, rows: 200 });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(findClusters(rows, { kmeans, signal })).rejects.toThrow("enough");
  });
});
