// Times as text, in the reader's time zone; the current time is passed in.
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const dayMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayMonthYear = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
});
const monthYear = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric" });
const weekdayDay = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const whole = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/** "14:05". */
export const clockTime = (at: number): string => clock.format(at);

/** "3 Mar 2024". */
export const date = (at: number): string => dayMonthYear.format(at);

/** "Sunday, 3 March 2024": the heading of a day. */
export const longDate = (at: number): string => weekdayDay.format(at);

/** Date, time and zone in full, for a tooltip. */
export const fullTime = (at: number): string => whole.format(at);

/** Within a day relative, else the date: "just now", "5 min ago", "3 h ago", "3 Mar", "3 Mar 2021". */
export const ago = (at: number, now: number): string => {
  const past = now - at;
  if (past >= 0 && past < minute) return "just now";
  if (past >= 0 && past < hour) return `${Math.floor(past / minute)} min ago`;
  if (past >= 0 && past < day) return `${Math.floor(past / hour)} h ago`;
  return new Date(at).getFullYear() === new Date(now).getFullYear()
    ? dayMonth.format(at)
    : dayMonthYear.format(at);
};

/** "Mar 2004 – Jul 2006", or "Mar 2004" where both are in the same month. */
export const spanOfTime = (first: number, last: number): string => {
  const [from, to] = [monthYear.format(first), monthYear.format(last)];
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
  const of = new Date(at);
  return `${of.getFullYear()}-${of.getMonth() + 1}-${of.getDate()}`;
};

/** "2024-03-05" → the first instant of that day. */
export const startOfDay = (text: string): number => {
  const [year = 0, month = 1, day = 1] = text.split("-").map(Number);
  return new Date(year, month - 1, day).getTime();
};

/** The calendar day of an instant, as date fields write it: "2024-03-05". */
export const dayText = (at: number): string => {
  const of = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${of.getFullYear()}-${two(of.getMonth() + 1)}-${two(of.getDate())}`;
};
