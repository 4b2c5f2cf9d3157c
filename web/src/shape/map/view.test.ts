// The map's camera, URL parameters, label placement and frame budget.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MapRegion } from "#services/contract/map.ts";
import { lookOf, lookText, mapAddress, selectionPart } from "./address.ts";
import {
  between,
  bounded,
  cameraOf,
  fitted,
  fittedBest,
  freeInsets,
  lookAt,
  panned,
  toMap,
  toScreen,
  zoomed,
} from "./camera.ts";
import { firstBudget, nextBudget, pointLook } from "./frame-budget.ts";
import { type Box, labelPositions, labelStep, placedLabels } from "./labels.ts";

const size = { width: 1200, height: 700 };
const extent = { left: -10, right: 14, bottom: -3, top: 9 };

describe("the camera", () => {
  it("shows the whole extent in the part of the window that is not covered", () => {
    const inset = { left: 300, right: 20, top: 60, bottom: 90 };
    const camera = fitted(extent, size, inset);
    const [left, top] = toScreen(camera, size, extent.left, extent.top);
    const [right, bottom] = toScreen(camera, size, extent.right, extent.bottom);
    expect(left).toBeGreaterThanOrEqual(299.9);
    expect(right).toBeLessThanOrEqual(1180.1);
    expect(top).toBeGreaterThanOrEqual(59.9);
    expect(bottom).toBeLessThanOrEqual(610.1);
  });

  it("avoids the box and the strip at the lower edge in the way that shows the map larger", () => {
    const covered = { width: 232, height: 320, strip: 62 };
    const clear = (window: typeof size) => {
      const camera = fittedBest(extent, window, freeInsets(covered));
      const [left] = toScreen(camera, window, extent.left, extent.bottom);
      const [, bottom] = toScreen(camera, window, extent.left, extent.bottom);
      expect(bottom).toBeLessThanOrEqual(window.height - covered.strip);
      return { beside: left >= covered.width, above: bottom <= window.height - covered.height };
    };
    expect(clear({ width: 1400, height: 700 }).beside).toBe(true);
    expect(clear({ width: 600, height: 900 }).above).toBe(true);
  });

  it("fits one point and points on a line without dividing by zero", () => {
    for (const flat of [
      { left: 2, right: 2, bottom: 3, top: 3 },
      { left: 0, right: 9, bottom: 1, top: 1 },
    ])
      expect(Number.isFinite(fitted(flat, size).scale)).toBe(true);
  });

  it("keeps the place under the pointer while zooming, and moves by as many pixels as the pointer", () => {
    const camera = fitted(extent, size);
    const before = toMap(camera, size, 400, 123);
    const near = zoomed(camera, size, { px: 400, py: 123, factor: 3.7 });
    const after = toMap(near, size, 400, 123);
    expect(after[0]).toBeCloseTo(before[0], 9);
    expect(after[1]).toBeCloseTo(before[1], 9);
    const [x, y] = toScreen(panned(camera, 31, -17), size, 1, 2);
    const [x0, y0] = toScreen(camera, size, 1, 2);
    expect([x - x0, y - y0].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([31, -17]);
  });

  it("starts and ends an animation at the given cameras, without NaN", () => {
    const [from, to] = [fitted(extent, size), { x: 3, y: 4, scale: 900 }];
    expect(between(from, to, 0).x).toBeCloseTo(from.x, 9);
    expect(between(from, to, 1)).toMatchObject({
      scale: expect.closeTo(900, 6),
      x: expect.closeTo(3, 9),
    });
    expect(between(from, { ...from, x: 5 }, 0.5).x).toBeCloseTo((from.x + 5) / 2, 6);
    expect(bounded({ x: 1e9, y: -1e9, scale: 1e-9 }, extent, from)).toMatchObject({ x: 14, y: -3 });
  });
});

describe("the address", () => {
  it("restores a look to a thousandth, in windows of other sizes too", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -200, max: 200, noNaN: true }),
        fc.double({ min: -200, max: 200, noNaN: true }),
        fc.double({ min: 0.01, max: 500, noNaN: true }),
        (x, y, span) => {
          const look = lookOf(lookText({ x, y, span }));
          expect(look?.x).toBeCloseTo(x, 2);
          expect(look?.y).toBeCloseTo(y, 2);
          expect(lookAt(cameraOf(look ?? { x: 0, y: 0, span: 1 }, size), size).span).toBeCloseTo(
            span,
            2,
          );
        },
      ),
    );
  });

  it("ignores text that is not a look, and drops parameters it does not know", () => {
    expect([undefined, "", "1.2", "a.b.0", "1.1.-5", "..", "1.2.3.4"].map(lookOf)).toEqual(
      Array.from({ length: 7 }, () => undefined),
    );
    const address = mapAddress.parse({
      by: "shoe size",
      as: "table",
      q: "404",
      look: "1.2.3",
      topic: ["t"],
    });
    expect(address).toMatchObject({ as: "table", q: "404", look: "1.2.3" });
    expect(address.by).toBeUndefined();
    expect(Object.keys(selectionPart(address))).not.toContain("look");
    expect(selectionPart(address).topic).toEqual(["t"]);
  });
});

