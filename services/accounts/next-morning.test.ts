// Tests of when the mail of a day is sent.
import { describe, expect, it } from "vitest";
import { nextMorning } from "./notices.ts";

const at = (text: string) => Date.parse(text);
const shown = (after: string, zone: string | null) =>
  new Date(nextMorning(at(after), zone)).toISOString().slice(0, 16);

describe("the next morning", () => {
  it("is eight o'clock in the person's time zone, of the next day where it is past", () => {
    expect(shown("2026-11-30T05:12Z", "Europe/Berlin")).toBe("2026-11-30T07:00");
    expect(shown("2026-11-30T07:00Z", "Europe/Berlin")).toBe("2026-12-01T07:00");
    expect(shown("2026-11-30T05:12Z", "Asia/Kathmandu")).toBe("2026-12-01T02:15");
    expect(shown("2026-11-30T05:12Z", null)).toBe("2026-11-30T08:00");
  });

  it("is eight o'clock on days on which the clocks are set", () => {
    expect(shown("2026-03-28T20:00Z", "Europe/Berlin")).toBe("2026-03-29T06:00");
    expect(shown("2026-10-24T20:00Z", "Europe/Berlin")).toBe("2026-10-25T07:00");
  });

  it("comes for a zone whose hours begin at no quarter, and for one that is unknown", () => {
    // As the database may hold it: +05:07 is no name of a zone, and is taken by some engines.
    const morning = nextMorning(at("2026-11-30T05:12Z"), "+05:07");
    expect(morning - at("2026-11-30T05:12Z")).toBeLessThanOrEqual(25 * 60 * 60 * 1000);
    expect(shown("2026-11-30T05:12Z", "Mars/Olympus")).toBe("2026-11-30T08:00");
  });
});
