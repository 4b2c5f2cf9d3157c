// The map in responses: its regions and topics, and the columns that points may be coloured by.

import {
  type Frame,
  NO_SENTIMENT,
  roles,
  rowOfConversation,
  rowOfPoint,
  topicOfMessages,
} from "#services/analyse/frame/frame.ts";
import { type Region, regionsOf } from "#services/analyse/layout/layout.ts";
import { isNoSubject } from "#services/analyse/names/names.ts";
import type { MapColumn, MapLegend, MapMeta } from "#services/contract/map.ts";
import { listedLeaves } from "#services/domain/listed-topics.ts";
import type { View } from "./analysis-cache.ts";

const labels: Readonly<Record<MapColumn, string>> = {
  topic: "Topic",
  author: "Author",
  role: "Role",
  source: "Source",
  channel: "Channel",
  language: "Language",
  time: "Time",
  sentiment: "Sentiment",
  length: "Length",
  fit: "Fit to its topic",
};

/** The most values with a colour of their own; the others share one. */
const MOST_VALUES = 20;
const ABSENT = 65_535;
const DAY_MS = 86_400_000;

export const pointOf = ({ frame }: View, chunk: string): number | undefined =>
  rowOfPoint(frame).get(chunk);

// A frame never changes, so this is made once per frame and dropped with it.
const pointsOfConversations = new WeakMap<Frame, Map<number, number>>();

export const pointOfConversation = ({ frame }: View, id: string): number | undefined => {
  let known = pointsOfConversations.get(frame);
  if (known === undefined) {
    known = new Map();
    for (const [point, message] of frame.points.message.entries())
      known.set(frame.messages.conversation[message] ?? -1, point);
    pointsOfConversations.set(frame, known);
  }
  const conversation = rowOfConversation(frame).get(id);
  return conversation === undefined ? undefined : known.get(conversation);
};

const extentOf = ({ points }: Frame): MapMeta["extent"] => {
  const extent = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let point = 0; point < points.count; point++) {
    const [x, y] = [points.x[point] ?? 0, points.y[point] ?? 0];
    extent.left = Math.min(extent.left, x);
    extent.right = Math.max(extent.right, x);
    extent.bottom = Math.min(extent.bottom, y);
    extent.top = Math.max(extent.top, y);
  }
  return points.count === 0 ? { left: -1, right: 1, bottom: -1, top: 1 } : extent;
};

