// Times as exports write them → instants: numbers of any unit, dates with and without a zone; impossible ones are refused and counted.
import { type Millis, millis } from "#services/domain/units.ts";
import type { Zone } from "./zone.ts";

export interface ReadTime {
  readonly at: Millis | null;
  /** False where the zone of the collection was assumed. */
  readonly zoneKnown: boolean;
  /** As written, where the zone was assumed. */
  readonly localTime: string | null;
}

export interface Times {
  /**
   * Nothing, 0 and an empty text are no time; whatever else is not understood counts as refused.
   * @param after the time of the entry before it, in a file whose entries follow each other: tells the two hours of an autumn night apart
   */
  read(value: unknown, after?: Millis | null): ReadTime;
  readonly refused: number;
}

const none: ReadTime = { at: null, zoneKnown: false, localTime: null };
/** Nobody chatted before, and no export comes from after: a year beyond stands for another unit or a mistake. */
const EARLIEST = Date.UTC(1980, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

const isPossible = (at: number): boolean => at >= EARLIEST && at < LATEST;

/** The units in which a number between 1980 and 2100 is not one of another unit: seconds, milliseconds, microseconds, nanoseconds. */
const perMilli = [0.001, 1, 1e3, 1e6];

const ofNumber = (value: number): number | undefined =>
  perMilli.map((unit) => value / unit).find(isPossible);

const digits = /^\d{9,20}(?:\.\d+)?$/;
const date =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;

/** `+02` and `+0200` as `+02:00`. */
const offsetOf = (zone: string): string => {
  if (/^(?:z|utc)$/i.test(zone)) return "Z";
  const [sign, hours, minutes] = [
    zone.slice(0, 1),
    zone.slice(1, 3),
    zone.slice(3).replace(":", ""),
  ];
  return `${sign}${hours}:${minutes === "" ? "00" : minutes}`;
};

export const openTimes = (zone: Zone): Times => {
  let refused = 0;
  const known = (at: number | undefined): ReadTime => {
    if (at !== undefined && isPossible(at))
      return { at: millis(Math.trunc(at)), zoneKnown: true, localTime: null };
    refused += 1;
    return none;
  };
  const ofText = (text: string, after: Millis | null): ReadTime => {
    if (digits.test(text)) return known(ofNumber(Number(text)));
    const [, day = "", clock = "", offset] = date.exec(text) ?? [];
    if (day === "") return known(undefined);
    if (offset !== undefined) return known(Date.parse(`${day}T${clock}${offsetOf(offset)}`));
    const local = Date.parse(`${day}T${clock}Z`);
    const at = Number.isNaN(local) ? Number.NaN : zone.instant(Math.trunc(local), after);
    const time = known(at);
    return time.at === null ? time : { ...time, zoneKnown: false, localTime: `${day} ${clock}` };
  };
  return {
    read(value, after = null) {
      if (typeof value === "number" && value !== 0) return known(ofNumber(value));
      if (typeof value !== "string" || value.trim() === "" || Number(value) === 0) return none;
      return ofText(value.trim(), after);
    },
    get refused() {
      return refused;
    },
  };
};
