// The figures of conversations: their lengths, the longest, and the liveliest.

import { medianOf } from "#services/analyse/statistics/statistics.ts";
import { percent } from "#services/domain/percent.ts";
import { blank, type Datum, drawn, type Figure, type FigureFrame } from "./figure.ts";
import type { View } from "./view.ts";
import { count, countOf, day } from "./wording.ts";

const HOUR = 3_600_000;

/** The selected messages of a conversation. */
export interface Talk {
  /** Row of `conversations`. */
  readonly row: number;
  readonly messages: number;
  readonly people: number;
  /** NaN where no message has a time. */
  readonly first: number;
  readonly last: number;
  /** The greatest number of messages within 60 minutes, and when those began. */
  readonly peak: number;
  readonly peakFrom: number;
}

/** The window of an hour with the most messages; times in any order, NaN left out. */
const liveliestHour = (times: Float64Array): { peak: number; peakFrom: number } => {
  const sorted = times.filter((at) => !Number.isNaN(at));
  // Messages are nearly always in order; sorting all of them again would take most of the time.
  if (sorted.some((at, place) => place > 0 && at < (sorted[place - 1] ?? at))) sorted.sort();
  let [start, peak, peakFrom] = [0, 0, Number.NaN];
  for (let end = 0; end < sorted.length; end++) {
    while ((sorted[end] ?? 0) - (sorted[start] ?? 0) >= HOUR) start++;
    if (end - start + 1 > peak) {
      peak = end - start + 1;
      peakFrom = sorted[start] ?? Number.NaN;
    }
  }
  return { peak, peakFrom };
};

const kept = new WeakMap<View, readonly Talk[]>();

/** The conversations of the view's messages, in the order of the frame. Made once per view, because three figures use them. */
export const talksOf = (view: View): readonly Talk[] => {
  const known = kept.get(view) ?? readTalks(view);
  kept.set(view, known);
  return known;
};

const readTalks = ({ frame, rows }: View): Talk[] => {
  const { conversation, author, at } = frame.messages;
  const talks: Talk[] = [];
  for (let from = 0; from < rows.length; ) {
    const home = conversation[rows[from] ?? 0] ?? 0;
    let end = from;
    const people = new Set<number>();
    for (; end < rows.length && conversation[rows[end] ?? 0] === home; end++)
      people.add(author[rows[end] ?? 0] ?? 0);
    const times = new Float64Array(end - from);
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let place = from; place < end; place++) {
      const instant = at[rows[place] ?? 0] ?? Number.NaN;
      times[place - from] = instant;
      if (instant < first) first = instant;
      if (instant > last) last = instant;
    }
    talks.push({
      row: home,
      messages: end - from,
      people: people.size,
      first: Number.isFinite(first) ? first : Number.NaN,
      last: Number.isFinite(last) ? last : Number.NaN,
      ...liveliestHour(times),
    });
    from = end;
  }
  return talks;
};

export const titleOf = ({ frame }: View, { row }: Talk): string =>
  frame.conversations.titles.at(row) || "Without a title";

const idOf = ({ frame }: View, { row }: Talk): string => frame.conversations.ids.at(row);

const lengths: FigureFrame = {
  name: "thread-lengths",
  title: "Lengths of conversations",
  method:
    "Conversations by the number of selected messages in them. A row opens its conversations if there are at most 1,000 of them.",
  columns: [
    ["length", "Messages in it", "text"],
    ["conversations", "Conversations", "count"],
    ["share", "Share", "share"],
    ["messages", "Messages", "count"],
  ],
  chart: { type: "bars", x: "length", y: "conversations", series: null, width: null },
};

/** First length of each bin. */
const bins = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];
/** The most conversations that a selection can name. */
const MOST_NAMED = 1000;

const binName = (bin: number): string => {
  const from = bins[bin] ?? 1;
  const next = bins[bin + 1];
  if (next === undefined) return `${count(from)} and more`;
  return next === from + 1 ? count(from) : `${count(from)}–${count(next - 1)}`;
};

