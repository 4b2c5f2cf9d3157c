// The ground beneath the points: how dense they lie and in which colours, as a small smooth picture.
import type { Extent } from "./map-camera.ts";

export interface Land {
  readonly width: number;
  readonly height: number;
  readonly extent: Extent;
  /** Rows from the bottom up; rgb is the mean colour around, a the density (0 … 255, square root of the share of the densest). */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

export interface LandPoints {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** By point: a place in `colours`; 65535 where it has none. */
  readonly codes: Uint16Array;
  /** r, g, b, a of "none", then of code 0, 1, …; a = 0 leaves the point out. */
  readonly colours: Uint8Array;
  /** Point by point 1 where it counts; all where undefined. */
  readonly lit: Uint8Array | undefined;
}

const longSide = 288;
const margin = 0.06;
// Three passes of a box are near a bell curve; this many cells to each side.
const reach = 3;

/** One pass of a running mean along rows or columns. */
const smooth = (
  from: Float32Array,
  to: Float32Array,
  { lines, length, line, step }: { lines: number; length: number; line: number; step: number },
) => {
  const of = 2 * reach + 1;
  for (let at = 0; at < lines; at++) {
    const start = at * line;
    let sum = 0;
    for (let ahead = 0; ahead < reach; ahead++) sum += from[start + ahead * step] ?? 0;
    for (let place = 0; place < length; place++) {
      if (place + reach < length) sum += from[start + (place + reach) * step] ?? 0;
      if (place - reach - 1 >= 0) sum -= from[start + (place - reach - 1) * step] ?? 0;
      to[start + place * step] = sum / of;
    }
  }
};

const blurred = (grid: Float32Array, width: number, height: number): void => {
  const other = new Float32Array(grid.length);
  for (let pass = 0; pass < 3; pass++) {
    smooth(grid, other, { lines: height, length: width, line: width, step: 1 });
    smooth(other, grid, { lines: width, length: height, line: 1, step: width });
  }
};

const gridSize = (extent: Extent) => {
  const width = Math.max(extent.right - extent.left, 1e-6);
  const height = Math.max(extent.top - extent.bottom, 1e-6);
  const cell = Math.max(width, height) / longSide;
  return {
    width: Math.max(8, Math.ceil(width / cell)),
    height: Math.max(8, Math.ceil(height / cell)),
  };
};

interface Sums {
  readonly count: Float32Array;
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
}

const add = (to: Float32Array, at: number, value: number) => {
  to[at] = (to[at] ?? 0) + value;
};

const summed = (
  { x, y, codes, colours, lit }: LandPoints,
  { width, height, extent }: Omit<Land, "pixels">,
): Sums => {
  const perX = width / (extent.right - extent.left);
  const perY = height / (extent.top - extent.bottom);
  const grid = () => new Float32Array(width * height);
  const sums: Sums = { count: grid(), red: grid(), green: grid(), blue: grid() };
  for (let point = 0; point < x.length; point++) {
    const code = codes[point] ?? 65535;
    const colour = code === 65535 ? 0 : (code + 1) * 4;
    if (lit?.[point] === 0 || colours[colour + 3] === 0) continue;
    const column = Math.floor(((x[point] ?? 0) - extent.left) * perX);
    const row = Math.floor(((y[point] ?? 0) - extent.bottom) * perY);
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const at = row * width + column;
    add(sums.count, at, 1);
    add(sums.red, at, colours[colour] ?? 0);
    add(sums.green, at, colours[colour + 1] ?? 0);
    add(sums.blue, at, colours[colour + 2] ?? 0);
  }
  return sums;
};

const pixelsOf = ({ count, red, green, blue }: Sums): Uint8Array<ArrayBuffer> => {
  let densest = 0;
  for (const value of count) densest = Math.max(densest, value);
  const pixels = new Uint8Array(count.length * 4);
  for (let at = 0; at < count.length; at++) {
    const here = count[at] ?? 0;
    // Sums that only rounding left over are no density.
    if (densest === 0 || here < densest * 1e-5) continue;
    pixels[at * 4] = Math.min(255, (red[at] ?? 0) / here);
    pixels[at * 4 + 1] = Math.min(255, (green[at] ?? 0) / here);
    pixels[at * 4 + 2] = Math.min(255, (blue[at] ?? 0) / here);
    pixels[at * 4 + 3] = Math.round(Math.sqrt(Math.min(1, here / densest)) * 255);
  }
  return pixels;
};

/** Density and mean colour of points over an extent, with a little margin around it. 250,000 points take some 20 ms. */
export const landOf = (points: LandPoints, bounds: Extent): Land => {
  const beside = Math.max(bounds.right - bounds.left, bounds.top - bounds.bottom, 1e-3) * margin;
  const extent = {
    left: bounds.left - beside,
    right: bounds.right + beside,
    bottom: bounds.bottom - beside,
    top: bounds.top + beside,
  };
  const place = { ...gridSize(extent), extent };
  const sums = summed(points, place);
  for (const grid of Object.values(sums)) blurred(grid, place.width, place.height);
  return { ...place, pixels: pixelsOf(sums) };
};

/** Of all points, how many lie where the window looks: to choose how large and how faint they are drawn. */
export const shareShown = (land: Land, shown: Extent): number => {
  const { width, height, extent, pixels } = land;
  const perX = width / (extent.right - extent.left);
  const perY = height / (extent.top - extent.bottom);
  const column = (at: number) => Math.min(width, Math.max(0, (at - extent.left) * perX));
  const row = (at: number) => Math.min(height, Math.max(0, (at - extent.bottom) * perY));
  const [fromX, toX] = [Math.floor(column(shown.left)), Math.ceil(column(shown.right))];
  const [fromY, toY] = [Math.floor(row(shown.bottom)), Math.ceil(row(shown.top))];
  let [within, all] = [0, 0];
  for (let at = 0, y = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const mass = (pixels[at * 4 + 3] ?? 0) ** 2;
      all += mass;
      if (x >= fromX && x < toX && y >= fromY && y < toY) within += mass;
    }
  return all === 0 ? 0 : within / all;
};
