// The map's points: highlighting, drawing order, selection by codes, colours, density map, time.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boxRing } from "./area.ts";
import {
  absent,
  colouringOf,
  countCodes,
  lookupOf,
  rgbOf,
  stepsOf,
  topicCodes,
  topicColouring,
} from "./colours.ts";
import { densityMapOf, shareShown } from "./density.ts";
import {
  coreExtent,
  countHighlighted,
  drawingOrder,
  highlightedPoints,
  nearestPoint,
} from "./highlight.ts";
import {
  chosenColumns,
  chosenLeaves,
  chosenPoints,
  columnsNeeded,
  hasRareValue,
  isBeyondMap,
  leavesBelow,
} from "./selected-codes.ts";
import { isWhole, playedOn, playStart, timeBars, withinWhole } from "./time.ts";

const x = Float32Array.from([0, 1, 2, 3, 4, 5]);
const y = Float32Array.from([0, 1, 2, 3, 4, 5]);

describe("highlighted points", () => {
  it("are in the area and have chosen codes in every column", () => {
    const codes = Uint16Array.from([0, 1, 0, 1, absent, 0]);
    const chosen = { codes, chosen: Uint8Array.from([1, 0, 1]) };
    expect(highlightedPoints(x, y, { area: undefined, columns: [] })).toBeUndefined();
    expect([...(highlightedPoints(x, y, { area: undefined, columns: [chosen] }) ?? [])]).toEqual([
      1, 0, 1, 0, 1, 1,
    ]);
    const area = boxRing([1.5, 1.5], [4.5, 4.5]);
    expect([...(highlightedPoints(x, y, { area, columns: [chosen] }) ?? [])]).toEqual([
      0, 0, 1, 0, 1, 0,
    ]);
  });

  it("are drawn last, and every point is drawn once", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 400 }), (on) => {
        const highlighted = Uint8Array.from(on, Number);
        const { order, dim } = drawingOrder(on.length, highlighted);
        expect([...order].sort((a, b) => a - b)).toEqual(on.map((_, at) => at));
        expect(dim).toBe(on.length - countHighlighted(highlighted, on.length));
        expect([...order.subarray(dim)].every((point) => highlighted[point] === 1)).toBe(true);
      }),
    );
  });

  it("are an even sample in any first part of the order", () => {
    const { order } = drawingOrder(10_000, undefined);
    const low = order.subarray(0, 1_000).filter((point) => point < 5_000).length;
    expect(Math.abs(low - 500)).toBeLessThan(20);
  });

  it("are found near the pointer, the nearest shown one", () => {
    const points = { x, y };
    expect(nearestPoint(points, () => true, { x: 2.2, y: 2.1, reach: 1 })).toBe(2);
    expect(nearestPoint(points, (point) => point !== 2, { x: 2.2, y: 2.1, reach: 2 })).toBe(3);
    expect(nearestPoint(points, () => true, { x: 9, y: 9, reach: 1 })).toBe(-1);
  });

  it("have a core extent that a few distant points do not enlarge", () => {
    const far = Float32Array.from({ length: 101 }, (_, at) => (at === 100 ? 1e6 : at / 100));
    expect(coreExtent(far, far, { isMeant: () => true, tail: 0.02 })?.right).toBeLessThanOrEqual(1);
    expect(coreExtent(far, far, { isMeant: () => false, tail: 0 })).toBeUndefined();
    expect(coreExtent(x, y, { isMeant: (at) => at === 3, tail: 0.02 })).toEqual({
      left: 3,
      right: 3,
      bottom: 3,
      top: 3,
    });
  });
});

const columns = new Map([
  [
    "author" as const,
    {
      legend: {
        kind: "categories" as const,
        name: "author" as const,
        values: [
          { value: "mira", label: "mira", count: 3 },
          { value: null, label: "9 others", count: 9 },
        ],
      },
      values: Uint16Array.from([0, 1, 0, 1, 1, absent]),
    },
  ],
]);

