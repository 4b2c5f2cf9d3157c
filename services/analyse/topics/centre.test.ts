// Tests that centring removes what all rows have in common, and nothing else.
import { describe, expect, it } from "vitest";
import { row, vectors } from "#services/domain/vectors.ts";
import { centred, centreOf } from "./centre.ts";
import { plantedTopics } from "./topics.builders.ts";

describe("centring", () => {
  it("leaves unit rows without a common direction", () => {
    const { rows } = plantedTopics({ topics: 6, rows: 300, shared: 3 });
    expect(Math.hypot(...centreOf(rows))).toBeGreaterThan(0.8);
    const left = centred(rows, centreOf(rows));
    expect(Math.hypot(...centreOf(left))).toBeLessThan(0.1);
    for (const number of [0, 150, 299]) expect(Math.hypot(...row(left, number))).toBeCloseTo(1, 5);
  });

  it("turns a row at the centre into zeros, and accepts no rows", () => {
    const same = vectors(3, Float32Array.of(0.6, 0.8, 0, 0.6, 0.8, 0));
    expect([...centred(same, centreOf(same)).data]).toEqual([0, 0, 0, 0, 0, 0]);
    const none = { dim: 3, rows: 0, data: new Float32Array(0) };
    expect([...centreOf(none)]).toEqual([0, 0, 0]);
    expect(centred(none, centreOf(none)).rows).toBe(0);
  });

  it("does not change the rows given, and refuses a centre of another dimension", () => {
    const rows = vectors(2, Float32Array.of(1, 0, 0, 1));
    centred(rows, centreOf(rows));
    expect([...rows.data]).toEqual([1, 0, 0, 1]);
    expect(() => centred(rows, new Float32Array(3))).toThrow(RangeError);
  });
});
