// The lower edge of the map: legend and time strip; reports how much of the map they cover.
import { type ReactNode, useLayoutEffect, useRef } from "react";
import type { Covered } from "../shape/map/camera.ts";

export interface BottomBarProps {
  readonly legend: ReactNode;
  readonly time: ReactNode;
  /** On a narrow screen only this one is shown; both where undefined. */
  readonly only: "legend" | "time" | "none" | undefined;
  readonly onCovered: (covered: Covered) => void;
}

export function BottomBar({ legend, time, only, onCovered }: BottomBarProps) {
  const floor = useRef<HTMLDivElement>(null);
  const latest = useRef(onCovered);
  useLayoutEffect(() => {
    latest.current = onCovered;
  });
  useLayoutEffect(() => {
    const place = floor.current;
    if (!place) return;
    const heightOf = (name: string) =>
      place.querySelector<HTMLElement>(`.${name}`)?.offsetHeight ?? 0;
    const measure = () =>
      latest.current({
        width: place.querySelector<HTMLElement>(".map-legend")?.offsetWidth ?? 0,
        height: heightOf("map-legend"),
        strip: heightOf("map-time"),
      });
    measure();
    // The bar is as high as the higher of the two, so it changes its size when one of them does.
    const watch = new ResizeObserver(measure);
    watch.observe(place);
    return () => watch.disconnect();
  }, []);
  return (
    <div ref={floor} className="map-floor">
      {only !== "time" && only !== "none" && legend}
      {only !== "legend" && only !== "none" && time}
    </div>
  );
}
