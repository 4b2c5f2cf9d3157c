// The visible part of the map and the shown time, in sync with the URL.
import { useEffect, useRef, useState } from "react";
import type { MapMeta } from "#services/contract/map.ts";
import type { MapPoints } from "../api/map.ts";
import { lookOf, lookText, type MapAddress } from "../shape/map/address.ts";
import { type Covered, freeInsets, nothingCovered } from "../shape/map/camera.ts";
import { coreExtent } from "../shape/map/highlight.ts";
import type { TimeWindow } from "../shape/map/time.ts";
import type { ChangeMapAddress } from "./map-actions.ts";
import { openViewport, type Viewport } from "./viewport.ts";

const dayMs = 86_400_000;
const forever = 3.4e38;

export type Days = readonly [from: number, before: number];

const daysOf = (after: number | undefined, before: number | undefined): Days | undefined =>
  after === undefined && before === undefined
    ? undefined
    : [
        after === undefined ? -forever : after / dayMs,
        before === undefined ? forever : before / dayMs,
      ];

export interface MapWindow {
  readonly viewport: Viewport;
  /** Days since 1970 that are shown. A ref: it is read in every frame, so that playing does not render React. */
  readonly days: { readonly current: Days | undefined };
  /** Shows a time while it is dragged or played, before it is in the URL. */
  showTime(window: TimeWindow | undefined): void;
  /** Sets what covers the lower edge of the map. */
  setCovered(covered: Covered): void;
}

export interface MapWindowOf {
  readonly meta: Pick<MapMeta, "extent" | "time">;
  readonly points: MapPoints;
  readonly address: MapAddress;
  readonly isNarrow: boolean;
  /** The sheet at the lower edge covers half of a narrow screen. */
  readonly isCovered: boolean;
  readonly isStill: boolean;
  readonly onAddress: ChangeMapAddress;
}

export const useMapWindow = (of: MapWindowOf): MapWindow => {
  const { meta, points, address, isNarrow, isCovered, isStill, onAddress } = of;
  const { look, after, before } = address;
  const latest = useRef({ isStill, onAddress });
  useEffect(() => {
    latest.current = { isStill, onAddress };
  });
  const [viewport] = useState(() =>
    openViewport({
      // A few distant points must not make the first view smaller.
      extent: coreExtent(points.x, points.y, { isMeant: () => true, tail: 0.006 }) ?? meta.extent,
      bounds: meta.extent,
      points: points.x.length,
      look: lookOf(look),
      isStill: () => latest.current.isStill,
    }),
  );
  useEffect(() => () => viewport.close(), [viewport]);
  const [{ width, height, strip }, setCovered] = useState(nothingCovered);
  useEffect(() => {
    viewport.setInsets(
      isNarrow
        ? [{ left: 0, right: 24, top: 60, bottom: isCovered ? 380 : 60 }]
        : freeInsets({ width, height, strip }),
    );
  }, [viewport, isNarrow, isCovered, width, height, strip]);

  const written = useRef(look);
  useEffect(
    () =>
      viewport.onRest((now) => {
        const text = viewport.isWhole() ? undefined : lookText(now);
        if (text === written.current) return;
        written.current = text;
        latest.current.onAddress({ look: text }, { replace: true });
      }),
    [viewport],
  );
  useEffect(() => {
    if (look === written.current) return;
    written.current = look;
    viewport.look(lookOf(look));
  }, [look, viewport]);

  const days = useRef(daysOf(after, before));
  // Playing and dragging change it without the URL; a change of the URL overrides them.
  useEffect(() => {
    days.current = daysOf(after, before);
    viewport.invalidate();
  }, [after, before, viewport]);

  return {
    viewport,
    days,
    setCovered,
    showTime: (window) => {
      const isLast = window !== undefined && window.to >= (meta.time?.last ?? 0);
      days.current =
        window === undefined ? undefined : daysOf(window.from, isLast ? undefined : window.to);
      viewport.invalidate(true);
    },
  };
};
