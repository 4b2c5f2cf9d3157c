// Tests of reports: every figure and topic is printed, texts of messages are escaped, and nothing is loaded or run.
import { describe, expect, it } from "vitest";
import { analysisSettings, type Topic } from "#services/contract/analysis.ts";
import { type Figure, figure, overview } from "#services/contract/figures.ts";
import { drawMap, printReport, printValue, type ReportParts } from "./report.ts";

const hostile = `<img src=x onerror=alert(1)> & "quotes" | pipes | **bold** [link](javascript:alert(1))`;

const aTopic = (change: Partial<Topic> = {}): Topic => ({
  id: "top_bread",
  level: 0,
  leaf: true,
  parent: null,
  children: [],
  title: "Bread",
  titleBy: "keywords",
  summary: null,
  keywords: [{ term: "sourdough", weight: 1, count: 12 }],
  examples: [],
  points: 40,
  messages: 1234,
  share: 0.25,
  conversations: 9,
  people: 3,
  hidden: false,
  colour: 1,
  silhouette: null,
  cohesion: null,
  bornVersion: 1,
  firstAt: null,
  lastAt: null,
  spark: [],
  trend: { direction: "rising", ratio: 2, p: 0.01, says: "It grows." },
  ...change,
});

const aFigure = (change: Partial<Figure> = {}): Figure =>
  figure.parse({
    name: "volume",
    title: "Messages over time",
    says: "Most were written on 1 January.",
    method: "Messages are counted by day.",
    columns: [
      { key: "at", label: "Day", kind: "time" },
      { key: "messages", label: "Messages", kind: "count" },
    ],
    rows: [
      [Date.UTC(2025, 0, 1), 30],
      [Date.UTC(2025, 0, 2), 10],
    ],
    selections: [null, null],
    chart: { type: "bars", x: "at", y: "messages", series: null, width: 86_400_000 },
    empty: null,
    ...change,
  });

const parts = (change: Partial<ReportParts> = {}): ReportParts => ({
  form: "en-GB",
  collection: { name: "Bakery", description: "", zone: "UTC" },
  overview: overview.parse({
    analysis: {
      id: "ana_1",
      state: "done",
      progress: 1,
      doing: null,
      version: 7,
      stale: false,
      pendingEdits: 0,
      settings: analysisSettings.parse({}),
      points: 40,
      messages: 1234,
      topics: 1,
      quality: null,
      startedAt: null,
      finishedAt: null,
      steps: [],
      llm: null,
      error: null,
    },
    messages: 1234,
    conversations: 9,
    people: 3,
    firstAt: Date.UTC(2025, 0, 1),
    lastAt: Date.UTC(2025, 5, 30),
    says: ["It is about bread."],
    topics: [],
    volume: null,
    rising: [],
    fading: [],
    fresh: null,
    changes: [],
    notable: [],
    unseenAlerts: 0,
  }),
  topics: [aTopic()],
  figures: [aFigure()],
  madeAt: Date.UTC(2025, 6, 1),
  ...change,
});

