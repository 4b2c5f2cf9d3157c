// Tests of the drawing of what became of topics: every topic has a row, bands lead where its messages went, nothing overlaps.
import { describe, expect, it } from "vitest";
import type { TopicEvent } from "#services/contract/analysis.ts";
import { topicFlow } from "./topic-flow.ts";

const anEvent = (kind: TopicEvent["kind"], topic: string, given: Partial<TopicEvent> = {}) => ({
  ...{ topic, title: topic, kind, from: 1, to: 2, others: [], at: 5 },
  ...{ sizeBefore: 100, sizeAfter: 100 },
  ...given,
});

const events: TopicEvent[] = [
  anEvent("kept", "bread"),
  anEvent("kept", "oven"),
  anEvent("merged", "grub", {
    sizeAfter: 130,
    others: [{ topic: "lilo", title: "lilo", messages: 30 }],
  }),
  anEvent("split", "disk", {
    sizeAfter: 60,
    others: [{ topic: "raid", title: "raid", messages: 40 }],
  }),
  anEvent("born", "wifi", { sizeBefore: 0, sizeAfter: 5 }),
  anEvent("died", "floppy", { sizeBefore: 3, sizeAfter: 0 }),
];

describe("the drawing of what became of topics", () => {
  const flow = topicFlow(events);

  it("has a row for every topic that changed, and one for all others", () => {
    expect(flow.left.map(({ title }) => title)).toEqual([
      ...["grub", "lilo", "disk", "floppy", "2 unchanged topics"],
    ]);
    expect(flow.right.map(({ title }) => title)).toEqual([
      ...["grub", "disk", "raid", "wifi", "2 unchanged topics"],
    ]);
    expect(flow.right.at(-1)?.messages).toBe(200);
  });

  it("leads bands from where messages were to where they are now", () => {
    const inside = (
      nodes: typeof flow.left,
      [top, bottom]: readonly [number, number],
    ): string | undefined =>
      nodes.find((node) => top >= node.top - 0.01 && bottom <= node.top + node.height + 0.01)
        ?.title;
    expect(
      flow.bands.map((band) => [inside(flow.left, band.left), inside(flow.right, band.right)]),
    ).toEqual([
      ["grub", "grub"],
      ["lilo", "grub"],
      ["disk", "disk"],
      ["disk", "raid"],
      ["2 unchanged topics", "2 unchanged topics"],
    ]);
  });

  it("never has rows on one another, nor one lower than its label", () => {
    for (const side of [flow.left, flow.right])
      for (const [nth, node] of side.entries()) {
        expect(node.height).toBeGreaterThanOrEqual(18);
        const next = side[nth + 1];
        if (next) expect(next.top).toBeGreaterThan(node.top + node.height);
        expect(node.top + node.height).toBeLessThanOrEqual(flow.height);
      }
  });

  it("draws events of unknown sizes, and nothing of none", () => {
    const old = anEvent("merged", "a", { others: [{ topic: "b", title: "b", messages: null }] });
    expect(topicFlow([old]).bands).toHaveLength(2);
    expect(topicFlow([])).toEqual({ left: [], right: [], bands: [], height: 0 });
  });
});
