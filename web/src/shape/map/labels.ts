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
 * @param regions in the server's order, the label to be preferred first
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
    // Within a level in the server's order: topics that lie in one place before scattered ones, larger before smaller.
    .toSorted((a, b) => a.level - b.level);
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

/** A rectangle of the window, pixels from its upper left corner. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

type Corner = { readonly x: number; readonly y: number };

/** Distance between a label and what covers the map. */
const clear = 4;
/** The farthest that a label is moved aside: beyond, it would seem to belong to another place. */
const farthest = 44;

const boxOf = ({ x, y }: Corner, { width, height }: Size): Box => ({
  left: x - clear,
  top: y - clear,
  right: x + width + clear,
  bottom: y + height + clear,
});

const meet = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** The nearest place beside what covers a label, undefined where that is too far or outside of the window. */
const movedAside = (
  at: Corner,
  label: Size,
  { size, coverAt }: { readonly size: Size; readonly coverAt: (corner: Corner) => Box | undefined },
): Corner | undefined => {
  const cover = coverAt(at);
  if (cover === undefined) return at;
  const places: readonly Corner[] = [
    { x: cover.left - label.width - clear, y: at.y },
    { x: cover.right + clear, y: at.y },
    { x: at.x, y: cover.top - label.height - clear },
    { x: at.x, y: cover.bottom + clear },
  ];
  const far = ({ x, y }: Corner) => Math.hypot(x - at.x, y - at.y);
  return places
    .filter(
      ({ x, y }) =>
        x >= 0 && y >= 0 && x + label.width <= size.width && y + label.height <= size.height,
    )
    .filter((place) => far(place) <= Math.max(farthest, label.width / 2) && !coverAt(place))
    .sort((a, b) => far(a) - far(b))[0];
};

/**
 * The upper left corners of labels in the window, pixels. A label whose centre is in the window is moved so that it is readable in
 * full, and out from under the tools; one that would lie under them, or on a label before it, is undefined, as one outside is.
 * @param covers what lies over the map
 */
export const labelPositions = (
  labels: readonly Pick<PlacedLabel, "x" | "y" | "width" | "height">[],
  camera: Camera,
  { size, covers }: { readonly size: Size; readonly covers: readonly Box[] },
): readonly (Corner | undefined)[] => {
  const taken: Box[] = [];
  const within = (value: number, most: number) => Math.max(0, Math.min(value, most));
  return labels.map((label) => {
    const [centreX, centreY] = toScreen(camera, size, label.x, label.y);
    if (centreX < 0 || centreY < 0 || centreX > size.width || centreY > size.height)
      return undefined;
    const wanted = {
      x: Math.round(within(centreX - label.width / 2, size.width - label.width)),
      y: Math.round(within(centreY - label.height / 2, size.height - label.height)),
    };
    const coverAt = (corner: Corner) => {
      const box = boxOf(corner, label);
      return covers.find((cover) => meet(box, cover));
    };
    const found = movedAside(wanted, label, { size, coverAt: coverAt });
    if (found === undefined) return undefined;
    const box = boxOf(found, label);
    if (taken.some((other) => meet(box, other))) return undefined;
    taken.push(box);
    return found;
  });
};

/** The zoom rounded down to a step: labels are placed again only at a new step, since within one they only move apart. */
export const labelStep = (scale: number): number => 2 ** (Math.floor(Math.log2(scale) * 3) / 3);
