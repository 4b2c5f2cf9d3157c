// Figures: as data of charts, as a CSV file, their values as text, small drawings.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printCsv } from "#services/contract/figure-csv.ts";
import type { Figure } from "#services/contract/figures.ts";
import { chance, oddsInWords, percent, times } from "./effects.ts";
import { chartData, heatData, rowTitle } from "./figure-chart.ts";
import { cellText, duration } from "./figure-values.ts";
import { kCurve } from "./k-curve.ts";
import { sparkPath } from "./spark-path.ts";

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

describe("a figure as chart data", () => {
  it("has one datum for each step, with the table row of each value", () => {
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

  it("keeps every row and its value, for any cells", () => {
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

  it("draws a ratio by its logarithm, and rows with the same name separately", () => {
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

  it("is a grid for a heatmap", () => {
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
  it("quotes cells, writes times in ISO 8601, and disarms formulas", () => {
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

  it.each(["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])(
    "disarms what begins with %j, and only there",
    (sign) => {
      const csv = printCsv(
        aFigure({
          rows: [
            [null, `${sign}1`, null],
            [null, `1${sign}`, null],
          ],
        }),
      );
      expect(csv).toContain(`'${sign}1`);
      expect(csv).not.toContain(`'1${sign}`);
    },
  );
});

describe("values as text", () => {
  it("prints shares, ratios, durations and p-values", () => {
    expect([0, 0.00004, 0.0123, 0.034, 0.5].map(percent)).toEqual([
      "0\u00a0%",
      "<0.1\u00a0%",
      "1.2\u00a0%",
      "3.4\u00a0%",
      "50\u00a0%",
    ]);
    expect([times(2.31), times(0.42)]).toEqual(["× 2.3", "× 0.42"]);
    expect([40, 240, 9000, 260_000].map(duration)).toEqual(["40 s", "4 min", "2.5 h", "3 days"]);
    expect([0.0001, 0.03, 0.5].map(chance)).toEqual([
      "p\u00a0<\u00a00.001",
      "p\u00a0=\u00a00.03",
      "p\u00a0=\u00a00.50",
    ]);
    expect(oddsInWords(Math.log(3), "A", "B")).toBe("3 times the odds in A");
    expect(oddsInWords(0.01, "A", "B")).toBe("equal odds in both");
    expect(cellText(null, "count", naming)).toBe("–");
  });
});

describe("small drawings", () => {
  it("have a line only where there are two points or more", () => {
    expect(sparkPath([3], 10, 10)).toBeUndefined();
    expect(sparkPath([0, 10], 10, 12)?.line).toBe("M0 11L10 1");
    expect(sparkPath([0, 0], 10, 12)?.line).not.toContain("NaN");
  });

  it("place every tried number of topics inside the box", () => {
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
