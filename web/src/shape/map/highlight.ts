// Which points are highlighted, in which order points are drawn, and which point is under the pointer.
import { insideOf, type Ring } from "./area.ts";

/** One column's part of a selection: the code of every point, and which codes are chosen. */
export interface ChosenCodes {
  readonly codes: Uint16Array;
  /** By code 1 where it is chosen; the last entry is for "none". */
  readonly chosen: Uint8Array;
}

export interface Chosen {
  readonly area: Ring | undefined;
  readonly columns: readonly ChosenCodes[];
}

const dimUnchosen = (highlighted: Uint8Array, { codes, chosen }: ChosenCodes) => {
  const none = chosen.length - 1;
  for (let at = 0; at < highlighted.length; at++) {
    const code = codes[at] ?? none;
    if (chosen[code < none ? code : none] !== 1) highlighted[at] = 0;
  }
};

/** By point 1 where it is in the area and all its codes are chosen; undefined where nothing is chosen. */
export const highlightedPoints = (
  x: Float32Array,
  y: Float32Array,
  { area, columns }: Chosen,
): Uint8Array | undefined => {
  if (area === undefined && columns.length === 0) return undefined;
  const highlighted = new Uint8Array(x.length).fill(1);
  for (const column of columns) dimUnchosen(highlighted, column);
  if (area) {
    const inside = insideOf(area);
    for (let at = 0; at < highlighted.length; at++)
      if (highlighted[at] === 1 && !inside(x[at] ?? 0, y[at] ?? 0)) highlighted[at] = 0;
  }
  return highlighted;
};

export const countHighlighted = (highlighted: Uint8Array | undefined, all: number): number => {
  if (highlighted === undefined) return all;
  let sum = 0;
  for (const one of highlighted) sum += one;
  return sum;
};

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

export interface DrawingOrder {
  /** Numbers of points: the dim ones, then the highlighted ones, which are drawn on top. */
  readonly order: Uint32Array<ArrayBuffer>;
  readonly dim: number;
}

/**
 * Every point once. Any first part of the dim or of the highlighted points is an even sample of them, since the order steps
 * through all points by the golden ratio.
 */
export const drawingOrder = (points: number, highlighted: Uint8Array | undefined): DrawingOrder => {
  const order = new Uint32Array(points);
  const dim = points - countHighlighted(highlighted, points);
  let step = Math.max(1, Math.round(points * 0.618_033_988_75));
  while (commonDivisor(step, points) !== 1) step++;
  let [nextDim, nextLit] = [0, dim];
  for (let count = 0, at = 0; count < points; count++) {
    if (highlighted !== undefined && highlighted[at] === 0) order[nextDim++] = at;
    else order[nextLit++] = at;
    at += step;
    if (at >= points) at %= points;
  }
  return { order, dim };
};

/** The shown point nearest to a place, within `reach` map units; −1 where there is none. */
export const nearestPoint = (
  points: { readonly x: Float32Array; readonly y: Float32Array },
  isShown: (point: number) => boolean,
  { x, y, reach }: { readonly x: number; readonly y: number; readonly reach: number },
): number => {
  let [best, found] = [reach * reach, -1];
  for (let at = 0; at < points.x.length; at++) {
    const dx = (points.x[at] ?? 0) - x;
    if (dx > reach || dx < -reach) continue;
    const dy = (points.y[at] ?? 0) - y;
    const away = dx * dx + dy * dy;
    if (away < best && isShown(at)) [best, found] = [away, at];
  }
  return found;
};

// So many sorted coordinates give quantiles that are precise to a pixel.
const mostSorted = 20_000;

/**
 * A box around most of these points: the quantiles `tail` and 1 − `tail` (0 … 0.5) of x and y, so that a few distant points
 * do not enlarge it. Undefined where there is no point. Of more than 20,000 points an even sample is used.
 */
export const coreExtent = (
  x: Float32Array,
  y: Float32Array,
  { isMeant, tail }: { readonly isMeant: (point: number) => boolean; readonly tail: number },
): { left: number; right: number; bottom: number; top: number } | undefined => {
  let meant = 0;
  for (let at = 0; at < x.length; at++) if (isMeant(at)) meant++;
  if (meant === 0) return undefined;
  const every = Math.ceil(meant / mostSorted);
  const room = Math.ceil(meant / every);
  const [across, up] = [new Float32Array(room), new Float32Array(room)];
  for (let at = 0, seen = 0; at < x.length; at++) {
    if (!isMeant(at)) continue;
    if (seen % every === 0) {
      across[seen / every] = x[at] ?? 0;
      up[seen / every] = y[at] ?? 0;
    }
    seen++;
  }
  across.sort();
  up.sort();
  const [low, high] = [Math.floor((room - 1) * tail), Math.ceil((room - 1) * (1 - tail))];
  return {
    left: across[low] ?? 0,
    right: across[high] ?? 0,
    bottom: up[low] ?? 0,
    top: up[high] ?? 0,
  };
};
