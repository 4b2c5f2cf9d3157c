// Which topic labels the map shows at a zoom: parent topics first, child topics where there is room, no two overlap.
import type { MapRegion } from "#services/contract/map.ts";
import { type Camera, type Size, toScreen } from "./camera.ts";

export interface PlacedLabel {
  readonly topic: string;
  readonly title: string;
  readonly colour: number;
  readonly level: number;
  /** In map units. */
  readonly x: number;
  readonly y: number;
  /** Pixels; the label is centred at x, y. */
  readonly width: number;
  readonly height: number;
  /** It is the label of a parent topic. */
  readonly general: boolean;
}

export interface LabelRules {
  /** Width of a title in one line, pixels. */
  readonly widthOf: (title: string, general: boolean) => number;
  /** CSS pixels for one map unit. */
  readonly scale: number;
  /** The scale at which the whole map fills the window. */
  readonly wholeScale: number;
}

const lineHeight = { general: 24, leaf: 20 } as const;
const gap = 7;
// Beyond this zoom a parent topic is larger than the window, so only labels of child topics are useful.
const generalUntil = 4.5;
// Smallest topic with a label at the first zoom, as a share of the largest topic's points; zooming in lowers it.
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
 * Places the labels for one zoom, independent of where the window is, so that moving never adds or removes a label.
 * @param regions parent topics first, larger before smaller.
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
      // Levels in between are shown at a middle zoom.
      return region.level === top ? near < generalUntil : near > 1.4 && near < generalUntil * 1.6;
    })
    .toSorted((a, b) => a.level - b.level || b.points - a.points);
  const spots: Spot[] = [];
  const placed: PlacedLabel[] = [];
  for (const region of wanted) {
    const general = region.level !== leaf;
    const width = widthOf(region.title, general);
    const height = general ? lineHeight.general : lineHeight.leaf;
    // A label may move up or down by one line to avoid one that was placed before.
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

/**
 * The upper left corner of a label in the window, pixels. A label whose centre is in the window is moved sideways to be
 * readable in full. Undefined where no part of it is in the window.
 */
export const labelPosition = (
  label: Pick<PlacedLabel, "x" | "y" | "width" | "height">,
  camera: Camera,
  size: Size,
): { readonly x: number; readonly y: number } | undefined => {
  const [centreX, centreY] = toScreen(camera, size, label.x, label.y);
  const [x, y] = [centreX - label.width / 2, centreY - label.height / 2];
  if (x < -label.width || y < -label.height || x > size.width || y > size.height) return undefined;
  const isCentreIn = centreX >= 0 && centreX <= size.width;
  const inside = Math.max(0, Math.min(x, size.width - label.width));
  return { x: Math.round(isCentreIn ? inside : x), y: Math.round(y) };
};

/** The zoom rounded down to a step: labels are placed again only at a new step, since within one they only move apart. */
export const labelStep = (scale: number): number => 2 ** (Math.floor(Math.log2(scale) * 3) / 3);
