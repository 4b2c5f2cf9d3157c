// Local time in a zone for many instants: hour, weekday, and where an hour, day, week, month, quarter or year starts.

export const stepNames = ["hour", "day", "week", "month", "quarter", "year"] as const;
export type StepName = (typeof stepNames)[number];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY = 4 * DAY;
/**
 * Where two instants this far apart have the same offset, the offset is taken as constant in between: since 1970 no zone has
 * changed its clock forth and back within three days.
 */
const WINDOW = 3 * DAY;

/** Local time of one zone. Instants are milliseconds since 1970; NaN gives NaN. */
export interface LocalTime {
  readonly zone: string;
  /** Milliseconds to add to an instant so that reading the sum as UTC gives the local time. */
  offsetAt(at: number): number;
  /** 0 … 23. */
  hourOf(at: number): number;
  /** 1 (Monday) … 7. */
  weekdayOf(at: number): number;
  /** The first instant of the step that contains this one; weeks start on Monday. */
  startOf(step: StepName, at: number): number;
  /** The first instant of the next step. */
  nextStart(step: StepName, at: number): number;
}

/** "GMT+05:30", "GMT-00:44:30", "GMT" → milliseconds. */
const readOffset = (text: string): number => {
  const found = /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(text);
  if (found === null) return 0;
  const size = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0);
  return (found[1] === "-" ? -1000 : 1000) * size;
};

const mod = (value: number, by: number) => ((value % by) + by) % by;

/** A window in which the offset changes: `before` until `change`, `after` from then on. */
interface Change {
  readonly change: number;
  readonly before: number;
  readonly after: number;
}

/** Offsets of a zone by instant. Asks Intl about twice for each three-day window that is met, and keeps the answers. */
const openOffsets = (zone: string): ((at: number) => number) => {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const ask = (at: number) => readOffset(format.format(at));
  const edges = new Map<number, number>();
  const atEdge = (window: number): number => {
    let offset = edges.get(window);
    if (offset === undefined) {
      offset = ask(window * WINDOW);
      edges.set(window, offset);
    }
    return offset;
  };
  const findChange = (window: number, before: number, after: number): Change => {
    let low = window * WINDOW;
    let high = low + WINDOW;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (ask(middle) === before) low = middle;
      else high = middle;
    }
    return { change: high, before, after };
  };
  const windows = new Map<number, number | Change>();
  // Messages come nearly in order of time, so most of them fall into the window of the message before and need no look-up.
  let last = Number.NaN;
  let lastOffset: number | Change = 0;
  return (at) => {
    const window = Math.floor(at / WINDOW);
    if (window !== last) {
      if (Number.isNaN(at) || Math.abs(at) > 8.64e15 - WINDOW) return Number.NaN;
      let known = windows.get(window);
      if (known === undefined) {
        const before = atEdge(window);
        const after = atEdge(window + 1);
        known = before === after ? before : findChange(window, before, after);
        windows.set(window, known);
      }
      last = window;
      lastOffset = known;
    }
    if (typeof lastOffset === "number") return lastOffset;
    return at < lastOffset.change ? lastOffset.before : lastOffset.after;
  };
};

/** The start of the step around a local time (written as UTC milliseconds), or with `later` the start of a step after it. */
const wallStart = (step: StepName, wall: number, later: number): number => {
  if (step === "day") return Math.floor(wall / DAY) * DAY + later * DAY;
  if (step === "week")
    return Math.floor((wall - FIRST_MONDAY) / (7 * DAY)) * 7 * DAY + FIRST_MONDAY + later * 7 * DAY;
  const date = new Date(wall);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (step === "month") return monthStart(year, month + later);
  if (step === "quarter") return monthStart(year, month - (month % 3) + 3 * later);
  return monthStart(year + later, 0);
};

/** Like Date.UTC, but without reading years below 100 as 19xx. */
const monthStart = (year: number, month: number): number => {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return date.getTime();
};

/** Opens the local time of an IANA zone. @throws RangeError where Intl does not know the zone */
export const openLocalTime = (zone: string): LocalTime => {
  const offsetAt = zone === "UTC" ? (at: number) => at * 0 : openOffsets(zone);
  /** The first instant that has this local time; where a clock change skips it, the instant of that change. */
  const instantOf = (wall: number): number => {
    const before = offsetAt(wall - DAY);
    const after = offsetAt(wall + DAY);
    if (offsetAt(wall - before) === before) return wall - before;
    if (offsetAt(wall - after) === after) return wall - after;
    // The clock skipped this time: search for the instant of the change between the two candidates.
    let low = wall - Math.max(before, after);
    let high = wall - Math.min(before, after);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  };
  const startAfter = (step: StepName, at: number, later: number): number => {
    const offset = offsetAt(at);
    if (Number.isNaN(offset)) return Number.NaN;
    // An hour is 3,600 s even while the clock is set back, so hours are counted on the instant, not on the local time.
    if (step === "hour") return at - mod(at + offset, HOUR) + later * HOUR;
    return instantOf(wallStart(step, at + offset, later));
  };
  return {
    zone,
    offsetAt,
    hourOf: (at) => Math.floor(mod(at + offsetAt(at), DAY) / HOUR),
    weekdayOf: (at) => mod(Math.floor((at + offsetAt(at)) / DAY) + 3, 7) + 1,
    startOf: (step, at) => startAfter(step, at, 0),
    nextStart: (step, at) => startAfter(step, at, 1),
  };
};

const opened = new Map<string, LocalTime>();

/** As `openLocalTime`, but each zone is opened once: every request asks for one. */
export const localTimeOf = (zone: string): LocalTime => {
  let time = opened.get(zone);
  if (time === undefined) {
    time = openLocalTime(zone);
    opened.set(zone, time);
  }
  return time;
};