/** Conversations by length, in bins of growing width. */
export const threadLengths = (view: View): Figure => {
  if (view.rows.length === 0) return blank(lengths, "No messages are selected.");
  const talks = talksOf(view);
  const byBin: Talk[][] = bins.map(() => []);
  for (const talk of talks) byBin[bins.findLastIndex((from) => talk.messages >= from)]?.push(talk);
  const last = byBin.findLastIndex((inside) => inside.length > 0);
  const data = byBin.slice(0, last + 1).map(
    (inside, bin): Datum => ({
      cells: [
        binName(bin),
        inside.length,
        inside.length / talks.length,
        inside.reduce((sum, { messages }) => sum + messages, 0),
      ],
      opens:
        inside.length === 0 || inside.length > MOST_NAMED
          ? null
          : { conversations: inside.map((talk) => idOf(view, talk)) },
    }),
  );
  const sorted = Float64Array.from(talks, ({ messages }) => messages).sort();
  const middle = medianOf(sorted);
  const alone = (byBin[0]?.length ?? 0) / talks.length;
  const says =
    talks.length === 1
      ? `One conversation of ${countOf(sorted[0] ?? 0, "message")}.`
      : `Half of the ${countOf(talks.length, "conversation")} have at most ${countOf(Math.floor(middle), "message")}; the longest has ${count(sorted.at(-1) ?? 0)}${alone > 0 ? `, ${percent(alone)} are a single message` : ""}.`;
  return drawn(lengths, data, says);
};

const tableOf = {
  columns: [
    ["conversation", "Conversation", "conversation"],
    ["messages", "Messages", "count"],
    ["people", "People", "count"],
    ["peak", "Most in an hour", "count"],
    ["first", "First", "time"],
    ["duration", "Lasted", "duration"],
  ],
  chart: { type: "table", x: "conversation", y: "messages", series: null, width: null },
} as const;

const MOST_ROWS = 30;

const longestShape: FigureFrame = {
  name: "longest",
  title: "Longest conversations",
  method:
    "The conversations with the most selected messages. The duration runs from the first to the last message.",
  ...tableOf,
};

const datumOf = (view: View, talk: Talk, peakOnly: "whole" | "peak"): Datum => ({
  cells: [
    titleOf(view, talk),
    talk.messages,
    talk.people,
    talk.peak === 0 ? null : talk.peak,
    talk.first,
    (talk.last - talk.first) / 1000,
  ],
  opens:
    peakOnly === "whole"
      ? { conversations: [idOf(view, talk)] }
      : {
          conversations: [idOf(view, talk)],
          after: Math.floor(talk.peakFrom),
          before: Math.floor(talk.peakFrom) + HOUR,
        },
});

/** The conversations with the most messages. */
export const longest = (view: View): Figure => {
  if (view.rows.length === 0) return blank(longestShape, "No messages are selected.");
  const talks = [...talksOf(view)].sort((a, b) => b.messages - a.messages || a.row - b.row);
  const [first] = talks;
  if (first === undefined) return blank(longestShape, "No messages are selected.");
  const when = Number.isNaN(first.first) ? "" : `, begun on ${day(first.first, view)}`;
  return drawn(
    longestShape,
    talks.slice(0, MOST_ROWS).map((talk) => datumOf(view, talk, "whole")),
    `The longest, “${titleOf(view, first)}”${when}, has ${countOf(first.messages, "message")} by ${countOf(first.people, "person", "people")}.`,
  );
};

const livelyShape: FigureFrame = {
  name: "liveliest",
  title: "Liveliest conversations",
  method:
    "Conversations of at least two people, ordered by the greatest number of messages within any 60 minutes. A row opens those 60 minutes. An assistant counts as a person.",
  ...tableOf,
  chart: { ...tableOf.chart, y: "peak" },
};

/** With fewer messages in an hour, a conversation is not called lively. */
const LEAST_LIVELY = 5;

/** Conversations of several people by their busiest hour. */
export const liveliest = (view: View): Figure => {
  if (view.rows.length === 0) return blank(livelyShape, "No messages are selected.");
  if (view.dated === 0) return blank(livelyShape, "None of these messages has a time.");
  const talks = talksOf(view)
    .filter(({ people, peak }) => people > 1 && peak >= LEAST_LIVELY)
    .sort((a, b) => b.peak - a.peak || b.people - a.people || a.row - b.row);
  const [first] = talks;
  if (first === undefined)
    return blank(
      livelyShape,
      "No conversation of several people has five or more messages within an hour.",
    );
  return drawn(
    livelyShape,
    talks.slice(0, MOST_ROWS).map((talk) => datumOf(view, talk, "peak")),
    `The liveliest hour is in “${titleOf(view, first)}” on ${day(first.peakFrom, view)}: ${countOf(first.peak, "message")} within 60 minutes, ${countOf(first.people, "person", "people")} in the conversation.`,
  );
};
