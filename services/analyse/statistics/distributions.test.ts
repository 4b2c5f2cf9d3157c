// Tests of probabilities and intervals against tables and definitions.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  adjusted,
  halfWidth95,
  medianOf,
  quantileOf,
  twoSidedNormal,
  twoSidedT,
  wilson,
} from "./distributions.ts";

describe("distributions", () => {
  it("give the probabilities of tables", () => {
    expect(twoSidedNormal(1.96)).toBeCloseTo(0.05, 3);
    expect(twoSidedNormal(-3.2905)).toBeCloseTo(0.001, 5);
    expect(twoSidedT(2.228, 10)).toBeCloseTo(0.05, 3);
    expect(twoSidedT(0, 4)).toBeCloseTo(1, 9);
    expect(halfWidth95(10)).toBeCloseTo(2.228, 3);
  });

  it("give tails that decrease outwards and are never negative", () => {
    const tails = [0, 1, 2, 4, 8, 16, 40].map((t) => twoSidedT(t, 17.5));
    expect([...tails].sort((a, b) => b - a)).toEqual(tails);
    expect(Math.min(...tails)).toBeGreaterThanOrEqual(0);
  });

  it("give Wilson's interval, which contains the share and stays within 0 and 1", () => {
    expect(wilson(1, 10).low).toBeCloseTo(0.0179, 3);
    expect(wilson(1, 10).high).toBeCloseTo(0.4042, 3);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(5000), (of, some) => {
        const hits = Math.min(some, of);
        const { low, high } = wilson(hits, of);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(hits / of);
        expect(high).toBeGreaterThanOrEqual(hits / of);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("adjust p-values as Benjamini and Hochberg do, and leave out what was not tested", () => {
    expect(
      adjusted([0.01, 0.04, 0.03, 0.005, Number.NaN]).map((p) => Number(p.toFixed(4))),
    ).toEqual([0.02, 0.04, 0.04, 0.02, Number.NaN]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (ps) => {
        for (const [place, p] of adjusted(ps).entries()) {
          expect(p).toBeGreaterThanOrEqual((ps[place] ?? 0) * (1 - 1e-12));
          expect(p).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("interpolate quantiles between values", () => {
    expect(quantileOf([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(medianOf([9, 1, 5])).toBe(5);
    expect(medianOf([])).toBeNaN();
  });
});
