// A figure, and other tables, as CSV after RFC 4180, with times as ISO 8601.
import type { AnyFigure } from "./figures.ts";

/** Puts an apostrophe before a cell that a table program would run as a formula (OWASP, "CSV injection"), full-width signs included. */
const neverFormula = (text: string): string =>
  /^[=+\-@\t\r\n\0＝＋－＠]/u.test(text) ? `'${text}` : text;

export const csvCell = (text: string): string => {
  const safe = neverFormula(text);
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** A table with its headings; every cell is text, and never a formula. */
export const csvTable = (rows: readonly (readonly string[])[]): string =>
  `${rows.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;

export const printCsv = ({ columns, rows }: AnyFigure): string => {
  const value = (
    of: string | number | null,
    kind: AnyFigure["columns"][number]["kind"],
  ): string => {
    if (of === null) return "";
    if (typeof of === "string") return csvCell(of);
    return kind === "time" ? new Date(of).toISOString() : String(of);
  };
  const lines = [
    columns.map(({ label }) => csvCell(label)),
    ...rows.map((row) => columns.map(({ kind }, at) => value(row[at] ?? null, kind))),
  ];
  return `${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
};
