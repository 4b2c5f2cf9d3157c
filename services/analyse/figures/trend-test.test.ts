// Tests of the trend test by simulation: bursty conversations without a change raise few false alarms, a doubling is found.
import { describe, expect, it } from "vitest";
import {
  aFrame,
  diceOf,
  type SomeMessage,
  someTopics,
} from "#services/analyse/frame/frame-columns.builders.ts";
import { sparksOf } from "./sparks.ts";
import { trendOfTopics } from "./trend-test.ts";

const DAY = 86_400_000;
const start = Date.UTC(2023, 0, 1);
const TOPICS = 12;

interface World {
  readonly seed: number;
  readonly days: number;
  /** Factor by which the share of topic 0 changes in the last third. */
  readonly change: number;
  /** How uneven the topics are: at 1.6 the order of topics changes every few days. */
  readonly heat?: number;
  /** Logarithm of the longest conversation. */
  readonly talk?: number;
}

/**
 * Messages as in real chats: conversations of very uneven length that mostly keep to a topic, topics that are frequent for
 * several days, days with few and with many conversations.
 */
const aWorld = ({
  seed,
  days,
  change,
  heat: hot = 1.6,
  talk: long = 3.5,
}: World): SomeMessage[] => {
  const dice = diceOf(seed);
  const messages: SomeMessage[] = [];
  const heat = Float64Array.from({ length: TOPICS }, () => 1);
  for (let day = 0; day < days; day++) {
    for (let topic = 0; topic < TOPICS; topic++)
      if (dice() < 0.35) heat[topic] = Math.exp(hot * (dice() + dice() + dice() - 1.5));
    const weights = Array.from(heat, (one, topic) =>
      topic === 0 && day >= (days * 2) / 3 ? one * change : one,
    );
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    for (let talk = Math.floor(2 + dice() * 8); talk > 0; talk--) {
      let left = dice() * all;
      const topic = weights.findIndex((weight) => {
        left -= weight;
        return left < 0;
      });
      const length = Math.ceil(Math.exp(dice() * long));
      for (let turn = 0; turn < length; turn++)
        messages.push({
          conversation: `c${day}-${talk}`,
          at: start + day * DAY + talk * 3_600_000 + turn * 60_000,
          // Some messages of a conversation are about another topic.
          topic: dice() < 0.15 ? Math.floor(dice() * TOPICS) : topic,
        });
    }
  }
  return messages;
};

const trendsIn = (messages: readonly SomeMessage[]) => {
  const frame = aFrame(messages);
  const mask = new Uint8Array(messages.length).fill(1);
  return trendOfTopics(frame, someTopics(TOPICS), { mask, zone: "Europe/Berlin" });
};

const leaves = Array.from({ length: TOPICS }, (_, leaf) => `top_${leaf}`);
const isAlarm = (direction: string | undefined) => direction === "rising" || direction === "fading";

describe("the trend test", () => {
  it("reports a trend in at most 5 of 100 simulations without a change", () => {
    const worlds = 80;
    let alarmed = 0;
    let naive = 0;
    for (let seed = 1; seed <= worlds; seed++) {
      const messages = aWorld({ seed, days: 60 + (seed % 3) * 60, change: 1 });
      const trends = trendsIn(messages);
      if (leaves.some((id) => isAlarm(trends.get(id)?.direction))) alarmed++;
      // The result of a test that treats messages as independent, for the same data.
      const border = messages[Math.floor((messages.length * 2) / 3)]?.at ?? 0;
      const late = messages.filter(({ at = 0 }) => at >= border);
      const early = messages.length - late.length;
      const z = leaves.map((_, leaf) => {
        const all = messages.filter(({ topic }) => topic === leaf).length;
        const after = late.filter(({ topic }) => topic === leaf).length;
        const share = all / messages.length;
        const error = Math.sqrt(share * (1 - share) * (1 / late.length + 1 / early));
        return Math.abs(after / late.length - (all - after) / early) / error;
      });
      if (Math.max(...z) > 2.87) naive++;
    }
    expect(alarmed / worlds).toBeLessThanOrEqual(0.05);
    // The data are bursty enough to matter: that test would report a change in most of them.
    expect(naive / worlds).toBeGreaterThan(0.5);
  });

  it("finds a tripling in most equally bursty simulations, and a doubling nearly always in calmer ones", () => {
    const worlds = 12;
    let tripled = 0;
    let doubled = 0;
    for (let seed = 500; seed < 500 + worlds; seed++) {
      const much = trendsIn(aWorld({ seed, days: 400, change: 3 })).get("top_0");
      if (much?.direction === "rising") tripled++;
      const some = trendsIn(aWorld({ seed, days: 700, change: 2, heat: 0.8, talk: 1.5 })).get(
        "top_0",
      );
      if (some?.direction === "rising") doubled++;
    }
    expect(tripled / worlds).toBeGreaterThanOrEqual(0.6);
    expect(doubled / worlds).toBeGreaterThanOrEqual(0.85);
  });

  it("says what it compared", () => {
    const trend = trendsIn(aWorld({ seed: 3, days: 300, change: 6 })).get("top_0");
    expect(trend?.direction).toBe("rising");
    expect(trend?.ratio).toBeGreaterThan(2);
    expect(trend?.says).toMatch(
      /% of the messages since \d+ \w+ 2023, .* before: .* more than noise/,
    );
  });

  it("reports nothing for one burst, few messages, few days, and no times", () => {
    const burst: SomeMessage[] = Array.from({ length: 1200 }, (_, n) => ({
      conversation: `c${n % 300}`,
      at: start + (n % 300) * DAY,
      topic: n % 3,
    }));
    for (let n = 0; n < 150; n++)
      burst.push({ conversation: "hot", at: start + 290 * DAY + n, topic: 5 });
    const trends = trendsIn(burst);
    expect(isAlarm(trends.get("top_5")?.direction)).toBe(false);
    expect(trends.get("top_7")?.direction).toBe("unknown");
    expect(trendsIn([{ at: start, topic: 0 }]).get("top_0")?.direction).toBe("unknown");
    expect(trendsIn([{ topic: 0 }]).get("top_0")?.says).toContain(
      "None of these messages has a time",
    );
    expect(trendsIn([]).get("top_0")?.direction).toBe("unknown");
  });
});

describe("sparklines", () => {
  it("count every dated message of a topic once, and for parents the sum of their leaves", () => {
    const messages = aWorld({ seed: 8, days: 50, change: 1 });
    const frame = aFrame(messages);
    const topics = someTopics(TOPICS);
    const sparks = sparksOf(frame, topics, { mask: new Uint8Array(messages.length).fill(1) });
    const sum = (id: string) => (sparks.get(id) ?? []).reduce((all, one) => all + one, 0);
    expect(sum("top_0")).toBe(messages.filter(({ topic }) => topic === 0).length);
    expect(sum("top_even") + sum("top_odd")).toBe(messages.length);
  });

  it("put everything into the first step where there is only one time, and are zero where there is none", () => {
    const one = sparksOf(aFrame([{ at: 5, topic: 0 }, { topic: 0 }]), someTopics(1), {
      mask: Uint8Array.of(1, 1),
      steps: 4,
    });
    expect(one.get("top_0")).toEqual([1, 0, 0, 0]);
  });
});
