// @vitest-environment happy-dom
// What the painter sends to the GPU: which arrays are uploaded again, how many points are drawn, and in which order.
import { describe, expect, it, vi } from "vitest";
import { drawingOrder } from "../shape/map/highlight.ts";
import { recordingGl } from "../testing/browser.builders.ts";
import { type Frame, openPainter, type Painting } from "./painter.ts";

const points = 10;
const aPainting = (given: Partial<Painting> = {}): Painting => ({
  x: new Float32Array(points),
  y: new Float32Array(points),
  codes: new Uint16Array(points),
  lookup: new Uint8Array(8),
  days: undefined,
  order: drawingOrder(points, undefined),
  density: undefined,
  hits: { points: [], scores: [] },
  ...given,
});

const aFrame = (given: Partial<Frame> = {}): Frame => ({
  camera: { x: 0, y: 0, scale: 100 },
  size: { width: 400, height: 200 },
  pixelRatio: 2,
  part: 1,
  pointSize: 4,
  alpha: 0.5,
  faded: { wash: [1, 1, 1, 0.5], alpha: 0.1 },
  days: undefined,
  densityOpacity: 1,
  paper: [1, 1, 1, 1],
  rim: [1, 0.6, 0.1, 1],
  searching: false,
  ...given,
});

const open = () => {
  const recorder = recordingGl();
  const canvas = document.createElement("canvas");
  vi.spyOn(canvas, "getContext").mockReturnValue(recorder.gl);
  const painter = openPainter(canvas);
  if (!painter) throw new Error("There is no painter.");
  recorder.clear();
  return { canvas, painter, ...recorder };
};

describe("the painter", () => {
  it("is undefined without WebGL 2", () => {
    const canvas = document.createElement("canvas");
    vi.spyOn(canvas, "getContext").mockReturnValue(null);
    expect(openPainter(canvas)).toBeUndefined();
  });

  it("uploads only arrays that are other objects than before", () => {
    const { painter, of, clear } = open();
    const first = aPainting();
    painter.load(first);
    const uploads = () => of("bufferData").map(({ args }) => args[1]);
    expect(uploads()).toEqual(expect.arrayContaining([first.x, first.y, first.codes]));
    clear();
    const codes = new Uint16Array(points).fill(1);
    painter.load({ ...first, codes });
    expect(uploads()).toContain(codes);
    expect(uploads()).not.toContain(first.x);
    expect(of("texImage2D")).toHaveLength(0);
    clear();
    painter.load({ ...first, codes });
    expect(uploads()).toEqual([]);
  });

  it("draws dim points, then highlighted points, each in its share", () => {
    const { painter, of } = open();
    const highlighted = Uint8Array.from([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    painter.load(aPainting({ order: drawingOrder(points, highlighted) }));
    painter.draw(aFrame({ part: 0.5 }));
    // Count, and offset in bytes of the index buffer.
    expect(of("drawElements").map(({ args }) => [args[1], args[3]])).toEqual([
      [3, 0],
      [2, 6 * 4],
    ]);
    const alphas = of("uniform1f").filter(({ args }) => args[0] === "alpha");
    expect(alphas.map(({ args }) => args[1])).toEqual([0.1, 0.5]);
  });

  it("draws hits last, dims all other points, and reads days only where time is limited", () => {
    const { painter, of, clear } = open();
    const days = new Float32Array(points).fill(5);
    painter.load(aPainting({ days, hits: { points: [2, 7], scores: [1, 0.5] } }));
    painter.draw(aFrame({ searching: true }));
    expect(of("drawArrays").map(({ args }) => args)).toEqual([["POINTS", 0, 2]]);
    const alphas = of("uniform1f").filter(({ args }) => args[0] === "alpha");
    expect(alphas.map(({ args }) => args[1])).toEqual([0.1, 1]);
    expect(of("disableVertexAttribArray")).toHaveLength(2);
    clear();
    painter.draw(aFrame({ days: [3, 9] }));
    expect(of("disableVertexAttribArray")).toHaveLength(0);
    expect(of("uniform2f").every(({ args }) => args[1] === 3 && args[2] === 9)).toBe(true);
  });

  it("sizes the canvas in device pixels, and frees everything it has made", () => {
    const { canvas, painter, of } = open();
    painter.load(aPainting());
    painter.draw(aFrame());
    expect([canvas.width, canvas.height]).toEqual([800, 400]);
    painter.close();
    expect(of("deleteBuffer")).toHaveLength(11);
    expect(of("deleteTexture")).toHaveLength(2);
    expect(of("deleteVertexArray")).toHaveLength(3);
    expect(of("deleteProgram")).toHaveLength(2);
  });
});
