// Times in the zone that an account prefers, and in the browser's own.
import { afterEach, describe, expect, it } from "vitest";
import { writeIn } from "./english.ts";
import {
  ago,
  clockTime,
  date,
  dayKey,
  dayText,
  hourName,
  longDate,
  showTimesIn,
  spanOfTime,
  startOfDay,
} from "./times.ts";

afterEach(() => {
  showTimesIn(undefined);
  writeIn("en-GB");
});

/** In the evening of the 31st in New York it is the 1st in Berlin. */
const late = Date.UTC(2026, 3, 1, 0, 30);

describe("times in a preferred zone", () => {
  it("have its clock, its days and its months", () => {
    showTimesIn("America/New_York");
    expect(clockTime(late)).toBe("20:30");
    expect(date(late)).toBe("31 Mar 2026");
    expect(longDate(late)).toBe("Tuesday, 31 March 2026");
    expect(dayKey(late)).toBe("2026-3-31");
    expect(dayText(late)).toBe("2026-03-31");
    showTimesIn("Europe/Berlin");
    expect(clockTime(late)).toBe("02:30");
    expect(dayText(late)).toBe("2026-04-01");
    expect(spanOfTime(late, late)).toBe("Apr 2026");
  });

  it.each([
    ["UTC", "2026-03-05", Date.UTC(2026, 2, 5)],
    ["America/New_York", "2026-07-01", Date.UTC(2026, 6, 1, 4)],
    // The days on which the clocks change: they begin before the change.
    ["America/New_York", "2026-03-08", Date.UTC(2026, 2, 8, 5)],
    ["Europe/Berlin", "2026-03-29", Date.UTC(2026, 2, 28, 23)],
    ["Europe/Berlin", "2026-10-25", Date.UTC(2026, 9, 24, 22)],
    ["Pacific/Kiritimati", "2026-01-01", Date.UTC(2025, 11, 31, 10)],
    ["Asia/Kolkata", "2026-01-01", Date.UTC(2025, 11, 31, 18, 30)],
  ])("in %s the day %s begins at its first instant, and is read back", (zone, text, at) => {
    showTimesIn(zone);
    expect(startOfDay(text)).toBe(at);
    expect(dayText(at)).toBe(text);
    expect(dayText(at - 1)).not.toBe(text);
  });

  it("are those of the browser where it does not know the zone", () => {
    const own = clockTime(late);
    showTimesIn("Mars/Olympus_Mons");
    expect(clockTime(late)).toBe(own);
  });
});

describe("times in a preferred form of English", () => {
  it("change with it, and back", () => {
    showTimesIn("UTC");
    expect([date(late), hourName(0), hourName(14)]).toEqual(["1 Apr 2026", "00:00", "14:00"]);
    writeIn("en-US");
    expect([date(late), hourName(0), hourName(14)]).toEqual(["Apr 1, 2026", "12 am", "2 pm"]);
    expect(spanOfTime(late, late + 86_400_000 * 60)).toBe("Apr 2026 – May 2026");
    writeIn("en-x-iso8601");
    expect([date(late), clockTime(late), longDate(late)]).toEqual([
      ...["2026-04-01", "00:30", "Wednesday, 2026-04-01"],
    ]);
    expect(ago(late, late + 86_400_000 * 3)).toBe("04-01");
    // Days of date fields and of addresses are the same in all forms.
    expect([dayText(late), dayKey(late)]).toEqual(["2026-04-01", "2026-4-1"]);
    writeIn("en-GB");
    expect(date(late)).toBe("1 Apr 2026");
  });
});
