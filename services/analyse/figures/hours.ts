// The figure of when people write: messages by hour of the day and day of the week.

import { localColumns } from "#services/analyse/frame/frame.ts";
import { percent } from "#services/domain/percent.ts";
import { blank, type Datum, drawn, type Figure, type FigureFrame } from "./figure.ts";
import { type View, whyNoTime } from "./view.ts";
import { countOf, times } from "./wording.ts";

const shape: FigureFrame = {
  name: "hours",
  title: "Hours and weekdays",
  method:
    "Messages by hour and weekday of local time in the collection's time zone, with the daylight saving time of each date. Where the logs cover only some days, weekdays that they cover more often stand out.",
  columns: [
    ["weekday", "Weekday", "text"],
    ["hour", "Hour", "text"],
    ["messages", "Messages", "count"],
    ["share", "Share", "share"],
  ],
  chart: { type: "heatmap", x: "hour", y: "weekday", series: "messages", width: null },
};

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const clock = (hour: number) => `${String(hour).padStart(2, "0")}:00`;
const WEEK = 168;

/** 168 data, Monday 00:00 first. */
export const hours = (view: View): Figure => {
  const why = whyNoTime(view);
  if (why !== undefined) return blank(shape, why);
  const { hours: hourOf, weekdays: weekdayOf } = localColumns(view.frame, view.time.zone);
  const counts = new Uint32Array(WEEK);
  for (const row of view.rows) {
    const hour = hourOf[row] ?? 255;
    if (hour === 255) continue;
    const cell = ((weekdayOf[row] ?? 1) - 1) * 24 + hour;
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  const data = Array.from(counts, (messages, cell): Datum => {
    const weekday = Math.floor(cell / 24);
    const hour = cell % 24;
    return {
      cells: [weekdays[weekday] ?? "", clock(hour), messages, messages / view.dated],
      opens: messages === 0 ? null : { hours: [hour], weekdays: [weekday + 1] },
    };
  });
  return drawn(shape, data, finding(counts, view.dated));
};

const finding = (counts: Uint32Array, dated: number): string => {
  const busiest = counts.reduce((best, one, cell) => (one > (counts[best] ?? 0) ? cell : best), 0);
  const most = counts[busiest] ?? 0;
  const factor = (most * WEEK) / dated;
  const name = `${weekdays[Math.floor(busiest / 24)]} from ${clock(busiest % 24)} to ${clock(((busiest % 24) + 1) % 24)}`;
  const weekend = counts.slice(120).reduce((sum, one) => sum + one, 0) / dated;
  const held = `${percent(weekend)} of the messages were written at the weekend, which is 29 % of the week.`;
  if (dated < 100) return `Most of the ${countOf(dated, "message")}, ${most}, fall on ${name}.`;
  return `Busiest is ${name} with ${countOf(most, "message")}, ${times(factor)} the average hour. ${held}`;
};
