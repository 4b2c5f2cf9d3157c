// Union and difference of two areas: both are drawn on a fine grid, then the outline of the filled cells is traced.
import {
  boxOf,
  type Corner,
  insideOf,
  type Ring,
  ringOf,
  simplified,
  withinCorners,
} from "./area.ts";

/** Cells along the longer side: less than two pixels each where both areas fill a window of 1000 pixels. */
const cells = 512;
const mostCorners = 900;

interface Grid {
  readonly width: number;
  readonly height: number;
  readonly cell: number;
  readonly left: number;
  readonly bottom: number;
  readonly filled: Uint8Array;
}

const gridOf = (a: Ring, b: Ring, how: "add" | "subtract"): Grid => {
  const [of, with_] = [boxOf(a), boxOf(b)];
  // Subtracting never makes an area larger, so the box of the first area is enough.
  const box =
    how === "subtract"
      ? of
      : {
          left: Math.min(of.left, with_.left),
          right: Math.max(of.right, with_.right),
          bottom: Math.min(of.bottom, with_.bottom),
          top: Math.max(of.top, with_.top),
        };
  const cell = Math.max(box.right - box.left, box.top - box.bottom) / cells || 1;
  // One empty cell on every side, so that every outline closes within the grid.
  const width = Math.ceil((box.right - box.left) / cell) + 2;
  const height = Math.ceil((box.top - box.bottom) / cell) + 2;
  const [left, bottom] = [box.left - cell, box.bottom - cell];
  const [inA, inB] = [insideOf(a), insideOf(b)];
  const filled = new Uint8Array(width * height);
  for (let row = 1; row < height - 1; row++)
    for (let column = 1; column < width - 1; column++) {
      const [x, y] = [left + (column + 0.5) * cell, bottom + (row + 0.5) * cell];
      const on = how === "add" ? inA(x, y) || inB(x, y) : inA(x, y) && !inB(x, y);
      filled[row * width + column] = on ? 1 : 0;
    }
  return { width, height, cell, left, bottom, filled };
};

/**
 * The outlines of the filled cells, traced with the filled cells on the left. Where two filled cells touch at a corner only,
 * the trace turns left and keeps them apart.
 */
const outlines = ({ width, height, cell, left, bottom, filled }: Grid): readonly Ring[] => {
  const on = (column: number, row: number) => filled[row * width + column] === 1;
  // Directions: 0 right, 1 up, 2 left, 3 down. The cell to the left of a step must be filled.
  const [dx, dy] = [
    [1, 0, -1, 0],
    [0, 1, 0, -1],
  ] as const;
  const leftCell = (x: number, y: number, to: number) =>
    [on(x, y), on(x - 1, y), on(x - 1, y - 1), on(x, y - 1)][to] ?? false;
  const rightCell = (x: number, y: number, to: number) =>
    [on(x, y - 1), on(x, y), on(x - 1, y), on(x - 1, y - 1)][to] ?? false;
  const isEdge = (x: number, y: number, to: number) => leftCell(x, y, to) && !rightCell(x, y, to);
  // Every ring has a step to the right; 1 where the trace has passed such a step.
  const traced = new Uint8Array(width * height);
  const rings: Ring[] = [];
  for (let startY = 1; startY < height; startY++)
    for (let startX = 1; startX < width; startX++) {
      if (traced[startY * width + startX] === 1 || !isEdge(startX, startY, 0)) continue;
      const ring: Corner[] = [];
      let [x, y, to] = [startX, startY, 0];
      do {
        if (to === 0) traced[y * width + x] = 1;
        ring.push([left + x * cell, bottom + y * cell]);
        x += dx[to] ?? 0;
        y += dy[to] ?? 0;
        to = [(to + 1) % 4, to, (to + 3) % 4].find((turn) => isEdge(x, y, turn)) ?? to;
      } while (x !== startX || y !== startY || to !== 0);
      rings.push(ring);
    }
  return rings;
};

/**
 * The union of `a` and `b`, or `a` without `b`; undefined where nothing remains. Precise to a 512th of the longer side.
 * Parts smaller than three cells are dropped: they are inaccuracies of drawing by hand.
 */
export const combined = (a: Ring, b: Ring, how: "add" | "subtract"): Ring | undefined => {
  const grid = gridOf(a, b, how);
  const least = grid.cell * 3;
  const rings = outlines(grid)
    .filter((ring) => {
      const { left, right, bottom, top } = boxOf(ring);
      return right - left > least || top - bottom > least;
    })
    .map((ring) => simplified(ring, grid.cell * 1.1))
    .filter((ring) => ring.length > 2);
  if (rings.length === 0) return undefined;
  const corners = rings.reduce((sum, ring) => sum + ring.length, 0);
  if (corners <= mostCorners) return ringOf(rings);
  // Every ring loses corners in proportion to its own number; each bridge adds two corners.
  return ringOf(
    rings
      .toSorted((one, other) => other.length - one.length)
      .slice(0, 200)
      .map((ring) =>
        withinCorners(
          ring,
          Math.max(4, Math.floor((ring.length / corners) * (mostCorners - 300))),
          grid.cell * 1.5,
        ),
      ),
  );
};
