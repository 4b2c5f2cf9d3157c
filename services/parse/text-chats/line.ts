// A chat that LINE exports as text: a line a day, then time, name and words with tabs between. Read by public readers of it, in several languages.
import { type DayChat, dayChatReader } from "./day-chat.ts";

const two = (figure: string): string => figure.padStart(2, "0");

const yearFirst = /^(\d{4})[./](\d{1,2})[./](\d{1,2})(?:\s?\([^\s"]{1,12}\)|\s+[^\s"]{1,12})?$/;
const weekdayFirst = /^(\p{L}{3})\p{L}{0,8}\.?,?\s+(\d{1,2})\/(\d{1,2})\/(\d{4})$/u;
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Which figure is the day, the weekday tells. */
const byWeekday = (weekday: string, figures: readonly [string, string], year: string) => {
  const wanted = weekdays.indexOf(weekday.toLowerCase());
  const orders = [figures, [figures[1], figures[0]]] as const;
  const fits = ([month, day]: readonly [string, string]) => {
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    return date.getUTCMonth() === Number(month) - 1 && date.getUTCDay() === wanted;
  };
  const [month, day] = orders.find(fits) ?? orders[Number(figures[0]) > 12 ? 1 : 0];
  return `${year}-${two(month)}-${two(day)}`;
};

const dayIn = (line: string): string | undefined => {
  const [, year, month = "", day = ""] = yearFirst.exec(line) ?? [];
  if (year !== undefined) return `${year}-${two(month)}-${two(day)}`;
  const [, weekday, one = "", other = "", of = ""] = weekdayFirst.exec(line) ?? [];
  return weekday === undefined ? undefined : byWeekday(weekday, [one, other], of);
};

const entry =
  /^(?:(午前|午後|上午|下午|오전|오후|[AP]M)\s?)?(\d{1,2}):(\d\d)\s?([AP]M)?\t([^\t]{0,200})(?:\t(.*))?$/u;
const isLate = (half: string): boolean => /^(?:午後|下午|오후|PM)$/.test(half);

const clockOf = (hour: string, minute: string, half: string | undefined): string =>
  half === undefined
    ? `${two(hour)}:${minute}`
    : `${two(String((Number(hour) % 12) + (isLate(half) ? 12 : 0)))}:${minute}`;

const header = /^\uFEFF?\[LINE\]/;
const titles = [
  /^Chat history (?:with|in) (.+)$/,
  /^(.+?)(?:と)?のトーク履歴$/,
  /^與(.+)的聊天記錄$/,
  /^(.+)(?:와의|과의)? 대화$/,
];

const line: DayChat = {
  source: "line",
  titleIn(head) {
    const name = (head.split(/\r?\n/, 1)[0] ?? "").replace(header, "").trim();
    const known = titles.map((title) => title.exec(name)?.[1]).find((found) => found !== undefined);
    return known ?? (name === "" ? null : name);
  },
  lineOf(text) {
    const day = dayIn(text.trim());
    if (day !== undefined) return { kind: "day", day, isSure: false };
    const [, before, hour, minute = "", after, first = "", said] = entry.exec(text) ?? [];
    if (hour === undefined) return undefined;
    const clock = clockOf(hour, minute, before ?? after);
    return said === undefined
      ? { kind: "entry", day: undefined, clock, author: null, text: first }
      : { kind: "entry", day: undefined, clock, author: first, text: said };
  },
  isFile: (text) => /^\[[^\][\n]{1,40}\]$/.test(text),
  // Words of several lines stand in quotes.
  wordsOf: (text) => (/^"[\s\S]*\n[\s\S]*"$/.test(text) ? text.slice(1, -1) : text),
};

/** @param head the file's beginning */
export const looksLikeLine = (head: string): boolean =>
  header.test(head) &&
  head
    .slice(0, 64 * 1024)
    .split(/\r?\n/)
    .some((text) => entry.test(text));

export const readLine = dayChatReader(line);
