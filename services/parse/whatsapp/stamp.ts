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

const half = String.raw`([\p{L}\p{M}][\p{L}\p{M}.'’"״ ]{0,19}?)`;
const stamp = new RegExp(
  `^${marks}*(\\[)?${marks}*` +
    String.raw`((\d{1,4})${marks}*([-./]) ?(\d{1,2})${marks}*\4 ?(\d{1,4})(?:\.| г\.)?[,،]?(?: ${half})? ?${marks}*` +
    String.raw`(\d{1,2}) ?[:.h] ?(\d{2})(?:[:.](\d{2}))?(?: ?${half})?)${marks}*` +
    String.raw`(?:(\])|( ?[-–—])|(:))(?: |$)`,
  "u",
);

const digitsAnywhere = /[\p{Nd}\p{Zs}]/gu;

/** Digits of all scripts as 0-9, spaces of all widths as blanks; as many characters as before. */
const plain = (text: string): string =>
  text.replaceAll(digitsAnywhere, (at) => {
    if (at.length > 1) return at;
    if (/\p{Zs}/u.test(at)) return " ";
    return at <= "9" ? at : String(digitOf(at));
  });

/** Ten digits of a script follow each other, the first at a place that is not one. */
const digitOf = (at: string): number => {
  const code = at.charCodeAt(0);
  let first = code;
  while (first > code - 9 && /\p{Nd}/u.test(String.fromCharCode(first - 1))) first -= 1;
  return code - first;
};

const isOneClock = (opening: string | undefined, closing: string | undefined): boolean =>
  (opening === undefined) === (closing === undefined);

/** @returns undefined where the line begins with no date and time */
export const stampOf = (line: string): Stamp | undefined => {
  // Most lines that are none are told by their first characters.
  if (!/^[^\p{Nd}]{0,8}\p{Nd}/u.test(line)) return undefined;
  const match = stamp.exec(plain(line.slice(0, LONGEST)));
  if (!match) return undefined;
  const [whole, opening, shown = "", a = "", mark, b = "", c = "", before, hours] = match;
  const [minutes, seconds, after, closing, dash] = match.slice(9);
  const word = before ?? after;
  if (!isOneClock(opening, closing)) return undefined;
  if (word !== undefined && halfOfDay(word) === undefined) return undefined;
  const hour = word === undefined ? Number(hours) : hourOfDay(Number(hours), word);
  const minute = Number(minutes);
  const second = seconds === undefined ? null : Number(seconds);
  if (hour > 23 || minute > 59 || (second ?? 0) > 59) return undefined;
  // One of the outer two may be a year in full.
  if (a.length === 3 || c.length === 3 || a.length + c.length > 6) return undefined;
  const layout = [
    opening ?? "",
    mark,
    a.length === 4 ? "year first" : "",
    second === null ? "" : "seconds",
    dash === undefined ? "" : "-",
  ].join(" ");
  return {
    date: [Number(a), Number(b), Number(c)],
    hour,
    minute,
    second,
    shown,
    layout,
    rest: line.slice(whole.length),
  };
};
