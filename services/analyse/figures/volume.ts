// The figure of how many messages there were over time.
import { stepAt } from "../steps.ts";
import { blank, type Datum, drawn, type Figure, type FigureFrame } from "./figure.ts";
import { axisFor, type View, whyNoTime } from "./view.ts";
import { count, countOf, stepName } from "./wording.ts";

const shape: FigureFrame = {
  name: "volume",
  title: "Messages over time",
  method:
    "Messages are counted in equal steps of the collection's local time. Messages without a time are left out. The newest step may not be over yet.",
  columns: [
    ["time", "From", "time"],
    ["messages", "Messages", "count"],
    ["conversations", "Conversations", "count"],
    ["people", "People", "count"],
  ],
  chart: { type: "area", x: "time", y: "messages", series: null, width: null },
};

/** Distinct values seen in each step, in one pass: the last step each value was seen in is remembered where times ascend. */
const distinct = (values: number, steps: number) => {
  const seen = new Set<number>();
  const counts = new Uint32Array(steps);
  return {
    counts,
    see: (step: number, value: number) => {
      const key = step * values + value;
      if (seen.has(key)) return;
      seen.add(key);
      counts[step] = (counts[step] ?? 0) + 1;
    },
  };
};

/** Messages, conversations and people by step. */
export const volume = (view: View): Figure => {
  const why = whyNoTime(view);
  if (why !== undefined) return blank(shape, why);
  const { frame, rows, time, dated } = view;
  const { messages } = frame;
  const axis = axisFor(view);
  const counts = new Uint32Array(axis.count);
  const conversations = distinct(frame.conversations.count, axis.count);
  const people = distinct(frame.authors.length, axis.count);
  for (const row of rows) {
    const step = stepAt(axis, messages.at[row] ?? Number.NaN);
    if (step < 0) continue;
    counts[step] = (counts[step] ?? 0) + 1;
    conversations.see(step, messages.conversation[row] ?? 0);
    people.see(step, messages.author[row] ?? 0);
  }
  const data: Datum[] = Array.from(counts, (messagesThen, step) => {
    const after = axis.starts[step] ?? 0;
    const before = axis.starts[step + 1] ?? 0;
    return {
      cells: [after, messagesThen, conversations.counts[step] ?? 0, people.counts[step] ?? 0],
      opens: messagesThen === 0 ? null : { after, before },
    };
  });
  const most = counts.reduce((best, value, step) => (value > (counts[best] ?? 0) ? step : best), 0);
  const peak = stepName(axis.step, axis.starts[most] ?? 0, time);
  const undated = rows.length - dated;
  const sentences = [
    axis.count === 1
      ? `All ${countOf(dated, "message")} fall in ${peak}.`
      : `${countOf(dated, "message")} by ${axis.step}; most, ${count(counts[most] ?? 0)}, in ${peak}.`,
    ...(undated > 0 ? [`${countOf(undated, "message")} without a time left out.`] : []),
    ...(axis.coarsened ? [`Finer steps than a ${axis.step} would be too many to draw.`] : []),
  ];
  return drawn(
    { ...shape, chart: { ...shape.chart, width: axis.width } },
    data,
    sentences.join(" "),
  );
};
