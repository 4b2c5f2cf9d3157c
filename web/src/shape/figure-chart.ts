// A figure's long table → what a chart is drawn from: one datum for each x, one value in it for each series.
import type { Figure } from "#services/contract/figures.ts";
import { type Cell, type ColumnKind, cellText, type Naming } from "./figure-values.ts";

export interface ChartSeries {
  /** Key of its value in a datum: "s0", "s1" … since names of topics or models may hold dots. */
  readonly key: string;
  readonly label: string;
  /** The cell that names it; null where there is one series only. */
  readonly value: Cell;
}

export interface ChartDatum {
  readonly x: Cell;
  readonly label: string;
  readonly values: Readonly<Record<string, number>>;
  /** Row of the figure's table behind each series' value. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface ChartData {
  readonly series: readonly ChartSeries[];
  readonly data: readonly ChartDatum[];
  readonly xKind: ColumnKind;
  readonly yKind: ColumnKind;
  readonly yLabel: string;
}

const columnAt = (figure: Figure, key: string | null) =>
  key === null ? -1 : figure.columns.findIndex((column) => column.key === key);

/** Rows of a figure by x and series, in the order in which they come. A value that is not there is 0. */
export const chartData = (figure: Figure, naming: Naming): ChartData => {
  const [x, y, by] = [figure.chart.x, figure.chart.y, figure.chart.series].map((key) =>
    columnAt(figure, key),
  );
  const kindOf = (at: number | undefined): ColumnKind => figure.columns[at ?? -1]?.kind ?? "text";
  const series = new Map<Cell, ChartSeries>();
  const data = new Map<
    Cell,
    { values: Record<string, number>; rows: Record<string, number>; label: string }
  >();
  figure.rows.forEach((row, at) => {
    const name = row[by ?? -1] ?? null;
    const one = series.get(name) ?? {
      key: `s${series.size}`,
      label:
        name === null ? (figure.columns[y ?? -1]?.label ?? "") : cellText(name, kindOf(by), naming),
      value: name,
    };
    series.set(name, one);
    const place = row[x ?? -1] ?? null;
    const datum = data.get(place) ?? {
      values: {},
      rows: {},
      label: cellText(place, kindOf(x), naming),
    };
    data.set(place, datum);
    datum.values[one.key] = Number(row[y ?? -1] ?? 0) || 0;
    datum.rows[one.key] = at;
  });
  const all = [...series.values()];
  for (const datum of data.values()) for (const { key } of all) datum.values[key] ??= 0;
  return {
    series: all,
    data: [...data].map(([place, datum]) => ({ x: place, ...datum })),
    xKind: kindOf(x),
    yKind: kindOf(y),
    yLabel: figure.columns[y ?? -1]?.label ?? "",
  };
};

export interface HeatCell {
  /** Column and row of the grid. */
  readonly column: number;
  readonly line: number;
  readonly value: number;
  /** Row of the figure's table. */
  readonly row: number;
}

export interface HeatData {
  readonly columns: readonly string[];
  readonly lines: readonly string[];
  readonly cells: readonly HeatCell[];
  readonly most: number;
  readonly valueLabel: string;
}

/** The grid of a "heatmap": x across, y down; the value is the series' column, or the first number that is neither. */
export const heatData = (figure: Figure, naming: Naming): HeatData => {
  const x = columnAt(figure, figure.chart.x);
  const y = columnAt(figure, figure.chart.y);
  const named = columnAt(figure, figure.chart.series);
  const value =
    named >= 0 && named !== x && named !== y
      ? named
      : figure.columns.findIndex(
          ({ kind }, at) => at !== x && at !== y && (kind === "count" || kind === "share"),
        );
  const places = (at: number) => [...new Set(figure.rows.map((row) => row[at] ?? null))];
  const [across, down] = [places(x), places(y)];
  const columnOf = new Map(across.map((cell, at) => [cell, at]));
  const lineOf = new Map(down.map((cell, at) => [cell, at]));
  const cells = figure.rows.map((row, at) => ({
    column: columnOf.get(row[x] ?? null) ?? 0,
    line: lineOf.get(row[y] ?? null) ?? 0,
    value: Number(row[value] ?? 0) || 0,
    row: at,
  }));
  const text = (at: number) => (cell: Cell) =>
    cellText(cell, figure.columns[at]?.kind ?? "text", naming);
  return {
    columns: across.map(text(x)),
    lines: down.map(text(y)),
    cells,
    most: Math.max(1e-9, ...cells.map((cell) => cell.value)),
    valueLabel: figure.columns[value]?.label ?? "",
  };
};
