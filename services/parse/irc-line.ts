// One line of an IRC log → what it says: irssi, ZNC, WeeChat and `[HH:MM] <nick>` layouts. Linear, no backtracking over the text.

export interface Clock {
  readonly hour: number;
  readonly minute: number;
  /** Null where the log gives minutes only. */
  readonly second: number | null;
  /** `YYYY-MM-DD` where the line itself says so. */
  readonly date: string | null;
  /** `MM-DD` where the line says month and day, and the year stands where the log begins. */
  readonly day: string | null;
  /** The instant, in milliseconds since 1970, where the line names its zone. */
  readonly at: number | null;
}

export type IrcLine =
  /** A line that only says which day it is; null where the date could not be read. */
  | { readonly kind: "day"; readonly date: string | null; readonly next: boolean }
  /** A log's own remark (`--- Log closed …`). */
  | { readonly kind: "mark" }
  | {
      readonly kind: "said";
      readonly clock: Clock | null;
      readonly nick: string;
      readonly action: boolean;
      readonly text: string;
    }
  /** A join, a leave, a notice of the server: or, where `maybeAction`, `nick does` written without its star. */
  | {
      readonly kind: "event";
      readonly clock: Clock | null;
      readonly nick: string | null;
      readonly renamed: string | null;
      readonly text: string;
      readonly maybeAction: boolean;
    };

/** What programs write into lines for colours and styles; figures after the first one name a colour. */
const COLOUR = "\u0003";
const styles = `${COLOUR}\u0002\u000f\u0011\u0016\u001d\u001e\u001f`;
const control = /[\p{Cc}--\t](\d{1,2}(?:,\d{1,2})?)?/gv;

const withoutStyles = (line: string): string =>
  line.replaceAll(control, (found: string, figures = "") => {
    if (!styles.includes(found.slice(0, 1))) return found;
    return found.startsWith(COLOUR) ? "" : figures;
  });

const stamp =
  /^\[?(?:(\d{4}-\d\d-\d\d)[ T]|([A-Z][a-z]{2}) (\d\d) )?([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60))?(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?(?:\](?=<)|\]?(?:[ \t]|$))/;
