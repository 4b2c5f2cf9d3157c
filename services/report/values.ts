// Values as a report prints them: numbers, shares, times, durations.

import type { Figure } from "#services/contract/figures.ts";
import { percent } from "#services/domain/percent.ts";
import { stepText } from "#services/domain/step-text.ts";

type Column = Figure["columns"][number];
export type Value = string | number | null;

const DAY_MS = 86_400_000;
/** Times that are no steps, as when something began, are written to the minute. */
const UNKNOWN_STEP_MS = 60_000;

export const count = (value: number): string => Math.round(value).toLocaleString("en");

/** Calendar day in the collection's zone. */
export const day = (at: number, zone: string): string => stepText(at, DAY_MS, zone);

const duration = (seconds: number): string => {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${Math.round(seconds / 86_400)} days`;
};

const number = (value: number): string =>
  Number.isInteger(value) ? count(value) : value.toPrecision(3);

export interface Printing {
  readonly zone: string;
  /** Titles of topics and conversations by id. */
  readonly titles: ReadonlyMap<string, string>;
  /** Milliseconds of one step of the figure's time axis. */
  readonly width: number | null;
}

export const printValue = (value: Value, column: Column, printing: Printing): string => {
  if (value === null) return "–";
  if (typeof value === "string") return printing.titles.get(value) ?? value;
  switch (column.kind) {
    case "time":
      return stepText(value, printing.width ?? UNKNOWN_STEP_MS, printing.zone);
    case "share":
      return percent(value);
    case "duration":
      return duration(value);
    case "p":
      return value < 0.001 ? "< 0.001" : value.toFixed(3);
    case "count":
      return count(value);
    case "number":
    case "text":
    case "topic":
    case "conversation":
      return number(value);
    default:
      return column.kind satisfies never;
  }
};
