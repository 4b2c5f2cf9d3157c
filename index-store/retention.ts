// Which versions are kept: the newest, of the last day those that stood for a while and the last of each hour, and the last of each day of
// the last days.
import type { Version } from "./history/history.ts";

/** Somebody may have looked at a version that was the newest for so long; of an import only the last one is. */
const STOOD_MS = 2 * 60 * 1000;
/** So many of them are kept at most. */
const MOST_STOOD = 8;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

export interface Retention {
  /**
   * For so many days the last version of each day (UTC) is kept, and for one day the last of each hour and each that was the newest for
   * two minutes; 0 keeps the newest alone.
   */
  readonly days: number;
  /** Numbers of further versions to keep: somebody reads them for long. */
  readonly keep?: ReadonlySet<number>;
}

/** The versions that may go, newest first. @param versions newest first @param now milliseconds since 1970 */
export const superseded = (
  versions: readonly Version[],
  { days, keep }: Retention,
  now: number,
): Version[] => {
  const known = new Set<string>();
  let standing = 0;
  /** Whether it is the first that is met of its hour or day: the last that was made in it. */
  const isLast = (kind: string, at: number, length: number): boolean => {
    const period = `${kind}${Math.floor(at / length)}`;
    if (known.has(period)) return false;
    known.add(period);
    return true;
  };
  return versions.filter(({ number, at }, place) => {
    const ofHour = isLast("hour", at, HOUR_MS) && days > 0 && now - at < DAY_MS;
    const ofDay = isLast("day", at, DAY_MS) && now - at < days * DAY_MS;
    const stood = (versions[place - 1]?.at ?? now) - at >= STOOD_MS;
    const isOfToday =
      days > 0 && now - at < DAY_MS && stood && place > 0 && ++standing <= MOST_STOOD;
    return place > 0 && !ofHour && !ofDay && !isOfToday && keep?.has(number) !== true;
  });
};
