// @vitest-environment happy-dom
// Pointer input on the map, over a real viewport: moving, zooming, lasso and box, clicks, hovering.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ring } from "../shape/map/area.ts";
import { type AreaChange, attachGestures, type Tool } from "./gestures.ts";
import { openViewport, type Viewport } from "./viewport.ts";

const extent = { left: -1, right: 1, bottom: -1, top: 1 };

let stage: HTMLElement;
let viewport: Viewport;
let tool: Tool;
let detach: () => void;
let areas: { readonly ring: Ring; readonly change: AreaChange }[];
let clicks: (readonly [number, number])[];
let hovers: unknown[];
let pens: (Ring | undefined)[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["requestAnimationFrame", "cancelAnimationFrame", "performance"] });
  [tool, areas, clicks, hovers, pens] = ["move", [], [], [], []];
  stage = document.createElement("div");
  stage.setPointerCapture = () => {};
  document.body.append(stage);
  viewport = openViewport({
    extent,
    bounds: extent,
    points: 10,
    look: undefined,
    isStill: () => true,
  });
  viewport.resize({ width: 400, height: 400 });
  detach = attachGestures(stage, viewport, {
    tool: () => tool,
    onPen: (ring) => pens.push(ring && [...ring]),
    onArea: (ring, change) => areas.push({ ring, change }),
    onClick: (px, py) => clicks.push([px, py]),
    onHover: (place) => hovers.push(place),
  });
});

afterEach(() => {
  detach();
  viewport.close();
  stage.remove();
  vi.useRealTimers();
});

interface At {
  readonly x: number;
  readonly y: number;
  readonly id?: number;
  readonly shift?: boolean;
  readonly alt?: boolean;
  readonly type?: "mouse" | "touch";
}
const pointer = (kind: string, { x, y, id = 1, shift, alt, type = "mouse" }: At) =>
  stage.dispatchEvent(
    new PointerEvent(kind, {
      clientX: x,
      clientY: y,
      pointerId: id,
      pointerType: type,
      shiftKey: shift ?? false,
      altKey: alt ?? false,
      bubbles: true,
    }),
  );
const drag = (...places: readonly At[]) => {
  const [first, ...others] = places;
  const last = places.at(-1);
  if (first) pointer("pointerdown", first);
  for (const place of others) pointer("pointermove", place);
  if (last) pointer("pointerup", last);
};

describe("dragging", () => {
  it("moves the map by as many pixels as the pointer", () => {
    const { x, y, scale } = viewport.camera();
    drag({ x: 100, y: 100 }, { x: 130, y: 80 });
    expect(viewport.camera().x).toBeCloseTo(x - 30 / scale, 9);
    expect(viewport.camera().y).toBeCloseTo(y - 20 / scale, 9);
    expect(clicks).toEqual([]);
  });

  it("is a click where the pointer hardly moved", () => {
    const before = viewport.camera();
    drag({ x: 100, y: 100 }, { x: 102, y: 101 });
    expect(clicks).toEqual([[102, 101]]);
    expect(viewport.camera()).toEqual(before);
  });

  it("with two fingers zooms by the ratio of their distances", () => {
    const { scale } = viewport.camera();
    pointer("pointerdown", { x: 150, y: 200, id: 1, type: "touch" });
    pointer("pointerdown", { x: 250, y: 200, id: 2, type: "touch" });
    pointer("pointermove", { x: 350, y: 200, id: 2, type: "touch" });
    expect(viewport.camera().scale / scale).toBeCloseTo(2, 6);
  });
});

describe("the wheel", () => {
  it("zooms in upwards, about the pointer, and limits one step", () => {
    const { scale } = viewport.camera();
    stage.dispatchEvent(new WheelEvent("wheel", { deltaY: -100, clientX: 200, clientY: 200 }));
    expect(viewport.camera().scale / scale).toBeCloseTo(Math.exp(0.22), 6);
    const next = viewport.camera().scale;
    stage.dispatchEvent(new WheelEvent("wheel", { deltaY: 9999, clientX: 200, clientY: 200 }));
    expect(viewport.camera().scale / next).toBeCloseTo(Math.exp(-240 * 0.0022), 6);
  });
});

