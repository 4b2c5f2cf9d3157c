// Draws the map with WebGL 2: the density map, all points in one or two calls, the hits on top. It fetches nothing.
import type { Camera, Size } from "../shape/map/camera.ts";
import type { DensityMap } from "../shape/map/density.ts";
import type { DrawingOrder } from "../shape/map/highlight.ts";
import { bindAttribute, fillTexture, makeProgram } from "./gl.ts";
import { densityFragment, densityVertex, pointFragment, pointVertex } from "./shaders.ts";

/** Everything that is drawn. An array is uploaded to the GPU when it is another object than before. */
export interface Painting {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly codes: Uint16Array;
  /** The colour table: r, g, b, a of "none" and of every code. */
  readonly lookup: Uint8Array;
  /** By point, days since 1970; needed where the frame has `days`. */
  readonly days: Float32Array | undefined;
  readonly order: DrawingOrder;
  readonly density: DensityMap | undefined;
  /** Numbers of the points that are hits, and their scores 0 … 1. */
  readonly hits: { readonly points: readonly number[]; readonly scores: readonly number[] };
}

/** The look of one frame. */
export interface Frame {
  readonly camera: Camera;
  readonly size: Size;
  readonly pixelRatio: number;
  /** Share of the points to draw, 0 … 1. */
  readonly part: number;
  /** Diameter of a point, CSS pixels. */
  readonly pointSize: number;
  /** Opacity of one point, 0 … 1. */
  readonly alpha: number;
  /** Points outside the selection or search: the colour they are mixed with (r, g, b, share), and their opacity. */
  readonly faded: { readonly wash: Rgba; readonly alpha: number };
  readonly days: readonly [number, number] | undefined;
  /** Opacity of the density map, 0 … 1. */
  readonly densityOpacity: number;
  /** Background colour. */
  readonly paper: Rgba;
  /** Colour of the ring around hits. */
  readonly rim: Rgba;
  /** There is a search: hits are highlighted, all other points are dimmed. */
  readonly searching: boolean;
}

export type Rgba = readonly [number, number, number, number];

export interface Painter {
  /** Sets what is drawn from now on. */
  load(painting: Painting): void;
  draw(frame: Frame): void;
  /** Waits until the GPU has finished, for measurements. */
  finish(): void;
  close(): void;
}

const lookupWidth = 1024;
const noWash: Rgba = [0, 0, 0, 0];
const allDays = 3.4e38;

const clipView = ({ camera, size }: Frame): [number, number, number, number] => {
  const [sx, sy] = [(2 * camera.scale) / size.width, (2 * camera.scale) / size.height];
  return [sx, sy, -camera.x * sx, -camera.y * sy];
};

