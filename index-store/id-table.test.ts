// A table of ids: each has one number, and is found by it and by its text.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdTable } from "./id-table.ts";
import { PackedTexts } from "./packed-texts.ts";

describe("a table of ids", () => {
  it("numbers ids in the order in which they come, each once", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), fc.string(), (ids, other) => {
        const table = new IdTable();
        const known = new Map<string, number>();
        for (const id of ids) {
          const text = id.toWellFormed();
          if (!known.has(text)) known.set(text, known.size);
          expect(table.add(text)).toBe(known.get(text));
        }
        expect(table.length).toBe(known.size);
        for (const [id, number] of known) {
          expect(table.find(id)).toBe(number);
          expect(table.at(number)).toBe(id);
        }
        expect(table.find(other.toWellFormed())).toBe(known.get(other.toWellFormed()));
      }),
    );
  });

  it("grows, and has nothing outside of its numbers", () => {
    const table = new IdTable();
    for (let n = 0; n < 20_000; n++) table.add(`chk_${n}`);
    for (const n of [0, 127, 128, 4095, 19_999]) {
      expect(table.find(`chk_${n}`)).toBe(n);
      expect(table.at(n)).toBe(`chk_${n}`);
    }
    expect(table.find("chk_20000")).toBeUndefined();
    expect([table.at(-1), table.at(20_000)]).toEqual(["", ""]);
  });
});

it("packed texts come back by their numbers, equal ones each with its own", () => {
  const texts = new PackedTexts();
  const list = ["one", "", "zwölf 🌧", "one", "x".repeat(10_000)];
  for (const text of list) texts.push(text);
  expect(Array.from({ length: texts.length }, (_, at) => texts.at(at))).toEqual(list);
  expect([texts.at(-1), texts.at(5)]).toEqual(["", ""]);
});