const timeOf = ({ messages }: Frame): MapMeta["time"] => {
  let [first, last] = [Infinity, -Infinity];
  for (const at of messages.at) {
    if (Number.isNaN(at)) continue;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return first > last ? null : { first, last };
};

/** Offers a column only where its values differ between points. */
const columnsOf = (frame: Frame): MapMeta["columns"] => {
  const tells: Readonly<Record<MapColumn, boolean>> = {
    topic: true,
    author: frame.authors.length > 1,
    role: new Set(frame.messages.role).size > 1,
    source: frame.sources.length > 1,
    channel: frame.channels.length > 1,
    language: frame.languages.length > 1,
    time: timeOf(frame) !== null,
    sentiment: frame.messages.sentiment.some((value) => value !== NO_SENTIMENT),
    length: true,
    fit: true,
  };
  const names = Object.keys(tells) as MapColumn[];
  return names.filter((name) => tells[name]).map((name) => ({ name, label: labels[name] }));
};

const nothing: MapMeta = {
  analysis: null,
  version: null,
  unit: "chunk",
  points: 0,
  messages: 0,
  unplaced: 0,
  extent: { left: -1, right: 1, bottom: -1, top: 1 },
  regions: [],
  topics: [],
  listed: [],
  columns: [],
  time: null,
  trustworthiness: null,
};

/**
 * Made once per frame and set of shown topics, because it reads every point; a frame never changes. Titles and colours are
 * added each time.
 */
const places = new WeakMap<Frame, { readonly of: string; readonly regions: Region[] }>();

const regionsShown = ({ frame, frameTopics }: View): Region[] => {
  // What is no subject lies all over the map, and has no place of its own there.
  const shown = frameTopics.filter(({ hidden, title }) => !hidden && !isNoSubject(title));
  const of = shown.map(({ id }) => id).join(" ");
  const known = places.get(frame);
  if (known?.of === of) return known.regions;
  const regions = regionsOf(frame.points, shown).sort(
    (a, b) => a.level - b.level || b.priority - a.priority,
  );
  places.set(frame, { of, regions });
  return regions;
};

export const metaOf = (view: View | undefined): MapMeta => {
  if (view === undefined) return nothing;
  const { frame, analysis, leaves, topics } = view;
  const byId = new Map(topics.map((topic) => [topic.id as string, topic]));
  const messages = frame.messages.point.reduce((sum, point) => sum + (point < 0 ? 0 : 1), 0);
  return {
    analysis: analysis.id,
    version: analysis.version,
    unit: frame.unit,
    points: frame.points.count,
    messages,
    unplaced: frame.messages.count - messages,
    extent: extentOf(frame),
    regions: regionsShown(view).flatMap(({ topic, level, x, y, size }) => {
      const found = byId.get(topic);
      return found
        ? [{ topic, level, title: found.title, colour: found.colour, x, y, points: size }]
        : [];
    }),
    topics: leaves.map((leaf) => ({
      topic: leaf?.id ?? "",
      title: leaf?.title ?? "",
      colour: leaf?.colour ?? 0,
    })),
    listed: listedLeaves(topics.map((one) => ({ ...one, isLeaf: one.leafNumber !== null }))),
    columns: columnsOf(frame),
    time: timeOf(frame),
    trustworthiness: analysis.quality?.trustworthiness ?? null,
  };
};

interface PackedColumn {
  readonly legend: MapLegend;
  readonly values: Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
}

interface Categories {
  readonly name: MapColumn;
  readonly names: readonly { readonly value: string; readonly label: string }[];
  /** Place in `names` of each point; −1 where it has no value. */
  readonly at: (point: number) => number;
}

/** The most frequent values get codes in the order of their counts; all others share one code. */
const categories = (count: number, { name, names, at }: Categories): PackedColumn => {
  const counts = new Uint32Array(names.length);
  for (let point = 0; point < count; point++) {
    const place = at(point);
    if (place >= 0) counts[place] = (counts[place] ?? 0) + 1;
  }
  const order = [...counts.keys()]
    .filter((place) => (counts[place] ?? 0) > 0)
    .sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  const shown = order.slice(0, MOST_VALUES);
  const others = order.slice(MOST_VALUES);
  const codes = new Map(shown.map((place, code) => [place, code]));
  const values = Uint16Array.from({ length: count }, (_, point) => {
    const place = at(point);
    return place < 0 ? ABSENT : (codes.get(place) ?? shown.length);
  });
  const rest = others.reduce((sum, place) => sum + (counts[place] ?? 0), 0);
  return {
    legend: {
      kind: "categories",
      name,
      values: [
        ...shown.map((place) => ({
          value: names[place]?.value ?? "",
          label: names[place]?.label ?? "",
          count: counts[place] ?? 0,
        })),
        ...(rest > 0
          ? [{ value: null, label: `${others.length.toLocaleString("en")} others`, count: rest }]
          : []),
      ],
    },
    values,
  };
};

interface Measures {
  readonly name: MapColumn;
  readonly unit: "time" | "share" | "count";
  /** NaN where a point has none. */
  readonly at: (point: number) => number;
}

const numbers = (count: number, { name, unit, at }: Measures): PackedColumn => {
  const values = Float32Array.from({ length: count }, (_, point) => at(point));
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 0];
  return { legend: { kind: "numbers", name, unit, low, high }, values };
};

const listed = (list: readonly string[]) => list.map((value) => ({ value, label: value }));

/** The column of each point, by its first message. */
export const columnOf = (view: View, name: MapColumn): PackedColumn => {
  const { frame, leaves } = view;
  const { points, messages, conversations } = frame;
  const { count } = points;
  const first = (point: number) => points.message[point] ?? 0;
  const conversation = (point: number) => messages.conversation[first(point)] ?? 0;
  switch (name) {
    case "topic": {
      const topics = topicOfMessages(frame);
      return categories(count, {
        name,
        names: leaves.map((leaf) => ({ value: leaf?.id ?? "", label: leaf?.title ?? "" })),
        at: (point) => topics[first(point)] ?? -1,
      });
    }
    case "author":
      return categories(count, {
        name,
        names: listed(frame.authors),
        at: (point) => messages.author[first(point)] ?? -1,
      });
    case "role":
      return categories(count, {
        name,
        names: listed(roles),
        at: (point) => messages.role[first(point)] ?? -1,
      });
    case "source":
      return categories(count, {
        name,
        names: listed(frame.sources),
        at: (point) => conversations.source[conversation(point)] ?? -1,
      });
    case "channel":
      return categories(count, {
        name,
        names: listed(frame.channels),
        at: (point) => conversations.channel[conversation(point)] ?? -1,
      });
    case "language":
      return categories(count, {
        name,
        names: listed(frame.languages),
        at: (point) => messages.language[first(point)] ?? -1,
      });
    case "time":
      return numbers(count, {
        name,
        unit: "time",
        at: (point) => (messages.at[first(point)] ?? Number.NaN) / DAY_MS,
      });
    case "sentiment":
      return numbers(count, {
        name,
        unit: "share",
        at: (point) => {
          const value = messages.sentiment[first(point)] ?? NO_SENTIMENT;
          return value === NO_SENTIMENT ? Number.NaN : value / 100;
        },
      });
    case "length":
      return numbers(count, {
        name,
        unit: "count",
        at: (point) => messages.length[first(point)] ?? 0,
      });
    case "fit":
      return numbers(count, {
        name,
        unit: "share",
        at: (point) => points.similarity[point] ?? Number.NaN,
      });
    default:
      return name satisfies never;
  }
};
