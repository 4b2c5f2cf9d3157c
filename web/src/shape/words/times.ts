// Times as text, in the reader's time zone: the browser's, or the one that the account prefers. The current time is passed in.
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const formatsIn = (timeZone: string | undefined) => {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { ...options, timeZone });
  return {
    clock: format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    dayMonth: format({ day: "numeric", month: "short" }),
    dayMonthYear: format({ day: "numeric", month: "short", year: "numeric" }),
    monthYear: format({ month: "short", year: "numeric" }),
    weekdayDay: format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    whole: format({ dateStyle: "full", timeStyle: "long" }),
    parts: format({
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    }),
  };
};
let formats = formatsIn(undefined);

/** Shows all times in this zone from now on; undefined, or a zone that the browser does not know: its own. */
export const showTimesIn = (zone: string | undefined): void => {
  try {
    formats = formatsIn(zone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    formats = formatsIn(undefined);
  }
};

/** What a clock on the wall shows at an instant, in the zone of the times. */
const wallTime = (at: number) => {
  const parts = formats.parts.formatToParts(at);
  const read = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value);
  return {
    year: read("year"),
    month: read("month"),
    day: read("day"),
    asIfUtc: Date.UTC(
      read("year"),
      read("month") - 1,
      read("day"),
      read("hour"),
      read("minute"),
      read("second"),
    ),
  };
};

/** "14:05". */
export const clockTime = (at: number): string => formats.clock.format(at);

/** "3 Mar 2024". */
export const date = (at: number): string => formats.dayMonthYear.format(at);

/** "Sunday, 3 March 2024": the heading of a day. */
export const longDate = (at: number): string => formats.weekdayDay.format(at);

/** Date, time and zone in full, for a tooltip. */
export const fullTime = (at: number): string => formats.whole.format(at);

/** Within a day relative, else the date: "just now", "5 min ago", "3 h ago", "3 Mar", "3 Mar 2021". */
export const ago = (at: number, now: number): string => {
  const past = now - at;
  // The server's clock, or that of a page that was opened a moment ago, may be a little ahead.
  if (past > -hour && past < minute) return "just now";
  if (past > 0 && past < hour) return `${Math.floor(past / minute)} min ago`;
  if (past > 0 && past < day) return `${Math.floor(past / hour)} h ago`;
  return wallTime(at).year === wallTime(now).year
    ? formats.dayMonth.format(at)
    : formats.dayMonthYear.format(at);
};

/** "Mar 2004 – Jul 2006", or "Mar 2004" where both are in the same month. */
export const spanOfTime = (first: number, last: number): string => {
  const [from, to] = [formats.monthYear.format(first), formats.monthYear.format(last)];
  return from === to ? from : `${from} – ${to}`;
};

/** Milliseconds left → "a few seconds", "40 s", "3 min", "1 h 20 min". */
export const timeLeft = (ms: number): string => {
  if (ms < 5_000) return "a few seconds";
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  if (ms < hour) return `${Math.round(ms / minute)} min`;
  const hours = Math.floor(ms / hour);
  const minutes = Math.round((ms % hour) / minute);
  return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
};

/** The calendar day, for grouping: "2024-3-3". */
export const dayKey = (at: number): string => {
  const { year, month, day: dayOfMonth } = wallTime(at);
  return `${year}-${month}-${dayOfMonth}`;
};

/** "2024-03-05" → the first instant of that day. */
export const startOfDay = (text: string): number => {
  const [year = 0, month = 1, dayOfMonth = 1] = text.split("-").map(Number);
  const wanted = Date.UTC(year, month - 1, dayOfMonth);
  const offsetAt = (at: number) => wallTime(at).asIfUtc - at;
  // Twice: where the clocks change in between, the first offset is that of another day.
  const near = wanted - offsetAt(wanted);
  return wanted - offsetAt(near);
};

/** The calendar day of an instant, as date fields write it: "2024-03-05". */
export const dayText = (at: number): string => {
  const { year, month, day: dayOfMonth } = wallTime(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${year}-${two(month)}-${two(dayOfMonth)}`;
};
