// The selected area, and the line of the lasso or box while it is drawn, as SVG over the map.
import { useEffect, useRef } from "react";
import { outlineOf, type Ring } from "../shape/map/area.ts";
import { type Camera, type Size, toScreen } from "../shape/map/camera.ts";
import type { Viewport } from "./viewport.ts";

export interface AreaLayerProps {
  readonly viewport: Viewport;
  readonly area: Ring | undefined;
  /** The line being drawn. A ref: it is read in every frame without rendering React. */
  readonly pen: { readonly current: Ring | undefined };
}

const pathOf = (ring: Ring, camera: Camera, size: Size): string =>
  ring.length === 0
    ? ""
    : `M${ring
        .map(([x, y]) =>
          toScreen(camera, size, x, y)
            .map((v) => v.toFixed(1))
            .join(" "),
        )
        .join("L")}Z`;

export function AreaLayer({ viewport, area, pen }: AreaLayerProps) {
  const fill = useRef<SVGPathElement>(null);
  const edge = useRef<SVGPathElement>(null);
  const trace = useRef<SVGPathElement>(null);
  useEffect(() => {
    const outline = area ? outlineOf(area) : [];
    return viewport.onFrame(({ camera, size }) => {
      const at = ([x, y]: readonly [number, number]) =>
        toScreen(camera, size, x, y)
          .map((value) => value.toFixed(1))
          .join(" ");
      fill.current?.setAttribute("d", area ? pathOf(area, camera, size) : "");
      edge.current?.setAttribute("d", outline.map(([a, b]) => `M${at(a)}L${at(b)}`).join(""));
      trace.current?.setAttribute("d", pen.current ? pathOf(pen.current, camera, size) : "");
    });
  }, [viewport, area, pen]);
  return (
    <svg className="map-area" aria-hidden="true">
      <path ref={fill} className="map-area-fill" fillRule="evenodd" />
      <path ref={edge} className="map-area-edge" />
      <path ref={trace} className="map-area-pen" fillRule="evenodd" />
    </svg>
  );
}
