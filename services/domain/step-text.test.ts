// Tests of steps of a time axis in words: in the zone of the steps, as precise as they are wide.
import { describe, expect, it } from "vitest";
import { stepText } from "./step-text.ts";

const DAY_MS = 86_400_000;

describe("a step of a time axis", () => {
  it("is written as precisely as it is wide", () => {
    const at = Date.UTC(2026, 3, 1, 14);
    const widths = [DAY_MS / 24, DAY_MS, 7 * DAY_MS, 30.44 * DAY_MS, 91.31 * DAY_MS, 365 * DAY_MS];
    expect(widths.map((width) => stepText(at, width, { zone: "UTC" }))).toEqual([
      ...["1 Apr 2026, 14:00", "1 Apr 2026", "1 Apr 2026", "Apr 2026", "Q2 2026", "2026"],
    ]);
  });

  it("belongs to the zone of its collection, wherever it is read", () => {
    const newYear = Date.UTC(2025, 11, 31, 15);
    expect(stepText(newYear, DAY_MS, { zone: "Asia/Tokyo" })).toBe("1 Jan 2026");
    expect(stepText(newYear, 91.31 * DAY_MS, { zone: "Asia/Tokyo" })).toBe("Q1 2026");
    expect(stepText(newYear, DAY_MS, { zone: "America/New_York" })).toBe("31 Dec 2025");
  });
});
