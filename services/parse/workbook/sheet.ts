// A sheet of a workbook as a table: its rows as they come, shared strings put in and dates written out.
import type { Reading } from "../reading.ts";
import { type Row, type RowBatch, SAMPLE_ROWS, type TableFile } from "../table/table-file.ts";
import { MOST_CELL } from "./cell-size.ts";
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

/** Rows that are whole, and what was left out of them since the last ones. */
interface Taken {
  readonly rows: readonly Row[];
  /** Cells with something in them, to the right of the last column that is read. */
  readonly beyond: number;
  /** Cells that were too long. */
  readonly cut: number;
}

/** Puts rows together from elements. */
const openRows = ({ strings, formats, from1904, reading }: SheetContext) => {
  let rows: Row[] = [];
  let cells: string[] = [];
  let cell: Cell | undefined;
  let value = "";
  let isValue = false;
  let isPhonetic = false;
  let line = 0;
  let beyond = 0;
  let cut = 0;

  const fitting = (text: string): string => {
    if (text.length <= MOST_CELL) return text;
    cut += 1;
    return text.slice(0, MOST_CELL);
  };

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
      // One character more shows that it was too long.
      if (isValue && cell) value += text.slice(0, MOST_CELL + 1 - value.length);
    },
    close(name) {
      isValue = false;
      if (name === "rPh") isPhonetic = false;
      if (name === "c" && cell) {
        const isRead = cell.at < MOST_COLUMNS;
        if (!isRead && value !== "") beyond += 1;
        const text = isRead ? unescaped(fitting(textOf(cell))) : "";
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
    taken(): Taken {
      const found = { rows, beyond, cut };
      rows = [];
      beyond = 0;
      cut = 0;
      return found;
    },
  };
};

async function* rowsOf(sheet: Sheet, context: SheetContext): AsyncGenerator<Taken> {
  const open = openRows(context);
  for await (const _ of readXml(sheet.entry.bytes(), open.handler)) yield open.taken();
}

/** Lines above the table, as reports have them: rows of one cell before the first one of several. */
const linesAbove = (rows: readonly Row[]): number => {
  const filled = ({ cells }: Row) => cells.filter((cell) => cell.trim() !== "").length;
  const first = rows.findIndex((row) => filled(row) > 1);
  return Math.max(0, first);
};

/** What is left out of a sheet, as problems: the lines above its table, cells too far to the right, the ends of cells. */
const leftOut = ({ above, beyond, cut }: { above: number; beyond: number; cut: number }) => [
  {
    code: "left-out",
    reason: "Rows above the headings of this sheet are no messages: left out.",
    count: above,
  },
  {
    code: "left-out",
    reason: `Cells to the right of the ${MOST_COLUMNS}th column are not read.`,
    count: beyond,
  },
  {
    code: "too-large",
    reason: `A cell of more than ${MOST_CELL.toLocaleString("en")} characters was cut.`,
    count: cut,
  },
];

/** The first rows, as far as they fit into what a line of a text may be. */
const firstRows = async (sheet: Sheet, context: SheetContext): Promise<readonly Row[]> => {
  const first: Row[] = [];
  let size = 0;
  for await (const { rows } of rowsOf(sheet, context)) {
    for (const row of rows.slice(0, SAMPLE_ROWS - first.length)) {
      first.push(row);
      size += row.text.length;
    }
    if (first.length >= SAMPLE_ROWS || size > context.reading.limits.lineBytes) break;
  }
  return first;
};

/** @returns undefined where it is empty */
export const sheetTable = async (
  sheet: Sheet,
  context: SheetContext,
): Promise<TableFile | undefined> => {
  const first = await firstRows(sheet, context);
  const above = linesAbove(first);
  const [start] = first.slice(above);
  if (start === undefined) return undefined;
  return {
    place: context.place,
    sheet: sheet.name,
    names: null,
    first: first.slice(above).map(({ cells }) => cells),
    counts: "row",
    async *rows(): AsyncGenerator<RowBatch> {
      const left = { above, beyond: 0, cut: 0 };
      for await (const { rows, beyond, cut } of rowsOf(sheet, context)) {
        left.beyond += beyond;
        left.cut += cut;
        yield { rows: rows.filter(({ line }) => line >= start.line), events: [] };
      }
      const place = `${context.place}, ${sheet.name}`;
      const found = leftOut(left).filter(({ count }) => count > 0);
      yield {
        rows: [],
        events: found.flatMap((one) => context.reading.problem({ ...one, place })),
      };
    },
  };
};
