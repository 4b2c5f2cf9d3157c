// Formats numbers, times and lists for the sentences of figures.
import type { StepName } from "#services/analyse/frame/frame.ts";
import { dateFormat, type EnglishForm } from "#services/domain/english.ts";
import { monthOf } from "#services/domain/step-text.ts";

const counts = new Intl.NumberFormat("en-GB");

/** 12,345 */
export const count = (value: number): string => counts.format(value);

/** "1 message", "12 messages" */
export const countOf = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** Seconds → "40 seconds", "5 minutes", "2.5 hours", "3 days" */
export const duration = (seconds: number): string => {
  const rounded = (value: number, name: string) => {
    const shown = value < 10 ? Number(value.toFixed(1)) : Math.round(value);
    return `${count(shown)} ${name}${shown === 1 ? "" : "s"}`;
  };
  if (seconds < 60) return rounded(seconds, "second");
  if (seconds < 3600) return rounded(seconds / 60, "minute");
  if (seconds < 86_400) return rounded(seconds / 3600, "hour");
  return rounded(seconds / 86_400, "day");
};

/** "twice", "3.4 times" */
export const times = (ratio: number): string =>
  Math.abs(ratio - 2) < 0.05 ? "twice" : `${Number(ratio.toFixed(ratio < 10 ? 1 : 0))} times`;

/** "a", "a and b", "a, b and c" */
export const list = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

/** A p-value as usually printed: "p < 0.001", "p = 0.03". */
export const pValue = (p: number): string =>
  p < 0.001 ? "p < 0.001" : `p = ${p < 0.1 ? p.toFixed(3) : p.toFixed(2)}`;

/** How times of a figure are written: where it is, and for whom. */
export interface TimeWriting {
  /** IANA zone of the collection. */
  readonly zone: string;
  readonly form: EnglishForm;
}

/** "3 March 2018" */
export const day = (at: number, { zone, form }: TimeWriting): string =>
  dateFormat(form, "long-day", zone)(at);

/** The name of a step: "14:00 on 3 March 2018", "the week of 3 March 2018", "March 2018", "the first quarter of 2018" … */
export const stepName = (step: StepName, at: number, writing: TimeWriting): string => {
  const { zone, form } = writing;
  if (step === "hour") return `${dateFormat(form, "clock", zone)(at)} on ${day(at, writing)}`;
  if (step === "day") return day(at, writing);
  if (step === "week") return `the week of ${day(at, writing)}`;
  if (step === "month") return dateFormat(form, "long-month", zone)(at);
  const { month, year } = monthOf(at, zone);
  if (step === "year") return String(year);
  return `the ${["first", "second", "third", "fourth"][Math.floor((month - 1) / 3)]} quarter of ${year}`;
};
