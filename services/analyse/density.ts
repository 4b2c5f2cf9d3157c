// How dense a map is: a kernel estimate on a grid, in bytes, for contours and heat.
import { blur, cellOf, type Extent, extentOf } from "./density-grid.ts";

export interface DensityOptions {
  /** Cells along each side; 256. */
  readonly grid?: number;
  /** Standard deviation of the kernel in cells; 1.5 % of the grid. */
  readonly bandwidth?: number;
  /** The box that the grid covers; by default that of the points with three bandwidths around it. */
  readonly extent?: Extent;
  /** Points that count: one byte each, 1 = in; by default all. */
  readonly mask?: Uint8Array;
}

export interface Density {
  readonly width: number;
  readonly height: number;
  readonly extent: Extent;
  /** Rows from the bottom up: 255 × √(density / the greatest), so that thin places can be told from none. */
  readonly cells: Uint8Array;
  /** Points in a cell where the map is densest, as the kernel sees it; 0 of an empty map. */
  readonly peak: number;
}

/** Points without a place (NaN) and outside the extent are left out. */
export function densityOf(x: Float32Array, y: Float32Array, options: DensityOptions = {}): Density {
  const { grid = 256, mask } = options;
  const bandwidth = options.bandwidth ?? Math.max(0.5, grid * 0.015);
  const extent =
    options.extent ?? withMargin(extentOf(x, y), Math.min(0.25, (3 * bandwidth) / grid));
  const counts = new Float32Array(grid * grid);
  for (let point = 0; point < x.length; point++) {
    if (mask !== undefined && mask[point] !== 1) continue;
    const px = x[point] ?? Number.NaN;
    const py = y[point] ?? Number.NaN;
    if (!(px >= extent.left && px <= extent.right && py >= extent.bottom && py <= extent.top))
      continue;
    const column = cellOf(px, [extent.left, extent.right], grid);
    const cell = cellOf(py, [extent.bottom, extent.top], grid) * grid + column;
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  blur(counts, grid, bandwidth);
  const peak = counts.reduce((most, count) => Math.max(most, count), 0);
  const cells = Uint8Array.from(counts, (count) =>
    peak > 0 ? Math.round(255 * Math.sqrt(count / peak)) : 0,
  );
  return { width: grid, height: grid, extent, cells, peak };
}

const withMargin = ({ left, right, bottom, top }: Extent, share: number): Extent => ({
  left: left - (right - left) * share,
  right: right + (right - left) * share,
  bottom: bottom - (top - bottom) * share,
  top: top + (top - bottom) * share,
});
