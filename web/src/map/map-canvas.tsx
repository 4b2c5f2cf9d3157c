// The canvas of the map: draws a frame when the viewport asks for one, and recovers from a lost WebGL context.
import { useEffect, useRef, useState } from "react";
import { shownExtent } from "../shape/map/camera.ts";
import { rgbOf } from "../shape/map/colours.ts";
import { type DensityMap, shareShown } from "../shape/map/density.ts";
import { pointLook } from "../shape/map/frame-budget.ts";
import type { Scheme } from "../shape/topics/topic-colours.ts";
import { openPainter, type Painter, type Painting, type Rgba } from "./painter.ts";
import type { Moment, Viewport } from "./viewport.ts";

export interface MapCanvasProps {
  readonly viewport: Viewport;
  readonly painting: Painting;
  readonly scheme: Scheme;
  /** Days since 1970 that are shown. A ref: it is read in every frame, so that playing does not render React. */
  readonly days: { readonly current: readonly [number, number] | undefined };
  readonly searching: boolean;
  readonly onPainted: () => void;
  /** Called with the reason where the map cannot be drawn: there is no WebGL 2, or a shader failed. */
  readonly onUnable: (why: string) => void;
}

const paper = { light: "#fdfcfa", dark: "#151311" } as const;
const marigold = { light: "#f0a41c", dark: "#f2b53c" } as const;
const rgba = (colour: string, part: number): Rgba => {
  const [r, g, b] = rgbOf(colour);
  return [r / 255, g / 255, b / 255, part];
};

// More device pixels per CSS pixel cost time without a visible gain.
const mostPixelRatio = 2;

// With a smaller budget the density map is not drawn while the map moves: it takes a software renderer 15 ms.
const slowBudget = 25_000;

interface Wanted extends Pick<MapCanvasProps, "scheme" | "searching"> {
  readonly density: DensityMap | undefined;
  readonly points: number;
  readonly days: readonly [number, number] | undefined;
  readonly wholeScale: number;
}

/** The look of a frame: points are larger and more opaque the fewer are visible; the density map fades with zoom. */
const frameOf = ({ camera, size, moving, budget }: Moment, wanted: Wanted) => {
  const { density, points, scheme, searching, days } = wanted;
  const shown = density ? shareShown(density, shownExtent(camera, size)) * points : points;
  const part = moving && points > budget ? budget / points : 1;
  const look = pointLook(shown, size.width * size.height);
  const near = Math.max(1, camera.scale / wanted.wholeScale);
  const fade = Math.max(0, 1 - Math.log2(near) / 3);
  const alpha = Math.min(0.95, look.alpha / Math.sqrt(part));
  return {
    camera,
    size,
    pixelRatio: Math.min(mostPixelRatio, window.devicePixelRatio || 1),
    part,
    pointSize: look.size,
    alpha,
    faded: { wash: rgba(paper[scheme], 0.55), alpha: alpha * (searching ? 0.5 : 0.3) },
    days,
    densityOpacity: moving && budget < slowBudget ? 0 : fade,
    paper: rgba(paper[scheme], 1),
    rim: rgba(marigold[scheme], 1),
    searching,
  };
};

export function MapCanvas(props: MapCanvasProps) {
  const { viewport, painting, scheme, searching } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<Painter | undefined>(undefined);
  const [generation, setGeneration] = useState(0);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation means a new WebGL context on the same canvas
  useEffect(() => {
    const place = canvas.current;
    if (!place) return;
    const lost = (event: Event) => {
      // Without this the browser does not restore the context.
      event.preventDefault();
      painter.current = undefined;
    };
    const found = () => setGeneration((now) => now + 1);
    place.addEventListener("webglcontextlost", lost);
    place.addEventListener("webglcontextrestored", found);
    try {
      painter.current = openPainter(place);
      if (!painter.current) latest.current.onUnable("this browser does not support WebGL 2.");
      painter.current?.load(latest.current.painting);
    } catch (error) {
      latest.current.onUnable(error instanceof Error ? error.message : String(error));
    }
    let painted = false;
    const off = viewport.onFrame((moment) => {
      const now = latest.current;
      if (!painter.current || moment.size.width < 2) return;
      const frame = frameOf(moment, {
        density: now.painting.density,
        points: now.painting.x.length,
        scheme: now.scheme,
        searching: now.searching,
        days: now.days.current,
        wholeScale: viewport.wholeScale(),
      });
      painter.current.draw(frame);
      // The share of points drawn, for tests and the benchmark.
      const drawn = frame.part.toFixed(1);
      if (place.dataset["drawn"] !== drawn) place.dataset["drawn"] = drawn;
      if (!painted) {
        painted = true;
        now.onPainted();
      }
    });
    return () => {
      off();
      place.removeEventListener("webglcontextlost", lost);
      place.removeEventListener("webglcontextrestored", found);
      painter.current?.close();
      painter.current = undefined;
    };
  }, [viewport, generation]);

  useEffect(() => {
    painter.current?.load(painting);
    viewport.invalidate();
  }, [painting, viewport]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: scheme and searching change the look of a frame
  useEffect(() => viewport.invalidate(), [viewport, scheme, searching]);

  return <canvas ref={canvas} className="map-canvas" />;
}
