// Tests of uniting messages and exchanges: what is one hit, which row shows it, and what answers are worth.
import { describe, expect, it } from "vitest";
import type { Fused } from "./rank.ts";
import { type Exchange, unite } from "./unite.ts";

const row = (key: number, score: number, more: Partial<Fused> = {}): Fused => ({
  key,
  id: `row ${key}`,
  score,
  semanticRank: null,
  lexicalRank: null,
  similarity: null,
  bm25: null,
  ...more,
});

/** Rows of messages are named m1, m2 … by their keys; exchanges by the key of their row. */
const united = (
  messages: readonly Fused[],
  exchanges: readonly Fused[],
  of: Readonly<Record<number, Exchange>>,
  channel: readonly number[] = [],
) =>
  unite(messages, exchanges, {
    message: ({ key }) => ({ message: `m${key}`, inChannel: channel.includes(key) }),
    exchange: ({ key }) => of[key],
  });
const exchange = (isAnswered: boolean, ...members: string[]): Exchange => ({
  members,
  answer: isAnswered ? "given" : "none",
});

describe("messages and exchanges", () => {
  it("are one hit where the message is of the exchange, shown by the row of the exchange", () => {
    const [first, ...others] = united(
      [row(1, 3, { lexicalRank: 4, bm25: 7 }), row(2, 2, { semanticRank: 1, similarity: 0.8 })],
      [row(10, 2, { lexicalRank: 2, bm25: 5 })],
      { 10: exchange(true, "m1", "m2") },
    );
    expect(others).toEqual([]);
    expect(first?.keys).toEqual([10, 1, 2]);
    expect(first?.fused).toMatchObject({
      key: 10,
      semanticRank: 1,
      lexicalRank: 2,
      similarity: 0.8,
      bm25: 7,
    });
  });

  it("are one hit for all rows of a long exchange, and for a long message alone, shown by its best part", () => {
    const both = { 10: exchange(true, "m1"), 11: exchange(true, "m1") };
    const [hit, ...others] = united([row(1, 3)], [row(10, 2), row(11, 1)], both);
    expect(others).toEqual([]);
    expect(hit?.fused.key).toBe(1);
    expect(united([], [row(10, 2)], both)[0]?.fused.key).toBe(10);
  });

  it("rank an answered exchange before an equal one that nobody answered", () => {
    const of = { 10: exchange(false, "m1", "m2"), 11: exchange(true, "m3", "m4") };
    const hits = united([row(1, 3), row(3, 3)], [row(10, 2), row(11, 2)], of);
    expect(hits.map(({ fused }) => fused.key)).toEqual([11, 10]);
  });

  it("rank what was asked for all but word for word before answers to other questions", () => {
    const of = {
      10: { members: ["m1", "m2"], answer: "none" as const },
      11: { members: ["m3", "m4"], answer: "way" as const },
    };
    const answers = [row(11, 4), row(10, 4)];
    const near = united([row(1, 5), row(3, 4)], answers, of);
    expect(near.map(({ fused }) => fused.key)).toEqual([11, 10]);
    const byFar = united([row(1, 9), row(3, 4)], answers, of);
    expect(byFar.map(({ fused }) => fused.key)).toEqual([10, 11]);
    const alone = united([row(5, 9), row(3, 4)], [row(11, 4)], of, [5]);
    expect(alone.map(({ fused }) => fused.key)).toEqual([5, 11]);
  });

  it("rank exchanges by what the best answer is worth", () => {
    const of = {
      10: { members: ["m1", "m2"], answer: "none" as const },
      11: { members: ["m3", "m4"], answer: "way" as const },
      12: { members: ["m5", "m6"], answer: "remark" as const },
      13: { members: ["m7", "m8"], answer: "statement" as const },
    };
    const hits = united([], [row(10, 2), row(11, 2), row(12, 2), row(13, 2)], of);
    expect(hits.map(({ fused }) => fused.key)).toEqual([11, 13, 12, 10]);
  });

  it("rank a short exchange before an equal one of many lines", () => {
    const lines = Array.from({ length: 30 }, (_, at) => `x${at}`);
    const of = { 10: exchange(true, ...lines), 11: exchange(true, "m1", "m2") };
    const hits = united([], [row(10, 2), row(11, 2)], of);
    expect(hits.map(({ fused }) => fused.key)).toEqual([11, 10]);
  });

  it("take a message that says all by itself for its own exchange, but a line of a channel for less", () => {
    const [outside] = united([row(1, 3)], [row(10, 3)], { 10: exchange(true, "m8", "m9") });
    const [alone, inside] = united(
      [row(1, 3), row(2, 3)],
      [row(10, 0)],
      { 10: exchange(false, "m8", "m9") },
      [2],
    );
    expect(outside?.fused.key).toBe(1);
    expect(alone?.fused).toMatchObject({ key: 1, score: 3 * 1.8 });
    expect(inside?.fused.key).toBe(2);
    expect(inside?.fused.score).toBeLessThan(alone?.fused.score ?? 0);
  });

  it("keep every row, and leave out exchanges that are gone", () => {
    const hits = united([row(1, 3), row(2, 1)], [row(10, 2), row(11, 2)], {
      10: exchange(true, "m2", "m3"),
    });
    expect(hits.flatMap(({ keys }) => keys).toSorted((a, b) => a - b)).toEqual([1, 2, 10]);
  });
});
