// The map with everything around it: search, tools, legend, time, and the panel of topics and of what is selected.
import { ActionIcon, Tooltip, UnstyledButton } from "@mantine/core";
import { useMediaQuery, useReducedMotion } from "@mantine/hooks";
import {
  IconChevronUp,
  IconLayoutSidebarRightCollapse,
  IconLayoutSidebarRightExpand,
} from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import type { MapMeta } from "#services/contract/map.ts";
import type { Selection } from "#services/contract/selection.ts";
import { type MapPoints, mapPointQuery } from "../api/map.ts";
import { labelsQuery } from "../api/selected.ts";
import { lookOf, lookText, type MapAddress, selectionPart } from "../shape/map-address.ts";
import { boxRing, type Ring } from "../shape/map-area.ts";
import { combined } from "../shape/map-area-join.ts";
import { shownExtent } from "../shape/map-camera.ts";
import type { NameOf } from "../shape/map-chips.ts";
import { coreExtent } from "../shape/map-lit.ts";
import { chosenLeaves, fieldOf } from "../shape/map-selection.ts";
import type { TimeWindow } from "../shape/map-time.ts";
import { count, counted } from "../shape/numbers.ts";
import { toggled } from "../shape/search-address.ts";
import { addressOf, isEverything, selectionOf } from "../shape/selection-address.ts";
import { topicColour } from "../shape/topic-colours.ts";
import type { AreaChange, Tool } from "./gestures.ts";
import { HitsPanel } from "./hits-panel.tsx";
import { LegendCard } from "./legend-card.tsx";
import "./map.css";
import { hasWebGl } from "./gl.ts";
import { useMapData } from "./map-data.ts";
import { useMapKeys } from "./map-keys.ts";
import { MapSearch } from "./map-search.tsx";
import { MapStage } from "./map-stage.tsx";
import { SelectionPanel } from "./selection-panel.tsx";
import { TableView } from "./table-view.tsx";
import { TimeStrip } from "./time-strip.tsx";
import { Toolbar } from "./toolbar.tsx";
import { TopicsPanel } from "./topics-panel.tsx";
import { openViewport } from "./viewport.ts";

export type ChangeMapAddress = (
  change: Partial<MapAddress>,
  how?: { readonly replace?: boolean },
) => void;

export interface MapViewProps {
  readonly collection: string;
  readonly meta: MapMeta;
  readonly points: MapPoints;
  readonly address: MapAddress;
  readonly onAddress: ChangeMapAddress;
  readonly scheme: "light" | "dark";
}

const dayMs = 86_400_000;
const forever = 3.4e38;

const daysOf = (after: number | undefined, before: number | undefined) =>
  after === undefined && before === undefined
    ? undefined
    : ([
        after === undefined ? -forever : after / dayMs,
        before === undefined ? forever : before / dayMs,
      ] as const);

/** The selection of the address; the same object until that part of the address changes. */
const useSelection = (address: MapAddress): Selection => {
  const text = JSON.stringify(selectionPart(address));
  return useMemo(() => selectionOf(JSON.parse(text) as MapAddress), [text]);
};

