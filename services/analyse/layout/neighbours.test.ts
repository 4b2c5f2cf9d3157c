// Tests that the neighbours found are the nearest, in one thread and in several.
import { describe, expect, it } from "vitest";
import { clusteredRows } from "#index-store/ann/seeded.builders.ts";
import { row, type Vectors, vectors } from "#services/domain/vectors.ts";
import { findNeighbours, type Neighbourhood } from "./neighbours.ts";

const similarity = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

/** Share of the k nearest found for every 20th row; a row as near as the k-th counts as found, because some rows are equal. */
const recallOf = ({ k, indices }: Neighbourhood, base: Vectors): number => {
  let good = 0;
  let asked = 0;
  for (let one = 0; one < base.rows; one += 20) {
    const exact = Float32Array.from({ length: base.rows }, (_, other) =>
      other === one ? -2 : similarity(row(base, one), row(base, other)),
    );
    const bar = (exact.slice().sort()[base.rows - k] ?? 0) - 1e-5;
    for (const found of indices.subarray(one * k, (one + 1) * k))
      if ((exact[found] ?? -2) >= bar) good++;
    asked += k;
  }
  return good / asked;
};

const allOf = (of: Vectors) => ({ of, rows: Uint32Array.from({ length: of.rows }, (_, at) => at) });

describe("findNeighbours", () => {
  it("finds all neighbours of a few rows, nearest first, and no row as its own neighbour", async () => {
    const base = clusteredRows({ rows: 600, dim: 48 });
    const found = await findNeighbours({ base });
    expect(found).toMatchObject({ k: 15, rows: 600, recall: 1 });
    expect(recallOf(found, base)).toBe(1);
    for (let one = 0; one < 600; one++) {
      const line = found.distances.subarray(one * 15, (one + 1) * 15);
      expect(line).toEqual(line.slice().sort());
      expect([...found.indices.subarray(one * 15, (one + 1) * 15)]).not.toContain(one);
    }
  });

  it("finds at least 95 % of many rows' neighbours", async () => {
    const base = clusteredRows({ rows: 4000, dim: 100, clusters: 40 });
    const found = await findNeighbours({ base });
    expect(found.recall).toBeGreaterThanOrEqual(0.95);
    expect(recallOf(found, base)).toBeGreaterThanOrEqual(0.95);
  });

  it("gives the same answer in one thread and in two", async () => {
    const base = clusteredRows({ rows: 7200, dim: 8, clusters: 300 });
    const shares: number[] = [];
    const one = await findNeighbours({ base }, { threads: 1, k: 4 });
    const two = await findNeighbours(
      { base },
      { threads: 2, k: 4 },
      { onProgress: (share) => shares.push(share) },
    );
    expect(Buffer.compare(Buffer.from(one.indices.buffer), Buffer.from(two.indices.buffer))).toBe(
      0,
    );
    expect(shares.at(-1)).toBe(1);
    const queries = vectors(8, base.data.slice(8 * 100, 8 * 7100));
    const asked = await findNeighbours({ base, queries: allOf(queries) }, { threads: 2, k: 1 });
    expect(asked.distances.every((distance) => distance < 1e-5)).toBe(true);
  });

  it("takes fewer neighbours where there are fewer rows", async () => {
    const three = vectors(2, Float32Array.of(1, 0, 0, 1, 1, 0));
    const found = await findNeighbours({ base: three });
    expect(found.k).toBe(2);
    expect([...found.indices]).toEqual([2, 1, 0, 2, 0, 1]);
    for (const count of [0, 1]) {
      const few = vectors(2, three.data.slice(0, 2 * count));
      expect(await findNeighbours({ base: few })).toMatchObject({ k: 0, rows: count });
    }
    const none = await findNeighbours({
      base: vectors(2, new Float32Array(0)),
      queries: allOf(three),
    });
    expect(none).toMatchObject({ k: 0, rows: 3 });
  });

  it("stops when it is aborted, with threads and without", async () => {
    for (const rows of [2000, 7200]) {
      const control = new AbortController();
      const base = clusteredRows({ rows, dim: 8 });
      const onProgress = () => control.abort();
      await expect(
        findNeighbours({ base }, { threads: 2 }, { signal: control.signal, onProgress }),
      ).rejects.toMatchObject({ kind: "unavailable", code: "aborted" });
    }
  });
});
