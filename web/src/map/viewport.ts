// The state of the map's window outside React: camera, size, animation; it runs the frames of everything drawn with it.

import type { Look } from "../shape/map/address.ts";
import {
  between,
  bounded,
  type Camera,
  cameraOf,
  type Extent,
  fittedBest,
  type Inset,
  lookAt,
  panned,
  type Size,
  zoomed,
} from "../shape/map/camera.ts";
import { firstBudget, nextBudget } from "../shape/map/frame-budget.ts";

/** The state that a frame is drawn with. */
export interface Moment {
  readonly camera: Camera;
  readonly size: Size;
  /** The window or the time is moving: the frame must be quick. */
  readonly moving: boolean;
  /** Points that may be drawn in this frame. */
  readonly budget: number;
}

export interface Viewport {
  /** Requests a frame; with `moving` a quick one now and a full one after the movement. */
  invalidate(moving?: boolean): void;
  onFrame(listener: (moment: Moment) => void): () => void;
  /** Called when the window has come to rest somewhere else. */
  onRest(listener: (look: Look) => void): () => void;
  camera(): Camera;
  size(): Size;
  resize(size: Size): void;
  pan(dx: number, dy: number): void;
  zoom(factor: number, px?: number, py?: number): void;
  /** Moves there with an animation, or at once where reduced motion is set. */
  show(extent: Extent): void;
  showAll(): void;
  look(look: Look | undefined): void;
  /** Sets the covered pixels at the sides of the window, which `show` avoids; of several choices the one with the largest view. */
  setInsets(insets: readonly Inset[]): void;
  isWhole(): boolean;
  wholeScale(): number;
  close(): void;
}

const restMs = 140;
const glideMs = 520;
const aroundFitted = 28;
const widened = ({ left, right, top, bottom }: Inset, by: number): Inset => ({
  left: left + by,
  right: right + by,
  top: top + by,
  bottom: bottom + by,
});
const whenFitted = widened({ left: 0, right: 0, top: 0, bottom: 0 }, aroundFitted);
// A small topic is not zoomed in to more than so many times the zoom of the whole map.
const nearestShown = 14;

const textOf = ({ x, y, span }: Look) => `${x} ${y} ${span}`;

const eased = (part: number) => (part < 0.5 ? 4 * part ** 3 : 1 - (-2 * part + 2) ** 3 / 2);

export const openViewport = (options: {
  /** The part of the map that is shown at first, and by `showAll`. */
  readonly extent: Extent;
  /** The centre stays within it. */
  readonly bounds: Extent;
  readonly points: number;
  readonly look: Look | undefined;
  readonly isStill: () => boolean;
}): Viewport => {
  const { extent, bounds } = options;
  let size: Size = { width: 1, height: 1 };
  let insets: readonly Inset[] = [whenFitted];
  let wanted = options.look;
  let camera: Camera = fittedBest(extent, size, insets);
  let glide: { readonly from: Camera; readonly to: Camera; readonly start: number } | undefined;
  let [asked, last, movedAt, budget] = [0, 0, -1e6, firstBudget];
  let [wasMoving, pushed] = [false, false];
  let told = "";
  const frames = new Set<(moment: Moment) => void>();
  const rests = new Set<(look: Look) => void>();

  const whole = () => fittedBest(extent, size, insets);
  const isAtWhole = () => {
    const all = whole();
    const away = Math.hypot(camera.x - all.x, camera.y - all.y) * all.scale;
    return Math.abs(camera.scale / all.scale - 1) < 0.02 && away < 24;
  };
  const rest = () => {
    const now = lookAt(camera, size);
    const text = textOf(now);
    if (text === told) return;
    told = text;
    for (const listener of rests) listener(now);
  };

  const frame = (time: number) => {
    asked = 0;
    if (glide) {
      const part = Math.min(1, (time - glide.start) / glideMs);
      camera = between(glide.from, glide.to, eased(Math.max(0, part)));
      movedAt = time;
      if (part >= 1) glide = undefined;
    }
    // On a slow machine a frame may come later than `restMs` after the movement that asked for it; it still counts as moving.
    const moving = pushed || time - movedAt < restMs;
    pushed = false;
    if (moving && wasMoving) budget = nextBudget(budget, time - last, options.points);
    last = time;
    for (const listener of frames) listener({ camera, size, moving, budget });
    if (wasMoving && !moving) rest();
    wasMoving = moving;
    // While moving, frames follow one another; the last one, at rest, draws all points.
    if (moving) ask();
  };
  const ask = () => {
    if (asked === 0) asked = requestAnimationFrame(frame);
  };
  const hold = () => {
    movedAt = performance.now();
    pushed = true;
  };
  const move = (next: Camera) => {
    glide = undefined;
    camera = bounded(next, bounds, whole());
    hold();
    ask();
  };
  const goTo = (to: Camera) => {
    if (options.isStill() || size.width < 2) {
      move(to);
      return;
    }
    glide = { from: camera, to, start: performance.now() };
    hold();
    ask();
  };

  return {
    invalidate: (moving = false) => {
      if (moving) hold();
      ask();
    },
    onFrame: (listener) => {
      frames.add(listener);
      ask();
      return () => frames.delete(listener);
    },
    onRest: (listener) => {
      rests.add(listener);
      return () => rests.delete(listener);
    },
    camera: () => camera,
    size: () => size,
    resize: (next) => {
      if (next.width === size.width && next.height === size.height) return;
      const first = size.width < 2;
      const look = first ? wanted : lookAt(camera, size);
      const atWhole = first ? wanted === undefined : isAtWhole();
      size = next;
      camera =
        look === undefined || atWhole ? whole() : bounded(cameraOf(look, size), bounds, whole());
      told = textOf(lookAt(camera, size));
      ask();
    },
    pan: (dx, dy) => move(panned(camera, dx, dy)),
    zoom: (factor, px = size.width / 2, py = size.height / 2) =>
      move(zoomed(camera, size, { px, py, factor })),
    show: (target) => {
      const to = fittedBest(
        target,
        size,
        insets.map((inset) => widened(inset, 40)),
      );
      goTo({ ...to, scale: Math.min(to.scale, whole().scale * nearestShown) });
    },
    showAll: () => goTo(whole()),
    look: (look) => {
      wanted = look;
      if (size.width > 1)
        goTo(look === undefined ? whole() : bounded(cameraOf(look, size), bounds, whole()));
    },
    setInsets: (next) => {
      const atWhole = size.width > 1 && isAtWhole();
      insets = next.map((inset) => widened(inset, aroundFitted));
      if (atWhole) {
        camera = whole();
        ask();
      }
    },
    isWhole: () => isAtWhole(),
    wholeScale: () => whole().scale,
    close: () => {
      if (asked !== 0) cancelAnimationFrame(asked);
      asked = 0;
      frames.clear();
      rests.clear();
    },
  };
};
