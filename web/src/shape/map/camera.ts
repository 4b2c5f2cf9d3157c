// The map's camera: converts between map units (y grows upwards) and pixels of the window (y grows downwards).
import type { Look } from "./address.ts";

/** Centre in map units; `scale` is CSS pixels for one unit. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Extent {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** Pixels at each side of the window that are covered by other elements. */
export interface Inset {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const noInset: Inset = { left: 0, right: 0, top: 0, bottom: 0 };

/** The extent's width and height, never zero: also for one point, or points on a line. */
const spread = ({ left, right, bottom, top }: Extent) => {
  const least = Math.max(right - left, top - bottom, 1e-3) * 0.02;
  return { width: Math.max(right - left, least), height: Math.max(top - bottom, least) };
};

/** The camera that shows the whole extent in the part of the window that is not covered. */
export const fitted = (extent: Extent, size: Size, inset: Inset = noInset): Camera => {
  const { width, height } = spread(extent);
  const freeWidth = Math.max(40, size.width - inset.left - inset.right);
  const freeHeight = Math.max(40, size.height - inset.top - inset.bottom);
  const scale = Math.min(freeWidth / width, freeHeight / height);
  const besideX = (inset.left - inset.right) / 2;
  const besideY = (inset.top - inset.bottom) / 2;
  return {
    x: (extent.left + extent.right) / 2 - besideX / scale,
    y: (extent.bottom + extent.top) / 2 + besideY / scale,
    scale,
  };
};

/** What covers the lower edge, in pixels: a box at the left, and a strip beside it. */
export interface Covered {
  readonly width: number;
  readonly height: number;
  readonly strip: number;
}

export const nothingCovered: Covered = { width: 0, height: 0, strip: 0 };

/** The two free parts of the window: above both box and strip, or above the strip and beside the box. */
export const freeInsets = ({ width, height, strip }: Covered): readonly Inset[] => {
  const around = { right: 50, top: 50 };
  return [
    { ...around, left: 14, bottom: Math.max(height, strip) + 12 },
    { ...around, left: width + 14, bottom: strip + 12 },
  ];
};

/** The camera for that free part of the window (one at least must be given) in which the extent is drawn largest. */
export const fittedBest = (extent: Extent, size: Size, insets: readonly Inset[]): Camera =>
  insets
    .map((inset) => fitted(extent, size, inset))
    .reduce((best, one) => (one.scale > best.scale ? one : best));

export const toScreen = (camera: Camera, size: Size, x: number, y: number): [number, number] => [
  size.width / 2 + (x - camera.x) * camera.scale,
  size.height / 2 - (y - camera.y) * camera.scale,
];

export const toMap = (camera: Camera, size: Size, px: number, py: number): [number, number] => [
  camera.x + (px - size.width / 2) / camera.scale,
  camera.y - (py - size.height / 2) / camera.scale,
];

/** The part of the map that the window shows. */
export const shownExtent = (camera: Camera, size: Size): Extent => {
  const [left, top] = toMap(camera, size, 0, 0);
  const [right, bottom] = toMap(camera, size, size.width, size.height);
  return { left, right, bottom, top };
};

/** The camera after the map was moved by so many pixels. */
export const panned = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  x: camera.x - dx / camera.scale,
  y: camera.y + dy / camera.scale,
});

/** The camera zoomed by `factor` about a place of the window, which stays at the same pixel. */
export const zoomed = (
  camera: Camera,
  size: Size,
  about: { readonly px: number; readonly py: number; readonly factor: number },
): Camera => {
  const [x, y] = toMap(camera, size, about.px, about.py);
  const scale = camera.scale * about.factor;
  return {
    x: x - (about.px - size.width / 2) / scale,
    y: y + (about.py - size.height / 2) / scale,
    scale,
  };
};

const furthestOut = 0.4;
const furthestIn = 400;

/** The camera within limits: zoom between 0.4 and 400 times the whole map, centre inside the map. */
export const bounded = (camera: Camera, extent: Extent, whole: Camera): Camera => {
  const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  return {
    x: clamp(camera.x, extent.left, extent.right),
    y: clamp(camera.y, extent.bottom, extent.top),
    scale: clamp(camera.scale, whole.scale * furthestOut, whole.scale * furthestIn),
  };
};

/** Between two cameras, `part` 0 … 1: the zoom changes in equal ratios, and the target moves in a straight line on the screen. */
export const between = (from: Camera, to: Camera, part: number): Camera => {
  const scale = from.scale * (to.scale / from.scale) ** part;
  // With zoom in equal ratios, a straight line in map units would be a curve on the screen; this share corrects it.
  const ratio = to.scale / from.scale;
  const share = Math.abs(ratio - 1) < 1e-3 ? part : (1 - ratio ** -part) / (1 - 1 / ratio);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, scale };
};

/** The camera as a look, which does not depend on the window's size. */
export const lookAt = (camera: Camera, size: Size): Look => ({
  x: camera.x,
  y: camera.y,
  span: Math.min(size.width, size.height) / camera.scale,
});

export const cameraOf = (look: Look, size: Size): Camera => ({
  x: look.x,
  y: look.y,
  scale: Math.max(1, Math.min(size.width, size.height)) / look.span,
});
