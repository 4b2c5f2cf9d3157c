// Which topic labels a map shows at a zoom: general ones first, their parts as there is room, none over another.
import type { MapRegion } from "#services/contract/map.ts";

export interface PlacedLabel {
  readonly topic: string;
  readonly title: string;
  readonly colour: number;
  readonly level: number;
  /** In map units. */
  readonly x: number;
  readonly y: number;
  /** Pixels; the label's middle stands at x, y. */
  readonly width: number;
  readonly height: number;
  /** Of a general topic, over its parts. */
  readonly general: boolean;
}

export interface LabelRules {
  /** Pixels that a title needs in one line. */
  readonly widthOf: (title: string, general: boolean) => number;
  /** CSS pixels for one map unit. */
  readonly scale: number;
  /** The scale at which the whole map fills the window. */
  readonly wholeScale: number;
}

const lineHeight = { general: 24, leaf: 20 } as const;
const gap = 7;
// Beyond this zoom a general topic fills more than the window, and only its parts tell where one is.
const generalUntil = 4.5;
// The least number of points, as a share of the largest topic, that earns a label at the first zoom; zooming in lowers it.
const leastShare = 0.12;

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const overlaps = (a: Spot, b: Spot) =>
  Math.abs(a.x - b.x) * 2 < a.width + b.width + 2 * gap &&
  Math.abs(a.y - b.y) * 2 < a.height + b.height + 2 * gap;

/**
 * Places labels for one zoom, wherever the window stands, so that moving never makes one appear or go.
 * @param regions most general first, larger before smaller.
 */
export const placedLabels = (
  regions: readonly MapRegion[],
  { widthOf, scale, wholeScale }: LabelRules,
): readonly PlacedLabel[] => {
  const levels = new Set(regions.map((region) => region.level));
  const [top, leaf] = [Math.min(...levels), Math.max(...levels)];
  const near = scale / wholeScale;
  const largest = Math.max(
    1,
    ...regions.filter((one) => one.level === leaf).map((one) => one.points),
  );
  const least = (largest * leastShare) / near ** 1.5;
  const wanted = regions
    .filter((region) => {
      if (region.level === leaf) return region.points >= least;
      // A middle level has its time between the first and the last.
      return region.level === top ? near < generalUntil : near > 1.4 && near < generalUntil * 1.6;
    })
    .toSorted((a, b) => a.level - b.level || b.points - a.points);
  const spots: Spot[] = [];
  const placed: PlacedLabel[] = [];
  for (const region of wanted) {
    const general = region.level !== leaf;
    const width = widthOf(region.title, general);
    const height = general ? lineHeight.general : lineHeight.leaf;
    // A label may step aside by a line for one that was there first.
    const aside = [0, height + gap, -(height + gap)];
    for (const step of aside) {
      const spot = { x: region.x * scale, y: -region.y * scale + step, width, height };
      if (spots.some((other) => overlaps(spot, other))) continue;
      spots.push(spot);
      const { topic, title, colour, level } = region;
      placed.push({
        topic,
        title,
        colour,
        level,
        x: region.x,
        y: region.y - step / scale,
        width,
        height,
        general,
      });
      break;
    }
  }
  return placed;
};

/** Zooms in steps at which labels are placed anew: within one step they only move apart. */
export const labelStep = (scale: number): number => 2 ** (Math.floor(Math.log2(scale) * 3) / 3);
