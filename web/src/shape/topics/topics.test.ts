// Topics: the rows of their tree, and their events in words.
import { describe, expect, it } from "vitest";
import type { Topic, TopicEvent } from "#services/contract/analysis.ts";
import { eventSays, eventSteps, stepTitle } from "./topic-events.ts";
import { levelName, pathOf, topicRows } from "./topic-tree.ts";

const aTopic = (given: Partial<Topic>): Topic => ({
  id: "top_a",
  level: 0,
  leaf: true,
  parent: null,
  children: [],
  title: "Boot loader",
  titleBy: "keywords",
  summary: null,
  keywords: [],
  examples: [],
  points: 1,
  messages: 1,
  share: 0.1,
  conversations: 1,
  people: 1,
  hidden: false,
  colour: 0,
  silhouette: null,
  cohesion: null,
  bornVersion: 1,
  firstAt: null,
  lastAt: null,
  spark: [],
  trend: { direction: "steady", ratio: 1, p: 0.5, says: "" },
  ...given,
});

const tree = [
  aTopic({ id: "disks", leaf: false, title: "Disks", messages: 30 }),
  aTopic({
    id: "grub",
    level: 1,
    parent: "disks",
    title: "Grub",
    messages: 20,
    keywords: [{ term: "menu.lst", weight: 1, count: 3 }],
  }),
  aTopic({ id: "raid", level: 1, parent: "disks", title: "RAID", messages: 10 }),
  aTopic({ id: "wine", leaf: false, title: "Wine", messages: 40 }),
  aTopic({ id: "games", level: 1, parent: "wine", title: "Games", messages: 30, hidden: true }),
  aTopic({ id: "apps", level: 1, parent: "wine", title: "Apps", messages: 6, hidden: true }),
  aTopic({ id: "sounds", leaf: false, title: "Sound", messages: 50 }),
  aTopic({ id: "sound", level: 1, parent: "sounds", title: "Sound", messages: 50 }),
];
const ids = (rows: ReturnType<typeof topicRows>) => rows.map(({ topic }) => topic.id);

describe("rows of topics", () => {
  it("are below their parents, in the server's order, without hidden ones", () => {
    expect(ids(topicRows(tree, {}))).toEqual(["disks", "grub", "raid", "wine", "sound"]);
    expect(topicRows(tree, {}).map(({ depth }) => depth)).toEqual([0, 1, 1, 0, 0]);
    expect(ids(topicRows(tree, { hidden: true }))).toContain("games");
  });

  it("include the parent of a child that matches by title or keyword", () => {
    expect(ids(topicRows(tree, { q: "MENU" }))).toEqual(["disks", "grub"]);
    expect(ids(topicRows(tree, { q: "disks" }))).toEqual(["disks", "grub", "raid"]);
    expect(topicRows(tree, { q: "nothing at all" })).toEqual([]);
  });

  it("are of one level where one is chosen, in the chosen order", () => {
    expect(ids(topicRows(tree, { level: 1, sort: "name" }))).toEqual(["grub", "raid", "sound"]);
  });

  it("are sorted rising, steady, fading, or the reverse", () => {
    const trends = (["fading", "steady", "rising"] as const).map((direction) =>
      aTopic({ id: direction, trend: { direction, ratio: 2, p: 0.01, says: "" } }),
    );
    expect(ids(topicRows(trends, { sort: "rising" }))).toEqual(["rising", "steady", "fading"]);
    expect(ids(topicRows(trends, { sort: "fading" }))).toEqual(["fading", "steady", "rising"]);
  });

  it("have a path from the top level down, and levels have names", () => {
    expect(pathOf(tree, "grub").map((one) => one.id)).toEqual(["disks", "grub"]);
    expect(pathOf(tree, "gone")).toEqual([]);
    expect([levelName(0, 2), levelName(1, 2), levelName(0, 1)]).toEqual([
      "Parent topics",
      "Topics",
      "Topics",
    ]);
  });
});

const anEvent = (given: Partial<TopicEvent>): TopicEvent => ({
  topic: "top_a",
  title: "Grub",
  kind: "grew",
  from: 1,
  to: 2,
  sizeBefore: 10,
  sizeAfter: 20,
  others: [],
  at: 5,
  ...given,
});

describe("events of topics", () => {
  it("are grouped by analysis, newest first, merges before growth, unchanged topics counted", () => {
    const steps = eventSteps([
      anEvent({ from: null, to: 1, at: 1, kind: "born" }),
      anEvent({}),
      anEvent({ kind: "kept", topic: "b" }),
      anEvent({ kind: "merged", topic: "c" }),
      anEvent({ from: 2, at: 9, kind: "split" }),
    ]);
    expect(steps.map(stepTitle)).toEqual([
      "Version 2, analysed again",
      "Version 1 → 2",
      "First analysis",
    ]);
    expect(steps[1]?.events.map((one) => one.kind)).toEqual(["merged", "grew"]);
    expect(steps[1]?.kept).toHaveLength(1);
  });

  it("name the other topics of a merge", () => {
    const others = ["LILO", "GRUB 2"].map((title) => ({ topic: title, title, messages: 4 }));
    expect(eventSays(anEvent({ kind: "merged", others }))).toBe("merged with “LILO” and “GRUB 2”");
    expect(eventSays(anEvent({ kind: "split", others }))).toBe("split off “LILO” and “GRUB 2”");
  });

  it("say sizes in messages", () => {
    expect(eventSays(anEvent({}))).toBe("grew, 10 → 20 messages");
    expect(eventSays(anEvent({ kind: "died", sizeBefore: 1 }))).toBe("ended, 1 message before");
    expect(eventSays(anEvent({ kind: "born" }))).toBe("new, 20 messages");
  });
});
