// A figure as CSV after RFC 4180, with times as ISO 8601.
import type { AnyFigure } from "./figures.ts";

/** Puts an apostrophe before a cell that a spreadsheet would run as a formula (OWASP, "CSV injection"). */
export const csvCell = (text: string): string => {
  const safe = /^[=+\-@\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

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
