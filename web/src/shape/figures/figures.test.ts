// What the shapes of the analysis promise: rows of topics, events, figures as charts and tables, words for numbers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Topic, TopicEvent } from "#services/contract/analysis.ts";
import { printCsv } from "#services/contract/figure-csv.ts";
import type { Figure } from "#services/contract/figures.ts";
import { selectionChips, selectionWords } from "../address/selection-chips.ts";
import { eventSays, eventSteps, stepTitle } from "../topics/topic-events.ts";
import { levelName, pathOf, topicRows } from "../topics/topic-tree.ts";
import { chance, oddsInWords, percent, times } from "./effects.ts";
import { chartData, heatData, rowTitle } from "./figure-chart.ts";
import { cellText, duration } from "./figure-values.ts";
import { kCurve } from "./k-curve.ts";
import { sparkPath } from "./spark-path.ts";

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
  it("stand below their parents, as listed, without the hidden ones", () => {
    expect(ids(topicRows(tree, {}))).toEqual(["disks", "grub", "raid", "wine", "sound"]);
    expect(topicRows(tree, {}).map(({ depth }) => depth)).toEqual([0, 1, 1, 0, 0]);
    expect(ids(topicRows(tree, { hidden: true }))).toContain("games");
  });

  it("keep a parent for the sake of a child that matches, by title or keyword", () => {
    expect(ids(topicRows(tree, { q: "MENU" }))).toEqual(["disks", "grub"]);
    expect(ids(topicRows(tree, { q: "disks" }))).toEqual(["disks", "grub", "raid"]);
    expect(topicRows(tree, { q: "nothing at all" })).toEqual([]);
  });

  it("are one level alone where one is asked for, in the order asked for", () => {
    expect(ids(topicRows(tree, { level: 1, sort: "name" }))).toEqual(["grub", "raid", "sound"]);
  });

  it("put rising before steady before fading", () => {
    const trends = (["fading", "steady", "rising"] as const).map((direction) =>
      aTopic({ id: direction, trend: { direction, ratio: 2, p: 0.01, says: "" } }),
    );
    expect(ids(topicRows(trends, { sort: "rising" }))).toEqual(["rising", "steady", "fading"]);
    expect(ids(topicRows(trends, { sort: "fading" }))).toEqual(["fading", "steady", "rising"]);
  });

  it("know the way from the most general topic down, and what levels are called", () => {
    expect(pathOf(tree, "grub").map((one) => one.id)).toEqual(["disks", "grub"]);
    expect(pathOf(tree, "gone")).toEqual([]);
    expect([levelName(0, 2), levelName(1, 2), levelName(0, 1)]).toEqual([
      "Themes",
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
  it("are told by the run that found them, newest first, merges before growth, kept ones counted", () => {
    const steps = eventSteps([
      anEvent({ from: null, to: 1, at: 1, kind: "born" }),
      anEvent({}),
      anEvent({ kind: "kept", topic: "b" }),
      anEvent({ kind: "merged", topic: "c" }),
      anEvent({ from: 2, at: 9, kind: "split" }),
    ]);
    expect(steps.map(stepTitle)).toEqual([
      "Version 2, looked at again",
      "Version 1 → 2",
      "The first topics",
    ]);
    expect(steps[1]?.events.map((one) => one.kind)).toEqual(["merged", "grew"]);
    expect(steps[1]?.kept).toBe(1);
  });

  it("name the other topics of a merge", () => {
    const others = ["LILO", "GRUB 2"].map((title) => ({ topic: title, title }));
    expect(eventSays(anEvent({ kind: "merged", others }))).toBe("merged with “LILO” and “GRUB 2”");
  });
});

const aFigure = (given: Partial<Figure>): Figure => ({
  name: "topics-over-time",
  title: "Topics",
  says: "",
  method: "",
  columns: [
    { key: "time", label: "From", kind: "time" },
    { key: "topic", label: "Topic", kind: "topic" },
    { key: "messages", label: "Messages", kind: "count" },
  ],
  rows: [
    [0, "a.b", 3],
    [0, "rest", 1],
    [86_400_000, "a.b", 4],
  ],
  selections: [{ topics: ["top_a"] }, { topics: ["top_b", "top_c"] }, null],
  chart: { type: "stacked-area", x: "time", y: "messages", series: "topic", width: 86_400_000 },
  empty: null,
  ...given,
});
const naming = { width: 86_400_000 };

describe("a figure as a chart", () => {
  it("has one datum for each step, and remembers the row behind each value", () => {
    const { series, data } = chartData(aFigure({}), naming);
    expect(series.map(({ label, topic }) => [label, topic])).toEqual([
      ["a.b", "top_a"],
      ["rest", undefined],
    ]);
    expect(data.map((one) => one.values)).toEqual([
      { s0: 3, s1: 1 },
      { s0: 4, s1: 0 },
    ]);
    expect(data[1]?.rows).toEqual({ s0: 2 });
    expect(rowTitle(aFigure({}), 1)).toMatch(/^rest, .*19(69|70)$/);
  });

  it("keeps every row and its value, whatever the cells", () => {
    const row = fc.tuple(fc.nat(5), fc.constantFrom("x", "y", "z"), fc.nat(1000));
    fc.assert(
      fc.property(fc.uniqueArray(row, { selector: ([t, s]) => `${t} ${s}` }), (rows) => {
        const { data } = chartData(aFigure({ rows, selections: rows.map(() => null) }), naming);
        const sum = data.flatMap((one) => Object.values(one.values)).reduce((a, b) => a + b, 0);
        expect(sum).toBe(rows.reduce((all, [, , value]) => all + value, 0));
        expect(data.flatMap((one) => Object.values(one.rows)).sort((a, b) => a - b)).toEqual(
          rows.map((_, at) => at),
        );
      }),
    );
  });

  it("draws a ratio by its logarithm, and rows of one name apart", () => {
    const { data, scale } = chartData(
      aFigure({
        columns: [
          { key: "who", label: "Who", kind: "text" },
          { key: "ratio", label: "Change", kind: "number" },
        ],
        rows: [
          ["sam", 4],
          ["sam", 0.5],
          ["tom", null],
        ],
        chart: { type: "bars", x: "who", y: "ratio", series: null, width: null },
      }),
      naming,
    );
    expect(scale).toBe("log2");
    expect(data.map((one) => one.values["s0"])).toEqual([2, -1, 0]);
  });

  it("is a grid where it is a heatmap", () => {
    const figure = aFigure({
      columns: [
        { key: "weekday", label: "Day", kind: "text" },
        { key: "hour", label: "Hour", kind: "text" },
        { key: "messages", label: "Messages", kind: "count" },
      ],
      rows: [
        ["Monday", "00:00", 2],
        ["Monday", "01:00", 0],
        ["Sunday", "01:00", 7],
      ],
      chart: { type: "heatmap", x: "hour", y: "weekday", series: "messages", width: null },
    });
    const grid = heatData(figure, naming);
    expect([grid.columns, grid.lines, grid.most]).toEqual([
      ["00:00", "01:00"],
      ["Monday", "Sunday"],
      7,
    ]);
    expect(grid.cells[2]).toEqual({ column: 1, line: 1, value: 7, row: 2 });
    expect(rowTitle(figure, 2)).toBe("Sunday, 01:00");
  });
});

describe("a figure as a file", () => {
  it("quotes what needs it, writes times in ISO 8601 and no formula", () => {
    const csv = printCsv(
      aFigure({
        rows: [
          [0, '=1+1,"a"', 3],
          [null, "b", null],
        ],
      }),
    );
    expect(csv).toBe(`From,Topic,Messages\r\n1970-01-01T00:00:00.000Z,"'=1+1,""a""",3\r\n,b,\r\n`);
  });
});

describe("values in words", () => {
  it("says shares, ratios, durations and chances as people do", () => {
    expect([0, 0.00004, 0.0123, 0.034, 0.5].map(percent)).toEqual([
      "0\u00a0%",
      "<\u00a00.01\u00a0%",
      "1.2\u00a0%",
      "3.4\u00a0%",
      "50\u00a0%",
    ]);
    expect([times(2.31), times(0.42)]).toEqual(["× 2.3", "× 0.42"]);
    expect([40, 240, 9000, 260_000].map(duration)).toEqual(["40 s", "4 min", "2.5 h", "3 days"]);
    expect([0.0001, 0.03, 0.5].map(chance)).toEqual(["p < 0.001", "p = 0.03", "p = 0.50"]);
    expect(oddsInWords(Math.log(3), "A", "B")).toBe("3 times the odds in A");
    expect(oddsInWords(0.01, "A", "B")).toBe("as likely in both");
    expect(cellText(null, "count", naming)).toBe("–");
  });
});

describe("a selection in words", () => {
  const names = { topic: () => "Grub", label: () => undefined, concept: () => undefined };
  it("has a chip for each thing, and for many values of a kind one", () => {
    const chips = selectionChips(
      { topic: ["top_a"], author: ["mira", "tom"], hour: [1, 2, 3, 4, 5] },
      names,
    );
    expect(chips.map((chip) => chip.label)).toEqual([
      "Grub",
      "from mira",
      "from tom",
      "5 hours of the day",
    ]);
    expect(chips[1]?.off).toEqual({ author: ["tom"] });
  });

  it("is one phrase", () => {
    expect(selectionWords({}, names)).toBe("Everything");
    expect(selectionWords({ author: ["mira"] }, names)).toBe("From mira");
    expect(selectionWords({ not: true, topic: ["top_a"] }, names)).toBe("Everything but Grub");
    expect(selectionWords({ v: 2 }, names)).toBe("In version 2");
    expect(selectionWords({ v: 2, not: true }, names)).toBe("Everything that was not in version 2");
  });
});

describe("small drawings", () => {
  it("draw a line only where there are two points", () => {
    expect(sparkPath([3], 10, 10)).toBeUndefined();
    expect(sparkPath([0, 10], 10, 12)?.line).toBe("M0 11L10 1");
    expect(sparkPath([0, 0], 10, 12)?.line).not.toContain("NaN");
  });

  it("place each number of topics that was tried inside the box", () => {
    const points = kCurve(
      [
        { k: 20, score: 0.3 },
        { k: 5, score: 0.1 },
        { k: 10, score: Number.NaN },
      ],
      100,
      50,
    );
    expect(points).toEqual([
      { k: 5, score: 0.1, x: 0, y: 50 },
      { k: 20, score: 0.3, x: 100, y: 0 },
    ]);
    expect(kCurve([{ k: 4, score: 1 }], 100, 50)[0]).toMatchObject({ x: 50, y: 25 });
  });
});
