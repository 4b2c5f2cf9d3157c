// Reads times as people type them into a question: 2008, 2008-01, 2008-01-03, a full ISO time, or 7d for seven days before now.
const DAY = 86_400_000;
const relativeUnits: ReadonlyMap<string, number> = new Map<string, number>([
  ["h", 3_600_000],
  ["d", DAY],
  ["w", 7 * DAY],
  ["m", 30 * DAY],
  ["y", 365 * DAY],
]);

const calendar = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;
const relative = /^(\d{1,5})([hdwmy])$/;
const full = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * The instant (milliseconds since 1970) at which the named year, month, day or moment starts, in UTC; for relative times `now` minus
 * the length. undefined where the text is not a time.
 */
export const readTime = (text: string, now: number): number | undefined => {
  const back = relative.exec(text);
  if (back !== null) return now - Number(back[1]) * (relativeUnits.get(back[2] ?? "") ?? DAY);
  const day = calendar.exec(text);
  if (day !== null) return startOf(Number(day[1]), Number(day[2] ?? 1), Number(day[3] ?? 1));
  if (!full.test(text)) return undefined;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
};

const startOf = (year: number, month: number, day: number): number | undefined => {
  const moment = Date.UTC(year, month - 1, day);
  const read = new Date(moment);
  // Date.UTC turns 2008-02-31 into a day in March and reads years below 100 as 19xx; both are refused.
  const same =
    read.getUTCFullYear() === year && read.getUTCMonth() === month - 1 && read.getUTCDate() === day;
  return same ? moment : undefined;
};

/** The shortest text that `readTime` reads back as the same instant. */
export const printTime = (moment: number): string => {
  const iso = new Date(moment).toISOString();
  return iso.endsWith("T00:00:00.000Z") ? iso.slice(0, 10) : iso;
};
