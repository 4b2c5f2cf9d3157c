// How a step of a time axis is written: in charts, tables, reports and on the command line alike.
import { dateFormat, type EnglishForm, usualForm } from "./english.ts";

const DAY_MS = 86_400_000;

const years = new Map<string, Intl.DateTimeFormat>();

/** Month (1 … 12) and year of an instant in a zone. */
export const monthOf = (at: number, zone: string | undefined) => {
  const known =
    years.get(zone ?? "") ??
    new Intl.DateTimeFormat("en-GB", { month: "numeric", year: "numeric", timeZone: zone });
  years.set(zone ?? "", known);
  const parts = known.formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return { month: part("month"), year: part("year") };
};

/** How times of an axis are written. */
export interface StepWriting {
  /** IANA zone of the steps; the reader's own where there is none. */
  readonly zone?: string | undefined;
  /** The United Kingdom's where nothing is said. */
  readonly form?: EnglishForm | undefined;
}

/**
 * The step that begins at an instant, as precise as it is wide: "2 Mar 2026, 14:00", "2 Mar 2026", "Mar 2026", "Q1 2026", "2026".
 * @param from milliseconds since 1970
 * @param width of a step, in milliseconds
 */
export const stepText = (
  from: number,
  width: number,
  { zone, form = usualForm }: StepWriting = {},
): string => {
  if (width < DAY_MS) return dateFormat(form, "day-clock", zone)(from);
  if (width < 27 * DAY_MS) return dateFormat(form, "day", zone)(from);
  if (width < 80 * DAY_MS) return dateFormat(form, "month", zone)(from);
  const { month, year } = monthOf(from, zone);
  return width < 300 * DAY_MS ? `Q${Math.ceil(month / 3)} ${year}` : String(year);
};
