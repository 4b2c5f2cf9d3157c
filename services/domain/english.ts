// The forms of English: how each writes dates, times of day and numbers, and with which day its weeks begin. After CLDR, as Intl has it.

/** As BCP 47 tags. The last one, of private use, writes dates as 2026-11-30 (ISO 8601). */
export const englishForms = [
  "en-GB",
  "en-US",
  "en-IE",
  "en-CA",
  "en-AU",
  "en-NZ",
  "en-IN",
  "en-ZA",
  "en-x-iso8601",
] as const;
export type EnglishForm = (typeof englishForms)[number];

/** Where neither a person nor their browser says which. */
export const usualForm: EnglishForm = "en-GB";

/** How a date, a time of day or both are written. Examples are those of the United Kingdom. */
export type DateStyle =
  /** 14:05 */
  | "clock"
  /** 3 Mar */
  | "day-month"
  /** 3 Mar 2024 */
  | "day"
  /** 3 Mar 2024, 14:05 */
  | "day-clock"
  /** Mar 2024 */
  | "month"
  /** 3 March 2024 */
  | "long-day"
  /** March 2024 */
  | "long-month"
  /** Sunday, 3 March 2024 */
  | "weekday"
  /** Sunday, 3 March 2024 at 14:05:09 CET */
  | "whole";

type Options = Intl.DateTimeFormatOptions;

const monthYear = { month: "short", year: "numeric" } as const;
const clock: Options = { hour: "numeric", minute: "2-digit" };
const styles: Readonly<Record<DateStyle, Options>> = {
  clock,
  "day-month": { day: "numeric", month: "short" },
  day: { day: "numeric", ...monthYear },
  "day-clock": { day: "numeric", ...monthYear, ...clock },
  month: monthYear,
  "long-day": { day: "numeric", month: "long", year: "numeric" },
  "long-month": { month: "long", year: "numeric" },
  weekday: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  whole: { dateStyle: "full", timeStyle: "long" },
};

/** Days of twelve hours are written as Intl does it: "2:05 pm". */
const twelveHours: ReadonlySet<EnglishForm> = new Set([
  "en-US",
  "en-CA",
  "en-AU",
  "en-NZ",
  "en-IN",
]);
/** CLDR's, which browsers do not all tell. */
const sundayFirst: ReadonlySet<EnglishForm> = new Set(["en-US", "en-CA", "en-IN", "en-ZA"]);
/** 0 (Sunday) or 1 (Monday). */
export const firstDayOfWeek = (form: EnglishForm): 0 | 1 => (sundayFirst.has(form) ? 0 : 1);
export const hasTwelveHours = (form: EnglishForm): boolean => twelveHours.has(form);

const isIso = (form: EnglishForm): boolean => form === "en-x-iso8601";

const isoParts: Options = {
  weekday: "long",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
  timeZoneName: "short",
};

const isoFormat = (style: DateStyle, timeZone: string | undefined) => {
  const format = new Intl.DateTimeFormat("en-GB", { ...isoParts, timeZone });
  return (at: number): string => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const text = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
    const monthDay = `${text("month")}-${text("day")}`;
    const year = text("year").padStart(4, "0");
    const time = `${text("hour")}:${text("minute")}`;
    switch (style) {
      case "clock":
        return time;
      case "day-month":
        return monthDay;
      case "day":
      case "long-day":
        return `${year}-${monthDay}`;
      case "day-clock":
        return `${year}-${monthDay} ${time}`;
      case "month":
      case "long-month":
        return `${year}-${text("month")}`;
      case "weekday":
        return `${text("weekday")}, ${year}-${monthDay}`;
      case "whole":
        return `${text("weekday")}, ${year}-${monthDay} ${time}:${text("second")} ${text("timeZoneName")}`;
    }
  };
};

const intlFormat = (form: EnglishForm, style: DateStyle, timeZone: string | undefined) => {
  const options: Options = { ...styles[style], timeZone };
  // Hours of a day of 24 have two digits.
  if (options.hour !== undefined && !twelveHours.has(form))
    Object.assign(options, { hour: "2-digit", hourCycle: "h23" });
  const format = new Intl.DateTimeFormat(form, options);
  return (at: number): string => format.format(at);
};

const formats = new Map<string, (at: number) => string>();

/**
 * Intl takes a while to make a format, so each is kept; there are as many as forms and zones in use.
 * @param zone IANA; the machine's own where there is none
 * @throws RangeError for an unknown zone
 */
export const dateFormat = (
  form: EnglishForm,
  style: DateStyle,
  zone?: string,
): ((at: number) => string) => {
  const key = `${form} ${style} ${zone ?? ""}`;
  const known =
    formats.get(key) ?? (isIso(form) ? isoFormat(style, zone) : intlFormat(form, style, zone));
  formats.set(key, known);
  return known;
};

/** The United Kingdom's large numbers are 12.3K and 1.2M here, as elsewhere: Intl's "1.2m" reads like metres. */
const numberLocale = (form: EnglishForm): string => (form === "en-GB" || isIso(form) ? "en" : form);

const numbers = new Map<string, (value: number) => string>();

/**
 * Numbers with the form's groups (12,34,567 in India, 1 234 567 in South Africa). The decimal sign is a point in all of them: sizes,
 * shares and the sentences of figures have one too.
 */
export const numberFormat = (
  form: EnglishForm,
  options: Intl.NumberFormatOptions = {},
): ((value: number) => string) => {
  const key = `${form} ${JSON.stringify(options)}`;
  let known = numbers.get(key);
  if (known === undefined) {
    const format = new Intl.NumberFormat(numberLocale(form), options);
    const hasPoint = format.format(0.5).includes(".");
    known =
      hasPoint || options.maximumFractionDigits === 0
        ? (value) => format.format(value)
        : (value) =>
            format
              .formatToParts(value)
              .map((part) => (part.type === "decimal" ? "." : part.value))
              .join("");
    numbers.set(key, known);
  }
  return known;
};

const asForm = (tag: string): EnglishForm | undefined =>
  englishForms.find((form) => form.toLowerCase() === tag.toLowerCase());

/** The first of the tags that is a form; the usual one where none is. */
export const formOf = (tags: readonly string[]): EnglishForm => {
  for (const tag of tags) {
    const form = asForm(tag);
    if (form !== undefined) return form;
  }
  return usualForm;
};
