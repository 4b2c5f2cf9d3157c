// The figures of sentiment: its mean over time and by topic, with intervals that treat conversations as independent cases.

import {
  leafOfMessages,
  type MessageSelection,
  NO_SENTIMENT,
  type RoleName,
  roles,
  SENTIMENT_EDGE,
} from "#services/analyse/frame/frame.ts";
import {
  adjusted,
  differenceP,
  halfWidth95,
  type MeanSums,
  openMean,
} from "#services/analyse/statistics/statistics.ts";
import { sentimentMethod } from "#services/analyse/tone/tone.ts";
import { percent } from "#services/domain/percent.ts";
import { blank, type Cell, type Datum, drawn, type Figure, type FigureFrame } from "./figure.ts";
import { stepAt } from "./steps.ts";
import { SIGNIFICANT } from "./trend-test.ts";
import { axisFor, shownTopics, titlesOf, type View, whyNoTime } from "./view.ts";
import { list, stepName } from "./wording.ts";

const intervals =
  " The mean covers the messages with a sentiment; its 95 % interval treats conversations, not messages, as independent. Where people are among the authors, only their messages are counted, not those of assistants, systems and tools.";

const measures = [
  ["mean", "Mean sentiment", "number"],
  ["low", "Low end", "number"],
  ["high", "High end", "number"],
  ["messages", "Messages counted", "count"],
  ["negative", "Negative", "share"],
  ["positive", "Positive", "share"],
] as const;

const overTime: FigureFrame = {
  name: "sentiment",
  title: "Sentiment over time",
  method: sentimentMethod + intervals,
  columns: [["time", "From", "time"], ...measures],
  chart: { type: "line", x: "time", y: "mean", series: null, width: null },
};

const peopleRoles: RoleName[] = ["user", "person"];

/** Sums of one step or topic. */
interface Mood {
  readonly sums: MeanSums;
  negative: number;
  positive: number;
}

const openMood = (): Mood => ({ sums: openMean(), negative: 0, positive: 0 });

/** Rows of people (of all authors where there are no people) with a sentiment, in the order of the frame, and the selection of their authors. */
const evaluative = ({ frame, rows }: View): { rows: Uint32Array; writers: MessageSelection } => {
  const { role, sentiment } = frame.messages;
  const isPerson = roles.map((name) => peopleRoles.includes(name));
  const anyPerson = rows.some((row) => isPerson[role[row] ?? 0]);
  return {
    rows: rows.filter(
      (row) => sentiment[row] !== NO_SENTIMENT && (!anyPerson || isPerson[role[row] ?? 0]),
    ),
    writers: anyPerson
      ? { roles: [...peopleRoles], sentiment: ["negative", "neutral", "positive"] }
      : { sentiment: ["negative", "neutral", "positive"] },
  };
};

/** Adds the rows to the moods of their places; within each place, a conversation is one cluster. */
const fill = (view: View, rows: Uint32Array, moodOf: (row: number) => Mood | undefined): void => {
  const { conversation, sentiment } = view.frame.messages;
  const open = new Set<Mood>();
  let last = -1;
  const close = () => {
    for (const { sums } of open) sums.close();
    open.clear();
  };
  for (const row of rows) {
    const home = conversation[row] ?? 0;
    if (home !== last) close();
    last = home;
    const mood = moodOf(row);
    if (mood === undefined) continue;
    const value = sentiment[row] ?? 0;
    mood.sums.add(value / 100);
    if (value <= -SENTIMENT_EDGE) mood.negative++;
    if (value >= SENTIMENT_EDGE) mood.positive++;
    open.add(mood);
  }
  close();
};

const cellsOf = ({ sums, negative, positive }: Mood): Cell[] => {
  if (sums.count === 0) return [null, null, null, 0, null, null];
  const { value, variance, clusters } = sums.estimate();
  const half = halfWidth95(clusters - 1) * Math.sqrt(variance);
  const sure = clusters >= 2 && Number.isFinite(half);
  return [
    value,
    sure ? Math.max(-1, value - half) : null,
    sure ? Math.min(1, value + half) : null,
    sums.count,
    negative / sums.count,
    positive / sums.count,
  ];
};

const NOTHING = "None of these messages has a sentiment in a supported language.";