export function MapView({ collection, meta, points, address, onAddress, scheme }: MapViewProps) {
  const client = useQueryClient();
  const router = useRouter();
  const navigate = useNavigate();
  const isStill = useReducedMotion();
  const isNarrow =
    useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false }) ?? false;
  const still = useRef(isStill);
  still.current = isStill;

  const selection = useSelection(address);
  const query = address.q?.trim() ? address.q : undefined;
  const by = address.by ?? "topic";
  const [settled, setSettled] = useState(false);
  const [tool, setTool] = useState<Tool>("move");
  const [unable, setUnable] = useState<string | undefined>(() =>
    hasWebGl() ? undefined : "this browser offers no WebGL 2.",
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
  const { data: labels } = useQuery({ ...labelsQuery(collection), enabled: settled });

  const [viewport] = useState(() =>
    openViewport({
      extent: meta.extent,
      points: points.x.length,
      look: lookOf(address.look),
      isStill: () => still.current,
    }),
  );
  const days = useRef(daysOf(address.after, address.before));
  // Playing and dragging write it between two addresses; a new address has the last word.
  useEffect(() => {
    days.current = daysOf(address.after, address.before);
    viewport.invalidate();
  }, [address.after, address.before, viewport]);
  useEffect(() => () => viewport.close(), [viewport]);
  useEffect(() => {
    viewport.setInset(
      isNarrow
        ? { left: 0, right: 24, top: 44, bottom: 40 }
        : { left: 0, right: 40, top: 36, bottom: meta.time === null ? 0 : 56 },
    );
  }, [viewport, isNarrow, meta]);

  const written = useRef(address.look);
  const change = useRef(onAddress);
  useEffect(() => {
    change.current = onAddress;
  });
  useEffect(
    () =>
      viewport.onRest((look) => {
        const text = viewport.isWhole() ? undefined : lookText(look);
        if (text === written.current) return;
        written.current = text;
        change.current({ look: text }, { replace: true });
      }),
    [viewport],
  );
  useEffect(() => {
    if (address.look === written.current) return;
    written.current = address.look;
    viewport.look(lookOf(address.look));
  }, [address.look, viewport]);

  const select = (next: Selection) => {
    onAddress(addressOf(next));
    if (!isEverything(next)) setSide(true);
  };
  const clear = () => onAddress({ ...addressOf({}) });
  const selectArea = (ring: Ring, how: AreaChange) => {
    setTool("move");
    const before = selection.area;
    if (how === "subtract" && before === undefined) return;
    const area = how === "new" || before === undefined ? ring : combined(before, ring, how);
    const { area: _area, ...rest } = selection;
    select(
      area === undefined ? rest : { ...rest, area: area.map(([x, y]): [number, number] => [x, y]) },
    );
  };
  const showTopic = (topic: string) => {
    const chosen = chosenLeaves(data.tree, [topic]);
    const none = chosen.length - 1;
    const target = coreExtent(points.x, points.y, (point) => {
      const leaf = points.topic[point] ?? -1;
      return chosen[leaf < 0 ? none : leaf] === 1;
    });
    if (target) viewport.show(target);
  };
  const chosenTopics = selection.topics ?? [];
  const chooseTopic = (topic: string, add: boolean) => {
    const { topics: _topics, ...rest } = selection;
    const alone = chosenTopics.length === 1 && chosenTopics[0] === topic;
    const next = add ? toggled(chosenTopics, topic) : alone ? undefined : [topic];
    select(next === undefined ? rest : { ...rest, topics: next });
    if (next?.includes(topic) && !add && topic !== "none") showTopic(topic);
  };
  const field = fieldOf(by);
  const chosenValues: readonly (string | null)[] =
    field === undefined ? [] : (selection[field] ?? []);
  const toggleValue = (value: string | null) => {
    if (field === undefined) return;
    const { [field]: _field, ...rest } = selection;
    const next = toggled(chosenValues, value);
    select((next === undefined ? rest : { ...rest, [field]: next }) as Selection);
  };
  const setTime = (window: TimeWindow | undefined) => {
    const { after: _after, before: _before, ...rest } = selection;
    const whole = meta.time;
    onAddress(
      addressOf({
        ...rest,
        ...(window && whole && window.from > whole.first ? { after: Math.round(window.from) } : {}),
        ...(window && whole && window.to < whole.last ? { before: Math.round(window.to) } : {}),
      }),
    );
  };
  const liveTime = (window: TimeWindow | undefined) => {
    days.current =
      window === undefined
        ? undefined
        : daysOf(window.from, window.to >= (meta.time?.last ?? 0) ? undefined : window.to);
    viewport.invalidate(true);
  };
  const openPoint = async (point: number, apart: boolean) => {
    const found = await client.fetchQuery(mapPointQuery(collection, point)).catch(() => undefined);
    if (!found) return;
    const to = {
      to: "/conversation/$conversation",
      params: { conversation: found.conversation },
      search: { at: found.message, ...(query === undefined ? {} : { q: query }) },
    } as const;
    if (apart) window.open(router.buildLocation(to).href, "_blank", "noopener");
    else await navigate(to);
  };
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
      else if (!isEverything(selection)) clear();
      else return false;
      return true;
    },
  });

  const titles = useMemo(
    () =>
      new Map([
        ...meta.regions.map((region) => [region.topic, region.title] as const),
        ...meta.topics.map((one) => [one.topic, one.title] as const),
      ]),
    [meta],
  );
  const nameOf: NameOf = (of, id) => {
    if (of === "topics") return titles.get(id);
    return of === "labels" ? labels?.find((label) => label.id === id)?.name : undefined;
  };
  const isShown = (point: number) => {
    if (data.lit !== undefined && data.lit[point] !== 1) return false;
    const now = days.current;
    const day = data.days?.[point];
    return now === undefined || day === undefined || (day >= now[0] && day < now[1]);
  };
  const topicAt = (point: number) => {
    const topic = meta.topics[points.topic[point] ?? -1];
    return topic && { title: topic.title, colour: topicColour(topic.colour, scheme) };
  };
  const unitName = meta.unit === "chunk" ? "passage" : "conversation";
  const hasSelection = !isEverything(selection);
  const outliers = useMemo(
    () => points.topic.reduce((sum, topic) => sum + (topic < 0 ? 1 : 0), 0),
    [points],
  );

  const selected = hasSelection ? (
    <SelectionPanel
      collection={collection}
      selection={selection}
      nameOf={nameOf}
      sort={address.sort ?? "newest"}
      onSort={(sort) =>
        onAddress({ sort: sort === "newest" ? undefined : sort }, { replace: true })
      }
      onSelection={select}
      onClear={clear}
      onSearch={() => document.querySelector<HTMLInputElement>(".map-search input")?.focus()}
    />
  ) : undefined;
  if (asTable)
    return (
      <TableView
        topics={data.topics}
        chosen={chosenTopics}
        onTopic={(topic) => chooseTopic(topic, false)}
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
      chosen={chosenValues}
      isChoosable={(entry) => field !== undefined && (entry.value !== null || by === "language")}
      onBy={(next) => onAddress({ by: next === "topic" ? undefined : next }, { replace: true })}
      onToggle={toggleValue}
    />
  );
  const time = meta.time && meta.time.last > meta.time.first && (
    <TimeStrip
      days={data.days}
      whole={{ from: meta.time.first, to: meta.time.last }}
      after={address.after}
      before={address.before}
      isStill={isStill}
      onLive={liveTime}
      onSettle={setTime}
    />
  );
  const summary = hasSelection
    ? "What is selected"
    : query === undefined
      ? counted(meta.topics.length, "topic")
      : `${counted(data.hits.points.length, "hit")}`;
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
          days={days}
          isShown={isShown}
          topicAt={topicAt}
          description={`Map of ${counted(meta.points, unitName)} in ${counted(meta.topics.length, "topic")}. Arrow keys move it, plus and minus zoom, L draws a lasso. The list of topics beside it leads to the same messages.`}
          onArea={selectArea}
          onTopic={chooseTopic}
          onOpen={(point, apart) => void openPoint(point, apart)}
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
        />
        <div className="map-floor">
          {(!isNarrow || unfolded === "legend") && legend}
          {(!isNarrow || unfolded === "time") && time}
        </div>
        <p className="map-count tabular">
          {count(meta.points)} {unitName}s
        </p>
      </div>
      <aside className="map-side" aria-label="Beside the map">
        <UnstyledButton
          className="map-sheet-handle"
          aria-expanded={side}
          onClick={() => setSide(!side)}
        >
          {summary}
          <IconChevronUp size={18} aria-hidden />
        </UnstyledButton>
        <div className="map-side-body">
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
              outliers={outliers}
              chosen={chosenTopics}
              onTopic={chooseTopic}
              chosenLabels={selection.labels ?? []}
              onLabel={(label) => select({ labels: [label] })}
            />
          )}
        </div>
      </aside>
      <Tooltip label={side ? "Hide the panel" : "Show the panel"} position="left" openDelay={350}>
        <ActionIcon
          className="map-side-toggle"
          variant="default"
          size={30}
          aria-label={side ? "Hide the panel" : "Show the panel"}
          onClick={() => setSide(!side)}
        >
          {side ? (
            <IconLayoutSidebarRightCollapse size={17} stroke={1.6} aria-hidden />
          ) : (
            <IconLayoutSidebarRightExpand size={17} stroke={1.6} aria-hidden />
          )}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
