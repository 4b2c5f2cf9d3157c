// Local wall-clock times → instants, by IANA zone, summer time included.
import { rejected } from "#services/domain/errors.ts";
import { type Millis, millis } from "#services/domain/units.ts";

const HOUR = 3_600_000;

export interface Zone {
  /**
   * `local` is the wall-clock time read as if it were UTC, in milliseconds. In the hour that occurs twice in autumn the first
   * one is meant, unless `after` (the line before) shows that it has passed; in the hour that does not occur, the time after it.
   */
  instant(local: number, after: Millis | null): Millis;
}

/** @throws ParlanceError rejected `unknown-zone`. */
export const openZone = (name: string): Zone => {
  if (name === "UTC") return { instant: (local) => millis(local) };
  const format = formatOf(name);
  const offsets = new Map<number, number>();
  /** Local minus UTC at an instant; asked once for each quarter of an hour. */
  const offsetAt = (at: number): number => {
    const slot = Math.floor(at / (HOUR / 4));
    const known = offsets.get(slot);
    if (known !== undefined) return known;
    const fields: Record<string, number> = {};
    const start = slot * (HOUR / 4);
    for (const { type, value } of format.formatToParts(start)) fields[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - start;
    if (offsets.size > 10_000) offsets.clear();
    offsets.set(slot, offset);
    return offset;
  };
  return {
    instant(local, after) {
      // The offset a day before and a day after: they differ only around a change of the clocks.
      const before = offsetAt(local - 24 * HOUR);
      const later = offsetAt(local + 24 * HOUR);
      const candidates = [local - before, local - later].filter(
        (at) => offsetAt(at) === local - at,
      );
      const [first, second] = [Math.min(...candidates), Math.max(...candidates)];
      if (candidates.length === 0) return millis(local - before);
      return millis(after !== null && after > first + HOUR / 60 && second > first ? second : first);
    },
  };
};

const formatOf = (name: string): Intl.DateTimeFormat => {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (cause) {
    throw rejected(`There is no time zone called ${JSON.stringify(name.slice(0, 60))}.`, {
      code: "unknown-zone",
      hint: "Use a name such as UTC, Europe/Berlin or America/New_York.",
      cause,
    });
  }
};
