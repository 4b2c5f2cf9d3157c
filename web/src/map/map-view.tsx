// The map with everything around it: search, tools, legend, time strip, and the panel with topics or the selection.
import { useMediaQuery, useReducedMotion } from "@mantine/hooks";
import { useMemo, useState } from "react";
import type { MapMeta } from "#services/contract/map.ts";
import type { Selection } from "#services/contract/selection.ts";
import type { MapPoints } from "../api/map.ts";

import { isEverything, selectionOf } from "../shape/address/selection-address.ts";
import { type MapAddress, selectionPart } from "../shape/map/address.ts";
import { boxRing, type Ring } from "../shape/map/area.ts";
import { shownExtent } from "../shape/map/camera.ts";

import { fieldOf } from "../shape/map/selected-codes.ts";
import { topicColour } from "../shape/topics/topic-colours.ts";
import { count, counted } from "../shape/words/numbers.ts";
import { ShareButton } from "../ui/share/share-button.tsx";
import { BottomBar } from "./bottom-bar.tsx";
import type { AreaChange, Tool } from "./gestures.ts";
import { knowsWebGl } from "./gl.ts";
import { HitsPanel } from "./hits-panel.tsx";
import { LegendCard } from "./legend-card.tsx";
// In this order: rules for narrow windows replace those before them.
import "./stage.css";
import "./controls.css";
import "./side.css";
import "./table.css";
import "./narrow.css";
import { type ChangeMapAddress, useMapActions } from "./map-actions.ts";
import { useMapData } from "./map-data.ts";
import { useMapKeys } from "./map-keys.ts";
import { MapSearch } from "./map-search.tsx";
import { MapStage } from "./map-stage.tsx";
import { useMapWindow } from "./map-window.ts";
import { SelectionPanel } from "./selection-panel.tsx";
import { Side } from "./side-panel.tsx";
import { TableView } from "./table-view.tsx";
import { TimeStrip } from "./time-strip.tsx";
import { Toolbar } from "./toolbar.tsx";
import { TopicsPanel } from "./topics-panel.tsx";

export interface MapViewProps {
  readonly collection: string;
  readonly meta: MapMeta;
  readonly points: MapPoints;
  readonly address: MapAddress;
  readonly onAddress: ChangeMapAddress;
  readonly scheme: "light" | "dark";
}

/** The selection from the URL; the same object until it changes. */
const useSelection = (address: MapAddress): Selection => {
  const text = JSON.stringify(selectionPart(address));
  return useMemo(() => selectionOf(JSON.parse(text) as MapAddress), [text]);
};

const summaryOf = (meta: MapMeta, hasSelection: boolean, hits: number | undefined): string => {
  if (hasSelection) return "Selection";
  return hits === undefined ? counted(meta.topics.length, "topic") : counted(hits, "hit");
};

/** Why there are not as many points as messages. */
const whatPointsAre = {
  chunk: "A long message has a point for each of its passages; short messages in a row share one.",
  conversation: "Each point is a conversation.",
} as const satisfies Record<MapMeta["unit"], string>;

