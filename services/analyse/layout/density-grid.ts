// Counts on a grid and their blur, from which the anchors of labels are computed.

export interface Extent {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** The smallest box around the points; those without a place (NaN) are left out. A box of zero size is widened around its middle. */
export function extentOf(x: Float32Array, y: Float32Array): Extent {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let point = 0; point < x.length; point++) {
    const px = x[point] ?? Number.NaN;
    const py = y[point] ?? Number.NaN;
    if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
    left = Math.min(left, px);
    right = Math.max(right, px);
    bottom = Math.min(bottom, py);
    top = Math.max(top, py);
  }
  if (left > right) return { left: -1, right: 1, bottom: -1, top: 1 };
  const widen = (low: number, high: number): [number, number] =>
    high - low > 1e-6 ? [low, high] : [low - 0.5, high + 0.5];
  [left, right] = widen(left, right);
  [bottom, top] = widen(bottom, top);
  return { left, right, bottom, top };
}

/** The cell of a coordinate along one side; coordinates on or beyond an edge belong to the outermost cell. */
export const cellOf = (value: number, span: readonly [low: number, high: number], cells: number) =>
  Math.max(0, Math.min(cells - 1, Math.floor(((value - span[0]) / (span[1] - span[0])) * cells)));

/** Blurs a row-major grid in place with a Gaussian of `sigma` cells, cut off at three sigma; nothing leaves the grid. */
export function blur(grid: Float32Array, width: number, sigma: number): void {
  const height = grid.length / width;
  const reach = Math.ceil(3 * sigma);
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sigma * sigma)),
  );
  const total = kernel.reduce((sum, value) => sum + value, 0);
  const weights = kernel.map((value) => value / total);
  const alongRows = { count: height, length: width, between: width, step: 1 };
  const alongColumns = { count: width, length: height, between: 1, step: width };
  for (const lines of [alongRows, alongColumns]) blurLines(grid, weights, lines);
}

interface Lines {
  readonly count: number;
  readonly length: number;
  readonly between: number;
  readonly step: number;
}

/** What the kernel would carry over an edge is added to the edge cell, so that the sum of the counts stays the same. */
function blurLines(grid: Float32Array, weights: Float32Array, lines: Lines): void {
  const { count, length, between, step } = lines;
  const reach = (weights.length - 1) / 2;
  const line = new Float32Array(length);
  for (let number = 0; number < count; number++) {
    line.fill(0);
    for (let at = 0; at < length; at++) {
      const value = grid[number * between + at * step] ?? 0;
      if (value === 0) continue;
      for (let n = -reach; n <= reach; n++) {
        const to = Math.max(0, Math.min(length - 1, at + n));
        line[to] = (line[to] ?? 0) + value * (weights[n + reach] ?? 0);
      }
    }
    for (let at = 0; at < length; at++) grid[number * between + at * step] = line[at] ?? 0;
  }
}
