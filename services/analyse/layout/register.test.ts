// Tests of alignment: it undoes any rotation, mirroring, scaling and shift, and ignores rows that have moved.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "#index-store/ann/seeded.builders.ts";
import { register } from "./register.ts";

const scattered = (rows: number, seed: number) => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: rows * 2 }, () => random() * 2 - 1);
};

interface Similarity {
  readonly angle: number;
  readonly scale: number;
  readonly mirror: boolean;
  readonly shift: readonly [number, number];
}

const similarity: fc.Arbitrary<Similarity & { readonly seed: number }> = fc.record({
  angle: fc.double({ min: 0, max: 6.3, noNaN: true }),
  scale: fc.double({ min: 0.1, max: 5, noNaN: true }),
  mirror: fc.boolean(),
  shift: fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

const moved = (positions: Float32Array, by: Similarity) =>
  positions.map((_, at) => {
    const x = positions[at & ~1] ?? 0;
    const y = (positions[at | 1] ?? 0) * (by.mirror ? -1 : 1);
    const turned =
      at % 2 === 0
        ? x * Math.cos(by.angle) - y * Math.sin(by.angle)
        : x * Math.sin(by.angle) + y * Math.cos(by.angle);
    return turned * by.scale + by.shift[at & 1 ? 1 : 0];
  });

const furthest = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? 0))), 0);

describe("register", () => {
  it("undoes every rotation, mirroring, scaling and shift", () => {
    fc.assert(
      fc.property(similarity, (by) => {
        const previous = scattered(50, by.seed);
        const fresh = moved(previous, by);
        const laid = register(fresh, previous);
        expect(furthest(laid.apply(fresh), previous)).toBeLessThan(1e-3);
        expect(laid.scale).toBeCloseTo(1 / by.scale, 3);
        expect(laid.moved).toBeLessThan(1e-3);
      }),
    );
  });

  it("follows the rows that stayed, not the fifth that moved", () => {
    const previous = scattered(200, 4);
    const fresh = moved(previous, { angle: 1, scale: 2, mirror: true, shift: [1, -1] });
    const strayed = fresh.map((value, at) => (at < 80 ? value + 3 : value));
    const laid = register(strayed, previous).apply(strayed);
    expect(furthest(laid.subarray(80), previous.subarray(80))).toBeLessThan(0.05);
  });

  it("does not shrink a map that differs", () => {
    const previous = scattered(500, 5);
    const noise = scattered(500, 6);
    const fresh = previous.map((value, at) => value + (noise[at] ?? 0));
    const size = (positions: Float32Array) =>
      Math.sqrt(positions.reduce((sum, value) => sum + value * value, 0));
    expect(size(register(fresh, previous).apply(fresh)) / size(previous)).toBeGreaterThan(0.9);
  });

  it("does not move a map that shares fewer than two rows with the old one", () => {
    const fresh = scattered(5, 7);
    const none = new Float32Array(10).fill(Number.NaN);
    const laid = register(fresh, none);
    expect(laid).toMatchObject({ scale: 1, moved: 0, shared: 0 });
    expect(laid.apply(fresh)).toEqual(fresh);
    expect(register(new Float32Array(0), none.subarray(0, 0)).shared).toBe(0);
    const same = new Float32Array(10).fill(0.5);
    expect(register(same, fresh).apply(same).every(Number.isFinite)).toBe(true);
  });
});
