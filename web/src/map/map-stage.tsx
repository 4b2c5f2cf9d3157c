// The map: canvas, areas, labels and hover card, with the pointer input for all of them.
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { MapRegion } from "#services/contract/map.ts";
import type { Ring } from "../shape/map/area.ts";
import { toMap } from "../shape/map/camera.ts";
import { nearestPoint } from "../shape/map/highlight.ts";
import { AreaLayer } from "./area-layer.tsx";
import { type AreaChange, attachGestures, type Tool } from "./gestures.ts";
import { HoverCard, type PointedAt } from "./hover-card.tsx";
import { LabelLayer } from "./label-layer.tsx";
import { MapCanvas } from "./map-canvas.tsx";
import type { Painting } from "./painter.ts";
import type { Viewport } from "./viewport.ts";

export interface MapStageProps {
  /** Undefined where messages are not shown. */
  readonly collection: string | undefined;
  readonly viewport: Viewport;
  readonly painting: Painting;
  readonly regions: readonly MapRegion[];
  readonly tool: Tool;
  readonly area: Ring | undefined;
  readonly chosenTopics: readonly string[];
  readonly searching: boolean;
  /** Labels have a dot in the topic's colour: where the points are coloured by topic. */
  readonly dots: boolean;
  /** Days since 1970 that are shown. A ref: it is read in every frame. */
  readonly days: { readonly current: readonly [number, number] | undefined };
  /** Whether a point reacts to the pointer: it is selected, and within the shown time. */
  readonly isShown: (point: number) => boolean;
  readonly topicAt: (
    point: number,
  ) => { readonly title: string; readonly colour: string } | undefined;
  /** For screen readers. */
  readonly description: string;
  readonly onArea: (ring: Ring, change: AreaChange) => void;
  readonly onTopic: (topic: string, add: boolean) => void;
  readonly onOpen: (point: number, apart: boolean) => void;
  readonly onPainted: () => void;
  readonly onUnable: (why: string) => void;
}

/** Largest distance between pointer and point, pixels. */
const reach = { mouse: 9, touch: 20 } as const;

export function MapStage(props: MapStageProps) {
  const { viewport, painting, tool } = props;
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const stage = useRef<HTMLDivElement>(null);
  const pen = useRef<Ring | undefined>(undefined);
  const [pointed, setPointed] = useState<PointedAt | undefined>();
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const place = stage.current;
    if (!place) return;
    const measure = () => viewport.resize({ width: place.clientWidth, height: place.clientHeight });
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(place);
    return () => watch.disconnect();
  }, [viewport]);

  useEffect(() => {
    const place = stage.current;
    if (!place) return;
    const pointAt = (px: number, py: number, within: number) => {
      const camera = viewport.camera();
      const [x, y] = toMap(camera, viewport.size(), px, py);
      const { x: xs, y: ys } = latest.current.painting;
      return nearestPoint({ x: xs, y: ys }, latest.current.isShown, {
        x,
        y,
        reach: within / camera.scale,
      });
    };
    const point = (found: number, pinned: boolean) => {
      const { x, y } = latest.current.painting;
      setPointed((now) => {
        if (found < 0) return undefined;
        if (now?.point === found && now.pinned === pinned) return now;
        return { point: found, x: x[found] ?? 0, y: y[found] ?? 0, pinned };
      });
    };
    return attachGestures(place, viewport, {
      tool: () => latest.current.tool,
      onPen: (ring) => {
        pen.current = ring;
        viewport.invalidate();
      },
      onArea: (ring, change) => latest.current.onArea(ring, change),
      onClick: (px, py, event) => {
        if (event.pointerType !== "mouse") {
          point(pointAt(px, py, reach.touch), true);
          return;
        }
        const found = pointAt(px, py, reach.mouse);
        if (found >= 0) latest.current.onOpen(found, event.ctrlKey || event.metaKey);
      },
      onHover: (at) => point(at ? pointAt(at.px, at.py, reach.mouse) : -1, false),
    });
  }, [viewport]);

  return (
    <div
      ref={stage}
      className="map-stage"
      role="application"
      data-tool={tool}
      data-pointed={(pointed && !pointed.pinned) || undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is moved and zoomed by keys
      tabIndex={0}
      aria-label={props.description}
    >
      <MapCanvas
        viewport={viewport}
        painting={painting}
        scheme={scheme}
        days={props.days}
        searching={props.searching}
        onPainted={props.onPainted}
        onUnable={props.onUnable}
      />
      <AreaLayer viewport={viewport} area={props.area} pen={pen} />
      <LabelLayer
        viewport={viewport}
        regions={props.regions}
        scheme={scheme}
        dots={props.dots}
        chosen={props.chosenTopics}
        onTopic={props.onTopic}
      />
      {pointed && (
        <HoverCard
          collection={props.collection}
          viewport={viewport}
          at={pointed}
          topic={props.topicAt(pointed.point)}
        />
      )}
    </div>
  );
}
