// Addresses keep what was typed, and read the addresses of earlier releases.
import { defaultStringifySearch } from "@tanstack/react-router";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress, stringifyAddress } from "./address-text.ts";

const awkward = [
  '"double crumb"',
  "14.60",
  "{}",
  "[1]",
  "1",
  "true",
  "null",
  '"14.60"',
  '"',
  "",
  " a+b&c ",
];

describe("a typed text in the address", () => {
  it.each(awkward)("is the same after writing and reading: %s", (q) => {
    expect(parseAddress(stringifyAddress({ q }))).toEqual({ q });
  });

  it("is the same whatever was typed, and however often it was quoted", () => {
    const quoted = fc
      .tuple(fc.oneof(fc.string(), fc.json(), fc.constantFrom(...awkward)), fc.nat(3))
      .map(([text, times]) => {
        let now = text.toWellFormed();
        for (let time = 0; time < times; time++) now = JSON.stringify(now);
        return now;
      });
    fc.assert(
      fc.property(quoted, (title) => {
        expect(parseAddress(stringifyAddress({ title }))).toEqual({ title });
      }),
    );
  });

  it("is read as it stands where a person wrote the address", () => {
    expect(parseAddress("?q=%22double%20crumb%22")).toEqual({ q: '"double crumb"' });
    expect(parseAddress("?q=14.60")).toEqual({ q: "14.60" });
    expect(parseAddress("?q={}")).toEqual({ q: "{}" });
    expect(parseAddress("?q=[1]")).toEqual({ q: "[1]" });
  });

  it("is written without quotes around it", () => {
    expect(stringifyAddress({ q: "14.60" })).toBe("?q=14.60");
    expect(stringifyAddress({ q: '"double crumb"' })).toBe("?q=%22double+crumb%22");
    expect(stringifyAddress({ q: undefined })).toBe("");
  });

  it.each(awkward)("is read from an address of an earlier release: %s", (q) => {
    expect(parseAddress(defaultStringifySearch({ q }))).toEqual({ q });
  });
});

describe("other values in the address", () => {
  it("stay numbers, lists and objects", () => {
    const values = { v: 3, after: 17, author: ["Mira"], a: { source: ["irc"] }, group: true };
    expect(parseAddress(stringifyAddress({ q: "3", ...values }))).toEqual({ q: "3", ...values });
    expect(parseAddress(defaultStringifySearch(values))).toEqual(values);
  });
});
