// The values of a figure as text, by the kind of their column.
import type { AnyFigure } from "#services/contract/figures.ts";
import { stepText } from "#services/domain/step-text.ts";
import { count } from "../words/numbers.ts";
import { chance, percent } from "./effects.ts";

export type Cell = AnyFigure["rows"][number][number];
export type ColumnKind = AnyFigure["columns"][number]["kind"];

const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const dayMs = 86_400_000;

/** Seconds → "8 s", "4 min", "3.5 h", "12 days". */
export const duration = (seconds: number): string => {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${plain.format(Math.round(seconds / 360) / 10)} h`;
  return `${Math.round(seconds / 86_400)} days`;
};

/** What is needed to print values and is not in them. */
export interface Naming {
  /** Milliseconds of one step of the time axis; null counts as a day. */
  readonly width: number | null;
  /** IANA zone of its times; the reader's where there is none. */
  readonly zone?: string | undefined;
}

export const cellText = (cell: Cell, kind: ColumnKind, naming: Naming): string => {
  if (cell === null) return "–";
  if (typeof cell === "string") return cell;
  switch (kind) {
    case "time":
      return stepText(cell, naming.width ?? dayMs, naming.zone);
    case "share":
      return percent(cell);
    case "duration":
      return duration(cell);
    case "p":
      return chance(cell);
    case "count":
      return count(cell);
    case "number":
      return plain.format(cell);
    case "text":
    case "topic":
    case "conversation":
      return String(cell);
  }
};

/** Columns of numbers are aligned to the right. */
export const isNumeric = (kind: ColumnKind): boolean =>
  kind === "count" || kind === "share" || kind === "number" || kind === "duration" || kind === "p";
