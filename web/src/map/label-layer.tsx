// Topic labels over the map as buttons: placed again at each zoom step, moved in every frame.
import { useEffect, useRef, useState } from "react";
import type { MapRegion } from "#services/contract/map.ts";
import {
  type Box,
  labelPositions,
  labelStep,
  type PlacedLabel,
  placedLabels,
} from "../shape/map/labels.ts";
import { type Scheme, topicColour } from "../shape/topics/topic-colours.ts";
import type { Moment, Viewport } from "./viewport.ts";

export interface LabelLayerProps {
  readonly viewport: Viewport;
  readonly regions: readonly MapRegion[];
  readonly scheme: Scheme;
  readonly dots: boolean;
  /** Ids of the selected topics; other labels are dimmed. */
  readonly chosen: readonly string[];
  readonly onTopic: (topic: string, add: boolean) => void;
}

/** Pixels; a longer title is cut with an ellipsis, and shown in full under the pointer. */
const widest = 260;

let ruler: CanvasRenderingContext2D | null | undefined;
const widths = new Map<string, number>();
/** Width in pixels, measured once for each title in the page's font. */
const widthOf = (title: string, general: boolean): number => {
  const key = `${general} ${title}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return title.length * 7;
  ruler.font = `${general ? "660 15px" : "560 12px"} ${getComputedStyle(document.body).fontFamily}`;
  const width = Math.min(widest, Math.ceil(ruler.measureText(title).width) + (general ? 14 : 26));
  widths.set(key, width);
  return width;
};

const measureEveryMs = 200;

/** What lies over the map: tools, search, legend, time, and the panel at the lower edge of a narrow screen. */
const coversOf = (layer: HTMLElement | null): readonly Box[] => {
  const inside = layer?.closest(".map-inside");
  if (!layer || !inside) return [];
  const origin = layer.getBoundingClientRect();
  return [...inside.querySelectorAll(".map-float, .map-search, .map-count, .map-side")].flatMap(
    (one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      if (right <= left || bottom <= top) return [];
      return [
        {
          left: left - origin.left,
          top: top - origin.top,
          right: right - origin.left,
          bottom: bottom - origin.top,
        },
      ];
    },
  );
};

export function LabelLayer({ viewport, regions, scheme, dots, chosen, onTopic }: LabelLayerProps) {
  const [placed, setPlaced] = useState<readonly PlacedLabel[]>([]);
  const layer = useRef<HTMLDivElement>(null);
  const shown = useRef(placed);
  useEffect(() => {
    shown.current = placed;
    viewport.invalidate();
  }, [placed, viewport]);

  useEffect(() => {
    let step = 0;
    let [measured, over]: [number, readonly Box[]] = [Number.NEGATIVE_INFINITY, []];
    // Panels open and fold: they are measured again from time to time, not in every frame.
    const covers = () => {
      const now = performance.now();
      if (now - measured > measureEveryMs) [measured, over] = [now, coversOf(layer.current)];
      return over;
    };
    const follow = ({ camera, size }: Moment) => {
      const next = labelStep(camera.scale);
      if (next !== step && size.width > 1) {
        step = next;
        setPlaced(
          placedLabels(regions, { widthOf, scale: next, wholeScale: viewport.wholeScale() }),
        );
      }
      const nodes = layer.current?.children;
      if (!nodes) return;
      const positions = labelPositions(shown.current, camera, { size, covers: covers() });
      for (const [place, at] of positions.entries()) {
        const node = nodes[place];
        if (!(node instanceof HTMLElement)) continue;
        node.style.visibility = at ? "visible" : "hidden";
        if (at) node.style.transform = `translate(${at.x}px, ${at.y}px)`;
      }
    };
    const watch = new ResizeObserver(() => {
      measured = Number.NEGATIVE_INFINITY;
      viewport.invalidate();
    });
    const inside = layer.current?.closest(".map-inside");
    for (const one of inside?.querySelectorAll(".map-tools, .map-floor, .map-side") ?? [])
      watch.observe(one);
    const leave = viewport.onFrame(follow);
    return () => {
      watch.disconnect();
      leave();
    };
  }, [viewport, regions]);

  return (
    <div ref={layer} className="map-labels">
      {placed.map((label) => {
        const on = chosen.includes(label.topic);
        return (
          <button
            key={label.topic}
            type="button"
            // By keyboard, the list of topics beside the map selects the same topics.
            tabIndex={-1}
            className={label.general ? "map-label general" : "map-label"}
            data-on={on || undefined}
            data-off={(chosen.length > 0 && !on) || undefined}
            aria-pressed={on}
            title={label.width === widest ? label.title : undefined}
            style={{ width: label.width, height: label.height, visibility: "hidden" }}
            onClick={(event) => onTopic(label.topic, event.shiftKey)}
          >
            {!label.general && dots && (
              <i style={{ background: topicColour(label.colour, scheme) }} aria-hidden="true" />
            )}
            <span className="clip">{label.title}</span>
          </button>
        );
      })}
    </div>
  );
}