describe("a report as HTML", () => {
  it("contains the sums, the sentences, the topics and every figure with its numbers and its method", () => {
    const page = printReport(parts(), "html");
    for (const text of [
      "1,234 messages · 9 conversations · 3 people · 1 Jan 2025 to 30 Jun 2025",
      "It is about bread.",
      "<strong>Bread</strong>",
      "1,234 messages · 25 % · rising",
      "sourdough",
      "<h2>Messages over time</h2>",
      "Most were written on 1 January.",
      '<td class="n">30</td>',
      "Messages are counted by day.",
      "from version 7 of the index",
    ])
      expect(page).toContain(text);
  });

  it("draws the higher bar for the larger number", () => {
    const heights = [...printReport(parts(), "html").matchAll(/<rect [^>]*height="([\d.]+)"/g)];
    const [first, second] = heights.map((match) => Number(match[1]));
    expect((first ?? 0) / (second ?? 1)).toBeCloseTo(3, 1);
  });

  it("escapes texts of messages, and loads and runs nothing", () => {
    const example = {
      chunk: "c",
      message: "m",
      conversation: "v",
      title: hostile,
      author: hostile,
      at: null,
      text: hostile,
    };
    const page = printReport(
      parts({
        collection: { name: hostile, description: hostile, zone: "UTC" },
        topics: [
          aTopic({
            title: hostile,
            summary: hostile,
            keywords: [{ term: hostile, weight: 1, count: 1 }],
            examples: [example],
          }),
        ],
        figures: [
          aFigure({
            title: hostile,
            says: hostile,
            method: hostile,
            columns: [
              { key: "at", label: hostile, kind: "text" },
              { key: "messages", label: "Messages", kind: "count" },
            ],
            rows: [[hostile, 1]],
            selections: [null],
          }),
        ],
      }),
      "html",
    );
    expect(page).not.toMatch(/<img|<script|<a |<link|<iframe|src=x[^&]*>/u);
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/url\(|@import|https?:\/\//u);
  });

  it("says why a figure is empty, and how many rows a long one leaves out", () => {
    const empty = aFigure({
      title: "Sentiment",
      empty: "No message says how it is meant.",
      rows: [],
    });
    const long = aFigure({
      rows: Array.from({ length: 100 }, (_, at) => [Date.UTC(2025, 0, 1 + at), at]),
      selections: [],
    });
    const page = printReport(parts({ figures: [empty, long] }), "html");
    expect(page).toContain("No message says how it is meant.");
    expect(page).toContain("60 further rows are left out.");
  });
});

describe("a report as Markdown", () => {
  it("contains topics as a tree and figures as tables", () => {
    const text = printReport(
      parts({
        topics: [aTopic({ leaf: false }), aTopic({ id: "top_rye", level: 1, title: "Rye" })],
      }),
      "md",
    );
    expect(text).toContain("# Bakery");
    expect(text).toContain("- **Bread** (1,234 messages, 25 % · rising)");
    expect(text).toContain("  - **Rye**");
    expect(text).toContain("| Day | Messages |");
    expect(text).toContain("| 1 Jan 2025 | 30 |");
  });

  it("escapes characters with a meaning in Markdown, so that tables stay intact", () => {
    const rows = [[hostile, 1]];
    const columns: Figure["columns"] = [
      { key: "at", label: "Who", kind: "text" },
      { key: "messages", label: "Messages", kind: "count" },
    ];
    const text = printReport(
      parts({ figures: [aFigure({ columns, rows, selections: [null] })] }),
      "md",
    );
    const line = text.split("\n").find((one) => one.includes("img src")) ?? "";
    expect(line.replaceAll(/\\./gu, "").split("|")).toHaveLength(4);
    expect(line).toContain("\\<img");
    expect(line).toContain("\\[link\\]");
  });
});

describe("values in a report", () => {
  const printing = { zone: "Europe/Berlin", titles: new Map([["top_1", "Bread"]]), width: null };
  const kindOf = (kind: Figure["columns"][number]["kind"]) => ({ key: "k", label: "K", kind });

  it.each([
    ["share", 0.034, "3.4 %"],
    ["share", 0.5, "50 %"],
    ["duration", 42, "42 s"],
    ["duration", 600, "10 min"],
    ["duration", 7200, "2.0 h"],
    ["duration", 864_000, "10 days"],
    ["p", 0.0001, "< 0.001"],
    ["p", 0.04, "0.040"],
    ["count", 1_234_567, "1,234,567"],
    ["number", 0.123456, "0.123"],
    ["topic", "top_1", "Bread"],
    ["text", null, "–"],
  ] as const)("of kind %s print %s as %s", (kind, value, printed) => {
    expect(printValue(value, kindOf(kind), printing)).toBe(printed);
  });

  it("print times in the collection's zone, with the precision of the axis", () => {
    const at = Date.UTC(2025, 0, 31, 23, 30);
    const time = (width: number | null) => printValue(at, kindOf("time"), { ...printing, width });
    expect(time(86_400_000)).toBe("1 Feb 2025");
    expect(time(31 * 86_400_000)).toBe("Feb 2025");
    expect(time(365 * 86_400_000)).toBe("2025");
    expect(time(null)).toContain("00:30");
    expect(printValue(at, kindOf("time"), { ...printing, width: 86_400_000, form: "en-US" })).toBe(
      "Feb 1, 2025",
    );
  });
});

describe("the map as a drawing", () => {
  const meta = {
    analysis: "ana_1",
    version: 1,
    unit: "chunk" as const,
    points: 3,
    messages: 3,
    unplaced: 0,
    extent: { left: 0, right: 10, bottom: 0, top: 10 },
    regions: [],
    topics: [{ topic: "top_1", title: "Bread", colour: 0 }],
    listed: ["top_1"],
    columns: [],
    time: null,
    trustworthiness: null,
  };

  it("puts every point at its place, points of a topic in its colour", () => {
    const drawing = drawMap(meta, {
      x: Float32Array.of(0, 10, 5),
      y: Float32Array.of(0, 10, 5),
      topic: Int16Array.of(0, 0, -1),
    });
    expect(drawing).toContain('d="M40.0 1160.0h0M1160.0 40.0h0" stroke="#0072b2"');
    expect(drawing).toContain('d="M600.0 600.0h0" stroke="#9aa3af"');
  });

  it("draws at most 60,000 points, evenly chosen", () => {
    const many = 150_000;
    const drawing = drawMap(meta, {
      x: new Float32Array(many).fill(1),
      y: new Float32Array(many).fill(1),
      topic: new Int16Array(many),
    });
    expect(drawing.match(/h0/g)?.length).toBe(50_000);
  });
});