describe("a selection on the map", () => {
  it("names the columns it needs, and whether a field has no column", () => {
    expect(columnsNeeded({ authors: ["mira"], languages: [null], topics: ["t"] })).toEqual([
      "author",
      "language",
    ]);
    expect(
      isBeyondMap({
        authors: ["mira"],
        after: 1,
        area: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      }),
    ).toBe(false);
    expect(isBeyondMap({ hours: [3] })).toBe(true);
    expect(isBeyondMap({ not: true })).toBe(true);
  });

  it("chooses codes by value, and never the code of “all others” for a rare value", () => {
    expect(chosenColumns({ authors: ["mira"] }, columns)[0]?.chosen).toEqual(
      Uint8Array.from([1, 0, 0]),
    );
    expect(hasRareValue({ authors: ["seb"] }, columns)).toBe(true);
    expect(hasRareValue({ authors: ["mira"] }, columns)).toBe(false);
    expect(chosenColumns({ channels: ["#a"] }, columns)).toEqual([]);
  });

  it("chooses every leaf below a parent topic", () => {
    const tree = {
      leaves: ["a", "b", "c"],
      childrenOf: new Map([
        ["top", ["mid", "c"]],
        ["mid", ["a"]],
        ["loop", ["loop"]],
      ]),
    };
    expect([...leavesBelow(tree, "top")].sort()).toEqual(["a", "c"]);
    expect(leavesBelow(tree, "loop")).toEqual([]);
    expect([...chosenLeaves(tree, ["top"])]).toEqual([1, 0, 1, 0]);
    expect([...chosenLeaves(tree, ["b", "none"])]).toEqual([0, 1, 0, 1]);
  });

  it("highlights points that the server listed", () => {
    const highlighted = highlightedPoints(x, y, {
      area: undefined,
      columns: [chosenPoints(6, [4, 1, 99, -1])],
    });
    expect([...(highlighted ?? [])]).toEqual([0, 1, 0, 0, 1, 0]);
  });
});

describe("colours", () => {
  it("are a lookup table with one entry for “none” and one for every code", () => {
    const colouring = topicColouring([{ topic: "t", title: "T", colour: 2 }], [5], "light");
    const lookup = lookupOf(colouring, "light");
    expect(lookup).toHaveLength(8);
    expect([...lookup.subarray(4, 7)]).toEqual(
      colouring.kind === "categories" ? rgbOf(colouring.entries[0]?.colour ?? "") : [],
    );
    expect([...topicCodes(Int16Array.from([-1, 0, 7]))]).toEqual([absent, 0, 7]);
    expect([...countCodes(Uint16Array.from([0, 0, 1, absent]), 2)]).toEqual([2, 1, 1]);
  });

  it("turn numbers into steps of a scale, and NaN into the code for absent", () => {
    expect([...stepsOf(Float32Array.from([-1, 0, 1, Number.NaN, 9]), -1, 1)]).toEqual([
      0,
      128,
      255,
      absent,
      255,
    ]);
    expect([...stepsOf(Float32Array.from([3, 3]), 3, 3)]).toEqual([0, 0]);
  });

  it("name both ends of a scale in the legend", () => {
    const time = colouringOf(
      { kind: "numbers", name: "time", unit: "time", low: 1, high: 367 },
      "dark",
    );
    expect(time).toMatchObject({
      kind: "scale",
      low: expect.stringContaining("1970"),
      high: expect.stringContaining("1971"),
    });
  });

  it("are grey for the category of all others", () => {
    const found = colouringOf(
      columns.get("author")?.legend ?? {
        kind: "numbers",
        name: "fit",
        unit: "share",
        low: 0,
        high: 1,
      },
      "light",
    );
    const entries = found.kind === "categories" ? found.entries : [];
    const [red = 0, green = 0, blue = 0] = rgbOf(entries[1]?.colour ?? "");
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(24);
  });
});

