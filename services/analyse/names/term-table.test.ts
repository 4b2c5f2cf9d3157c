// Tests of the counting table: sums stay right while it grows, and bitmaps count few things nearly exactly.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bitOf, distinct, type Gram, TermTable, united } from "./term-table.ts";

describe("TermTable", () => {
  it("counts the same as a map", () => {
    const gram = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(40), fc.nat(3));
    const occurrence = fc.record({ gram, topic: fc.nat(5), text: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(occurrence, { maxLength: 300 }), (occurrences) => {
        const ordered = occurrences.toSorted((a, b) => a.text - b.text);
        const table = new TermTable(100_000);
        const times = new Map<string, number>();
        const texts = new Map<string, Set<number>>();
        for (const { gram: words, topic, text } of ordered) {
          table.add(words, { topic, text, conversation: bitOf(text), author: 0 }, false);
          const key = `${words.join(" ")} in ${topic}`;
          times.set(key, (times.get(key) ?? 0) + 1);
          texts.set(key, (texts.get(key) ?? new Set()).add(text));
        }
        const found = new Map<string, readonly [number, number]>();
        table.visit((term, topic, tally) => {
          found.set(`${table.gramOf(term).join(" ")} in ${topic}`, [tally.times, tally.texts]);
        });
        expect(found).toEqual(
          new Map([...times].map(([key, count]) => [key, [count, texts.get(key)?.size]])),
        );
      }),
    );
  });

  it("grows far beyond its initial size", () => {
    const table = new TermTable(1_000_000);
    const at = { topic: 1, conversation: 1, author: 1 };
    for (let i = 0; i < 30_000; i++) table.add([i + 1, i % 7, 0] as Gram, { ...at, text: i }, true);
    for (let i = 0; i < 30_000; i++)
      table.add([i + 1, i % 7, 0] as Gram, { ...at, text: i }, false);
    expect(table.terms).toBe(30_000);
    for (let term = 0; term < table.terms; term += 997)
      expect([table.timesOf(term), table.capitalisedOf(term)]).toEqual([2, 1]);
  });
});

describe("distinct", () => {
  it("counts a few nearly exactly and many as many; united bitmaps count the union", () => {
    const seen = (from: number, to: number) => {
      let bits = 0;
      for (let i = from; i < to; i++) bits = (bits | bitOf(i)) >>> 0;
      return bits;
    };
    expect(distinct(0)).toBe(0);
    expect(distinct(seen(5, 6))).toBe(1);
    for (const start of [0, 100, 2_000]) {
      expect(distinct(seen(start, start + 4))).toBeGreaterThanOrEqual(2);
      expect(distinct(seen(start, start + 4))).toBeLessThanOrEqual(5);
      expect(distinct(seen(start, start + 500))).toBeGreaterThan(60);
    }
    const tally = { texts: 1, times: 2, authors: 0 };
    const both = united(
      { ...tally, conversations: seen(0, 3) },
      { ...tally, conversations: seen(3, 6) },
    );
    expect(both).toEqual({ texts: 2, times: 4, authors: 0, conversations: seen(0, 6) });
  });
});
