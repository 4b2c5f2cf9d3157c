// The map's background: the density of the points and their mean colour, as a small smooth picture with contour lines.
import type { Extent } from "./camera.ts";

export interface DensityMap {
  readonly width: number;
  readonly height: number;
  readonly extent: Extent;
  /** By cell, rows from the bottom up: 0 … 255, the square root of the density relative to the densest cell. */
  readonly density: Uint8Array<ArrayBuffer>;
  /** The picture to draw, `fine` times as wide and high, premultiplied r, g, b, a: a tint with contour lines. */
  readonly picture: {
    readonly width: number;
    readonly height: number;
    readonly pixels: Uint8Array<ArrayBuffer>;
  };
}

export interface DensityPoints {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** By point: an index into `colours`; 65535 for "none". */
  readonly codes: Uint16Array;
  /** r, g, b, a of "none", then of code 0, 1, …; points with a = 0 are not counted. */
  readonly colours: Uint8Array;
  /** By point 1 where it is counted; all points where undefined. */
  readonly highlighted: Uint8Array | undefined;
}

const longSide = 256;
// The picture is computed once, finer than the grid: contour lines computed in every frame cost a software renderer 13 ms a frame.
const fine = 3;
const lines = 9;
const tintAlpha = 0.26;
const lineAlpha = 0.3;
// Three passes of a box filter approximate a Gaussian. Cells to each side; more where there are few points.
const [leastReach, mostReach] = [3, 12];
const reachOf = (points: number) =>
  Math.min(
    mostReach,
    Math.max(leastReach, Math.round(leastReach * (20_000 / Math.max(1, points)) ** 0.25)),
  );

