// Tests of the agreement of labelings: figures computed by hand, and properties that hold for all labelings.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agreementOf } from "./agreement.ts";

const of = (clusters: readonly number[], classes: readonly number[]) =>
  agreementOf(Int32Array.from(clusters), Int32Array.from(classes));

describe("agreement of labelings", () => {
  it("is 1 for the same partition with other labels", () => {
    expect(of([0, 0, 1, 1, -1], [7, 7, 3, 3, 5])).toEqual({
      homogeneity: 1,
      completeness: 1,
      vMeasure: 1,
      nmi: 1,
      adjustedRand: 1,
    });
  });

  it("distinguishes a split class from joined classes", () => {
    const split = of([0, 1, 2, 2], [0, 0, 1, 1]);
    expect(split.homogeneity).toBeCloseTo(1, 12);
    expect(split.completeness).toBeCloseTo(2 / 3, 12);
    const joined = of([0, 0, 0, 0], [0, 0, 1, 1]);
    expect(joined.homogeneity).toBe(0);
    expect(joined.completeness).toBe(1);
    expect(joined.vMeasure).toBe(0);
  });

  it("gives the figures that scikit-learn's documentation gives", () => {
    expect(of([0, 0, 1, 2], [0, 0, 1, 1]).vMeasure).toBeCloseTo(0.8, 12);
    expect(of([0, 0, 1, 2], [0, 0, 1, 1]).adjustedRand).toBeCloseTo(0.5714285714, 9);
    expect(of([0, 1, 0, 1], [0, 0, 1, 1]).adjustedRand).toBeCloseTo(-0.5, 12);
  });

  it("is 1 where neither labeling distinguishes anything", () => {
    for (const rows of [0, 1, 5]) {
      const same = new Int32Array(rows);
      const found = agreementOf(same, same);
      expect(found.vMeasure).toBe(1);
      expect(found.adjustedRand).toBe(1);
    }
  });

  it("refuses labelings of different lengths", () => {
    expect(() => of([1], [1, 2])).toThrow(RangeError);
  });

  it("does not depend on the order of the labelings nor on the values of labels", () => {
    const labels = fc.integer({ min: 1, max: 60 }).chain((rows) => {
      const one = fc.array(fc.integer({ min: -1, max: 6 }), { minLength: rows, maxLength: rows });
      return fc.tuple(one, one);
    });
    fc.assert(
      fc.property(labels, ([one, other]) => {
        const there = of(one, other);
        const back = of(other, one);
        const renamed = of(
          one.map((label) => 100 - label),
          other,
        );
        expect(back.homogeneity).toBeCloseTo(there.completeness, 9);
        expect(back.adjustedRand).toBeCloseTo(there.adjustedRand, 9);
        expect(renamed.vMeasure).toBeCloseTo(there.vMeasure, 9);
        expect(there.vMeasure).toBeGreaterThanOrEqual(0);
        expect(there.vMeasure).toBeLessThanOrEqual(1);
        expect(there.adjustedRand).toBeLessThanOrEqual(1);
      }),
    );
  });
});
