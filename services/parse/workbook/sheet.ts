// A sheet of a workbook as a table: its rows as they come, shared strings put in and dates written out.
import type { Reading } from "../reading.ts";
import { type Row, type RowBatch, SAMPLE_ROWS, type TableFile } from "../table/table-file.ts";
import { isDateStyle, type NumberFormats, timeOfDays } from "./date-cells.ts";
import type { SharedStrings, Sheet } from "./parts.ts";
import { readXml, type XmlHandler } from "./xml.ts";

/** Cells further to the right are not read: a sheet may name a cell in its 16,384th column in every row. */
const MOST_COLUMNS = 256;

export interface SheetContext {
  /** Of the workbook, for people. */
  readonly place: string;
  readonly strings: SharedStrings;
  readonly formats: NumberFormats;
  readonly from1904: boolean;
  readonly reading: Reading;
}

/** `B5` → 1; undefined where it names no column. */
const columnOf = (reference: string | undefined): number | undefined => {
  const letters = /^[A-Z]{1,3}/u.exec(reference ?? "")?.[0];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
};

interface Cell {
  readonly at: number;
  readonly type: string;
  readonly style: number;
}

/** Characters that XML does not allow are written as their numbers: `_x000D_`. */
const unescaped = (text: string): string =>
  text.includes("_x")
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/gu, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;

/** Puts rows together from elements. */
const openRows = ({ strings, formats, from1904, reading }: SheetContext) => {
  let rows: Row[] = [];
  let cells: string[] = [];
  let cell: Cell | undefined;
  let value = "";
  let isValue = false;
  let isPhonetic = false;
  let line = 0;

  const textOf = ({ type, style }: Cell): string => {
    if (type === "s") {
      const text = strings.at(Number(value));
      // A string may be named by any number of cells: that unpacks it as often.
      reading.unpacked(text.length);
      return text;
    }
    if (type === "b") return value === "1" ? "true" : "false";
    // The value of a formula that failed.
    if (type === "e") return "";
    const isNumber = type === "" || type === "n";
    return isNumber && value !== "" && isDateStyle(formats, style)
      ? timeOfDays(value, from1904)
      : value;
  };

  const handler: XmlHandler = {
    open(name, attributes) {
      if (name === "row") {
        const own = Number(attributes["r"]);
        line = Number.isSafeInteger(own) && own > line ? own : line + 1;
        cells = [];
      } else if (name === "c") {
        const at = columnOf(attributes["r"]) ?? cells.length;
        cell = { at, type: attributes["t"] ?? "", style: Number(attributes["s"] ?? 0) };
        value = "";
      } else if (name === "rPh") isPhonetic = true;
      isValue = name === "v" || (name === "t" && !isPhonetic);
    },
    text(text) {
      if (isValue && cell) value += text;
    },
    close(name) {
      isValue = false;
      if (name === "rPh") isPhonetic = false;
      if (name === "c" && cell) {
        const text = cell.at < MOST_COLUMNS ? unescaped(textOf(cell)) : "";
        if (text !== "") {
          while (cells.length < cell.at) cells.push("");
          cells[cell.at] = text;
        }
        cell = undefined;
      } else if (name === "row" && cells.length > 0)
        rows.push({ line, text: cells.join("\u0000"), cells, isWhole: true });
    },
  };
  return {
    handler,
    taken(): readonly Row[] {
      const found = rows;
      rows = [];
      return found;
    },
  };
};

async function* rowsOf(sheet: Sheet, context: SheetContext): AsyncGenerator<readonly Row[]> {
  const open = openRows(context);
  for await (const _ of readXml(sheet.entry.bytes(), open.handler)) yield open.taken();
}

/** Lines above the table, as reports have them: rows of one cell before the first one of several. */
const linesAbove = (rows: readonly Row[]): number => {
  const filled = ({ cells }: Row) => cells.filter((cell) => cell.trim() !== "").length;
  const first = rows.findIndex((row) => filled(row) > 1);
  return Math.max(0, first);
};

/** @returns undefined where it is empty */
export const sheetTable = async (
  sheet: Sheet,
  context: SheetContext,
): Promise<TableFile | undefined> => {
  const first: Row[] = [];
  for await (const rows of rowsOf(sheet, context)) {
    first.push(...rows.slice(0, SAMPLE_ROWS));
    if (first.length >= SAMPLE_ROWS) break;
  }
  const above = linesAbove(first);
  const [start] = first.slice(above);
  if (start === undefined) return undefined;
  return {
    place: context.place,
    sheet: sheet.name,
    names: null,
    first: first.slice(above, above + SAMPLE_ROWS).map(({ cells }) => cells),
    counts: "row",
    async *rows(): AsyncGenerator<RowBatch> {
      for await (const rows of rowsOf(sheet, context))
        yield { rows: rows.filter(({ line }) => line >= start.line), events: [] };
    },
  };
};
