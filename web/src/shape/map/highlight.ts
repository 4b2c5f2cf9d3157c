// Which points are lit and in which order all are drawn: what is chosen lies on top, and any first part is a fair sample.
import { insideOf, type Ring } from "./area.ts";

/** One column's part of a selection: by point its code, by code whether it is chosen. */
export interface ChosenCodes {
  readonly codes: Uint16Array;
  /** By code; the last stands for "none". */
  readonly chosen: Uint8Array;
}

export interface Chosen {
  readonly area: Ring | undefined;
  readonly columns: readonly ChosenCodes[];
}

const dimUnchosen = (lit: Uint8Array, { codes, chosen }: ChosenCodes) => {
  const none = chosen.length - 1;
  for (let at = 0; at < lit.length; at++) {
    const code = codes[at] ?? none;
    if (chosen[code < none ? code : none] !== 1) lit[at] = 0;
  }
};

/** Point by point 1 where everything holds; undefined where nothing is chosen. */
export const highlightedPoints = (
  x: Float32Array,
  y: Float32Array,
  { area, columns }: Chosen,
): Uint8Array | undefined => {
  if (area === undefined && columns.length === 0) return undefined;
  const lit = new Uint8Array(x.length).fill(1);
  for (const column of columns) dimUnchosen(lit, column);
  if (area) {
    const inside = insideOf(area);
    for (let at = 0; at < lit.length; at++)
      if (lit[at] === 1 && !inside(x[at] ?? 0, y[at] ?? 0)) lit[at] = 0;
  }
  return lit;
};

export const countHighlighted = (lit: Uint8Array | undefined, all: number): number => {
  if (lit === undefined) return all;
  let sum = 0;
  for (const one of lit) sum += one;
  return sum;
};

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

export interface DrawingOrder {
  /** Places of points: the dim ones, then the lit ones. */
  readonly order: Uint32Array<ArrayBuffer>;
  readonly dim: number;
}

/**
 * Every point once, spread so that any first part of the dim or of the lit ones is a fair sample of them: steps of the golden
 * section through all places.
 */
export const drawingOrder = (points: number, lit: Uint8Array | undefined): DrawingOrder => {
  const order = new Uint32Array(points);
  const dim = points - countHighlighted(lit, points);
  let step = Math.max(1, Math.round(points * 0.618_033_988_75));
  while (commonDivisor(step, points) !== 1) step++;
  let [nextDim, nextLit] = [0, dim];
  for (let count = 0, at = 0; count < points; count++) {
    if (lit !== undefined && lit[at] === 0) order[nextDim++] = at;
    else order[nextLit++] = at;
    at += step;
    if (at >= points) at %= points;
  }
  return { order, dim };
};

/** The lit point nearest to a place, within `reach` map units; −1 where there is none. */
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

// As many places as an order of them needs to be good to a pixel.
const mostSorted = 20_000;

/**
 * A box around where most of these points lie, with `tail` of them (0 … 0.5) beyond each side: a few that stand far off do
 * not make it larger. Undefined where there is no point. Of many points a fair sample is looked at.
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
