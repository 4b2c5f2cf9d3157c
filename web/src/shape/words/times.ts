// Times as text, in the reader's time zone (the browser's, or the one that the account prefers) and form of English. The current time
// is passed in; the examples are those of the United Kingdom.
import { type DateStyle, dateFormat, hasTwelveHours } from "#services/domain/english.ts";
import { writtenIn } from "./english.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** IANA; undefined for the browser's own. */
let zone: string | undefined;

const partsIn = (timeZone: string | undefined) =>
  new Intl.DateTimeFormat("en-GB", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZone,
  });
let partsFormat = partsIn(undefined);

/** Shows all times in this zone from now on; undefined, or a zone that the browser does not know: its own. */
export const showTimesIn = (next: string | undefined): void => {
  try {
    partsFormat = partsIn(next);
    zone = next;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    showTimesIn(undefined);
  }
};

const written = (style: DateStyle, at: number): string => dateFormat(writtenIn(), style, zone)(at);

/** What a clock on the wall shows at an instant, in the zone of the times. */
const wallTime = (at: number) => {
  const parts = partsFormat.formatToParts(at);
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
export const clockTime = (at: number): string => written("clock", at);

/** A whole hour of the day, 0 … 23: "14:00", "2 pm". */
export const hourName = (hour: number): string => {
  if (!hasTwelveHours(writtenIn())) return `${String(hour).padStart(2, "0")}:00`;
  return `${hour % 12 === 0 ? 12 : hour % 12} ${hour < 12 ? "am" : "pm"}`;
};

/** "3 Mar 2024". */
export const date = (at: number): string => written("day", at);

/** "Sunday, 3 March 2024": the heading of a day. */
export const longDate = (at: number): string => written("weekday", at);

/** Date, time and zone in full, for a tooltip. */
export const fullTime = (at: number): string => written("whole", at);

/** Within a day relative, else the date: "just now", "5 min ago", "3 h ago", "3 Mar", "3 Mar 2021". */
export const ago = (at: number, now: number): string => {
  const past = now - at;
  // The server's clock, or that of a page that was opened a moment ago, may be a little ahead.
  if (past > -hour && past < minute) return "just now";
  if (past > 0 && past < hour) return `${Math.floor(past / minute)} min ago`;
  if (past > 0 && past < day) return `${Math.floor(past / hour)} h ago`;
  return wallTime(at).year === wallTime(now).year ? written("day-month", at) : written("day", at);
};

/** "Mar 2004 – Jul 2006", or "Mar 2004" where both are in the same month. */
export const spanOfTime = (first: number, last: number): string => {
  const [from, to] = [written("month", first), written("month", last)];
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
