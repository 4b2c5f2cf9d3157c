// Events of topics (new, merged, grown …) in words, and grouped by analysis with the important ones first.
import type { TopicEvent } from "#services/contract/analysis.ts";
import { changeWords } from "#services/domain/change-words.ts";
import { count, counted } from "../words/numbers.ts";

const listed = new Intl.ListFormat("en", { type: "conjunction" });
const titles = (event: TopicEvent) => listed.format(event.others.map((one) => `“${one.title}”`));
const messages = (size: number) => counted(size, "message");
const sizes = (event: TopicEvent) => `${count(event.sizeBefore)} → ${messages(event.sizeAfter)}`;

/** What happened, to be read after the topic's title: "grew, 10 → 20 messages". */
export const eventSays = (event: TopicEvent): string => {
  switch (event.kind) {
    case "born":
      return event.from === null
        ? `found, ${messages(event.sizeAfter)}`
        : `new, ${messages(event.sizeAfter)}`;
    case "kept":
      return `unchanged, ${sizes(event)}`;
    case "grew":
    case "shrank":
      return `${changeWords(event)}, ${sizes(event)}`;
    case "merged":
      return event.others.length === 0
        ? `merged with others, ${sizes(event)}`
        : `merged with ${titles(event)}`;
    case "split":
      return event.others.length === 0 ? `split, ${sizes(event)}` : `split off ${titles(event)}`;
    case "died":
      return `ended, ${messages(event.sizeBefore)} before`;
    case "revived":
      return `found again, ${messages(event.sizeAfter)}`;
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
  /** Merges and splits first, then new and ended topics, then growth; larger changes before smaller. */
  readonly events: readonly TopicEvent[];
  /** The topics that did not change. */
  readonly kept: readonly TopicEvent[];
}

/** Events by the analysis that found them, newest first. Unchanged topics are apart. */
export const eventSteps = (events: readonly TopicEvent[]): readonly EventStep[] => {
  // One version may have been analysed several times: after manual changes, or with another number of topics.
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
      kept: all.filter((one) => one.kind === "kept"),
    }));
};

/** "First analysis", "Version 3 → 4", "Version 4, analysed again". */
export const stepTitle = ({ from, to }: EventStep): string => {
  if (from === null) return "First analysis";
  return from === to ? `Version ${to}, analysed again` : `Version ${from} → ${to}`;
};
