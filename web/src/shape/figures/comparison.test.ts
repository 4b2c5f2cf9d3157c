// Comparisons: bars and intervals, folded lists, significance, presets.
import { describe, expect, it } from "vitest";
import type { Difference } from "#services/contract/figures.ts";
import { comparePresets, lastAddition } from "./compare-presets.ts";
import {
  diverging,
  effectInWords,
  effectScale,
  foldedDifferences,
  shownDifferences,
} from "./differences.ts";

const aDifference = (given: Partial<Difference>): Difference => ({
  kind: "topic",
  key: "top_a",
  label: "Grub",
  countA: 10,
  countB: 5,
  shareA: 0.2,
  shareB: 0.1,
  effect: 1,
  low: 0.5,
  high: 1.5,
  p: 0.001,
  size: "medium",
  selectionA: null,
  selectionB: null,
  ...given,
});

describe("differences", () => {
  it("have bars to the left for A and to the right for B, clipped with their intervals", () => {
    expect(diverging(aDifference({}), 2)).toEqual({
      side: "a",
      length: 0.5,
      low: -0.75,
      high: -0.25,
    });
    expect(diverging(aDifference({ effect: -9, low: -12, high: -6 }), 3)).toEqual({
      side: "b",
      length: 1,
      low: 1,
      high: 1,
    });
    expect(effectScale([])).toBeGreaterThan(0);
  });

  it("are folded to the first rows of each kind, until it is unfolded", () => {
    const words = Array.from({ length: 11 }, (_, at) =>
      aDifference({ kind: "word", key: `w${at}` }),
    );
    const all = [...words, aDifference({})];
    const folded = foldedDifferences(all, []);
    expect(folded.shown).toEqual([...words.slice(0, 8), all[11]]);
    expect([...folded.more]).toEqual([["word", 3]]);
    expect(foldedDifferences(all, ["word"])).toEqual({ shown: all, more: new Map() });
  });

  it("are listed where they are significant, or where all are asked for", () => {
    const all = [aDifference({}), aDifference({ key: "b", p: 0.3 }), aDifference({ kind: "word" })];
    expect(shownDifferences(all, {})).toHaveLength(2);
    expect(shownDifferences(all, { all: true, kind: "topic" })).toHaveLength(2);
    expect(effectInWords(aDifference({}))).toBe("2.7 times the odds in A, medium");
  });
});

describe("presets of comparisons", () => {
  const of = {
    ...{ firstAt: null, lastAt: null, sources: [], version: null, roles: [] },
    ...{ months: [], weekdays: null },
  };
  it("are made from the contents of the collection", () => {
    expect(comparePresets(of)).toHaveLength(1);
    const names = comparePresets({ ...of, sources: ["irc", "slack"], version: 3 }).map(
      (one) => one.name,
    );
    expect(names).toContain("IRC and Slack");
  });

  it("take the last version that added chunks to earlier ones, not a merge", () => {
    const versions = [
      { number: 4, added: 0, rows: 30 },
      { number: 3, added: 10, rows: 30 },
      { number: 2, added: 10, rows: 20 },
      { number: 1, added: 10, rows: 10 },
    ];
    expect(lastAddition(versions, 4)).toBe(3);
    expect(lastAddition(versions, 2)).toBe(2);
    expect(lastAddition(versions, 1)).toBeNull();
    expect(lastAddition(versions, null)).toBeNull();
  });

  const months = (counts: readonly number[]) =>
    counts.map((messages, n) => ({
      from: Date.UTC(2026, n, 1),
      to: Date.UTC(2026, n + 1, 1),
      messages,
      zone: "UTC",
    }));
  const timed = (counts: readonly number[], lastAt: number) =>
    comparePresets({ ...of, firstAt: Date.UTC(2026, 0, 3), lastAt, months: months(counts) });

  it("compare two whole consecutive months", () => {
    const [month] = timed([9, 9, 9, 9, 3], Date.UTC(2026, 4, 6));
    expect(month).toEqual({
      name: "Last month and the month before",
      a: { after: Date.UTC(2026, 3, 1), before: Date.UTC(2026, 4, 1) },
      b: { after: Date.UTC(2026, 2, 1), before: Date.UTC(2026, 3, 1) },
    });
  });

  it("offer months and weekends only where both sides have messages", () => {
    const [month] = timed([9, 9, 0, 9, 3], Date.UTC(2026, 4, 6));
    expect(month?.name).toBe("Feb 2026 and Jan 2026");
    expect(timed([9, 0, 9], Date.UTC(2026, 2, 28)).map(({ name }) => name)).not.toContain(
      "Last month and the month before",
    );
    const names = (weekend: number) =>
      comparePresets({ ...of, firstAt: 1, lastAt: 2, weekdays: { weekend, others: 5 } }).map(
        ({ name }) => name,
      );
    expect(names(3)).toContain("Weekends and weekdays");
    expect(names(0)).not.toContain("Weekends and weekdays");
  });
});
