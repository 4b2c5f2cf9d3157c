// The figures of topics: their shares over time, and which rise or fade.

import { type FrameTopic, leafOfMessages, NO_TOPIC } from "#services/analyse/frame/frame.ts";
import { percent } from "#services/domain/percent.ts";
import { blank, type Datum, drawn, type Figure, type FigureFrame } from "./figure.ts";
import { stepAt } from "./steps.ts";
import { type TopicTrend, trendMethod, trendsOf } from "./trend-test.ts";
import {
  axisFor,
  bySubjectAndSize,
  shownTopics,
  titlesOf,
  topicsAtLevel,
  type View,
  whyNoTime,
} from "./view.ts";
import { day, list } from "./wording.ts";

const overTime: FigureFrame = {
  name: "topics-over-time",
  title: "Topics over time",
  method:
    "Messages of the largest topics, counted in equal steps of the collection's local time; smaller topics are counted together. The share is of all messages of the step. Messages without a time are left out.",
  columns: [
    ["time", "From", "time"],
    ["topic", "Topic", "topic"],
    ["messages", "Messages", "count"],
    ["share", "Share of the step", "share"],
  ],
  chart: { type: "stacked-area", x: "time", y: "messages", series: "topic", width: null },
};

/** One series: a topic, all other topics, or no topic. */
interface Series {
  readonly title: string;
  readonly topics: string[];
}

/** The largest topics each as a series, then the others as one, then messages without a topic; and the series of each leaf. */
const seriesOf = (view: View) => {
  const { shown } = shownTopics(view);
  const titles = titlesOf(shown);
  const leaf = leafOfMessages(view.frame);
  const perLeaf = new Map<number, number>();
  for (const row of view.rows) {
    const topic = leaf[row] ?? -1;
    perLeaf.set(topic, (perLeaf.get(topic) ?? 0) + 1);
  }
  const sizeOf = ({ leaves }: FrameTopic) =>
    leaves.reduce((sum, one) => sum + (perLeaf.get(one) ?? 0), 0);
  const largest = shown
    .map((topic, place) => ({
      topic,
      title: titles[place] ?? topic.title,
      messages: sizeOf(topic),
    }))
    .filter(({ messages }) => messages > 0)
    .sort(bySubjectAndSize)
    .slice(0, view.top);
  const series: Series[] = largest.map(({ topic, title }) => ({ title, topics: [topic.id] }));
  const seriesOfLeaf = new Map<number, number>();
  for (const [place, { topic }] of largest.entries())
    for (const one of topic.leaves) seriesOfLeaf.set(one, place);
  const own = new Set(largest.map(({ topic }) => topic.id));
  // Named one by one, so that the selection opens exactly the topics of this level that are not drawn, including hidden ones.
  const rest = topicsAtLevel(view.topics, view.level).filter((topic) => !own.has(topic.id));
  const others = rest.filter((topic) => sizeOf(topic) > 0);
  if (others.length > 0) {
    for (const { leaves } of others) for (const one of leaves) seriesOfLeaf.set(one, series.length);
    series.push({ title: "Other topics", topics: others.map(({ id }) => id) });
  }
  if ((perLeaf.get(-1) ?? 0) > 0) {
    seriesOfLeaf.set(-1, series.length);
    series.push({ title: "No topic", topics: [NO_TOPIC] });
  }
  return { series, largest, placeOf: (row: number) => seriesOfLeaf.get(leaf[row] ?? -1) ?? -1 };
};

