// The actions on the map as changes of the URL: select an area, topics, values or a time; open a message.
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import type { MapColumn, MapMeta } from "#services/contract/map.ts";
import type { Selection } from "#services/contract/selection.ts";
import { type MapPoints, mapPointQuery } from "../api/map.ts";
import { toggled } from "../shape/address/search-address.ts";
import { addressOf, isEverything } from "../shape/address/selection-address.ts";
import type { MapAddress } from "../shape/map/address.ts";
import type { Ring } from "../shape/map/area.ts";
import { combined } from "../shape/map/area-join.ts";
import { coreExtent } from "../shape/map/highlight.ts";
import { chosenLeaves, fieldOf, type TopicTree } from "../shape/map/selected-codes.ts";
import type { TimeWindow } from "../shape/map/time.ts";
import type { AreaChange } from "./gestures.ts";
import type { Viewport } from "./viewport.ts";

export type ChangeMapAddress = (
  change: Partial<MapAddress>,
  how?: { readonly replace?: boolean },
) => void;

export interface MapActionsInput {
  readonly collection: string;
  readonly meta: MapMeta;
  readonly points: MapPoints;
  readonly tree: TopicTree;
  readonly viewport: Viewport;
  readonly selection: Selection;
  readonly by: MapColumn;
  readonly query: string | undefined;
  readonly onAddress: ChangeMapAddress;
  /** Called after something was selected. */
  readonly onSelected: () => void;
}

export interface MapActions {
  select(next: Selection): void;
  clear(): void;
  selectArea(ring: Ring, how: AreaChange): void;
  chooseTopic(topic: string, add: boolean): void;
  /** Selects or deselects a value of the column that the map is coloured by. */
  toggleValue(value: string | null): void;
  setTime(window: TimeWindow | undefined): void;
  openPoint(point: number, apart: boolean): Promise<void>;
}

export const useMapActions = (on: MapActionsInput): MapActions => {
  const { collection, meta, points, tree, viewport, selection, by, query, onAddress } = on;
  const client = useQueryClient();
  const router = useRouter();
  const navigate = useNavigate();

  const select = (next: Selection) => {
    onAddress(addressOf(next));
    if (!isEverything(next)) on.onSelected();
  };
  const showTopic = (topic: string) => {
    const chosen = chosenLeaves(tree, [topic]);
    const isMeant = (point: number) => {
      const leaf = points.topic[point] ?? -1;
      return leaf >= 0 && chosen[leaf] === 1;
    };
    // Some points of a topic are far from the others on a map of two dimensions, so zoom to most of them, not to all.
    const target = coreExtent(points.x, points.y, { isMeant, tail: 0.04 });
    if (target) viewport.show(target);
  };

  return {
    select,
    clear: () => onAddress(addressOf({})),
    selectArea: (ring, how) => {
      const { area: before, ...rest } = selection;
      if (how === "subtract" && before === undefined) return;
      const area = how === "new" || before === undefined ? ring : combined(before, ring, how);
      select(
        area === undefined
          ? rest
          : { ...rest, area: area.map(([x, y]): [number, number] => [x, y]) },
      );
    },
    chooseTopic: (topic, add) => {
      const { topics = [], ...rest } = selection;
      const isAlone = topics.length === 1 && topics[0] === topic;
      const alone = isAlone ? undefined : [topic];
      const next = add ? toggled(topics, topic) : alone;
      select(next === undefined ? rest : { ...rest, topics: next });
      if (!add && next !== undefined) showTopic(topic);
    },
    toggleValue: (value) => {
      const field = fieldOf(by);
      if (field === undefined) return;
      const { [field]: now, ...rest } = selection;
      const next = toggled<string | null>(now, value);
      select((next === undefined ? rest : { ...rest, [field]: next }) as Selection);
    },
    setTime: (window) => {
      const { after: _after, before: _before, ...rest } = selection;
      const whole = meta.time;
      const [from, to] = [window?.from ?? Number.NEGATIVE_INFINITY, window?.to ?? Infinity];
      onAddress(
        addressOf({
          ...rest,
          ...(whole && from > whole.first ? { after: Math.round(from) } : {}),
          ...(whole && to < whole.last ? { before: Math.round(to) } : {}),
        }),
      );
    },
    openPoint: async (point, apart) => {
      const found = await client
        .fetchQuery(mapPointQuery(collection, point))
        .catch(() => undefined);
      if (!found) return;
      const to = {
        to: "/conversation/$conversation",
        params: { conversation: found.conversation },
        search: { at: found.message, ...(query === undefined ? {} : { q: query }) },
      } as const;
      if (apart) window.open(router.buildLocation(to).href, "_blank", "noopener");
      else await navigate(to);
    },
  };
};
