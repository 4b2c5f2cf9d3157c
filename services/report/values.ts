// Values as a report prints them: numbers, shares, times, durations.

import type { Figure } from "#services/contract/figures.ts";
import { type EnglishForm, numberFormat, usualForm } from "#services/domain/english.ts";
import { percent } from "#services/domain/percent.ts";
import { stepText } from "#services/domain/step-text.ts";

type Column = Figure["columns"][number];
export type Value = string | number | null;

const DAY_MS = 86_400_000;
/** Times that are no steps, as when something began, are written to the minute. */
const UNKNOWN_STEP_MS = 60_000;

export const count = (value: number, form: EnglishForm = usualForm): string =>
  numberFormat(form)(Math.round(value));

/** Calendar day in the collection's zone. */
export const day = (at: number, writing: Pick<Printing, "zone" | "form">): string =>
  stepText(at, DAY_MS, writing);

const duration = (seconds: number): string => {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${Math.round(seconds / 86_400)} days`;
};

const number = (value: number, form: EnglishForm | undefined): string =>
  Number.isInteger(value) ? count(value, form) : value.toPrecision(3);

export interface Printing {
  readonly zone: string;
  /** The United Kingdom's where nothing is said. */
  readonly form?: EnglishForm | undefined;
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
      return stepText(value, printing.width ?? UNKNOWN_STEP_MS, printing);
    case "share":
      return percent(value);
    case "duration":
      return duration(value);
    case "p":
      return value < 0.001 ? "< 0.001" : value.toFixed(3);
    case "count":
      return count(value, printing.form);
    case "number":
    case "text":
    case "topic":
    case "conversation":
      return number(value, printing.form);
    default:
      return column.kind satisfies never;
  }
};
