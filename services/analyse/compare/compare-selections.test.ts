// Tests of comparisons: differences are found with their direction, equal sides give none, and too little data is reported.
import { describe, expect, it } from "vitest";
import {
  aFrame,
  diceOf,
  type SomeMessage,
  someTopics,
} from "#services/analyse/frame/frame-columns.builders.ts";
import { selectMessages } from "#services/analyse/frame/select.ts";
import { comparison } from "#services/contract/figures.ts";
import { compareSides, sizeOfEffect } from "./compare-selections.ts";

const HOUR = 3_600_000;
const topics = someTopics(6);

/** Conversations of two sources; a share `tilt` of the first source's are about topic 0, and those are longer. */
const aWorld = (seed: number, tilt: number): SomeMessage[] => {
  const dice = diceOf(seed);
  return Array.from({ length: 300 }, (_, talk) => {
    const source = talk % 2 === 0 ? "slack" : "irc";
    const tilted = source === "slack" && dice() < tilt;
    const topic = tilted ? 0 : Math.floor(dice() * 6);
    return Array.from(
      { length: 1 + Math.floor(dice() * 12) },
      (_, turn): SomeMessage => ({
        conversation: `c${talk}`,
        source,
        topic,
        author: `p${Math.floor(dice() * 30)}`,
        at: talk * 7 * HOUR + turn * 60_000,
        length: Math.floor((tilted ? 200 : 40) * (0.5 + dice())),
        sentiment: Math.floor(dice() * 100) - 50,
      }),
    );
  }).flat();
};

const compareSources = (messages: readonly SomeMessage[]) => {
  const frame = aFrame(messages);
  const of = (source: string) =>
    selectMessages(frame, topics, { sources: [source] }, { zone: "UTC" });
  return compareSides(frame, topics, { a: of("slack"), b: of("irc") });
};

describe("a comparison", () => {
  it("finds differences with direction, size and the selection that opens them", () => {
    const found = compareSources(aWorld(1, 0.5));
    const topic = found.differences.find(({ key }) => key === "top_0");
    expect(topic?.effect).toBeGreaterThan(0);
    expect(topic?.p).toBeLessThan(0.01);
    expect(topic?.low).toBeLessThan(topic?.effect ?? 0);
    expect(topic?.opens).toEqual({ topics: ["top_0"] });
    expect(topic?.size).not.toBe("negligible");
    const length = found.differences.find(({ key }) => key === "length");
    expect(length?.effect).toBeGreaterThan(0.2);
    expect(length?.shareA).toBeGreaterThan(length?.shareB ?? 0);
    expect(found.says.join(" ")).toMatch(/A has more of the topics: Topic 0 \(\d+ % against/);
    expect(found.says.join(" ")).toContain("Messages of A are longer");
  });

  it("reports few differences where the sides are equal, although conversations keep to a topic", () => {
    let alarmed = 0;
    const worlds = 60;
    for (let seed = 1; seed <= worlds; seed++) {
      const certain = compareSources(aWorld(seed, 0)).differences.filter(
        // The sides are two sources, so this differs by construction.
        ({ kind, p }) => kind !== "source" && p < 0.05,
      );
      if (certain.length > 0) alarmed++;
    }
    expect(alarmed / worlds).toBeLessThanOrEqual(0.1);
  });

  it("finds words that one side uses more, and is less certain of bursty ones", () => {
    const messages = aWorld(2, 0);
    const frame = aFrame(messages);
    const of = (source: string) =>
      selectMessages(frame, topics, { sources: [source] }, { zone: "UTC" });
    const word = (name: string, countA: number, countB: number, conversations: number) => ({
      word: name,
      countA,
      countB,
      conversationsA: Math.min(countA, conversations),
      conversationsB: Math.min(countB, conversations),
    });
    const { differences, says } = compareSides(frame, topics, {
      a: of("slack"),
      b: of("irc"),
      words: {
        counts: [
          word("kernel", 60, 10, 60),
          word("hot", 60, 10, 2),
          word("the", 500, 510, 500),
          word("once", 1, 0, 1),
        ],
        totalA: 9000,
        totalB: 9100,
      },
    });
    const p = (name: string) => differences.find(({ key }) => key === name)?.p ?? Number.NaN;
    expect(p("kernel")).toBeLessThan(0.001);
    expect(p("hot")).toBeGreaterThan(p("kernel"));
    expect(p("the")).toBeGreaterThan(0.05);
    expect(p("once")).toBeNaN();
    expect(says.join(" ")).toContain("“kernel”");
  });

  it("says where there is too little, where both sides are the same, and where they overlap", () => {
    const frame = aFrame(aWorld(3, 0.5));
    const few = new Uint8Array(frame.messages.count);
    few.fill(1, 0, 4);
    const all = new Uint8Array(frame.messages.count).fill(1);
    const half = all.map((_, row) => (row * 2 < all.length ? 1 : 0));
    const tooFew = compareSides(frame, topics, { a: few, b: all });
    expect(tooFew.differences).toEqual([]);
    expect(tooFew.says[0]).toContain("too little to compare");
    expect(compareSides(frame, topics, { a: all, b: all }).says).toEqual([
      "A and B are the same messages.",
    ]);
    const overlapping = compareSides(frame, topics, { a: half, b: all });
    expect(overlapping.shared).toBe(overlapping.a.messages);
    expect(overlapping.says.join(" ")).toContain("100 % of the smaller side's messages");
  });

  it("gives finite numbers, also for one conversation and for messages without a time", () => {
    const one = aFrame(
      Array.from({ length: 40 }, (_, n) => ({ topic: n % 2, author: `p${n % 3}`, length: n })),
    );
    const a = Uint8Array.from({ length: 40 }, (_, row) => (row < 20 ? 1 : 0));
    const b = a.map((byte) => 1 - byte);
    const { differences, says } = compareSides(one, topics, { a, b });
    const rows = differences.map(({ opens, ...rest }) => ({
      ...rest,
      selectionA: opens,
      selectionB: opens,
    }));
    expect(() => comparison.shape.differences.parse(rows)).not.toThrow();
    expect(says.join(" ")).toContain("fewer than five conversations");
  });

  it("names sizes by Cohen's limits in both directions", () => {
    expect([0.1, -0.3, 0.6, -1].map(sizeOfEffect)).toEqual([
      "negligible",
      "small",
      "medium",
      "large",
    ]);
  });
});