describe("the lasso", () => {
  const round = [
    { x: 100, y: 100 },
    { x: 300, y: 100 },
    { x: 300, y: 300 },
    { x: 100, y: 300 },
  ] as const;

  it("selects the drawn area in map units, and shows its line meanwhile", () => {
    tool = "lasso";
    const camera = viewport.camera();
    drag(...round);
    expect(areas.map((one) => one.change)).toEqual(["new"]);
    expect(areas[0]?.ring[0]).toEqual([
      expect.closeTo(camera.x - 100 / camera.scale, 6),
      expect.closeTo(camera.y + 100 / camera.scale, 6),
    ]);
    expect(areas[0]?.ring).toHaveLength(4);
    expect(pens.at(0)).toHaveLength(2);
    expect(pens.at(-1)).toBeUndefined();
    expect(viewport.camera()).toEqual(camera);
  });

  it("adds with Shift and subtracts with Alt, with the move tool too", () => {
    drag(...round.map((place) => ({ ...place, shift: true })));
    drag(...round.map((place) => ({ ...place, alt: true })));
    expect(areas.map((one) => one.change)).toEqual(["add", "subtract"]);
  });

  it("is cancelled by a second finger", () => {
    tool = "lasso";
    pointer("pointerdown", { x: 100, y: 100, id: 1, type: "touch" });
    pointer("pointermove", { x: 200, y: 100, id: 1, type: "touch" });
    pointer("pointerdown", { x: 300, y: 300, id: 2, type: "touch" });
    pointer("pointerup", { x: 300, y: 300, id: 2, type: "touch" });
    pointer("pointerup", { x: 200, y: 100, id: 1, type: "touch" });
    expect(areas).toEqual([]);
    expect(pens.at(-1)).toBeUndefined();
  });
});

describe("the box", () => {
  it("is the rectangle between the first and the last place", () => {
    tool = "box";
    drag({ x: 100, y: 300 }, { x: 150, y: 20 }, { x: 300, y: 100 });
    const [ring] = areas.map((one) => one.ring);
    const { x, y, scale } = viewport.camera();
    expect(ring).toHaveLength(4);
    expect(Math.min(...(ring ?? []).map(([left]) => left))).toBeCloseTo(x - 100 / scale, 6);
    expect(Math.max(...(ring ?? []).map(([, up]) => up))).toBeCloseTo(y + 100 / scale, 6);
  });
});

describe("hovering", () => {
  it("is reported once per frame, and ends when the pointer leaves", () => {
    pointer("pointermove", { x: 10, y: 10 });
    pointer("pointermove", { x: 20, y: 20 });
    expect(hovers).toEqual([]);
    vi.advanceTimersToNextFrame();
    expect(hovers).toEqual([{ px: 10, py: 10 }]);
    pointer("pointerleave", { x: 20, y: 20 });
    expect(hovers.at(-1)).toBeUndefined();
  });
});

describe("the viewport", () => {
  it("shows the whole map after a change of size, and reports where it comes to rest", () => {
    const looks: unknown[] = [];
    viewport.onRest((look) => looks.push(look));
    expect(viewport.isWhole()).toBe(true);
    viewport.resize({ width: 800, height: 300 });
    expect(viewport.isWhole()).toBe(true);
    viewport.zoom(4);
    expect(viewport.isWhole()).toBe(false);
    for (let frame = 0; frame < 30; frame++) vi.advanceTimersToNextFrame();
    expect(looks).toHaveLength(1);
    viewport.showAll();
    expect(viewport.isWhole()).toBe(true);
  });

  it("keeps a look from the URL, and draws fewer points while it moves slowly", () => {
    const budgets: number[] = [];
    viewport.onFrame(({ moving, budget }) => {
      if (moving) budgets.push(budget);
    });
    viewport.look({ x: 0.5, y: 0.5, span: 0.2 });
    expect(viewport.camera()).toMatchObject({ x: 0.5, y: 0.5, scale: 2_000 });
    for (let frame = 0; frame < 4; frame++) {
      viewport.pan(1, 0);
      // A frame that took 100 ms.
      vi.advanceTimersByTime(84);
      vi.advanceTimersToNextFrame();
    }
    expect(budgets.at(-1)).toBeLessThan(budgets[0] ?? 0);
  });
});
