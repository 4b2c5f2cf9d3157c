// Areas of the map: the test of being inside, simplification, union and difference.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  boxOf,
  boxRing,
  insideOf,
  outlineOf,
  type Ring,
  ringOf,
  simplified,
  withinCorners,
} from "./area.ts";
import { combined } from "./area-join.ts";

const round = (cx: number, cy: number, radius: number, corners = 60): Ring =>
  Array.from({ length: corners }, (_, at) => {
    const turn = (at / corners) * 2 * Math.PI;
    return [cx + radius * Math.cos(turn), cy + radius * Math.sin(turn)] as const;
  });

/** The even-odd rule over every edge, as the server applies it. */
const plainlyInside = (ring: Ring, x: number, y: number): boolean => {
  let inside = false;
  ring.forEach(([x1, y1], at) => {
    const [x2, y2] = ring[(at + 1) % ring.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
};

// In hundred-thousandths: for a point closer to an edge than a rounding error the two tests may differ.
const coordinate = fc.integer({ min: -120_000, max: 120_000 }).map((value) => value / 100_000);
const corner = fc.tuple(coordinate, coordinate);

describe("insideOf", () => {
  it("agrees with a test over every edge, for any polygon", () => {
    fc.assert(
      fc.property(fc.array(corner, { minLength: 3, maxLength: 40 }), corner, (ring, [x, y]) => {
        expect(insideOf(ring)(x, y)).toBe(plainlyInside(ring, x, y));
      }),
    );
  });

  it("contains no point where a polygon has no area", () => {
    const flat = insideOf([
      [0, 0],
      [5, 0],
      [2, 0],
    ]);
    expect(flat(1, 0)).toBe(false);
    expect(insideOf([])(0, 0)).toBe(false);
  });
});

describe("simplified", () => {
  it("drops corners that lie on a straight line and keeps the others", () => {
    const ring: Ring = [
      [0, 0],
      [1, 0],
      [2, 0.001],
      [4, 0],
      [4, 4],
      [0, 4],
    ];
    expect(simplified(ring, 0.01)).toEqual([
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
    ]);
  });

  it("reduces a ring to the allowed number of corners", () => {
    expect(withinCorners(round(0, 0, 10, 2_000), 100, 0.0001).length).toBeLessThanOrEqual(100);
  });
});

describe("ringOf and outlineOf", () => {
  it("joins rings by bridges that change neither the inside nor the outline", () => {
    const [outer, hole, other] = [
      boxRing([0, 0], [10, 10]),
      boxRing([4, 4], [6, 6]),
      boxRing([20, 0], [22, 2]),
    ];
    const inside = insideOf(ringOf([outer, hole, other]));
    expect([inside(2, 3), inside(5, 5.1), inside(21, 1.1), inside(15, 0.5)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(outlineOf(ringOf([outer, hole, other]))).toHaveLength(12);
  });

  it("gives an empty ring for no rings", () => {
    expect(ringOf([])).toEqual([]);
    expect(outlineOf([])).toEqual([]);
  });
});

describe("combined", () => {
  const probe = (ring: Ring | undefined, places: readonly (readonly [number, number])[]) => {
    const inside = insideOf(ring ?? []);
    return places.map(([x, y]) => inside(x, y));
  };

  it("adds areas that overlap and areas that do not", () => {
    const a = round(0, 0, 5);
    expect(
      probe(combined(a, round(6, 0, 5), "add"), [
        [-4, 0],
        [3, 0],
        [10, 0],
        [3, 8],
      ]),
    ).toEqual([true, true, true, false]);
    expect(
      probe(combined(a, round(20, 3, 2), "add"), [
        [0, 0],
        [20, 3],
        [12, 1],
      ]),
    ).toEqual([true, true, false]);
  });

  it("subtracts a hole, a part at the edge, and everything", () => {
    const a = round(0, 0, 5);
    expect(
      probe(combined(a, round(0, 0, 2), "subtract"), [
        [0, 0.01],
        [3.5, 0],
      ]),
    ).toEqual([false, true]);
    expect(
      probe(combined(a, round(5, 0, 3), "subtract"), [
        [4, 0],
        [-4, 0],
      ]),
    ).toEqual([false, true]);
    expect(combined(a, round(0, 0, 9), "subtract")).toBeUndefined();
  });

  it("agrees with both areas at every place that is not near an edge", () => {
    fc.assert(
      fc.property(
        fc.record({ x: coordinate, y: coordinate, r: fc.double({ min: 8, max: 30, noNaN: true }) }),
        fc.record({ x: coordinate, y: coordinate, r: fc.double({ min: 8, max: 30, noNaN: true }) }),
        corner,
        fc.constantFrom("add" as const, "subtract" as const),
        (a, b, [x, y], how) => {
          const [da, db] = [Math.hypot(x - a.x, y - a.y), Math.hypot(x - b.x, y - b.y)];
          // More than a cell of the grid and the error of a circle drawn with 60 corners.
          fc.pre(Math.abs(da - a.r) > 1.6 && Math.abs(db - b.r) > 1.6);
          const wanted = how === "add" ? da < a.r || db < b.r : da < a.r && db > b.r;
          const ring = combined(round(a.x, a.y, a.r), round(b.x, b.y, b.r), how);
          expect(insideOf(ring ?? [])(x, y)).toBe(wanted);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("keeps to the number of corners that a selection may have", () => {
    const comb: Ring = Array.from(
      { length: 400 },
      (_, at) => [at / 4, at % 2 === 0 ? 0 : 90] as const,
    );
    const ring = combined([...comb, [60, -5], [0, -5]], round(30, 40, 25), "add");
    expect(ring?.length).toBeGreaterThan(10);
    expect(ring?.length).toBeLessThanOrEqual(1_000);
  });

  it("has a bounding box", () => {
    expect(boxOf(boxRing([3, 1], [-1, 7]))).toEqual({ left: -1, right: 3, bottom: 1, top: 7 });
  });
});