/** @returns undefined where the browser has no WebGL 2. */
export const openPainter = (canvas: HTMLCanvasElement): Painter | undefined => {
  const gl = canvas.getContext("webgl2", {
    antialias: false,
    depth: false,
    stencil: false,
    // Opaque: the browser does not have to blend the canvas with the page below it.
    alpha: false,
    powerPreference: "high-performance",
  });
  if (!gl) return undefined;
  const points = makeProgram(gl, pointVertex, pointFragment);
  const background = makeProgram(gl, densityVertex, densityFragment);
  const buffers = {
    x: gl.createBuffer(),
    y: gl.createBuffer(),
    code: gl.createBuffer(),
    day: gl.createBuffer(),
    order: gl.createBuffer(),
    corner: gl.createBuffer(),
    hitX: gl.createBuffer(),
    hitY: gl.createBuffer(),
    hitCode: gl.createBuffer(),
    hitScore: gl.createBuffer(),
    hitDay: gl.createBuffer(),
  };
  const textures = { lookup: gl.createTexture(), density: gl.createTexture() };
  const arrays = {
    points: gl.createVertexArray(),
    hits: gl.createVertexArray(),
    background: gl.createVertexArray(),
  };
  let loaded: Painting | undefined;

  const fill = (
    buffer: WebGLBuffer,
    data: ArrayBufferView<ArrayBufferLike>,
    target: number = gl.ARRAY_BUFFER,
  ) => {
    gl.bindBuffer(target, buffer);
    gl.bufferData(target, data, gl.STATIC_DRAW);
  };

  gl.bindVertexArray(arrays.background);
  fill(buffers.corner, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]));
  bindAttribute(gl, buffers.corner, { at: background.attribute("corner"), size: 2, kind: "float" });
  for (const [array, prefix] of [
    [arrays.points, ""],
    [arrays.hits, "hit"],
  ] as const) {
    gl.bindVertexArray(array);
    const hit = prefix === "hit";
    bindAttribute(gl, hit ? buffers.hitX : buffers.x, {
      at: points.attribute("x"),
      size: 1,
      kind: "float",
    });
    bindAttribute(gl, hit ? buffers.hitY : buffers.y, {
      at: points.attribute("y"),
      size: 1,
      kind: "float",
    });
    bindAttribute(gl, hit ? buffers.hitCode : buffers.code, {
      at: points.attribute("code"),
      size: 1,
      kind: "code",
    });
    if (hit)
      bindAttribute(gl, buffers.hitScore, {
        at: points.attribute("score"),
        size: 1,
        kind: "float",
      });
    else gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers.order);
  }
  gl.bindVertexArray(null);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);

  const fillLookup = (lookup: Uint8Array) => {
    const height = Math.max(1, Math.ceil(lookup.length / 4 / lookupWidth));
    const pixels = new Uint8Array(lookupWidth * height * 4);
    pixels.set(lookup);
    fillTexture(gl, textures.lookup, { width: lookupWidth, height, pixels, smooth: false });
  };

  const fillHits = ({ hits, x, y, codes, days }: Painting) => {
    const of = (from: ArrayLike<number> | undefined, none: number) =>
      hits.points.map((point) => from?.[point] ?? none);
    fill(buffers.hitX, new Float32Array(of(x, 0)));
    fill(buffers.hitY, new Float32Array(of(y, 0)));
    fill(buffers.hitCode, new Uint16Array(of(codes, 65535)));
    fill(buffers.hitScore, new Float32Array(hits.scores));
    fill(buffers.hitDay, new Float32Array(of(days, 0)));
  };

  /** The day attribute is enabled only where the frame is limited in time: a disabled attribute costs nothing. */
  const readDays = (buffer: WebGLBuffer, on: boolean) => {
    const at = points.attribute("day");
    if (on) bindAttribute(gl, buffer, { at, size: 1, kind: "float" });
    else {
      gl.disableVertexAttribArray(at);
      gl.vertexAttrib1f(at, 0);
    }
  };

  const load = (next: Painting) => {
    gl.bindVertexArray(null);
    const old = loaded;
    if (old?.x !== next.x) fill(buffers.x, next.x);
    if (old?.y !== next.y) fill(buffers.y, next.y);
    if (old?.codes !== next.codes) fill(buffers.code, next.codes);
    if (old?.days !== next.days && next.days) fill(buffers.day, next.days);
    if (old?.lookup !== next.lookup) fillLookup(next.lookup);
    if (old?.density !== next.density && next.density)
      fillTexture(gl, textures.density, { ...next.density.picture, smooth: true });
    if (old?.order !== next.order) {
      gl.bindVertexArray(arrays.points);
      fill(buffers.order, next.order.order, gl.ELEMENT_ARRAY_BUFFER);
      gl.bindVertexArray(null);
    }
    if (old?.hits !== next.hits || old.codes !== next.codes || old.days !== next.days)
      fillHits(next);
    loaded = next;
  };

  const drawDensity = (density: DensityMap, frame: Frame) => {
    background.enter();
    gl.bindVertexArray(arrays.background);
    gl.bindTexture(gl.TEXTURE_2D, textures.density);
    gl.uniform4f(background.uniform("view"), ...clipView(frame));
    const { left, bottom, right, top } = density.extent;
    gl.uniform4f(background.uniform("extent"), left, bottom, right, top);
    gl.uniform1f(background.uniform("strength"), frame.densityOpacity);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  };

  const setPoints = (frame: Frame, size: number) => {
    const [from, before] = frame.days ?? [-allDays, allDays];
    gl.uniform4f(points.uniform("view"), ...clipView(frame));
    gl.uniform1f(points.uniform("size"), size * frame.pixelRatio);
    gl.uniform2f(points.uniform("days"), from, before);
  };

  const setInk = (ink: { alpha: number; wash: Rgba; rim: Rgba }) => {
    gl.uniform1f(points.uniform("alpha"), ink.alpha);
    gl.uniform4f(points.uniform("wash"), ...ink.wash);
    gl.uniform4f(points.uniform("rim"), ...ink.rim);
  };

  const drawPoints = (painting: Painting, frame: Frame) => {
    const { dim, order } = painting.order;
    gl.bindVertexArray(arrays.points);
    readDays(buffers.day, frame.days !== undefined && painting.days !== undefined);
    gl.vertexAttrib1f(points.attribute("score"), 0);
    setPoints(frame, frame.pointSize);
    const draw = (from: number, all: number) => {
      const count = Math.ceil(all * frame.part);
      if (count > 0) gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, from * 4);
    };
    const { wash, alpha } = frame.faded;
    setInk({ alpha, wash, rim: noWash });
    draw(0, dim);
    if (!frame.searching) setInk({ alpha: frame.alpha, wash: noWash, rim: noWash });
    draw(dim, order.length - dim);
  };

  const drawHits = (painting: Painting, frame: Frame) => {
    const count = painting.hits.points.length;
    if (count === 0) return;
    gl.bindVertexArray(arrays.hits);
    readDays(buffers.hitDay, frame.days !== undefined && painting.days !== undefined);
    setPoints(frame, Math.min(12, Math.max(9, frame.pointSize * 2.1)));
    setInk({ alpha: 1, wash: noWash, rim: frame.rim });
    gl.drawArrays(gl.POINTS, 0, count);
  };

  return {
    load,
    draw: (frame) => {
      const width = Math.max(1, Math.round(frame.size.width * frame.pixelRatio));
      const height = Math.max(1, Math.round(frame.size.height * frame.pixelRatio));
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      gl.viewport(0, 0, width, height);
      gl.clearColor(...frame.paper);
      gl.clear(gl.COLOR_BUFFER_BIT);
      if (!loaded) return;
      if (loaded.density && frame.densityOpacity > 0) drawDensity(loaded.density, frame);
      points.enter();
      gl.bindTexture(gl.TEXTURE_2D, textures.lookup);
      drawPoints(loaded, frame);
      drawHits(loaded, frame);
    },
    finish: () => gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4)),
    close: () => {
      for (const buffer of Object.values(buffers)) gl.deleteBuffer(buffer);
      for (const texture of Object.values(textures)) gl.deleteTexture(texture);
      for (const array of Object.values(arrays)) gl.deleteVertexArray(array);
      for (const { program } of [points, background]) gl.deleteProgram(program);
    },
  };
};
