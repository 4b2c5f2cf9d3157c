// A selection as URL parameters and back, and the intersection of two selections.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selection } from "#services/contract/selection.ts";
import {
  addressOf,
  areaOf,
  areaText,
  isEverything,
  narrowed,
  selectionAddress,
  selectionOf,
} from "./selection-address.ts";

const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
const thousandth = fc.integer({ min: -90_000, max: 90_000 }).map((value) => value / 1000);
const anySelection = fc.record(
  {
    after: fc.integer(),
    before: fc.integer(),
    topics: some(fc.string({ maxLength: 20 })),
    authors: some(fc.string({ maxLength: 20 })),
    sources: some(fc.constantFrom("irc" as const, "slack" as const)),
    languages: some(fc.option(fc.constantFrom("de", "en"))),
    hours: some(fc.integer({ min: 0, max: 23 })),
    weekdays: some(fc.integer({ min: 1, max: 7 })),
    sentiment: some(fc.constantFrom("negative" as const, "positive" as const)),
    version: fc.integer({ min: 1, max: 900 }),
    area: fc.array(fc.tuple(thousandth, thousandth), { minLength: 3, maxLength: 9 }),
    not: fc.constant(true as const),
  },
  { requiredKeys: [] },
);

describe("a selection in the URL", () => {
  it("is the same after writing and reading, and valid for the server", () => {
    fc.assert(
      fc.property(anySelection, (given) => {
        const written = JSON.parse(JSON.stringify(addressOf(given)));
        const read = selectionOf(selectionAddress.parse(written));
        expect(read).toEqual(given);
        expect(selection.parse(read)).toEqual(given);
      }),
    );
  });

  it("drops values that are not valid and keeps the others", () => {
    const read = selectionAddress.parse({ author: ["mira"], hour: [25], area: "!", after: "x" });
    expect(selectionOf(read)).toEqual({ authors: ["mira"] });
  });

  it("is everything where no field is set", () => {
    expect(isEverything(selectionOf({}))).toBe(true);
    expect(isEverything({ hours: [3] })).toBe(false);
  });
});

describe("an area as text", () => {
  it("keeps corners precise to a hundred-thousandth", () => {
    const corners: [number, number][] = [
      [-1.2345678, 0.35],
      [0, 0],
      [0.700004, -1],
    ];
    expect(areaOf(areaText(corners))).toEqual([
      [-1.23457, 0.35],
      [0, 0],
      [0.7, -1],
    ]);
  });

  it("is undefined with fewer than three corners or an odd number of coordinates", () => {
    expect(areaOf("1.2.3.4")).toBeUndefined();
    expect(areaOf("1.2.3.4.5.6.7")).toBeUndefined();
    expect(areaOf("")).toBeUndefined();
  });
});

describe("narrowed", () => {
  it("cuts times to the overlap and takes the row's value of a field", () => {
    expect(
      narrowed(
        { after: 10, before: 90, authors: ["mira", "tom"] },
        { after: 5, before: 50, authors: ["tom"], hours: [3] },
      ),
    ).toEqual({ after: 10, before: 50, authors: ["tom"], hours: [3] });
  });

  it("is the other selection where one is everything", () => {
    expect(narrowed({}, { hours: [3] })).toEqual({ hours: [3] });
    expect(narrowed({ hours: [3], not: true }, {})).toEqual({ hours: [3], not: true });
  });

  it("is undefined where one selection cannot express both", () => {
    expect(narrowed({ hours: [3], not: true }, { authors: ["tom"] })).toBeUndefined();
  });
});
