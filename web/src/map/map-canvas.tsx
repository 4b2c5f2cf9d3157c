// The drawn map: a canvas that follows the viewport, and comes back when the graphics card was lost and found again.
import { useEffect, useRef, useState } from "react";
import { shownExtent } from "../shape/map/camera.ts";
import { rgbOf } from "../shape/map/colours.ts";
import type { DensityMap } from "../shape/map/density.ts";
import { shareShown } from "../shape/map/density.ts";
import { pointLook } from "../shape/map/frame-budget.ts";
import type { Scheme } from "../shape/topics/topic-colours.ts";
import { openPainter, type Painter, type Painting, type Rgba } from "./painter.ts";
import type { Moment, Viewport } from "./viewport.ts";

export interface MapCanvasProps {
  readonly viewport: Viewport;
  readonly painting: Painting;
  readonly scheme: Scheme;
  /** Read at every frame, so that playing needs no rendering of React. */
  readonly days: { readonly current: readonly [number, number] | undefined };
  readonly searching: boolean;
  readonly onPainted: () => void;
  /** Nothing can be drawn: the browser has no WebGL, or has taken it away for good. */
  readonly onUnable: (why: string) => void;
}

const paper = { light: "#fdfcfa", dark: "#151311" } as const;
const marigold = { light: "#f0a41c", dark: "#f2b53c" } as const;
const rgba = (colour: string, part: number): Rgba => {
  const [r, g, b] = rgbOf(colour);
  return [r / 255, g / 255, b / 255, part];
};

// More pixels than twice cost more than they show.
const mostPixelRatio = 2;

// A machine with time for no more points than this has none for the ground either while it moves: 15 ms in software.
const slowBudget = 25_000;

interface Wanted extends Pick<MapCanvasProps, "scheme" | "searching"> {
  readonly land: DensityMap | undefined;
  readonly points: number;
  readonly days: readonly [number, number] | undefined;
  readonly wholeScale: number;
}

/** How a moment is drawn: larger and fuller points the fewer share the window, the ground fading as one comes near. */
const frameOf = ({ camera, size, moving, budget }: Moment, wanted: Wanted) => {
  const { land, points, scheme, searching, days } = wanted;
  const shown = land ? shareShown(land, shownExtent(camera, size)) * points : points;
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
    ground: moving && budget < slowBudget ? 0 : fade,
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

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation is a new context on the same canvas
  useEffect(() => {
    const place = canvas.current;
    if (!place) return;
    const lost = (event: Event) => {
      // Without this the browser does not give it back.
      event.preventDefault();
      painter.current = undefined;
    };
    const found = () => setGeneration((now) => now + 1);
    place.addEventListener("webglcontextlost", lost);
    place.addEventListener("webglcontextrestored", found);
    try {
      painter.current = openPainter(place);
      if (!painter.current) latest.current.onUnable("this browser offers no WebGL 2.");
      painter.current?.load(latest.current.painting);
    } catch (error) {
      latest.current.onUnable(error instanceof Error ? error.message : String(error));
    }
    let painted = false;
    const off = viewport.onFrame((moment) => {
      const now = latest.current;
      if (!painter.current || moment.size.width < 2) return;
      const frame = frameOf(moment, {
        land: now.painting.land,
        points: now.painting.x.length,
        scheme: now.scheme,
        searching: now.searching,
        days: now.days.current,
        wholeScale: viewport.wholeScale(),
      });
      painter.current.draw(frame);
      // For the benchmark, which wants to know how much was drawn.
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

  // biome-ignore lint/correctness/useExhaustiveDependencies: these change how a frame looks
  useEffect(() => viewport.invalidate(), [viewport, scheme, searching]);

  return <canvas ref={canvas} className="map-canvas" />;
}
