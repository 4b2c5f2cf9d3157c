// Tests of the regions of topics on the map: anchors, areas, parents.
import { describe, expect, it } from "vitest";
import { seededRandom } from "#index-store/ann/seeded.builders.ts";
import { regionsOf } from "./regions.ts";

interface Island {
  readonly x: number;
  readonly y: number;
  readonly points: number;
  readonly topic: number;
}

const mapOf = (islands: readonly Island[], width = 0.05) => {
  const random = seededRandom(4);
  const points = islands.flatMap(({ x, y, points: count, topic }) =>
    Array.from({ length: count }, () => {
      const angle = random() * 2 * Math.PI;
      const radius = width * Math.sqrt(random());
      return { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle), topic };
    }),
  );
  return {
    x: Float32Array.from(points, (point) => point.x),
    y: Float32Array.from(points, (point) => point.y),
    topic: Int32Array.from(points, (point) => point.topic),
  };
};

describe("regionsOf", () => {
  const islands = [
    { x: -0.8, y: 0.5, points: 300, topic: 0 },
    { x: 0.6, y: -0.4, points: 200, topic: 0 },
    { x: 0.7, y: 0.8, points: 400, topic: 1 },
    { x: 0, y: 0, points: 50, topic: -1 },
  ];
  const leaf = (number: number) => ({ id: `t${number}`, level: 1, leaves: [number] });

  it("anchors a topic on the larger of two islands, not between them", () => {
    const [split, whole] = regionsOf(mapOf(islands), [leaf(0), leaf(1)]);
    expect(split).toMatchObject({ topic: "t0", level: 1, size: 500 });
    expect(Math.hypot((split?.x ?? 0) + 0.8, (split?.y ?? 0) - 0.5)).toBeLessThan(0.05);
    expect(Math.hypot((whole?.x ?? 0) - 0.7, (whole?.y ?? 0) - 0.8)).toBeLessThan(0.05);
    expect(split?.held).toBeLessThan(0.65);
    expect(whole?.held).toBeGreaterThan(0.7);
    expect(whole?.priority).toBeGreaterThan(split?.priority ?? 0);
  });

  it("measures a disk's area", () => {
    const [disk] = regionsOf(
      mapOf(
        [
          { x: 0, y: 0, points: 4000, topic: 0 },
          { x: 1, y: 1, points: 1, topic: 1 },
          { x: -1, y: -1, points: 1, topic: 1 },
        ],
        0.5,
      ),
      [leaf(0)],
    );
    expect(disk?.area).toBeGreaterThan(0.6 * Math.PI * 0.25);
    expect(disk?.area).toBeLessThan(1.1 * Math.PI * 0.25);
  });

  it("joins leaves under a parent and leaves out points without a place", () => {
    const map = mapOf(islands);
    map.x[0] = Number.NaN;
    const parent = { id: "p", level: 0, leaves: [0, 1, 7] };
    expect(regionsOf(map, [parent, leaf(7)]).map(({ topic, size }) => [topic, size])).toEqual([
      ["p", 899],
    ]);
    const nothing = { x: new Float32Array(0), y: new Float32Array(0), topic: new Int32Array(0) };
    expect(regionsOf(nothing, [leaf(0)])).toEqual([]);
  });

  it("gives one point, or points all at one place, an area and an anchor", () => {
    for (const points of [1, 30]) {
      const [only] = regionsOf(mapOf([{ x: 0.25, y: 0.5, points, topic: 0 }], 0), [leaf(0)]);
      expect(only).toMatchObject({ size: points, x: 0.25, y: 0.5 });
      expect(only?.area).toBeGreaterThan(0);
    }
  });
});
