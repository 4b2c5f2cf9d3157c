// The values of a figure as text, by the kind of their column.
import type { AnyFigure } from "#services/contract/figures.ts";
import { stepText } from "#services/domain/step-text.ts";
import { writtenIn } from "../words/english.ts";
import { count, decimal } from "../words/numbers.ts";
import { hourName } from "../words/times.ts";
import { chance, percent } from "./effects.ts";

export type Cell = AnyFigure["rows"][number][number];
export type ColumnKind = AnyFigure["columns"][number]["kind"];

const dayMs = 86_400_000;

/** Seconds → "8 s", "4 min", "3.5 h", "12 days". */
export const duration = (seconds: number): string => {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${decimal(Math.round(seconds / 360) / 10, 2)} h`;
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
      return stepText(cell, naming.width ?? dayMs, { zone: naming.zone, form: writtenIn() });
    case "share":
      return percent(cell);
    case "duration":
      return duration(cell);
    case "p":
      return chance(cell);
    case "count":
      return count(cell);
    case "number":
      return decimal(cell, 2);
    case "text":
    case "topic":
    case "conversation":
      return String(cell);
  }
};

/** A value of a column. The server names hours of the day "14:00". */
export const valueText = (
  cell: Cell,
  column: AnyFigure["columns"][number] | undefined,
  naming: Naming,
): string =>
  column?.key === "hour" && typeof cell === "string"
    ? hourName(Number.parseInt(cell, 10))
    : cellText(cell, column?.kind ?? "text", naming);

/** Columns of numbers are aligned to the right. */
export const isNumeric = (kind: ColumnKind): boolean =>
  kind === "count" || kind === "share" || kind === "number" || kind === "duration" || kind === "p";
