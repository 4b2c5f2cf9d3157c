// The WASM driver keeps the promises of clustering, and places rows as a plain loop does.
import { describe, expect, it } from "vitest";
import { clusteredRows, rowOf } from "../ann/seeded.builders.ts";
import { kmeansSuite } from "./kmeans.suite.ts";
import { assign, openKMeans, sampleOf, seededRandom } from "./kmeans.ts";

const wasm = openKMeans({ faiss: "off" });

kmeansSuite("k-means through the WASM kernel", wasm);

describe("where FAISS is switched off", () => {
  it("the WASM kernel is taken", () => {
    expect(wasm.name).toBe("wasm");
  });
});

describe("placing rows", () => {
  it.each([1, 2, 7])("finds the nearest of %d centroids and the one after it", async (k) => {
    const rows = clusteredRows({ rows: 333, dim: 20 });
    const centroids = clusteredRows({ rows: k, dim: 20, clusters: k, seed: 9 });
    const found = await assign(rows, centroids);
    for (let row = 0; row < rows.rows; row += 7) {
      const order = Array.from({ length: k }, (_, at) => ({
        at,
        cosine: rowOf(rows, row).reduce(
          (sum, value, place) => sum + value * (rowOf(centroids, at)[place] ?? 0),
          0,
        ),
      })).sort((a, b) => b.cosine - a.cosine);
      expect(found.labels[row]).toBe(order[0]?.at);
      expect(found.similarities[row]).toBeCloseTo(order[0]?.cosine ?? 9, 5);
      expect(found.seconds[row]).toBe(order[1]?.at ?? -1);
      expect(found.secondSimilarities[row]).toBeCloseTo(order[1]?.cosine ?? -1, 5);
    }
  });

  it("refuses rows without centroids, and places none of none", async () => {
    const rows = clusteredRows({ rows: 4, dim: 6 });
    const none = { dim: 6, rows: 0, data: new Float32Array(0) };
    await expect(assign(rows, none)).rejects.toThrow(RangeError);
    await expect(assign(rows, clusteredRows({ rows: 2, dim: 5 }))).rejects.toThrow(RangeError);
    expect((await assign(none, rows)).labels).toHaveLength(0);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(assign(rows, rows, { signal })).rejects.toThrow("enough");
  });
});

describe("samples", () => {
  it("are as many different numbers as asked for, in order, the same for the same seed", () => {
    for (const [total, count] of [
      [10, 10],
      [10, 0],
      [10, 30],
      [1000, 17],
    ] as const) {
      const taken = [...sampleOf(total, count, seededRandom(4))];
      expect(taken).toHaveLength(Math.min(total, count));
      expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b));
      expect(taken.every((at) => at >= 0 && at < total)).toBe(true);
      expect([...sampleOf(total, count, seededRandom(4))]).toEqual(taken);
    }
  });
});
