// A figure's long table → data of a chart: one datum for each x with one value for each series, or the cells of a heatmap.

import type { AnyFigure } from "#services/contract/figures.ts";
import { firstDayOfWeek } from "#services/domain/english.ts";
import { writtenIn } from "../words/english.ts";
import { type Cell, type ColumnKind, cellText, type Naming, valueText } from "./figure-values.ts";

export interface ChartSeries {
  /** Key of its value in a datum: "s0", "s1" … since names of topics or models may contain dots. */
  readonly key: string;
  readonly label: string;
  /** The table cell with its name; null where there is one series only. */
  readonly value: Cell;
  /** Id of the topic, where the series is the messages of one topic. */
  readonly topic: string | undefined;
}

export interface ChartDatum {
  readonly label: string;
  readonly values: Readonly<Record<string, number>>;
  /** By series, the row of the figure's table with its value. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface ChartData {
  readonly series: readonly ChartSeries[];
  readonly data: readonly ChartDatum[];
  readonly xKind: ColumnKind;
  readonly yKind: ColumnKind;
  /** log2: values are logarithms to base 2, so that twice and half as much are equally far from 1. */
  readonly scale: "linear" | "log2";
}

const columnAt = (figure: AnyFigure, key: string | null) =>
  key === null ? -1 : figure.columns.findIndex((column) => column.key === key);

/** The topic whose messages a row opens, where it is a single one. */
const topicOfRow = (figure: AnyFigure, row: number): string | undefined => {
  const topics = figure.selections[row]?.topics;
  return topics?.length === 1 ? topics[0] : undefined;
};

/** Bars are clipped at 64 (2⁶) times as much. */
const furthest = 6;
const logged = (ratio: number) =>
  ratio > 0 ? Math.min(furthest, Math.max(-furthest, Math.log2(ratio))) : 0;

/**
 * Rows of a figure by x and series, in their order. A missing value is 0. Bars over names have a datum for each row, since
 * two rows may have the same name.
 */
export const chartData = (figure: AnyFigure, naming: Naming): ChartData => {
  const [x = -1, y = -1, by = -1] = [figure.chart.x, figure.chart.y, figure.chart.series].map(
    (key) => columnAt(figure, key),
  );
  const kindOf = (at: number): ColumnKind => figure.columns[at]?.kind ?? "text";
  const scale = figure.columns[y]?.key === "ratio" ? "log2" : "linear";
  const perRow = figure.chart.type === "bars" && kindOf(x) !== "time";
  const series = new Map<Cell, ChartSeries>();
  const data = new Map<
    Cell,
    { values: Record<string, number>; rows: Record<string, number>; label: string }
  >();
  figure.rows.forEach((row, at) => {
    const name = row[by] ?? null;
    const one = series.get(name) ?? {
      key: `s${series.size}`,
      label: name === null ? (figure.columns[y]?.label ?? "") : cellText(name, kindOf(by), naming),
      value: name,
      topic: undefined,
    };
    series.set(name, { ...one, topic: one.topic ?? topicIf(figure, by, at) });
    const place = row[x] ?? null;
    const datum = data.get(perRow ? at : place) ?? {
      values: {},
      rows: {},
      label: cellText(place, kindOf(x), naming),
    };
    data.set(perRow ? at : place, datum);
    const value = Number(row[y] ?? 0) || 0;
    datum.values[one.key] = scale === "log2" ? logged(value) : value;
    datum.rows[one.key] = at;
  });
  const all = [...series.values()];
  for (const datum of data.values()) for (const { key } of all) datum.values[key] ??= 0;
  return { series: all, data: [...data.values()], xKind: kindOf(x), yKind: kindOf(y), scale };
};

/** The topic of a row in a series of topics. Undefined in steps without messages, so every row of a series is tried. */
const topicIf = (figure: AnyFigure, by: number, row: number): string | undefined =>
  figure.columns[by]?.kind === "topic" ? topicOfRow(figure, row) : undefined;

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

/** The grid of a heatmap: x across, y down; the value is the series' column, else the first column of counts or shares. */
/** The days of a whole week as the reader's calendars have them; the server begins with Monday. */
const weekFromFirst = (places: readonly Cell[]): readonly Cell[] =>
  places.length === 7 && places.at(-1) === "Sunday" && firstDayOfWeek(writtenIn()) === 0
    ? ["Sunday", ...places.slice(0, -1)]
    : places;

export const heatData = (figure: AnyFigure, naming: Naming): HeatData => {
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
  const [across, down] = [places(x), weekFromFirst(places(y))];
  const columnOf = new Map(across.map((cell, at) => [cell, at]));
  const lineOf = new Map(down.map((cell, at) => [cell, at]));
  const cells = figure.rows.map((row, at) => ({
    column: columnOf.get(row[x] ?? null) ?? 0,
    line: lineOf.get(row[y] ?? null) ?? 0,
    value: Number(row[value] ?? 0) || 0,
    row: at,
  }));
  const text = (at: number) => (cell: Cell) => valueText(cell, figure.columns[at], naming);
  return {
    columns: across.map(text(x)),
    lines: down.map(text(y)),
    cells,
    most: Math.max(1e-9, ...cells.map((cell) => cell.value)),
    valueLabel: figure.columns[value]?.label ?? "",
  };
};

/** The title over the list of a row's messages: "Grub, Mar 2024", "Friday, 19:00", "mira". */
export const rowTitle = (figure: AnyFigure, row: number): string => {
  const { chart, columns, rows } = figure;
  const naming = { width: chart.width, zone: figure.time?.zone };
  const text = (key: string | null) => {
    const at = columnAt(figure, key);
    const cell = rows[row]?.[at];
    return cell === undefined || cell === null ? undefined : valueText(cell, columns[at], naming);
  };
  const parts = chart.type === "heatmap" ? [chart.y, chart.x] : [chart.series, chart.x];
  // In bars, the series is the kind of the name; the name alone is enough.
  const said = (chart.type === "bars" ? [chart.x] : parts).flatMap((key) => text(key) ?? []);
  return said.join(", ") || figure.title;
};
