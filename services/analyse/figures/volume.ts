// The figure of messages over time.

import { blank, type Datum, drawn, type Figure, type FigureFrame } from "./figure.ts";
import { stepAt } from "./steps.ts";
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

/** Messages, conversations and people per step. */
export const volume = (view: View): Figure => {
  const why = whyNoTime(view);
  if (why !== undefined) return blank(shape, why);
  const { frame, rows, dated } = view;
  const { messages } = frame;
  const axis = axisFor(view);
  const counts = new Uint32Array(axis.count);
  const conversations = new Uint32Array(axis.count);
  // Messages are ordered by conversation, so the last conversation seen in a step tells whether this is another.
  const lastSeen = new Int32Array(axis.count).fill(-1);
  const people = new Uint32Array(axis.count);
  const seen = new Uint8Array(axis.count * frame.authors.length);
  for (const row of rows) {
    const step = stepAt(axis, messages.at[row] ?? Number.NaN);
    if (step < 0) continue;
    counts[step] = (counts[step] ?? 0) + 1;
    const home = messages.conversation[row] ?? 0;
    if (lastSeen[step] !== home) conversations[step] = (conversations[step] ?? 0) + 1;
    lastSeen[step] = home;
    const person = step * frame.authors.length + (messages.author[row] ?? 0);
    if (seen[person] === 0) people[step] = (people[step] ?? 0) + 1;
    seen[person] = 1;
  }
  const data: Datum[] = Array.from(counts, (messagesThen, step) => {
    const after = axis.starts[step] ?? 0;
    const before = axis.starts[step + 1] ?? 0;
    return {
      cells: [after, messagesThen, conversations[step] ?? 0, people[step] ?? 0],
      opens: messagesThen === 0 ? null : { after, before },
    };
  });
  const most = counts.reduce((best, value, step) => (value > (counts[best] ?? 0) ? step : best), 0);
  const peak = stepName(axis.step, axis.starts[most] ?? 0, view);
  const at = axis.step === "day" ? "on" : axis.step === "hour" ? "from" : "in";
  const undated = rows.length - dated;
  const sentences = [
    axis.count === 1
      ? `All ${countOf(dated, "message")} fall ${at === "from" ? "into" : at} ${peak}.`
      : `${countOf(dated, "message")} by ${axis.step}; most, ${count(counts[most] ?? 0)}, ${at} ${peak}.`,
    ...(undated > 0 ? [`${countOf(undated, "message")} without a time left out.`] : []),
    ...(axis.coarsened ? [`Finer steps than a ${axis.step} would be too many to draw.`] : []),
  ];
  return drawn(
    { ...shape, chart: { ...shape.chart, width: axis.width } },
    data,
    sentences.join(" "),
  );
};