const region = (at: number, level: number, points: number): MapRegion => ({
  topic: `top_${level}_${at}`,
  level,
  title: `Topic number ${at}`,
  colour: at,
  x: ((at * 37) % 100) / 10,
  y: ((at * 61) % 100) / 10,
  points,
});
const regions = [
  ...[0, 1, 2].map((at) => region(at, 0, 3_000)),
  ...Array.from({ length: 60 }, (_, at) => region(at, 1, 60 - at)),
];
const widthOf = (title: string) => title.length * 7;

describe("labels", () => {
  const at = (near: number) => placedLabels(regions, { widthOf, scale: 60 * near, wholeScale: 60 });

  it("never overlap, at any zoom", () => {
    for (const near of [0.5, 1, 2, 4, 9, 30]) {
      const labels = at(near);
      for (const [first, a] of labels.entries())
        for (const b of labels.slice(first + 1)) {
          const apartX = Math.abs(a.x - b.x) * 60 * near >= (a.width + b.width) / 2;
          const apartY = Math.abs(a.y - b.y) * 60 * near >= (a.height + b.height) / 2;
          expect(apartX || apartY).toBe(true);
        }
    }
  });

  it("are those of parent topics first, and of every leaf topic at a high zoom", () => {
    expect(at(1).filter((label) => label.general)).toHaveLength(3);
    expect(at(40).some((label) => label.general)).toBe(false);
    expect(at(40).length).toBeGreaterThan(at(1).length);
    expect(at(40)).toHaveLength(60);
  });

  const label = { x: 0, y: 0, width: 200, height: 20 };
  const placedAt = (x: number, y: number, covers: readonly Box[] = []) =>
    labelPositions([label], { x, y, scale: 1 }, { size, covers })[0];

  it("are moved inside the window where their centre is in it, and are not cut anywhere", () => {
    expect(placedAt(0, 0)).toEqual({ x: 500, y: 340 });
    // The centre is 10 pixels from the left edge, from the right edge, from the upper edge, and beyond an edge.
    expect(placedAt(590, 0)?.x).toBe(0);
    expect(placedAt(-590, 0)?.x).toBe(1000);
    expect(placedAt(0, -345)?.y).toBe(0);
    expect(placedAt(610, 0)).toBeUndefined();
    expect(placedAt(0, 400)).toBeUndefined();
  });

  it("come out from under what covers the map, or are not shown", () => {
    const tools = { left: 650, top: 300, right: 700, bottom: 420 };
    expect(placedAt(0, 0, [tools])).toEqual({ x: 446, y: 340 });
    const panel = { left: 400, top: 200, right: 800, bottom: 600 };
    expect(placedAt(0, 0, [panel])).toBeUndefined();
  });

  it("that were moved never lie on one another", () => {
    const tools = { left: 650, top: 300, right: 700, bottom: 420 };
    const beside = { ...label, x: -220 };
    const found = labelPositions(
      [label, beside],
      { x: 0, y: 0, scale: 1 },
      { size, covers: [tools] },
    );
    expect(found[0]).toBeDefined();
    expect(found[1]).toBeUndefined();
  });

  it("do not change within a step of zoom, and are none without topics", () => {
    expect(labelStep(103)).toBe(labelStep(125));
    expect(labelStep(100)).toBeLessThanOrEqual(100);
    expect(placedLabels([], { widthOf, scale: 1, wholeScale: 1 })).toEqual([]);
  });
});

describe("the frame budget", () => {
  it("falls after slow frames, grows after quick ones, up to all points", () => {
    expect(nextBudget(40_000, 60, 100_000)).toBeLessThan(40_000);
    expect(nextBudget(40_000, 16, 100_000)).toBeGreaterThan(40_000);
    expect(nextBudget(40_000, 23, 100_000)).toBe(40_000);
    expect(nextBudget(40_000, 5_000, 100_000)).toBeGreaterThanOrEqual(20_000);
    let budget = firstBudget;
    for (let frame = 0; frame < 20; frame++) budget = nextBudget(budget, 16, 250_000);
    expect(budget).toBe(250_000);
    for (let frame = 0; frame < 40; frame++) budget = nextBudget(budget, 900 / 3, 250_000);
    expect(budget).toBeGreaterThan(0);
  });

  it("makes points larger and more opaque the fewer there are", () => {
    const [few, many] = [pointLook(500, 8e5), pointLook(250_000, 8e5)];
    expect(few.size).toBeGreaterThan(many.size);
    expect(few.alpha).toBeGreaterThan(many.alpha);
    expect(pointLook(0, 0).size).toBeGreaterThan(0);
  });
});