/** Messages of the largest topics by step, the other topics together. */
export const topicsOverTime = (view: View): Figure => {
  const why = whyNoTime(view);
  if (why !== undefined) return blank(overTime, why);
  if (view.topics.length === 0) return blank(overTime, "There are no topics yet.");
  const { series, largest, placeOf } = seriesOf(view);
  const axis = axisFor(view, series.length);
  const width = series.length;
  const counts = new Uint32Array(axis.count * width);
  const totals = new Uint32Array(axis.count);
  for (const row of view.rows) {
    const step = stepAt(axis, view.frame.messages.at[row] ?? Number.NaN);
    const place = placeOf(row);
    if (step < 0) continue;
    totals[step] = (totals[step] ?? 0) + 1;
    if (place >= 0) counts[step * width + place] = (counts[step * width + place] ?? 0) + 1;
  }
  const data: Datum[] = [];
  for (let step = 0; step < axis.count; step++)
    for (const [place, { title, topics }] of series.entries()) {
      const messages = counts[step * width + place] ?? 0;
      const after = axis.starts[step] ?? 0;
      const before = axis.starts[step + 1] ?? 0;
      data.push({
        cells: [
          after,
          title,
          messages,
          (totals[step] ?? 0) > 0 ? messages / (totals[step] ?? 1) : 0,
        ],
        opens: messages === 0 ? null : { after, before, topics: [...topics] },
      });
    }
  const [first] = largest;
  const says =
    first === undefined
      ? "None of these messages belongs to a topic."
      : `The largest topics from ${day(view.first, view)} to ${day(view.last, view)} are ${list(
          largest
            .slice(0, 3)
            .map(({ title, messages }) => `${title} (${percent(messages / view.rows.length)})`),
        )}.`;
  return drawn({ ...overTime, chart: { ...overTime.chart, width: axis.width } }, data, says);
};

const change: FigureFrame = {
  name: "rising-fading",
  title: "Rising and fading topics",
  method: trendMethod,
  columns: [
    ["topic", "Topic", "topic"],
    ["direction", "Direction", "text"],
    ["ratio", "Later share over earlier", "number"],
    ["earlier", "Share before", "share"],
    ["later", "Share later", "share"],
    ["messages", "Messages later", "count"],
    ["p", "p, adjusted", "p"],
    ["says", "In words", "text"],
  ],
  chart: { type: "bars", x: "topic", y: "ratio", series: "direction", width: null },
};

const rank = { rising: 0, fading: 1, steady: 2, unknown: 3 } as const;

const byWeight = (a: TopicTrend, b: TopicTrend) =>
  rank[a.direction] - rank[b.direction] ||
  Math.abs(Math.log(b.ratio ?? 1)) - Math.abs(Math.log(a.ratio ?? 1));

/** First the topics whose share changed by more than noise, then the others. */
export const risingFading = (view: View): Figure => {
  const { topics, since, why } = trendsOf(view);
  if (why !== undefined) return blank(change, why);
  if (topics.length === 0) return blank(change, "There are no topics yet.");
  const titles = titlesOf(topics.map(({ topic }) => topic));
  const titled = new Map(
    topics.map(({ topic }, place) => [topic.id, titles[place] ?? topic.title]),
  );
  const sorted = [...topics].sort(byWeight);
  const data = sorted.map(
    ({ topic, direction, ratio, shareEarlier, shareLater, later, p, says }): Datum => ({
      cells: [
        titled.get(topic.id) ?? topic.title,
        direction,
        ratio,
        shareEarlier,
        shareLater,
        later,
        p,
        says,
      ],
      opens: later === 0 ? { topics: [topic.id] } : { topics: [topic.id], after: since },
    }),
  );
  const named = (direction: TopicTrend["direction"]) =>
    sorted
      .filter((one) => one.direction === direction)
      .map(({ topic }) => titled.get(topic.id) ?? "");
  const [rising, fading] = [named("rising"), named("fading")];
  const some = (names: readonly string[]) =>
    names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : list(names);
  const from = day(since, view);
  const sentences = [
    ...(rising.length > 0 ? [`Rising since ${from}: ${some(rising)}.`] : []),
    ...(fading.length > 0 ? [`Fading since ${from}: ${some(fading)}.`] : []),
  ];
  return drawn(
    change,
    data,
    sentences.length > 0
      ? sentences.join(" ")
      : `No topic's share changed by more than noise since ${from}.`,
  );
};
