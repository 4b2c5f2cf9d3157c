// What became of a topic → a sentence, and the order in which changes are worth being told.
import type { TopicEvent } from "#services/contract/analysis.ts";
import { count } from "../words/numbers.ts";

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
  /** Versions compared. */
  readonly to: number;
  readonly from: number | null;
  readonly at: number;
  /** Merges and splits first, then births and deaths, then growth; larger before smaller. */
  readonly events: readonly TopicEvent[];
  /** Topics that went on much as they were. */
  readonly kept: number;
}

/** Events by the analysis that found them, newest first. What was merely kept is counted, not listed. */
export const eventSteps = (events: readonly TopicEvent[]): readonly EventStep[] => {
  // One version may have been looked at several times: after changes by hand, or with another number of topics.
  const byRun = new Map<number, TopicEvent[]>();
  for (const event of events) byRun.set(event.at, [...(byRun.get(event.at) ?? []), event]);
  const change = (event: TopicEvent) => Math.abs(event.sizeAfter - event.sizeBefore);
  return [...byRun]
    .sort(([a], [b]) => b - a)
    .map(([at, all]) => ({
      at,
      to: all[0]?.to ?? 0,
      from: all.find((one) => one.from !== null)?.from ?? null,
      events: all
        .filter((one) => one.kind !== "kept")
        .toSorted((a, b) => weight[a.kind] - weight[b.kind] || change(b) - change(a)),
      kept: all.filter((one) => one.kind === "kept").length,
    }));
};

/** "The first topics", "Version 3 → 4", "Version 4, looked at again". */
export const stepTitle = ({ from, to }: EventStep): string => {
  if (from === null) return "The first topics";
  return from === to ? `Version ${to}, looked at again` : `Version ${from} → ${to}`;
};
