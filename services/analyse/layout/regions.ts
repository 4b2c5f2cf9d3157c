// Where a topic lies on the map: its densest spot, the area around that, and how early its label may be drawn.
import { blur, cellOf, type Extent, extentOf } from "./density-grid.ts";

export interface RegionPoints {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Leaf topic of each point; −1: none. */
  readonly topic: Int32Array;
}

export interface RegionTopic {
  readonly id: string;
  /** 0 = the most general. */
  readonly level: number;
  /** Leaf topics below it; for a leaf, itself. */
  readonly leaves: readonly number[];
}

export interface Region {
  readonly topic: string;
  readonly level: number;
  /** The anchor: where its points are densest, so that for a topic of two islands it lies on one of them and not in between. */
  readonly x: number;
  readonly y: number;
  /** Points with a place on the map. */
  readonly size: number;
  /** Size of the connected area around the anchor, in square units of the map. */
  readonly area: number;
  /** Share of its points inside that area: near 0.8 for a topic in one piece, less for a scattered one. */
  readonly held: number;
  /** Where labels compete, the greater priority is drawn first: √size × held; compare within a level. */
  readonly priority: number;
}

const grid = 128;
/** Standard deviation of the blur in cells. */
const bandwidth = 1.6;
/** The topic's area is the densest cells that hold this share of its points. */
const areaShare = 0.8;
/** Mean-shift steps from the densest cell to the mode itself. */
const shifts = 8;

/** Regions in the order of the topics given; topics without a point on the map are left out. */
export function regionsOf(points: RegionPoints, topics: readonly RegionTopic[]): Region[] {
  const extent = extentOf(points.x, points.y);
  const byLeaf = membersByLeaf(points);
  return topics.flatMap((topic) => {
    const members = topic.leaves.flatMap((leaf) => byLeaf.get(leaf) ?? []);
    return members.length === 0 ? [] : [regionOf(topic, { points, members, extent })];
  });
}

function membersByLeaf({ x, y, topic }: RegionPoints): Map<number, number[]> {
  const lists = new Map<number, number[]>();
  for (const [point, leaf] of topic.entries()) {
    if (!Number.isFinite((x[point] ?? Number.NaN) + (y[point] ?? Number.NaN))) continue;
    const list = lists.get(leaf);
    if (list === undefined) lists.set(leaf, [point]);
    else list.push(point);
  }
  return lists;
}

interface Members {
  readonly points: RegionPoints;
  readonly members: readonly number[];
  readonly extent: Extent;
}

function regionOf({ id, level }: RegionTopic, of: Members): Region {
  const { members, extent } = of;
  const patch = patchOf(of);
  const mode = patch.density.reduce(
    (best, value, cell) => (value > (patch.density[best] ?? 0) ? cell : best),
    0,
  );
  const { cells, points } = islandAround(mode, patch);
  const held = points / members.length;
  const cellArea = (((extent.right - extent.left) / grid) * (extent.top - extent.bottom)) / grid;
  return {
    topic: id,
    level,
    ...shiftToMode(mode, patch, of),
    size: members.length,
    area: cells * cellArea,
    held,
    priority: Math.sqrt(members.length) * held,
  };
}

/** The part of the grid that contains a topic's points, with a margin for the blur. */
interface Patch {
  readonly left: number;
  readonly bottom: number;
  readonly width: number;
  readonly counts: Float32Array;
  readonly density: Float32Array;
}

function patchOf({ points, members, extent }: Members): Patch {
  const columns = Uint8Array.from(members, (point) =>
    cellOf(points.x[point] ?? 0, [extent.left, extent.right], grid),
  );
  const rows = Uint8Array.from(members, (point) =>
    cellOf(points.y[point] ?? 0, [extent.bottom, extent.top], grid),
  );
  const room = Math.ceil(3 * bandwidth);
  const span = (cells: Uint8Array) => {
    const low = cells.reduce((least, cell) => Math.min(least, cell), grid);
    return { low: low - room, high: cells.reduce((most, cell) => Math.max(most, cell), 0) + room };
  };
  const across = span(columns);
  const up = span(rows);
  const width = across.high - across.low + 1;
  const counts = new Float32Array(width * (up.high - up.low + 1));
  for (const [at, column] of columns.entries()) {
    const cell = ((rows[at] ?? 0) - up.low) * width + column - across.low;
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  const density = counts.slice();
  blur(density, width, bandwidth);
  return { left: across.low, bottom: up.low, width, counts, density };
}

/** Mean shift with the blur's own kernel, so that the anchor lies among the points and not in the middle of a cell. */
function shiftToMode(mode: number, patch: Patch, { points, members, extent }: Members) {
  const cellWidth = (extent.right - extent.left) / grid;
  const cellHeight = (extent.top - extent.bottom) / grid;
  let x = extent.left + (patch.left + (mode % patch.width) + 0.5) * cellWidth;
  let y = extent.bottom + (patch.bottom + Math.floor(mode / patch.width) + 0.5) * cellHeight;
  const close = members.filter(
    (point) =>
      Math.abs((points.x[point] ?? 0) - x) < 4 * bandwidth * cellWidth &&
      Math.abs((points.y[point] ?? 0) - y) < 4 * bandwidth * cellHeight,
  );
  for (let shift = 0; shift < shifts; shift++) {
    let [sumX, sumY, total] = [0, 0, 0];
    for (const point of close) {
      const px = points.x[point] ?? 0;
      const py = points.y[point] ?? 0;
      const squared = ((px - x) / cellWidth) ** 2 + ((py - y) / cellHeight) ** 2;
      const weight = Math.exp(-squared / (2 * bandwidth * bandwidth));
      sumX += weight * px;
      sumY += weight * py;
      total += weight;
    }
    if (total === 0) break;
    x = sumX / total;
    y = sumY / total;
  }
  return { x, y };
}

/** Cells of the area that are connected with the mode, and the points in them. */
function islandAround(mode: number, { counts, density, width }: Patch) {
  const bar = barOf(counts, density);
  const seen = new Uint8Array(density.length);
  const open = [mode];
  seen[mode] = 1;
  let cells = 0;
  let points = 0;
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    cells++;
    points += counts[cell] ?? 0;
    const column = cell % width;
    const beside = [cell - width, cell + width];
    if (column > 0) beside.push(cell - 1);
    if (column < width - 1) beside.push(cell + 1);
    for (const next of beside)
      if (seen[next] === 0 && (density[next] ?? 0) >= bar) {
        seen[next] = 1;
        open.push(next);
      }
  }
  return { cells, points };
}

/** The density above which the given share of the points lies. */
function barOf(counts: Float32Array, density: Float32Array): number {
  const held = Array.from(counts.keys()).filter((cell) => (counts[cell] ?? 0) > 0);
  held.sort((a, b) => (density[b] ?? 0) - (density[a] ?? 0));
  const wanted = counts.reduce((sum, count) => sum + count, 0) * areaShare;
  let sum = 0;
  for (const cell of held) {
    sum += counts[cell] ?? 0;
    if (sum >= wanted) return density[cell] ?? 0;
  }
  return 0;
}
