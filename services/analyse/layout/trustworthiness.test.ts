// Tests of trustworthiness and continuity against the definition of Venna and Kaski.
import { describe, expect, it } from "vitest";
import { clusteredRows, seededRandom } from "#index-store/ann/seeded.builders.ts";
import { row, type Vectors, vectors } from "#services/domain/vectors.ts";
import { atOnce } from "./pace.ts";
import { measureTrust } from "./trustworthiness.ts";

/** The definition, computed directly. */
const trustOf = (
  near: (a: number, b: number) => number,
  beside: (a: number, b: number) => number,
  [n, k]: [number, number],
) => {
  let sum = 0;
  for (let one = 0; one < n; one++) {
    const others = Array.from({ length: n }, (_, other) => other).filter((other) => other !== one);
    const byTruth = [...others].sort((a, b) => near(one, b) - near(one, a));
    const byMap = [...others].sort((a, b) => beside(one, b) - beside(one, a));
    for (const other of byMap.slice(0, k)) sum += Math.max(0, byTruth.indexOf(other) + 1 - k);
  }
  return 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * sum;
};

const onCircle = (rows: number): Vectors =>
  vectors(
    2,
    Float32Array.from({ length: rows * 2 }, (_, at) => {
      const angle = ((at >> 1) ** 1.3 / rows ** 1.3) * 2.5;
      return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    }),
  );

describe("measureTrust", () => {
  it("equals the definition", () => {
    const base = clusteredRows({ rows: 60, dim: 12, clusters: 60, seed: 3 });
    const random = seededRandom(8);
    // Without equal rows, whose order by distance would be arbitrary.
    const data = base.data.map((value) => value + random() * 0.01);
    const apart = vectors(12, data);
    const positions = Float32Array.from({ length: 120 }, () => random());
    const near = (a: number, b: number) =>
      row(apart, a).reduce((sum, value, at) => sum + value * (row(apart, b)[at] ?? 0), 0);
    const beside = (a: number, b: number) =>
      -Math.hypot(
        (positions[2 * a] ?? 0) - (positions[2 * b] ?? 0),
        (positions[2 * a + 1] ?? 0) - (positions[2 * b + 1] ?? 0),
      );
    const { trustworthiness, continuity } = atOnce(measureTrust(apart, positions, { k: 7 }));
    expect(trustworthiness).toBeCloseTo(trustOf(near, beside, [60, 7]), 3);
    expect(continuity).toBeCloseTo(trustOf(beside, near, [60, 7]), 3);
  });

  it("is 1 for a map that equals the data, and far less for a random one", () => {
    const base = onCircle(300);
    expect(atOnce(measureTrust(base, base.data))).toEqual({ trustworthiness: 1, continuity: 1 });
    const random = seededRandom(2);
    const chance = Float32Array.from({ length: 600 }, () => random());
    const poor = atOnce(measureTrust(base, chance, { sample: 100 }));
    expect(poor.trustworthiness).toBeLessThan(0.6);
    expect(poor.continuity).toBeLessThan(0.6);
  });

  it("is 1 for maps of at most two points, and finite for four equal places", () => {
    for (const rows of [0, 1, 2])
      expect(atOnce(measureTrust(onCircle(rows), new Float32Array(rows * 2)))).toEqual({
        trustworthiness: 1,
        continuity: 1,
      });
    const few = atOnce(measureTrust(onCircle(4), new Float32Array(8)));
    expect(Number.isFinite(few.trustworthiness + few.continuity)).toBe(true);
  });
});
