// What became of a topic → a sentence, and the order in which changes are worth being told.
import type { TopicEvent } from "#services/contract/analysis.ts";
import { count } from "./numbers.ts";

const listed = new Intl.ListFormat("en", { type: "conjunction" });
const titles = (event: TopicEvent) => listed.format(event.others.map((one) => `“${one.title}”`));
const sizes = (event: TopicEvent) => `${count(event.sizeBefore)} → ${count(event.sizeAfter)}`;

/** The rest of the sentence after the topic's title. */
export const eventSays = (event: TopicEvent): string => {
  switch (event.kind) {
    case "born":
      return event.from === null
        ? `found, ${count(event.sizeAfter)} in it`
        : `is new, ${count(event.sizeAfter)} in it`;
    case "kept":
      return `stayed, ${sizes(event)}`;
    case "grew":
      return `grew, ${sizes(event)}`;
    case "shrank":
      return `shrank, ${sizes(event)}`;
    case "merged":
      return event.others.length === 0
        ? `took others in, ${sizes(event)}`
        : `merged with ${titles(event)}`;
    case "split":
      return event.others.length === 0
        ? `split, ${sizes(event)}`
        : `split; beside it now ${titles(event)}`;
    case "died":
      return `is gone, ${count(event.sizeBefore)} were in it`;
    case "revived":
      return `is back, ${count(event.sizeAfter)} in it`;
  }
};

const weight = {
  merged: 0,
  split: 0,
  born: 1,
  revived: 1,
  died: 1,
  grew: 2,
  shrank: 2,
  kept: 3,
} as const satisfies Record<TopicEvent["kind"], number>;

export interface EventStep {
  readonly to: number;
  readonly from: number | null;
  readonly at: number;
  /** Merges and splits first, then births and deaths, then growth; larger before smaller. */
  readonly events: readonly TopicEvent[];
  /** Topics that went on much as they were. */
  readonly kept: number;
}

/** Events by the version that they lead to, newest first. What was merely kept is counted, not listed. */
export const eventSteps = (events: readonly TopicEvent[]): readonly EventStep[] => {
  const byVersion = new Map<number, TopicEvent[]>();
  for (const event of events) byVersion.set(event.to, [...(byVersion.get(event.to) ?? []), event]);
  const change = (event: TopicEvent) => Math.abs(event.sizeAfter - event.sizeBefore);
  return [...byVersion]
    .sort(([a], [b]) => b - a)
    .map(([to, all]) => ({
      to,
      from: all.find((one) => one.from !== null)?.from ?? null,
      at: Math.max(...all.map((one) => one.at)),
      events: all
        .filter((one) => one.kind !== "kept")
        .toSorted((a, b) => weight[a.kind] - weight[b.kind] || change(b) - change(a)),
      kept: all.filter((one) => one.kind === "kept").length,
    }));
};
