// Tests of outliers: planted ones are found, noise does not exceed its share, and one topic has none.
import { describe, expect, it } from "vitest";
import { openKMeans } from "#index-store/kmeans/kmeans.ts";
import { findOutliers, outlierBound } from "./outliers.ts";
import { plantedTopics } from "./topics.builders.ts";

const kmeans = openKMeans({ faiss: "off" });

describe("outliers", () => {
  it("are the planted strangers and not the members", async () => {
    const { rows, planted } = plantedTopics({ topics: 8, rows: 1600, strangers: 80, shared: 0 });
    const found = await kmeans.cluster(rows, { k: 8 });
    const flags = findOutliers(found.similarities, await outlierBound(rows, found));
    let caught = 0;
    let wronged = 0;
    for (const [row, flag] of flags.entries())
      if (planted[row] === -1) caught += flag;
      else wronged += flag;
    expect(caught).toBeGreaterThan(72);
    expect(wronged).toBeLessThan(16);
  });

  it("are never more than their share, the farthest first", async () => {
    const { rows } = plantedTopics({ topics: 1, rows: 0, strangers: 600 });
    const found = await kmeans.cluster(rows, { k: 12 });
    const bound = await outlierBound(rows, found);
    const flags = findOutliers(found.similarities, bound);
    expect(flags.reduce((sum, flag) => sum + flag, 0)).toBeLessThanOrEqual(120);
    const some = Float32Array.of(0.5, 0.1, 0.3, 0.2, 0.1, 0.9);
    expect([...findOutliers(some, 0.4, 0.5)]).toEqual([0, 1, 0, 1, 1, 0]);
    expect([...findOutliers(some, 0.4, 0.34)]).toEqual([0, 1, 0, 0, 1, 0]);
    expect([...findOutliers(some, 0.4, 0)]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("do not exist where there is one topic or no row", async () => {
    const { rows } = plantedTopics({ topics: 1, rows: 40 });
    const found = await kmeans.cluster(rows, { k: 1 });
    expect(await outlierBound(rows, found)).toBe(-1);
    expect(findOutliers(new Float32Array(0), 0.5)).toHaveLength(0);
  });

  it("have the same bound for the same seed", async () => {
    const { rows } = plantedTopics({ topics: 5, rows: 300 });
    const found = await kmeans.cluster(rows, { k: 5 });
    const bound = await outlierBound(rows, found, { seed: 3 });
    expect(await outlierBound(rows, found, { seed: 3 })).toBe(bound);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(outlierBound(rows, found, { signal })).rejects.toThrow("enough");
  });
});
