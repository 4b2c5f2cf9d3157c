// A table of an upload in lines for people: what its columns were taken for, and its first rows.
import { textOfColumns } from "#services/contract/columns.ts";
import type { SeenTable } from "#services/domain/columns.ts";
import { printable } from "./client/output.ts";

const origins = {
  chosen: "as chosen",
  saved: "as kept for these headings",
  guessed: "guessed",
} as const satisfies Record<SeenTable["origin"], string>;

const MOST_COLUMNS = 20;

/** The first value of a column, to know it by. */
const exampleOf = ({ rows }: SeenTable, at: number): string => {
  const value = rows.map((cells) => cells[at]?.trim() ?? "").find((cell) => cell !== "") ?? "";
  const short = value.replaceAll(/\s+/gu, " ");
  return short.length > 48 ? `${[...short].slice(0, 47).join("")}…` : short;
};

export const tableLines = (one: SeenTable): string[] => {
  const { columns, sheet, place, mapping, isRead } = one;
  const how = isRead ? origins[one.origin] : "not read";
  const sure = one.origin === "guessed" && one.confidence !== "sure" ? ` (${one.confidence})` : "";
  return [
    `${printable(sheet === null ? place : `${place}, sheet ${sheet}`)}: ${how}${sure}`,
    // Names with quotes are in double quotes themselves.
    ...(mapping.text.length > 0 ? [`  --columns '${printable(textOfColumns(mapping))}'`] : []),
    ...one.reasons.map((reason) => `  ${printable(reason)}`),
    ...columns
      .slice(0, MOST_COLUMNS)
      .map((name, at) => `    ${printable(name).padEnd(20)}  ${printable(exampleOf(one, at))}`),
    ...(columns.length > MOST_COLUMNS
      ? [`    and ${columns.length - MOST_COLUMNS} more columns`]
      : []),
  ];
};
