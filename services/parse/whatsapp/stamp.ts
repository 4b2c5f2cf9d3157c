// How a line of a chat exported as text begins: its date and time, in the layouts of WhatsApp on iPhones and on Android, in any language.
import { halfOfDay, hourOfDay } from "./day-periods.ts";

export interface Stamp {
  /** The three figures of the date, as they stand. */
  readonly date: readonly [number, number, number];
  /** Of 24. */
  readonly hour: number;
  readonly minute: number;
  /** Null where the log gives minutes only. */
  readonly second: number | null;
  /** Date and time as written. */
  readonly shown: string;
  /** The layout, which all lines of one export share: other dates at the beginning of a line are part of what somebody wrote. */
  readonly layout: string;
  /** The line after its date and time. */
  readonly rest: string;
}

/** Marks of the direction of writing, which stand anywhere in exports and show nothing. */
export const marks = String.raw`[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]`;

/** No stamp is longer. */
const LONGEST = 100;

/** A half of the day, or a word such as "at". */
const word = String.raw`[\p{L}\p{M}][\p{L}\p{M}.'’"״ ]{0,19}?`;
const date = String.raw`(?<a>\d{1,4})${marks}*(?<mark>[-./]) ?(?<b>\d{1,2})${marks}*\k<mark> ?(?<c>\d{1,4})(?:\.| г\.)?`;
/** `17 h 03 min 10 s` in Canada's French, `7:02 ч.` in Bulgarian. */
const time = String.raw`(?<hour>\d{1,2}) ?[:.h] ?(?<minute>\d{1,2})(?: ?(?:[:.]|min) ?(?<second>\d{1,2})(?: s)?)?(?: ч\.)?(?: ?(?<after>${word}))?`;
const end = String.raw`${marks}*(?:(?<closing>\])|(?<dash> ?[-–—])|:)(?: |$)`;
const start = String.raw`^${marks}*(?<opening>\[)?${marks}*`;

const dateFirst = new RegExp(
  String.raw`${start}(?<shown>${date}[,،]?(?: (?<before>${word}))? ?${marks}*\(?${time}\)?)${end}`,
  "u",
);
/** As phones in Vietnamese write it. */
const timeFirst = new RegExp(`${start}(?<shown>${time}[,،]? ${date})${end}`, "u");

/** Words between a date and its time in some languages. */
const prepositions = new Set(["u", "klo", "kl.", "um", "at", "à", "às", "a las", "o", "ob", "om"]);

/** Digits and spaces of other scripts than Latin. */
const others = /[\p{Nd}--[0-9]]|[\p{Zs}--[ ]]/gv;

/** Digits of all scripts as 0-9, spaces of all widths as blanks; as many characters as before. */
const plain = (text: string): string =>
  text.replaceAll(others, (at) => {
    if (at.length > 1) return at;
    return /\p{Zs}/u.test(at) ? " " : String(digitOf(at));
  });

/** Ten digits of a script follow each other, the first at a place that is not one. */
const digitOf = (at: string): number => {
  const code = at.charCodeAt(0);
  let first = code;
  while (first > code - 9 && /\p{Nd}/u.test(String.fromCharCode(first - 1))) first -= 1;
  return code - first;
};

/** The half of the day that the words beside a time name; null where they are other words. */
const halfIn = ({ before, after }: Groups): string | null | undefined => {
  const words = [before, after].filter((one) => one !== undefined && !prepositions.has(one));
  if (words.length === 0) return undefined;
  return words.length === 1 && halfOfDay(words[0] ?? "") !== undefined ? words[0] : null;
};

type Groups = Readonly<Partial<Record<string, string>>>;

const layoutOf = ({ opening, mark, a = "", second, dash }: Groups, isTimeFirst: boolean): string =>
  [
    opening ?? "",
    mark,
    a.length === 4 ? "year first" : "",
    second === undefined ? "" : "seconds",
    dash === undefined ? "" : "-",
    isTimeFirst ? "time first" : "",
  ].join(" ");

/** @returns undefined where the line begins with no date and time */
export const stampOf = (line: string): Stamp | undefined => {
  // Most lines that are none are told by their first characters.
  if (!/^[^\p{Nd}]{0,8}\p{Nd}/u.test(line)) return undefined;
  const head = plain(line.slice(0, LONGEST));
  const byDate = dateFirst.exec(head);
  const match = byDate ?? timeFirst.exec(head);
  const groups: Groups | undefined = match?.groups;
  if (!match || !groups) return undefined;
  const { a = "", b, c = "", opening, closing, shown = "" } = groups;
  const half = halfIn(groups);
  // One of the outer two may be a year in full.
  const isDate = a.length !== 3 && c.length !== 3 && a.length + c.length <= 6;
  if (!isDate || half === null || (opening === undefined) !== (closing === undefined))
    return undefined;
  const written = Number(groups["hour"]);
  const hour = half === undefined ? written : hourOfDay(written, half);
  const minute = Number(groups["minute"]);
  const second = groups["second"] === undefined ? null : Number(groups["second"]);
  if (hour > 23 || minute > 59 || (second ?? 0) > 59) return undefined;
  return {
    date: [Number(a), Number(b), Number(c)],
    hour,
    minute,
    second,
    shown,
    layout: layoutOf(groups, byDate === null),
    rest: line.slice(match[0].length),
  };
};
