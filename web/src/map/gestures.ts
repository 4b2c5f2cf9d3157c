// Pointer input on the map: drag to move, wheel and pinch to zoom, lasso and box, clicks and hovering over points.
import { boxRing, type Corner, type Ring, withinCorners } from "../shape/map/area.ts";
import { toMap } from "../shape/map/camera.ts";
import type { Viewport } from "./viewport.ts";

export type Tool = "move" | "lasso" | "box";
export type AreaChange = "new" | "add" | "subtract";

export interface Gestures {
  readonly tool: () => Tool;
  /** Called with the line while it is drawn; with undefined when it is finished or cancelled. */
  readonly onPen: (ring: Ring | undefined) => void;
  readonly onArea: (ring: Ring, change: AreaChange) => void;
  readonly onClick: (px: number, py: number, event: PointerEvent) => void;
  readonly onHover: (place: { readonly px: number; readonly py: number } | undefined) => void;
}

const clickReach = 5;
const mostCorners = 500;

interface Pen {
  readonly kind: "lasso" | "box";
  readonly change: AreaChange;
  readonly corners: Corner[];
}

const changeOf = (event: PointerEvent): AreaChange => {
  if (event.altKey) return "subtract";
  return event.shiftKey ? "add" : "new";
};

/** Adds the event listeners to the stage. @returns removes them. */
export const attachGestures = (
  stage: HTMLElement,
  viewport: Viewport,
  gestures: Gestures,
): (() => void) => {
  const held = new Map<number, { px: number; py: number }>();
  let pen: Pen | undefined;
  let [moved, travelled] = [false, 0];
  let hover = 0;

  const placeOf = (event: MouseEvent) => {
    const box = stage.getBoundingClientRect();
    return { px: event.clientX - box.left, py: event.clientY - box.top };
  };
  const cornerAt = ({ px, py }: { px: number; py: number }): Corner =>
    toMap(viewport.camera(), viewport.size(), px, py);
  const ringOf = ({ kind, corners }: Pen): Ring => {
    const [first, last] = [corners[0], corners.at(-1)];
    return kind === "box" && first && last ? boxRing(first, last) : corners;
  };
  const dropPen = () => {
    pen = undefined;
    gestures.onPen(undefined);
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0 && event.pointerType === "mouse") return;
    const place = placeOf(event);
    held.set(event.pointerId, place);
    if (held.size > 1) {
      dropPen();
      return;
    }
    [moved, travelled] = [false, 0];
    const tool = gestures.tool();
    const draws = tool !== "move" || event.shiftKey || event.altKey;
    if (draws)
      pen = {
        kind: tool === "box" ? "box" : "lasso",
        change: changeOf(event),
        corners: [cornerAt(place)],
      };
    gestures.onHover(undefined);
  };

  const pinch = (
    before: { px: number; py: number },
    now: { px: number; py: number },
    id: number,
  ) => {
    const other = [...held].find(([key]) => key !== id)?.[1];
    if (!other) return;
    const gap = (a: { px: number; py: number }) => Math.hypot(a.px - other.px, a.py - other.py);
    viewport.pan((now.px - before.px) / 2, (now.py - before.py) / 2);
    viewport.zoom(
      Math.max(1, gap(now)) / Math.max(1, gap(before)),
      (now.px + other.px) / 2,
      (now.py + other.py) / 2,
    );
  };

  const drag = (event: PointerEvent, before: { px: number; py: number }) => {
    const now = placeOf(event);
    held.set(event.pointerId, now);
    if (held.size > 1) {
      moved = true;
      pinch(before, now, event.pointerId);
      return;
    }
    travelled += Math.hypot(now.px - before.px, now.py - before.py);
    if (!moved && travelled > clickReach) {
      moved = true;
      // Not earlier: a captured pointer would prevent the click on a label.
      stage.setPointerCapture(event.pointerId);
    }
    if (pen) {
      pen.corners.push(cornerAt(now));
      if (moved) gestures.onPen(ringOf(pen));
    } else if (moved) viewport.pan(now.px - before.px, now.py - before.py);
  };

  const move = (event: PointerEvent) => {
    const before = held.get(event.pointerId);
    if (before) {
      drag(event, before);
      return;
    }
    if (event.pointerType !== "mouse" || hover !== 0) return;
    hover = requestAnimationFrame(() => {
      hover = 0;
      if (held.size === 0) gestures.onHover(placeOf(event));
    });
  };

  const up = (event: PointerEvent) => {
    if (!held.delete(event.pointerId)) return;
    if (pen && moved) {
      const { change, kind } = pen;
      // Precise to a pixel.
      const ring = withinCorners(ringOf(pen), mostCorners, 0.8 / viewport.camera().scale);
      if (ring.length >= (kind === "box" ? 4 : 3)) gestures.onArea(ring, change);
    } else if (!moved && event.type === "pointerup" && event.target === event.currentTarget) {
      const { px, py } = placeOf(event);
      gestures.onClick(px, py, event);
    }
    if (pen) dropPen();
  };
  const leave = () => {
    cancelAnimationFrame(hover);
    hover = 0;
    gestures.onHover(undefined);
  };
  /** Suppresses the click event at the end of a drag over a label. */
  const click = (event: MouseEvent) => {
    if (!moved) return;
    moved = false;
    event.stopPropagation();
    event.preventDefault();
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const { px, py } = placeOf(event);
    // Lines and pages are converted to pixels. A pinch on a touchpad is reported as a wheel with Ctrl and small steps.
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    const step = event.ctrlKey ? 0.012 : 0.0022;
    viewport.zoom(Math.exp(-Math.min(240, Math.max(-240, pixels)) * step), px, py);
  };
  const doubleClick = (event: MouseEvent) => {
    const { px, py } = placeOf(event);
    if (event.target === stage) viewport.zoom(event.shiftKey ? 0.5 : 2, px, py);
  };

  stage.addEventListener("pointerdown", down);
  stage.addEventListener("pointermove", move);
  stage.addEventListener("pointerup", up);
  stage.addEventListener("pointercancel", up);
  stage.addEventListener("pointerleave", leave);
  stage.addEventListener("click", click, true);
  stage.addEventListener("wheel", wheel, { passive: false });
  stage.addEventListener("dblclick", doubleClick);
  return () => {
    cancelAnimationFrame(hover);
    stage.removeEventListener("pointerdown", down);
    stage.removeEventListener("pointermove", move);
    stage.removeEventListener("pointerup", up);
    stage.removeEventListener("pointercancel", up);
    stage.removeEventListener("pointerleave", leave);
    stage.removeEventListener("click", click, true);
    stage.removeEventListener("wheel", wheel);
    stage.removeEventListener("dblclick", doubleClick);
  };
};
