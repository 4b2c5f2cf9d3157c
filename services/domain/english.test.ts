// Tests of the forms of English: dates, times of day and numbers of each, and which of them a browser prefers.
import { describe, expect, it } from "vitest";
import { dateFormat, type EnglishForm, firstDayOfWeek, formOf, numberFormat } from "./english.ts";

const at = Date.UTC(2026, 10, 3, 14, 5, 9);

/** Engines differ in the kind of space before "PM" and between thousands. */
const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/gu, " ");

const forms: readonly [EnglishForm, readonly string[]][] = [
  ["en-GB", ["3 Nov 2026", "3 Nov", "Nov 2026", "3 November 2026", "14:05", "1,234,567.5"]],
  ["en-US", ["Nov 3, 2026", "Nov 3", "Nov 2026", "November 3, 2026", "2:05 PM", "1,234,567.5"]],
  ["en-IE", ["3 Nov 2026", "3 Nov", "Nov 2026", "3 November 2026", "14:05", "1,234,567.5"]],
  ["en-CA", ["Nov 3, 2026", "Nov 3", "Nov 2026", "November 3, 2026", "2:05 p.m.", "1,234,567.5"]],
  ["en-AU", ["3 Nov 2026", "3 Nov", "Nov 2026", "3 November 2026", "2:05 pm", "1,234,567.5"]],
  ["en-NZ", ["3 Nov 2026", "3 Nov", "Nov 2026", "3 November 2026", "2:05 pm", "1,234,567.5"]],
  ["en-IN", ["3 Nov 2026", "3 Nov", "Nov 2026", "3 November 2026", "2:05 pm", "12,34,567.5"]],
  ["en-ZA", ["03 Nov 2026", "03 Nov", "Nov 2026", "3 November 2026", "14:05", "1 234 567.5"]],
  ["en-x-iso8601", ["2026-11-03", "11-03", "2026-11", "2026-11-03", "14:05", "1,234,567.5"]],
];

describe("a form of English", () => {
  it.each(forms)("%s writes dates, times and numbers", (form, expected) => {
    const dates = (["day", "day-month", "month", "long-day", "clock"] as const).map((style) =>
      dateFormat(form, style, "UTC")(at),
    );
    expect([...dates, numberFormat(form)(1_234_567.5)].map(plain)).toEqual(expected);
  });

  it("writes a date with its time and zone", () => {
    const both = (form: EnglishForm) =>
      (["day-clock", "weekday", "whole"] as const).map((style) =>
        plain(dateFormat(form, style, "Europe/Berlin")(at)),
      );
    expect(both("en-GB")).toEqual([
      "3 Nov 2026, 15:05",
      "Tuesday, 3 November 2026",
      "Tuesday, 3 November 2026 at 15:05:09 CET",
    ]);
    expect(both("en-US").slice(0, 2)).toEqual([
      "Nov 3, 2026, 3:05 PM",
      "Tuesday, November 3, 2026",
    ]);
    expect(both("en-x-iso8601")).toEqual([
      "2026-11-03 15:05",
      "Tuesday, 2026-11-03",
      "Tuesday, 2026-11-03 15:05:09 CET",
    ]);
  });

  it("writes midnight as 00:00 where days have 24 hours", () => {
    const midnight = Date.UTC(2026, 10, 3);
    const clocks = (["en-GB", "en-IE", "en-ZA", "en-x-iso8601"] as const).map((form) =>
      dateFormat(form, "clock", "UTC")(midnight),
    );
    expect(clocks).toEqual(["00:00", "00:00", "00:00", "00:00"]);
    expect(plain(dateFormat("en-US", "clock", "UTC")(midnight))).toBe("12:00 AM");
  });

  it("shortens large numbers", () => {
    const short = (form: EnglishForm) =>
      plain(numberFormat(form, { notation: "compact", maximumFractionDigits: 1 })(1_234_567));
    expect((["en-GB", "en-US", "en-IN", "en-ZA"] as const).map(short)).toEqual([
      ...["1.2M", "1.2M", "12.3L", "1.2M"],
    ]);
  });

  it("begins its weeks on Sunday in some countries", () => {
    expect((["en-US", "en-GB", "en-x-iso8601"] as const).map(firstDayOfWeek)).toEqual([0, 1, 1]);
  });

  it("is the first that a browser prefers, else that of the United Kingdom", () => {
    expect(formOf(["de-DE", "en", "en-us", "en-GB"])).toBe("en-US");
    expect(formOf(["de-DE", "en"])).toBe("en-GB");
    expect(formOf([])).toBe("en-GB");
  });
});
