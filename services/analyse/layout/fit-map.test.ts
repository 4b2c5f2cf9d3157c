// Tests of the map: finite, repeatable, with equal rows apart, inside its frame, and aligned with the map before it.
import { describe, expect, it } from "vitest";
import { clusteredRows } from "#index-store/ann/seeded.builders.ts";
import { type Vectors, vectors } from "#services/domain/vectors.ts";
import { fitLayout } from "./fit-map.ts";
import { atOnce } from "./pace.ts";
import { chooseFitted } from "./sample.ts";
import { measureTrust } from "./trustworthiness.ts";

const between = (positions: Float32Array, a: number, b: number) =>
  Math.hypot(
    (positions[2 * a] ?? 0) - (positions[2 * b] ?? 0),
    (positions[2 * a + 1] ?? 0) - (positions[2 * b + 1] ?? 0),
  );

const take = ({ dim, data }: Vectors, rows: number) => vectors(dim, data.slice(0, rows * dim));

const quick = { epochs: 100, threads: 1 } as const;

describe("fitLayout", () => {
  it.each([0, 1, 2, 3, 4, 5, 16, 17])("lays out %d rows", async (rows) => {
    const { positions, fitted } = await fitLayout(take(clusteredRows({ rows: 17, dim: 8 }), rows));
    expect(positions.length).toBe(2 * rows);
    expect(fitted.length).toBeLessThanOrEqual(rows);
    expect(positions.every((value) => Math.abs(value) <= 1.5)).toBe(true);
    const places = new Set(
      Array.from({ length: rows }, (_, one) => `${positions[2 * one]} ${positions[2 * one + 1]}`),
    );
    expect(places.size).toBe(rows);
  });

  it("lays equal rows out side by side, zero rows too", async () => {
    const same = vectors(
      4,
      Float32Array.from({ length: 400 }, (_, at) => (at % 4 === 0 ? 1 : 0)),
    );
    const { positions, fitted } = await fitLayout(same);
    expect([...fitted]).toEqual([0]);
    const places = new Set(
      Array.from({ length: 100 }, (_, one) => `${positions[2 * one]} ${positions[2 * one + 1]}`),
    );
    expect(places.size).toBe(100);
    expect(positions.every((value) => Math.abs(value) < 0.3)).toBe(true);
    const zeroes = await fitLayout(vectors(4, new Float32Array(40)));
    expect(zeroes.positions.every(Number.isFinite)).toBe(true);
  });

  it("gives the same map for the same seed and another for another", async () => {
    const base = clusteredRows({ rows: 200, dim: 16 });
    const one = await fitLayout(base, quick);
    const again = await fitLayout(base, quick);
    const other = await fitLayout(base, { ...quick, seed: 2 });
    expect(again.positions).toEqual(one.positions);
    expect(other.positions).not.toEqual(one.positions);
  });

  it("fills its frame and stays inside it", async () => {
    const { positions } = await fitLayout(clusteredRows({ rows: 800, dim: 32 }), quick);
    const most = positions.reduce((far, value) => Math.max(far, Math.abs(value)), 0);
    expect(most).toBeGreaterThan(0.8);
    expect(most).toBeLessThan(1.25);
  });

  it("places the rest of a large collection in the map of a sample", async () => {
    const base = clusteredRows({ rows: 1500, dim: 32, clusters: 10 });
    const whole = await fitLayout(base, quick);
    const sampled = await fitLayout(base, { ...quick, mostFitted: 600 });
    expect(whole.fitted.length).toBeGreaterThan(1300);
    expect(sampled.fitted.length).toBeLessThanOrEqual(600);
    expect(sampled.fitted.length).toBeGreaterThan(580);
    expect(sampled.positions.every(Number.isFinite)).toBe(true);
    const trust = (positions: Float32Array) =>
      atOnce(measureTrust(base, positions)).trustworthiness;
    expect(trust(sampled.positions)).toBeGreaterThan(trust(whole.positions) - 0.05);
  });

  it("keeps known rows in place when it is fitted again with more rows", async () => {
    const base = clusteredRows({ rows: 900, dim: 32, clusters: 9 });
    const old = await fitLayout(take(base, 800), quick);
    const previous = new Float32Array(1800).fill(Number.NaN);
    previous.set(old.positions);
    const next = await fitLayout(base, { ...quick, previous });
    const moves = Float32Array.from({ length: 800 }, (_, one) =>
      Math.hypot(
        (next.positions[2 * one] ?? 0) - (old.positions[2 * one] ?? 0),
        (next.positions[2 * one + 1] ?? 0) - (old.positions[2 * one + 1] ?? 0),
      ),
    ).sort();
    expect(moves[400]).toBeLessThan(0.12);
    const afresh = await fitLayout(base, { ...quick, seed: 5 });
    expect(between(afresh.positions, 0, 1)).not.toBe(between(next.positions, 0, 1));
    expect(next.positions.every(Number.isFinite)).toBe(true);
  });

  it("reports a progress that never goes back, and stops when it is aborted", async () => {
    const base = clusteredRows({ rows: 300, dim: 16 });
    const shares: number[] = [];
    await fitLayout(
      base,
      { ...quick, mostFitted: 150 },
      { onProgress: (share) => shares.push(share) },
    );
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const control = new AbortController();
    const signal = control.signal;
    await expect(
      fitLayout(base, quick, { signal, onProgress: (share) => share > 0.6 && control.abort() }),
    ).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("a map by t-SNE", () => {
  it("keeps clusters together, repeats itself and takes any number of rows", async () => {
    const base = clusteredRows({ rows: 300, dim: 32, clusters: 6 });
    const one = await fitLayout(base, { method: "tsne" });
    expect((await fitLayout(base, { method: "tsne" })).positions).toEqual(one.positions);
    expect(atOnce(measureTrust(base, one.positions)).trustworthiness).toBeGreaterThan(0.9);
    for (const rows of [0, 1, 3, 4, 9]) {
      const { positions } = await fitLayout(take(base, rows), { method: "tsne" });
      expect(positions.every(Number.isFinite)).toBe(true);
    }
  });

  it("places the rows that it does not fit", async () => {
    const base = clusteredRows({ rows: 400, dim: 32, clusters: 6 });
    const { positions, fitted } = await fitLayout(base, { method: "tsne", mostFitted: 200 });
    expect(fitted.length).toBeLessThanOrEqual(200);
    expect(atOnce(measureTrust(base, positions)).trustworthiness).toBeGreaterThan(0.85);
  });
});

describe("chooseFitted", () => {
  it("gives small groups more than their share, and chooses no row twice", () => {
    const base = clusteredRows({ rows: 2000, dim: 8 });
    const groups = Int32Array.from({ length: 2000 }, (_, one) =>
      one < 1900 ? 0 : one < 1995 ? 1 : -1,
    );
    const rows = Uint32Array.from({ length: 2000 }, (_, one) => one);
    const chosen = atOnce(chooseFitted(base, { rows, groups, most: 500, seed: 1 }));
    expect(new Set(chosen).size).toBe(chosen.length);
    expect(chosen).toEqual(chosen.slice().sort());
    expect(chosen.length).toBeLessThanOrEqual(500);
    const ofGroup = (group: number) => chosen.filter((one) => groups[one] === group).length;
    expect(ofGroup(1)).toBeGreaterThan((500 * 95) / 2000);
    expect(ofGroup(-1)).toBeGreaterThan(1);
    const unnamed = atOnce(chooseFitted(base, { rows, groups: undefined, most: 500, seed: 1 }));
    expect(unnamed.length).toBeGreaterThan(300);
    expect(unnamed.length).toBeLessThanOrEqual(500);
  });
});
