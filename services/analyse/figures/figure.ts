// A figure: a table with a way to draw it, and for each row the selection that opens its messages.
import type { MessageSelection } from "#services/analyse/frame/frame.ts";

export const figureNames = [
  "volume",
  "topics-over-time",
  "rising-fading",
  "hours",
  "people",
  "response-times",
  "thread-lengths",
  "languages",
  "sentiment",
  "sentiment-by-topic",
  "longest",
  "liveliest",
  "models",
  "refusals",
  "frustration",
] as const;
export type FigureName = (typeof figureNames)[number];

/** Times are milliseconds since 1970, durations seconds, shares 0 … 1. */
export type ColumnKind =
  | "text"
  | "time"
  | "count"
  | "share"
  | "number"
  | "duration"
  | "p"
  | "topic"
  | "conversation";

export interface Column {
  key: string;
  label: string;
  kind: ColumnKind;
}

export type Cell = string | number | null;

/** The contract's figure, without its checks. Its arrays are plain, so that it can be sent as JSON. */
export interface Figure {
  name: FigureName;
  title: string;
  says: string;
  method: string;
  columns: Column[];
  rows: Cell[][];
  selections: (MessageSelection | null)[];
  chart: {
    type: "area" | "stacked-area" | "bars" | "stacked-bars" | "line" | "heatmap" | "table";
    x: string;
    y: string;
    series: string | null;
    width: number | null;
  };
  empty: string | null;
  /** The zone of its times, and the first and last time among the messages; absent where none has a time. */
  time?: { zone: string; first: number; last: number } | undefined;
}

/** The most data of a chart: with more, neither readers nor browsers keep up. */
export const MOST_DATA = 500;

/** One row of a figure with the selection that opens its messages. */
export interface Datum {
  readonly cells: readonly Cell[];
  readonly opens: MessageSelection | null;
}

/** What is the same for every figure of one kind. */
export interface FigureFrame {
  readonly name: FigureName;
  readonly title: string;
  readonly method: string;
  /** [key, label, kind] in the order of the cells. */
  readonly columns: readonly (readonly [key: string, label: string, kind: ColumnKind])[];
  readonly chart: Readonly<Figure["chart"]>;
}

/** A figure with rows and a sentence. */
export const drawn = (frame: FigureFrame, data: readonly Datum[], says: string): Figure => ({
  name: frame.name,
  title: frame.title,
  says,
  method: frame.method,
  columns: frame.columns.map(([key, label, kind]) => ({ key, label, kind })),
  rows: data.map(({ cells }) => cells.map(finite)),
  selections: data.map(({ opens }) => opens),
  chart: { ...frame.chart },
  empty: null,
});

/** An empty figure, with the reason. */
export const blank = (frame: FigureFrame, why: string): Figure => ({
  ...drawn(frame, [], why),
  empty: why,
});

/** Replaces NaN and infinities by null: JSON has no such numbers. */
const finite = (cell: Cell): Cell =>
  typeof cell === "number" && !Number.isFinite(cell) ? null : cell;