const said = /^<([ @+%&~!]?)([^<>\s]{1,64})>[ \t]?(.*)$/;
const starred = /^ *\* ([^\s*]{1,64})(?: (.*)|$)/;
const noticed = /^-([^\s:-][^\s:]{0,63}):[#&@+][^\s-][^\s]{0,100}- (.*)$/;
const relayed = /^\(([^\s/()]{1,64})\/[#&][^\s)]{1,100}\) (.*)$/;
const logLine =
  /^(?:--- (Log opened|Day changed|Log closed)|\*{4} (BEGIN|ENDING) LOGGING AT|(Session (?:Start|Time)):)\s*(.*)$/;
const renamed = /^\*{0,3} ?(?:You(?:'re| are) now known as (\S+)|(\S{1,64}) is now known as (\S+))/;
const zncEvent = /^\*\*\* (?:(?:Joins|Parts|Quits): (\S{1,64})|(\S{1,64}) )/;
const namedEvent = /^(\S{1,64}) (?:\[[^\]\s]*\]|\([^)\s]*\)|has |is now known as |sets mode)/;
const plainly =
  /^(?:\S{1,64} +(?:\[[^\]]*\] +)?(?:has (?:joined|left|quit)|is now known as|was kicked|sets? mode|changed the topic)|mode\/|Mode change|Topic)/;

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** `Mon Nov 15 12:18:03 2004`, `Tue Nov 16 2004`, `2004-11-16 …` → `2004-11-16`. */
export const dateIn = (text: string): string | null => {
  const iso = /(\d{4})-(\d\d)-(\d\d)/.exec(text);
  if (iso) return validDate(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const words = /([A-Za-z]{3})[a-z]{0,8} {1,2}(\d{1,2})(?: \d\d:\d\d:\d\d)?,? (\d{4})/.exec(text);
  if (!words) return null;
  const month = months.indexOf((words[1] ?? "").toLowerCase()) + 1;
  return validDate(Number(words[3]), month, Number(words[2]));
};

export const validDate = (year: number, month: number, day: number): string | null => {
  if (year < 1988 || year > 2200 || month < 1 || month > 12 || day < 1) return null;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
};

/** @returns undefined where the line is of no known layout. */
export const ircLine = (written: string): IrcLine | undefined => {
  const line = withoutStyles(written);
  const mark = logLine.exec(line);
  if (mark) {
    const [, irssi, xchat, mirc, rest = ""] = mark;
    if (irssi === "Log closed" || xchat === "ENDING") return { kind: "mark" };
    return { kind: "day", date: dateIn(rest), next: irssi === "Day changed" && mirc === undefined };
  }
  if (line.startsWith("=== ")) return event(line.slice(4).trimEnd(), null, true);
  const time = stamp.exec(line);
  if (!time) return undefined;
  const [, date, month, day, hour, minute, second] = time;
  const clock: Clock = {
    date: date ?? null,
    day: dayIn(month, day),
    hour: Number(hour),
    minute: Number(minute),
    second: second === undefined ? null : Math.min(59, Number(second)),
    at: instantOf(time),
  };
  const rest = line.slice(time[0].length);
  return time[0].endsWith("\t") ? weechat(rest, clock) : body(rest, clock);
};

/** `Jan 31`, as HexChat begins its lines → `01-31`. */
const dayIn = (month: string | undefined, day: string | undefined): string | null => {
  const nth = months.indexOf((month ?? "").toLowerCase()) + 1;
  return nth === 0 || day === undefined ? null : `${String(nth).padStart(2, "0")}-${day}`;
};

/** Of a stamp with a date and a zone, as WeeChat writes it since version 4.2. */
const instantOf = (stamped: RegExpExecArray) => {
  const [, date, , , hour, minute, second = "00", part = "0", zone] = stamped;
  if (date === undefined || zone === undefined) return null;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const seconds = second === "60" ? "59" : second;
  const at = Date.parse(`${date}T${hour}:${minute}:${seconds}.${part.slice(0, 3)}${offset}`);
  return Number.isNaN(at) ? null : at;
};

const body = (rest: string, clock: Clock): IrcLine => {
  // HexChat writes what somebody does as it writes joins and leaves.
  if (rest.startsWith("*\t")) return event(rest.slice(2).trim(), clock, true);
  const speech = said.exec(rest) ?? relayed.exec(rest) ?? noticed.exec(rest);
  if (speech) {
    const texts = speech.length === 4 ? speech.slice(2) : speech.slice(1);
    const [nick = "", text = ""] = texts;
    if (nick !== "***") return { kind: "said", clock, nick, action: false, text };
    return event(text, clock, false);
  }
  const action = starred.exec(rest);
  if (action)
    return { kind: "said", clock, nick: action[1] ?? "", action: true, text: action[2] ?? "" };
  const told = rest.replace(/^(?:-!-|===|-->|<--|--|!) ?/, "").trim();
  return event(told, clock, rest.startsWith("==="));
};

const weechat = (rest: string, clock: Clock): IrcLine => {
  const tab = rest.indexOf("\t");
  if (tab < 0) return body(rest, clock);
  const prefix = rest.slice(0, tab).trim();
  const text = rest.slice(tab + 1);
  if (["-->", "<--", "--", "=!=", ""].includes(prefix)) return event(text.trim(), clock, false);
  if (prefix === "*") {
    const [nick = "", ...words] = text.split(" ");
    return { kind: "said", clock, nick, action: true, text: words.join(" ") };
  }
  const nick = prefix.replace(/^<?[ @+%&~]?/, "").replace(/>$/, "");
  return { kind: "said", clock, nick, action: false, text };
};

const event = (text: string, clock: Clock | null, unstarred: boolean): IrcLine => {
  const rename = renamed.exec(text);
  const znc = zncEvent.exec(text);
  const nick =
    rename?.[2] ??
    znc?.[1] ??
    znc?.[2] ??
    namedEvent.exec(text)?.[1] ??
    text.split(" ", 1)[0] ??
    null;
  return {
    kind: "event",
    clock,
    nick: nick === "" ? null : nick,
    renamed: rename ? (rename[3] ?? null) : null,
    text,
    maybeAction: unstarred && !plainly.test(text) && text.includes(" "),
  };
};
