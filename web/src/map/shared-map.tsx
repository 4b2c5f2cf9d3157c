// The map that a shared link opens: points, the names of topics and their list; no message, and nothing to change.
import { Text, UnstyledButton, useComputedColorScheme } from "@mantine/core";
import { useMediaQuery, useReducedMotion } from "@mantine/hooks";
import { useMemo, useState } from "react";
import type { OpenedShare, SharedMap as Shown } from "#services/contract/shares.ts";
import { type MapPoints, sharedMapPoints } from "../api/map.ts";
import { countCodes, lookupOf, topicCodes, topicColouring } from "../shape/map/colours.ts";
import { densityMapOf } from "../shape/map/density.ts";
import { drawingOrder, highlightedPoints } from "../shape/map/highlight.ts";
import { chosenLeaves } from "../shape/map/selected-codes.ts";
import { type Scheme, topicColour } from "../shape/topics/topic-colours.ts";
import { count, counted } from "../shape/words/numbers.ts";
import { SharedFrame } from "../ui/shared/shared-frame.tsx";
import { knowsWebGl } from "./gl.ts";
import { useMapKeys } from "./map-keys.ts";
import { MapStage } from "./map-stage.tsx";
import { useMapWindow } from "./map-window.ts";
import type { Painting } from "./painter.ts";
import { Side } from "./side-panel.tsx";
import { ZoomTools } from "./toolbar.tsx";
// In this order: rules for narrow windows replace those before them.
import "./stage.css";
import "./controls.css";
import "./side.css";
import "./table.css";
import "./narrow.css";

const noHits: Painting["hits"] = { points: [], scores: [] };
const noAddress = {};

interface TopicListProps {
  readonly map: Shown;
  /** Points of each topic, by its number. */
  readonly sizes: ArrayLike<number>;
  readonly scheme: Scheme;
  readonly chosen: readonly string[];
  readonly onTopic: (topic: string, add: boolean) => void;
}

function TopicList({ map, sizes, scheme, chosen, onTopic }: TopicListProps) {
  const known = new Map(
    map.topics.map((topic, at) => [topic.topic, { ...topic, points: sizes[at] ?? 0 }]),
  );
  const rows = map.listed.flatMap((id) => known.get(id) ?? []);
  const largest = Math.max(1, ...rows.map(({ points }) => points));
  return (
    <section aria-label="Topics">
      <h2 className="map-side-title">Topics</h2>
      <ul className="map-rows">
        {rows.map((one) => (
          <li key={one.topic}>
            <UnstyledButton
              className="map-row"
              aria-pressed={chosen.includes(one.topic)}
              onClick={(event) => onTopic(one.topic, event.shiftKey)}
            >
              <i
                className="map-row-share"
                aria-hidden="true"
                style={{
                  background: topicColour(one.colour, scheme),
                  width: `${Math.max(3, Math.sqrt(one.points / largest) * 34)}px`,
                }}
              />
              <span className="clip">{one.title}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is drawn; the points of the chosen topics stand out. */
const usePainting = (
  map: Shown,
  points: MapPoints,
  { scheme, chosen }: { readonly scheme: Scheme; readonly chosen: readonly string[] },
) => {
  const { x, y, topic } = points;
  const codes = useMemo(() => topicCodes(topic), [topic]);
  const sizes = useMemo(() => countCodes(codes, map.topics.length), [codes, map]);
  const lookup = useMemo(
    () => lookupOf(topicColouring(map.topics, sizes, scheme), scheme),
    [map, sizes, scheme],
  );
  const density = useMemo(
    () => densityMapOf({ x, y, codes, colours: lookup, highlighted: undefined }, map.extent),
    [x, y, codes, lookup, map],
  );
  const highlighted = useMemo(() => {
    if (chosen.length === 0) return undefined;
    const tree = { leaves: map.topics.map((one) => one.topic), childrenOf: new Map() };
    const columns = [{ codes, chosen: chosenLeaves(tree, chosen) }];
    return highlightedPoints(x, y, { area: undefined, columns });
  }, [x, y, codes, map, chosen]);
  const painting = useMemo((): Painting => {
    const order = drawingOrder(x.length, highlighted);
    return { x, y, codes, lookup, days: undefined, order, density, hits: noHits };
  }, [x, y, codes, lookup, highlighted, density]);
  return { painting, highlighted, sizes };
};

export interface SharedMapProps {
  readonly of: Extract<OpenedShare, { kind: "map" }>;
}

export function SharedMap({ of }: SharedMapProps) {
  const { map } = of;
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const isStill = useReducedMotion();
  const isNarrow =
    useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false }) ?? false;
  const [side, setSide] = useState(!isNarrow);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [unable, setUnable] = useState<string | undefined>(() =>
    knowsWebGl() ? undefined : "this browser does not support WebGL 2.",
  );
  const points = useMemo(() => sharedMapPoints(map), [map]);
  const { painting, highlighted, sizes } = usePainting(map, points, { scheme, chosen });
  const { viewport, days } = useMapWindow({
    meta: { extent: map.extent, time: null },
    points,
    address: noAddress,
    isNarrow,
    isCovered: isNarrow && side,
    isStill,
    onAddress: () => undefined,
  });
  const leaves = useMemo(() => new Set(map.topics.map((one) => one.topic)), [map]);
  const choose = (topic: string, add: boolean) => {
    // A name for several topics: they are listed one by one.
    if (!leaves.has(topic)) return;
    setChosen((now) => {
      const others = add ? now.filter((one) => one !== topic) : [];
      return now.includes(topic) ? others : [...others, topic];
    });
  };
  useMapKeys({
    viewport,
    enabled: unable === undefined,
    onTool: () => undefined,
    onTable: () => undefined,
    onWindow: () => undefined,
    onEscape: () => {
      setChosen([]);
      return chosen.length > 0;
    },
  });
  const topics = (
    <TopicList map={map} sizes={sizes} scheme={scheme} chosen={chosen} onTopic={choose} />
  );
  const summary = counted(map.topics.length, "topic");
  return (
    <SharedFrame of={of} about={`Map of ${counted(map.messages, "message")}`} isWhole>
      {unable === undefined ? (
        <div className="shared-map">
          <div className="map-inside" data-side={side || undefined}>
            <div className="map-main">
              <MapStage
                collection={undefined}
                viewport={viewport}
                painting={painting}
                regions={map.regions}
                tool="move"
                area={undefined}
                chosenTopics={chosen}
                searching={false}
                dots
                days={days}
                isShown={(point) => highlighted === undefined || highlighted[point] === 1}
                topicAt={(point) => {
                  const found = map.topics[points.topic[point] ?? -1];
                  return found && { title: found.title, colour: topicColour(found.colour, scheme) };
                }}
                description={`Map of ${counted(map.messages, "message")} in ${summary}. The list of topics beside it shows where each lies.`}
                onArea={() => undefined}
                onTopic={choose}
                onOpen={() => undefined}
                onPainted={() => undefined}
                onUnable={setUnable}
              />
              <div className="map-tools">
                <ZoomTools viewport={viewport} />
              </div>
              <p className="map-count tabular">
                {count(map.messages)} messages, {count(map.points)} points
                {points.x.length < map.points && `, ${count(points.x.length)} of them drawn`}
              </p>
            </div>
            <Side open={side} summary={summary} onToggle={() => setSide(!side)}>
              {topics}
            </Side>
          </div>
        </div>
      ) : (
        <div className="shared-body">
          <Text size="sm" mb={14}>
            The map cannot be drawn: {unable} These are its topics.
          </Text>
          {topics}
        </div>
      )}
    </SharedFrame>
  );
}