/** One pass of a moving average along rows or columns. */
const smooth = (
  from: Float32Array,
  to: Float32Array,
  by: {
    readonly lines: number;
    readonly length: number;
    readonly line: number;
    readonly step: number;
    readonly reach: number;
  },
) => {
  const { lines, length, line, step, reach } = by;
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

const blurred = (
  grid: Float32Array,
  {
    width,
    height,
    reach,
  }: { readonly width: number; readonly height: number; readonly reach: number },
): void => {
  const other = new Float32Array(grid.length);
  for (let pass = 0; pass < 3; pass++) {
    smooth(grid, other, { lines: height, length: width, line: width, step: 1, reach });
    smooth(other, grid, { lines: width, length: height, line: 1, step: width, reach });
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
  { x, y, codes, colours, highlighted }: DensityPoints,
  { width, height, extent }: Pick<DensityMap, "width" | "height" | "extent">,
): Sums => {
  const perX = width / (extent.right - extent.left);
  const perY = height / (extent.top - extent.bottom);
  const grid = () => new Float32Array(width * height);
  const sums: Sums = { count: grid(), red: grid(), green: grid(), blue: grid() };
  for (let point = 0; point < x.length; point++) {
    const code = codes[point] ?? 65535;
    const colour = code === 65535 ? 0 : (code + 1) * 4;
    if (highlighted?.[point] === 0 || colours[colour + 3] === 0) continue;
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

interface CellDensity {
  readonly density: Float32Array;
  /** r, g, b of every cell. */
  readonly colours: Float32Array;
}

const densityOf = ({ count, red, green, blue }: Sums): CellDensity => {
  let densest = 0;
  for (const value of count) densest = Math.max(densest, value);
  const density = new Float32Array(count.length);
  const colours = new Float32Array(count.length * 3);
  for (let at = 0; at < count.length; at++) {
    const here = count[at] ?? 0;
    // So small a sum is a rounding error of the moving average.
    if (densest === 0 || here < densest * 1e-5) continue;
    colours.set([(red[at] ?? 0) / here, (green[at] ?? 0) / here, (blue[at] ?? 0) / here], at * 3);
    density[at] = Math.sqrt(Math.min(1, here / densest));
  }
  return { density, colours };
};

const ramp = (from: number, to: number, value: number) => {
  const part = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return part * part * (3 - 2 * part);
};

/** Opacity, 0 … 1, at a density and its gradient (change over one pixel of the picture): tint plus contour line. */
const coverOf = (density: number, steep: number): number => {
  const tint = ramp(0.02, 0.75, density) * tintAlpha;
  const level = density * lines;
  const width = steep * lines * 1.25 + 1e-5;
  const away = Math.abs(level - Math.round(level));
  const line = (1 - ramp(0, width, away)) * ramp(0.05, 0.12, density) * lineAlpha;
  return Math.min(1, tint + line);
};

const pictureOf = (
  { density, colours }: CellDensity,
  width: number,
  height: number,
): DensityMap["picture"] => {
  const [wide, high] = [width * fine, height * fine];
  const pixels = new Uint8Array(wide * high * 4);
  for (let row = 0; row < high; row++) {
    const y = Math.min(height - 1.001, Math.max(0, (row + 0.5) / fine - 0.5));
    const [y0, down] = [Math.floor(y), y - Math.floor(y)];
    for (let column = 0; column < wide; column++) {
      const x = Math.min(width - 1.001, Math.max(0, (column + 0.5) / fine - 0.5));
      const [x0, right] = [Math.floor(x), x - Math.floor(x)];
      const at = y0 * width + x0;
      const [a = 0, b = 0, c = 0, d = 0] = [
        density[at],
        density[at + 1],
        density[at + width],
        density[at + width + 1],
      ];
      if (a + b + c + d === 0) continue;
      const here =
        (a * (1 - right) + b * right) * (1 - down) + (c * (1 - right) + d * right) * down;
      const steep =
        Math.hypot((b - a) * (1 - down) + (d - c) * down, (c - a) * (1 - right) + (d - b) * right) /
        fine;
      const cover = coverOf(here, steep);
      // Colours change slowly, so the nearest cell's colour is enough.
      const nearest = (at + (right > 0.5 ? 1 : 0) + (down > 0.5 ? width : 0)) * 3;
      const to = (row * wide + column) * 4;
      pixels[to] = (colours[nearest] ?? 0) * cover;
      pixels[to + 1] = (colours[nearest + 1] ?? 0) * cover;
      pixels[to + 2] = (colours[nearest + 2] ?? 0) * cover;
      pixels[to + 3] = 255 * cover;
    }
  }
  return { width: wide, height: high, pixels };
};

/** The density map of points over an extent with a margin around it. 250,000 points take about 60 ms. */
export const densityMapOf = (points: DensityPoints, bounds: Extent): DensityMap => {
  const reach = reachOf(points.x.length);
  // Three passes of the filter spread a point at the edge so far.
  const margin = (3 * reach + 2) / (longSide - 6 * reach - 4);
  const beside = Math.max(bounds.right - bounds.left, bounds.top - bounds.bottom, 1e-3) * margin;
  const extent = {
    left: bounds.left - beside,
    right: bounds.right + beside,
    bottom: bounds.bottom - beside,
    top: bounds.top + beside,
  };
  const place = { ...gridSize(extent), extent };
  const sums = summed(points, place);
  for (const grid of Object.values(sums)) blurred(grid, { ...place, reach });
  const cells = densityOf(sums);
  return {
    ...place,
    density: Uint8Array.from(cells.density, (value) => Math.round(value * 255)),
    picture: pictureOf(cells, place.width, place.height),
  };
};

/** Estimated share of all points, 0 … 1, that lie in the visible part: it decides their size and opacity. */
export const shareShown = (densityMap: DensityMap, shown: Extent): number => {
  const { width, height, extent, density } = densityMap;
  const perX = width / (extent.right - extent.left);
  const perY = height / (extent.top - extent.bottom);
  const column = (at: number) => Math.min(width, Math.max(0, (at - extent.left) * perX));
  const row = (at: number) => Math.min(height, Math.max(0, (at - extent.bottom) * perY));
  const [fromX, toX] = [Math.floor(column(shown.left)), Math.ceil(column(shown.right))];
  const [fromY, toY] = [Math.floor(row(shown.bottom)), Math.ceil(row(shown.top))];
  let [within, all] = [0, 0];
  for (let at = 0, y = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const mass = (density[at] ?? 0) ** 2;
      all += mass;
      if (x >= fromX && x < toX && y >= fromY && y < toY) within += mass;
    }
  return all === 0 ? 0 : within / all;
};