/** Mean sentiment per step, with its interval. */
export const sentiment = (view: View): Figure => {
  const why = whyNoTime(view);
  if (why !== undefined) return blank(overTime, why);
  const { rows, writers } = evaluative(view);
  if (rows.length === 0) return blank(overTime, NOTHING);
  const axis = axisFor(view);
  const moods = Array.from({ length: axis.count }, openMood);
  const whole = openMood();
  fill(view, rows, (row) => moods[stepAt(axis, view.frame.messages.at[row] ?? Number.NaN)]);
  fill(view, rows, () => whole);
  const data = moods.map((mood, step): Datum => {
    const after = axis.starts[step] ?? 0;
    return {
      cells: [after, ...cellsOf(mood)],
      opens:
        mood.sums.count === 0
          ? null
          : { ...writers, after, before: axis.starts[step + 1] ?? after },
    };
  });
  const share = (part: number) => percent(part / whole.sums.count);
  const overall = `Of the messages with a sentiment, ${share(whole.positive)} are positive and ${share(whole.negative)} negative.`;
  const shape = { ...overTime, chart: { ...overTime.chart, width: axis.width } };
  return drawn(
    shape,
    data,
    [
      overall,
      ...unusualStep(moods, whole, (step) => stepName(axis.step, axis.starts[step] ?? 0, view)),
    ].join(" "),
  );
};

/** The step that differs most from the whole, where that is more than noise after correction for the number of steps. */
const unusualStep = (
  moods: readonly Mood[],
  whole: Mood,
  name: (step: number) => string,
): string[] => {
  const all = whole.sums.estimate();
  const estimates = moods.map(({ sums }) => sums.estimate());
  const ps = adjusted(
    estimates.map((one) => (one.clusters >= 5 ? differenceP(one, all) : Number.NaN)),
  );
  const off = (step: number) => Math.abs((estimates[step]?.value ?? 0) - all.value);
  const [worst] = [...ps.keys()]
    .filter((step) => (ps[step] ?? 1) < SIGNIFICANT)
    .sort((a, b) => off(b) - off(a));
  if (worst === undefined)
    return moods.length > 1 ? ["No step differs from the whole by more than noise."] : [];
  const direction = (estimates[worst]?.value ?? 0) > all.value ? "better" : "worse";
  return [`The mood was ${direction} than usual in ${name(worst)}.`];
};

const byTopic: FigureFrame = {
  name: "sentiment-by-topic",
  title: "Sentiment by topic",
  method: `${sentimentMethod}${intervals} p is from Welch's t test against the messages of all topics together, adjusted for the number of topics (Benjamini and Hochberg).`,
  columns: [["topic", "Topic", "topic"], ...measures, ["p", "p, adjusted", "p"]],
  chart: { type: "bars", x: "topic", y: "mean", series: null, width: null },
};

/** Least number of messages with a sentiment for a topic's mean. */
const LEAST_EVALUATIVE = 5;

/** Mean sentiment of each topic of the view's level, the most negative first. */
export const sentimentByTopic = (view: View): Figure => {
  if (view.rows.length === 0) return blank(byTopic, "No messages are selected.");
  const { rows, writers } = evaluative(view);
  if (rows.length === 0) return blank(byTopic, NOTHING);
  const { shown, placeOfLeaf } = shownTopics(view);
  const leaf = leafOfMessages(view.frame);
  const moods = shown.map(openMood);
  const whole = openMood();
  fill(view, rows, (row) => moods[placeOfLeaf[leaf[row] ?? -1] ?? -1]);
  fill(view, rows, () => whole);
  const all = whole.sums.estimate();
  const titles = titlesOf(shown);
  const found = moods
    .map((mood, place) => ({ mood, id: shown[place]?.id ?? "", title: titles[place] ?? "" }))
    .filter(({ mood }) => mood.sums.count >= LEAST_EVALUATIVE);
  if (found.length === 0) return blank(byTopic, "No topic has five messages with a sentiment.");
  const ps = adjusted(
    found.map(({ mood }) => {
      const own = mood.sums.estimate();
      return own.clusters >= 3 ? differenceP(own, all) : Number.NaN;
    }),
  );
  const sorted = found
    .map((one, place) => ({
      ...one,
      p: ps[place] ?? Number.NaN,
      mean: one.mood.sums.estimate().value,
    }))
    .sort((a, b) => a.mean - b.mean);
  const data = sorted.map(
    ({ mood, id, title, p }): Datum => ({
      cells: [title, ...cellsOf(mood), p],
      opens: { ...writers, topics: [id] },
    }),
  );
  const certain = sorted.filter(({ p }) => p < SIGNIFICANT);
  const worse = certain.filter(({ mean }) => mean < all.value).map(({ title }) => title);
  const better = certain.filter(({ mean }) => mean > all.value).map(({ title }) => title);
  const sentences = [
    ...(worse.length > 0 ? [`More negative than the rest: ${list(worse.slice(0, 3))}.`] : []),
    ...(better.length > 0 ? [`More positive: ${list(better.slice(-3).reverse())}.`] : []),
  ];
  return drawn(
    byTopic,
    data,
    sentences.length > 0
      ? sentences.join(" ")
      : "No topic differs from the rest by more than noise.",
  );
};
