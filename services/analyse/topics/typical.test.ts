// Tests of typical rows: near the centre, different from each other, no fragments, and the same for the same input.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { vectors } from "#services/domain/vectors.ts";
import { typicalRows } from "./typical.ts";

/** Unit rows in the plane at these angles, in degrees. */
const at = (...angles: number[]) =>
  vectors(
    2,
    Float32Array.from(
      angles.flatMap((a) => [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)]),
    ),
  );
const centre = Float32Array.of(3, 0);

describe("typicalRows", () => {
  it("starts with the nearest, and takes others that differ", () => {
    const rows = at(80, 2, 30, -32, 3, 4);
    const found = typicalRows(rows, [0, 1, 2, 3, 4, 5], centre, { count: 3, diversity: 0.4 });
    expect(found[0]).toBe(1);
    expect(found.slice(1).sort()).toEqual([2, 3]);
  });

  it("takes equal texts once", () => {
    const rows = at(1, 1, 2, 40);
    expect(typicalRows(rows, [0, 1, 2, 3], centre, { count: 4 })).toEqual([0, 3]);
    const said = [7, 8, 9, 7];
    expect(
      typicalRows(at(1, 40, 60, 80), [0, 1, 2, 3], centre, { count: 4, sameAs: said }),
    ).toEqual([0, 1, 2]);
  });

  it("prefers texts to fragments and to whole pages", () => {
    const rows = at(1, 20, -25);
    const words = [1, 20, 9_000];
    expect(typicalRows(rows, [0, 1, 2], centre, { count: 1, words })).toEqual([1]);
    const lengths = [4, 120, 40_000];
    expect(typicalRows(rows, [0, 1, 2], centre, { count: 1, lengths })).toEqual([1]);
    expect(typicalRows(rows, [0, 1, 2], centre, { count: 1 })).toEqual([0]);
  });

  it("takes members only, and gives fewer where there are fewer", () => {
    const rows = at(0, 30, 60);
    expect(typicalRows(rows, [2, 1], centre, { count: 9 })).toEqual([1, 2]);
    expect(typicalRows(rows, [], centre, { count: 3 })).toEqual([]);
    expect(typicalRows(rows, [1], new Float32Array(2), { count: 3 })).toEqual([1]);
  });

  it("gives different members, in the same order whatever their order in the input", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 359 }), { minLength: 1, maxLength: 40 }),
        (angles) => {
          const rows = at(...angles);
          const members = [...angles.keys()];
          const found = typicalRows(rows, members, centre, { count: 5 });
          expect(new Set(found).size).toBe(found.length);
          expect(found.length).toBeGreaterThan(0);
          expect(typicalRows(rows, members.toReversed(), centre, { count: 5 })).toEqual(found);
        },
      ),
    );
  });
});