describe("the ground", () => {
  const colours = Uint8Array.from([9, 9, 9, 255, 200, 0, 0, 255, 0, 0, 200, 255]);
  const at = (count: number, place: (at: number) => number) =>
    Float32Array.from({ length: count }, (_, point) => place(point));
  const two = {
    x: at(200, (point) => (point < 150 ? 0 : 10) + (point % 7) / 20),
    y: at(200, (point) => (point % 5) / 20),
    codes: Uint16Array.from({ length: 200 }, (_, point) => (point < 150 ? 0 : 1)),
    colours,
    highlighted: undefined,
  };
  const extent = { left: 0, right: 10.3, bottom: 0, top: 0.2 };

  it("is densest where most points are, in their colour", () => {
    const densityMap = densityMapOf(two, extent);
    let [best, place] = [0, 0];
    for (let cell = 0; cell < densityMap.width * densityMap.height; cell++)
      if ((densityMap.density[cell] ?? 0) > best)
        [best, place] = [densityMap.density[cell] ?? 0, cell];
    expect(best).toBe(255);
    expect(place % densityMap.width).toBeLessThan(densityMap.width / 2);
    const { picture } = densityMap;
    const scale = picture.width / densityMap.width;
    const row = Math.floor((Math.floor(place / densityMap.width) + 0.5) * scale);
    const at = (row * picture.width + Math.floor(((place % densityMap.width) + 0.5) * scale)) * 4;
    // Premultiplied alpha: red times opacity, no blue.
    expect(picture.pixels[at + 3]).toBeGreaterThan(40);
    expect((picture.pixels[at] ?? 0) / (picture.pixels[at + 3] ?? 1)).toBeGreaterThan(0.7);
    expect(picture.pixels[at + 2]).toBeLessThan(9);
  });

  it("estimates the share of points that a window shows", () => {
    const densityMap = densityMapOf(two, extent);
    const left = shareShown(densityMap, { left: -1, right: 4, bottom: -2, top: 2 });
    expect(left).toBeGreaterThan(0.65);
    expect(left).toBeLessThan(0.85);
    expect(shareShown(densityMap, { left: -99, right: 99, bottom: -99, top: 99 })).toBeCloseTo(
      1,
      6,
    );
  });

  it("is transparent without points, and does not count points that are not highlighted", () => {
    const none = densityMapOf({ ...two, highlighted: new Uint8Array(200) }, extent);
    expect(none.picture.pixels.every((value) => value === 0)).toBe(true);
    expect(shareShown(none, extent)).toBe(0);
    const one = densityMapOf(
      { ...two, x: at(1, () => 3), y: at(1, () => 3) },
      { left: 3, right: 3, bottom: 3, top: 3 },
    );
    expect(one.picture.pixels.some((value) => value > 0)).toBe(true);
  });
});

describe("time", () => {
  const day = 86_400_000;
  const whole = { from: 0, to: 100 * day };

  it("is counted in bars, every dated point once", () => {
    const bars = timeBars(Float32Array.from([0, 50, 50.2, 100, Number.NaN]), whole, 10);
    expect(bars.map((bar) => bar.count)).toEqual([1, 0, 0, 0, 0, 2, 0, 0, 0, 1]);
    expect(timeBars(new Float32Array(0), { from: 5, to: 5 })).toEqual([]);
  });

  it("is played from the beginning to the end and not beyond", () => {
    let now: ReturnType<typeof playedOn> = playStart(whole, whole);
    let last = now;
    for (let step = 0; step < 100 && now; step++) {
      last = now;
      now = playedOn(whole, now, 0.05);
    }
    expect(now).toBeUndefined();
    expect(last?.to).toBe(whole.to);
    expect(isWhole(whole, last ?? whole)).toBe(false);
    expect(playStart(whole, { from: 2, to: 9 })).toEqual({ from: 2, to: 9 });
  });

  it("is cut to the time of the points", () => {
    expect(withinWhole(whole, -5, undefined)).toEqual(whole);
    expect(withinWhole(whole, 10 * day, 20 * day)).toEqual({ from: 10 * day, to: 20 * day });
    expect(withinWhole(whole, 900 * day, 901 * day)).toEqual(whole);
  });
});
