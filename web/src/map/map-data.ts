// Everything that the map draws, computed from the server's answers: points, colours, highlighting, hits.
import { useComputedColorScheme } from "@mantine/core";
import { useInfiniteQuery, useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { Topic } from "#services/contract/analysis.ts";
import type { MapColumn, MapMeta } from "#services/contract/map.ts";
import type { Selection } from "#services/contract/selection.ts";
import { topicsQuery } from "../api/analysis.ts";
import { type MapPoints, mapColumnQuery, mapHitsQuery } from "../api/map.ts";
import { labelsQuery, messagesQuery } from "../api/selected.ts";
import { narrowed } from "../shape/address/selection-address.ts";
import type { Ring } from "../shape/map/area.ts";
import {
  type Colouring,
  colouringOf,
  countCodes,
  lookupOf,
  stepsOf,
  topicCodes,
  topicColouring,
} from "../shape/map/colours.ts";
import { densityMapOf } from "../shape/map/density.ts";
import { type ChosenCodes, drawingOrder, highlightedPoints } from "../shape/map/highlight.ts";
import {
  chosenColumns,
  chosenLeaves,
  chosenPoints,
  columnsNeeded,
  hasRareValue,
  isBeyondMap,
  type LoadedColumn,
  type TopicTree,
} from "../shape/map/selected-codes.ts";
import type { Painting } from "./painter.ts";

/** Most pages (200 messages each) loaded to highlight a selection that only the server can evaluate. */
const mostPages = 10;
const noHits: Painting["hits"] = { points: [], scores: [] };
const noPoints: readonly number[] = [];

/** Replaces a label by the selection that it was made from, where possible: then all its points can be highlighted. */
const useDrawn = (collection: string, selection: Selection): Selection => {
  const { data: labels } = useQuery({
    ...labelsQuery(collection),
    enabled: (selection.labels?.length ?? 0) > 0,
  });
  return useMemo(() => {
    const [only, ...more] = selection.labels ?? [];
    const made = labels?.find((label) => label.id === only)?.selection;
    if (made === undefined || more.length > 0) return selection;
    const { labels: _labels, ...rest } = selection;
    return narrowed(rest, made) ?? selection;
  }, [selection, labels]);
};

/** The points of a selection that no column can express, loaded from the server up to 2,000 messages. */
const usePointsBeyond = (
  collection: string,
  selection: Selection,
  beyond: boolean,
): readonly number[] | undefined => {
  const found = useInfiniteQuery({
    ...messagesQuery(collection, { selection, limit: 200 }),
    enabled: beyond,
  });
  const { data, hasNextPage, isFetching, fetchNextPage } = found;
  const pages = data?.pages.length ?? 0;
  useEffect(() => {
    if (beyond && hasNextPage && !isFetching && pages < mostPages) void fetchNextPage();
  }, [beyond, hasNextPage, isFetching, pages, fetchNextPage]);
  return useMemo(() => {
    if (!beyond) return undefined;
    const points = data?.pages.flatMap((page) => page.messages.map((one) => one.point)) ?? [];
    return points.length === 0 ? noPoints : points.filter((point) => point !== null);
  }, [beyond, data]);
};

const useColumns = (
  collection: string,
  names: readonly MapColumn[],
): ReadonlyMap<MapColumn, LoadedColumn> => {
  const answers = useQueries({
    queries: names.map((name) => mapColumnQuery(collection, name)),
  });
  const state = answers.map(({ dataUpdatedAt }, at) => `${names[at]} ${dataUpdatedAt}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list of answers is a new array in each render; `state` changes with its contents
  return useMemo(
    () =>
      new Map(
        names.flatMap((name, at) => {
          const data = answers[at]?.data;
          return data ? [[name, data] as const] : [];
        }),
      ),
    [state],
  );
};

export interface MapData {
  readonly painting: Painting;
  readonly colouring: Colouring;
  /** The chosen colouring is still loading. */
  readonly colouringPending: boolean;
  readonly topics: readonly Topic[];
  /** Messages in no topic. */
  readonly outliers: number;
  readonly tree: TopicTree;
  /** By point 1 where it is selected; undefined where there is no selection. */
  readonly highlighted: Uint8Array | undefined;
  readonly days: Float32Array | undefined;
  readonly hits: {
    readonly pending: boolean;
    readonly error: unknown;
    readonly missing: number;
    /** Points of the hits within the selection, best first. */
    readonly points: readonly number[];
    readonly all: number;
  };
}

export interface MapAsked {
  readonly collection: string;
  readonly meta: MapMeta;
  readonly points: MapPoints;
  readonly selection: Selection;
  readonly by: MapColumn;
  readonly query: string | undefined;
  /** The first paint is done: now load what it did not need. */
  readonly settled: boolean;
}

export const useMapData = (asked: MapAsked): MapData => {
  const { collection, meta, points, selection, by, query, settled } = asked;
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const { x, y, topic } = points;
  const { data: list } = useQuery({ ...topicsQuery(collection), enabled: settled });
  const drawn = useDrawn(collection, selection);
  const withTime =
    meta.time !== null && (settled || drawn.after !== undefined || drawn.before !== undefined);
  const names = useMemo(
    () =>
      [
        ...new Set<MapColumn>([
          ...(by === "topic" ? [] : [by]),
          ...columnsNeeded(drawn),
          ...(withTime ? (["time"] as const) : []),
        ]),
      ].filter((name) => meta.columns.some((column) => column.name === name)),
    [by, drawn, withTime, meta],
  );
  const columns = useColumns(collection, names);
  const beyond = usePointsBeyond(
    collection,
    drawn,
    isBeyondMap(drawn) || hasRareValue(drawn, columns),
  );

  const leaves = useMemo(() => topicCodes(topic), [topic]);
  const tree = useMemo(
    (): TopicTree => ({
      leaves: meta.topics.map((one) => one.topic),
      childrenOf: new Map((list?.topics ?? []).map((one) => [one.id, one.children])),
    }),
    [meta, list],
  );

  const wanted = by === "topic" ? undefined : columns.get(by);
  const { colouring, codes } = useMemo(() => {
    if (wanted === undefined)
      return {
        colouring: topicColouring(meta.topics, countCodes(leaves, meta.topics.length), scheme),
        codes: leaves,
      };
    const { legend, values } = wanted;
    return {
      colouring: colouringOf(legend, scheme),
      codes:
        values instanceof Uint16Array
          ? values
          : stepsOf(
              values,
              legend.kind === "numbers" ? legend.low : 0,
              legend.kind === "numbers" ? legend.high : 1,
            ),
    };
  }, [wanted, meta, leaves, scheme]);
  const lookup = useMemo(() => lookupOf(colouring, scheme), [colouring, scheme]);

  const area: Ring | undefined = drawn.area;
  const highlighted = useMemo(() => {
    // The server has evaluated the whole selection.
    if (beyond)
      return highlightedPoints(x, y, {
        area: undefined,
        columns: [chosenPoints(x.length, beyond)],
      });
    const parts: ChosenCodes[] = [...chosenColumns(drawn, columns)];
    if (drawn.topics?.length)
      parts.push({ codes: leaves, chosen: chosenLeaves(tree, drawn.topics) });
    return highlightedPoints(x, y, { area, columns: parts });
  }, [x, y, area, drawn, columns, leaves, tree, beyond]);
  const order = useMemo(() => drawingOrder(x.length, highlighted), [x, highlighted]);
  // The density map is computed after the first paint.
  const density = useMemo(
    () =>
      settled
        ? densityMapOf({ x, y, codes, colours: lookup, highlighted: undefined }, meta.extent)
        : undefined,
    [settled, x, y, codes, lookup, meta],
  );

  const found = useQuery({
    ...mapHitsQuery(collection, query ?? "", x.length),
    enabled: query !== undefined && query.trim() !== "",
  });
  const answer = query === undefined ? undefined : found.data;
  const hits = useMemo(() => {
    const within = (answer?.points ?? []).flatMap((point, at) =>
      point < x.length && (highlighted === undefined || highlighted[point] === 1)
        ? [{ point, score: answer?.scores[at] ?? 0 }]
        : [],
    );
    return within.length === 0
      ? noHits
      : { points: within.map((one) => one.point), scores: within.map((one) => one.score) };
  }, [answer, highlighted, x]);

  const time = columns.get("time")?.values;
  const days = time instanceof Float32Array ? time : undefined;
  const painting = useMemo(
    (): Painting => ({ x, y, codes, lookup, days, order, density, hits }),
    [x, y, codes, lookup, days, order, density, hits],
  );
  return {
    painting,
    colouring,
    colouringPending: by !== "topic" && wanted === undefined,
    topics: list?.topics ?? [],
    outliers: list?.outliers ?? 0,
    tree,
    highlighted,
    days,
    hits: {
      pending: query !== undefined && found.isPending,
      error: query === undefined ? null : found.error,
      missing: answer?.missing ?? 0,
      points: hits.points,
      all: answer?.points.length ?? 0,
    },
  };
};
