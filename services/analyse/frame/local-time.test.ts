// Tests of local time: against Intl around real clock changes, and on days that have no midnight.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openLocalTime } from "./local-time.ts";

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Sao_Paulo",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
  "Pacific/Apia",
  "Asia/Gaza",
];

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const byIntl = (zone: string) => {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (at: number) =>
    Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
};

const instants = fc.integer({ min: Date.UTC(1985, 0, 1), max: Date.UTC(2035, 0, 1) });

describe("local time", () => {
  it("tells hour and weekday as Intl does, in zones with all kinds of clock changes", () => {
    for (const zone of zones) {
      const time = openLocalTime(zone);
      const intl = byIntl(zone);
      fc.assert(
        fc.property(instants, (at) => {
          const parts = intl(at);
          expect(time.hourOf(at)).toBe(Number(parts["hour"]));
          expect(weekdays[time.weekdayOf(at) - 1]).toBe(parts["weekday"]);
        }),
        { numRuns: 60, seed: 3 },
      );
    }
  });

  it("changes the offset at the exact millisecond of a clock change", () => {
    const change = Date.UTC(2024, 2, 31, 1);
    const time = openLocalTime("Europe/Berlin");
    expect([time.hourOf(change - 1), time.hourOf(change)]).toEqual([1, 3]);
    const back = Date.UTC(2024, 9, 27, 1);
    expect([time.hourOf(back - 1), time.hourOf(back)]).toEqual([2, 2]);
    expect(time.startOf("hour", back)).toBe(back);
    expect(time.startOf("hour", back - 1)).toBe(back - 3_600_000);
  });

  it("starts every step at its first instant, without gaps or overlaps", () => {
    const steps = ["day", "week", "month", "quarter", "year"] as const;
    for (const zone of zones) {
      const time = openLocalTime(zone);
      const intl = byIntl(zone);
      fc.assert(
        fc.property(instants, fc.constantFrom(...steps), (at, step) => {
          const start = time.startOf(step, at);
          const next = time.nextStart(step, at);
          expect(start).toBeLessThanOrEqual(at);
          expect(next).toBeGreaterThan(at);
          expect(time.startOf(step, start)).toBe(start);
          expect(time.startOf(step, next)).toBe(next);
          expect(time.startOf(step, next - 1)).toBe(start);
          const first = intl(start);
          if (step !== "day" && step !== "week") expect(first["day"]).toBe("01");
          if (step === "week" && zone !== "Pacific/Apia") expect(first["weekday"]).toBe("Mon");
          expect(intl(start - 1)["day"]).not.toBe(first["day"]);
        }),
        { numRuns: 80, seed: 5 },
      );
    }
  });

  it("starts a day without midnight at the first instant after the clock change", () => {
    // In São Paulo the clock went from 23:59:59 on 3 November 2018 to 01:00.
    const time = openLocalTime("America/Sao_Paulo");
    const noon = Date.UTC(2018, 10, 4, 15);
    const start = time.startOf("day", noon);
    expect(new Date(start).toISOString()).toBe("2018-11-04T03:00:00.000Z");
    expect(time.hourOf(start)).toBe(1);
  });

  it("skips the day that Samoa skipped", () => {
    const time = openLocalTime("Pacific/Apia");
    const last = Date.UTC(2011, 11, 30, 9);
    expect(new Date(time.nextStart("day", last)).toISOString()).toBe("2011-12-30T10:00:00.000Z");
  });

  it("returns NaN for NaN", () => {
    const time = openLocalTime("Europe/Paris");
    expect(time.hourOf(Number.NaN)).toBeNaN();
    expect(time.startOf("week", Number.NaN)).toBeNaN();
    expect(openLocalTime("UTC").weekdayOf(Number.NaN)).toBeNaN();
  });
});
