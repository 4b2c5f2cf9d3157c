// Topic labels over the map as buttons: placed again at each zoom step, moved in every frame.
import { useEffect, useRef, useState } from "react";
import type { MapRegion } from "#services/contract/map.ts";
import { labelPosition, labelStep, type PlacedLabel, placedLabels } from "../shape/map/labels.ts";
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
  const width = Math.ceil(ruler.measureText(title).width) + (general ? 14 : 26);
  widths.set(key, width);
  return width;
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
      for (const [place, label] of shown.current.entries()) {
        const node = nodes[place];
        if (!(node instanceof HTMLElement)) continue;
        const at = labelPosition(label, camera, size);
        node.style.visibility = at ? "visible" : "hidden";
        if (at) node.style.transform = `translate(${at.x}px, ${at.y}px)`;
      }
    };
    return viewport.onFrame(follow);
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
            style={{ width: label.width, height: label.height, visibility: "hidden" }}
            onClick={(event) => onTopic(label.topic, event.shiftKey)}
          >
            {!label.general && dots && (
              <i style={{ background: topicColour(label.colour, scheme) }} aria-hidden="true" />
            )}
            {label.title}
          </button>
        );
      })}
    </div>
  );
}