export function MapView({ collection, meta, points, address, onAddress, scheme }: MapViewProps) {
  const isStill = useReducedMotion();
  const isNarrow =
    useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false }) ?? false;
  const selection = useSelection(address);
  const query = address.q?.trim() ? address.q : undefined;
  const by = address.by ?? "topic";
  const [settled, setSettled] = useState(false);
  const [tool, setTool] = useState<Tool>("move");
  const [unable, setUnable] = useState<string | undefined>(() =>
    knowsWebGl() ? undefined : "this browser does not support WebGL 2.",
  );
  const [side, setSide] = useState(!isNarrow);
  const [unfolded, setUnfolded] = useState<"legend" | "time" | undefined>();
  const data = useMapData({
    collection,
    meta,
    points,
    selection,
    by,
    query,
    settled: settled || address.as === "table" || unable !== undefined,
  });

  const { viewport, days, showTime, setCovered } = useMapWindow({
    meta,
    points,
    address,
    isNarrow,
    isCovered: isNarrow && side,
    isStill,
    onAddress,
  });
  const acts = useMapActions({
    collection,
    meta,
    points,
    tree: data.tree,
    viewport,
    selection,
    by,
    query,
    onAddress,
    onSelected: () => setSide(true),
  });
  const selectArea = (ring: Ring, how: AreaChange) => {
    setTool("move");
    acts.selectArea(ring, how);
  };
  const chosenTopics = selection.topics ?? [];
  const field = fieldOf(by);
  const chosenValues: readonly (string | null)[] =
    field === undefined ? [] : (selection[field] ?? []);
  const asTable = address.as === "table" || unable !== undefined;

  useMapKeys({
    viewport,
    enabled: !asTable,
    onTool: setTool,
    onTable: () => onAddress({ as: address.as === "table" ? undefined : "table" }),
    onWindow: () => {
      if (tool !== "box") return;
      const { left, right, bottom, top } = shownExtent(viewport.camera(), viewport.size());
      selectArea(boxRing([left, bottom], [right, top]), "new");
    },
    onEscape: () => {
      if (tool !== "move") setTool("move");
      else if (query !== undefined) onAddress({ q: undefined });
      else if (!isEverything(selection)) acts.clear();
      else return false;
      return true;
    },
  });

  const isShown = (point: number) => {
    if (data.highlighted !== undefined && data.highlighted[point] !== 1) return false;
    const now = days.current;
    const day = data.days?.[point];
    return now === undefined || day === undefined || (day >= now[0] && day < now[1]);
  };
  const topicAt = (point: number) => {
    const topic = meta.topics[points.topic[point] ?? -1];
    return topic && { title: topic.title, colour: topicColour(topic.colour, scheme) };
  };
  const hasSelection = !isEverything(selection);

  const selected = hasSelection ? (
    <SelectionPanel
      collection={collection}
      selection={selection}
      sort={address.sort ?? "newest"}
      onSort={(sort) =>
        onAddress({ sort: sort === "newest" ? undefined : sort }, { replace: true })
      }
      onSelection={acts.select}
      onClear={acts.clear}
      onSearch={() => document.querySelector<HTMLInputElement>(".map-search input")?.focus()}
    />
  ) : undefined;
  if (asTable)
    return (
      <TableView
        topics={data.topics}
        chosen={chosenTopics}
        onTopic={(topic) => acts.chooseTopic(topic, false)}
        why={unable}
        onMap={() => onAddress({ as: undefined })}
      >
        {selected}
      </TableView>
    );

  const legend = (
    <LegendCard
      columns={meta.columns}
      by={by}
      colouring={data.colouring}
      pending={data.colouringPending}
      // The list of topics beside the map has the same colours.
      brief={by === "topic" && side && !isNarrow}
      chosen={chosenValues}
      isChoosable={(entry) => field !== undefined && entry.value !== null}
      onBy={(next) => onAddress({ by: next === "topic" ? undefined : next }, { replace: true })}
      onToggle={acts.toggleValue}
    />
  );
  const time = meta.time && meta.time.last > meta.time.first && (
    <TimeStrip
      days={data.days}
      whole={{ from: meta.time.first, to: meta.time.last }}
      after={address.after}
      before={address.before}
      isStill={isStill}
      onLive={showTime}
      onSettle={acts.setTime}
    />
  );
  return (
    <div className="map-inside" data-side={side || undefined}>
      <div className="map-main">
        <MapStage
          collection={collection}
          viewport={viewport}
          painting={data.painting}
          regions={meta.regions}
          tool={tool}
          area={selection.area}
          chosenTopics={chosenTopics}
          searching={query !== undefined}
          dots={by === "topic"}
          days={days}
          isShown={isShown}
          topicAt={topicAt}
          description={`Map of ${counted(meta.messages, "message")} as ${counted(meta.points, "point")} in ${counted(meta.topics.length, "topic")}. Arrow keys move it, plus and minus zoom, L starts the lasso. The list of topics beside it selects the same messages.`}
          onArea={selectArea}
          onTopic={acts.chooseTopic}
          onOpen={(point, apart) => void acts.openPoint(point, apart)}
          onPainted={() => {
            performance.mark("map-painted");
            setSettled(true);
          }}
          onUnable={setUnable}
        />
        <MapSearch
          query={address.q}
          within={hasSelection}
          pending={data.hits.pending}
          onQuery={(q) => {
            onAddress({ q }, { replace: true });
            if (q !== undefined && !isNarrow) setSide(true);
          }}
        />
        <Toolbar
          viewport={viewport}
          tool={tool}
          onTool={setTool}
          onTable={() => onAddress({ as: "table" })}
          folded={isNarrow ? (time ? ["legend", "time"] : ["legend"]) : []}
          unfolded={unfolded}
          onUnfold={setUnfolded}
        >
          <ShareButton as="icon" collection={collection} target={{ kind: "map" }} />
        </Toolbar>
        <BottomBar
          legend={legend}
          time={time}
          only={isNarrow ? (unfolded ?? "none") : undefined}
          onCovered={setCovered}
        />
        <p className="map-count tabular" title={whatPointsAre[meta.unit]}>
          {count(meta.messages)} messages, {count(meta.points)} points
          {meta.unplaced > 0 && ` (${count(meta.unplaced)} without words)`}
        </p>
      </div>
      <Side
        open={side}
        summary={summaryOf(
          meta,
          hasSelection,
          query === undefined ? undefined : data.hits.points.length,
        )}
        onToggle={() => setSide(!side)}
      >
        {query !== undefined && (
          <HitsPanel
            key={query}
            collection={collection}
            query={query}
            {...data.hits}
            onShow={(point) => {
              const [x, y] = [points.x[point] ?? 0, points.y[point] ?? 0];
              viewport.show({ left: x, right: x, bottom: y, top: y });
            }}
          />
        )}
        {selected ?? (
          <TopicsPanel
            collection={collection}
            topics={data.topics}
            outliers={data.outliers}
            chosen={chosenTopics}
            onTopic={acts.chooseTopic}
            chosenLabels={selection.labels ?? []}
            onLabel={(label) =>
              acts.select(selection.labels?.includes(label) ? {} : { labels: [label] })
            }
          />
        )}
      </Side>
    </div>
  );
}
