// Which versions are kept, by the times at which they were made.
import { describe, expect, it } from "vitest";
import { superseded } from "./retention.ts";

const HOUR = 3_600_000;
const now = Date.UTC(2026, 5, 15, 12, 30);

/** Versions of so many hours ago, newest first. */
const versions = (...hoursAgo: readonly number[]) =>
  hoursAgo.map((hours, place) => ({
    number: hoursAgo.length - place,
    id: String(hours),
    parent: null,
    message: "",
    at: now - hours * HOUR,
    tags: [],
  }));
const kept = (hoursAgo: readonly number[], days: number, keep?: ReadonlySet<number>) => {
  const all = versions(...hoursAgo);
  const gone = new Set(superseded(all, { days, ...(keep ? { keep } : {}) }, now));
  return all.filter((version) => !gone.has(version)).map(({ id }) => Number(id));
};

describe("of versions are kept", () => {
  it("the newest alone of an import of one hour", () => {
    expect(kept([0, 0.01, 0.02, 0.04], 7)).toEqual([0]);
  });

  it("those that were the newest for a while, eight of the last day", () => {
    expect(kept([0, 0.01, 0.1, 0.11, 0.4], 7)).toEqual([0, 0.1, 0.4]);
    const each5Minutes = Array.from({ length: 60 }, (_, at) => at / 12);
    expect(kept(each5Minutes, 7).filter((hours) => hours < 0.5)).toHaveLength(6);
    expect(kept(each5Minutes, 7)).toHaveLength(13);
  });

  it("the last of each hour for a day, and of each day for a week", () => {
    expect(kept([0.6, 0.61, 1.6, 1.61, 1.62, 26, 27, 50, 51, 24 * 8, 24 * 9], 7)).toEqual([
      0.6, 1.6, 26, 50,
    ]);
  });

  it("the newest, however old it is", () => {
    expect(kept([24 * 300, 24 * 301], 7)).toEqual([24 * 300]);
  });

  it("the newest alone with no days, and those that somebody reads", () => {
    expect(kept([0, 2, 30], 0)).toEqual([0]);
    expect(kept([0, 2, 30], 0, new Set([1]))).toEqual([0, 30]);
  });

  it("as many, however often it is asked while commits go on", () => {
    let all = versions();
    let at = now;
    let number = 0;
    for (let minutes = 0; minutes < 12 * 60; minutes += 5) {
      at = now + minutes * 60_000;
      all = [{ number: ++number, id: "", parent: null, message: "", at, tags: [] }, ...all];
      const gone = new Set(superseded(all, { days: 7 }, at));
      all = all.filter((version) => !gone.has(version));
    }
    // 12 hours that began, and the one that is going on; a day that ended has one of them; and some of the last minutes.
    expect(all.length).toBeGreaterThanOrEqual(13);
    expect(all.length).toBeLessThanOrEqual(13 + 8);
  });
});
