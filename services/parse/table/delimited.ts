// Tables as text: CSV with commas, semicolons, tabs or bars between its cells.
import type { ParseEvent } from "../events.ts";
import { lineText } from "../line-text.ts";
import { lineBatches } from "../lines.ts";
import type { Reading } from "../reading.ts";
import type { TextFile } from "../text-file.ts";
import { openRows } from "./cells.ts";
import { isHeading } from "./guess.ts";
import { headingOf } from "./heading-words.ts";
import { type Row, SAMPLE_ROWS, type TableFile } from "./table-file.ts";

const delimiters = [",", "\t", ";", "|"] as const;

/** What Excel writes before a table, so that it finds the delimiter itself. */
const separatorLine = /^\uFEFF?sep=(.)$/iu;

/** A heading is no page of text. */
const LONGEST_HEADING = 10_000;
/** Of a text that is not named a table so many rows have to look like one. */
const LEAST_ROWS = 5;

/** The rows that the head holds whole, empty ones left out. */
const rowsIn = (head: string, delimiter: string): Row[] => {
  const open = openRows(delimiter, head.length);
  const found: Row[] = [];
  // The last line may be cut off.
  const lines = head.split(/\r?\n/u);
  const whole = head.length < 200_000 ? lines : lines.slice(0, -1);
  for (const [at, line] of whole.entries()) {
    for (const row of open.take(at + 1, line)) if (row.text.trim() !== "") found.push(row);
    if (found.length > SAMPLE_ROWS) return found;
  }
  return found.concat(open.end().filter((row) => row.text.trim() !== ""));
};

const shareEven = (rows: readonly Row[]): number => {
  const width = rows[0]?.cells.length ?? 0;
  return rows.filter(({ cells }) => cells.length === width).length / Math.max(1, rows.length);
};

interface Candidate {
  readonly delimiter: string;
  readonly rows: readonly Row[];
  /** Headings that are known. */
  readonly known: number;
}

const candidateOf = (head: string, delimiter: string): Candidate => {
  const rows = rowsIn(head, delimiter);
  const known = (rows[0]?.cells ?? []).filter((cell) => headingOf(cell) !== undefined).length;
  return { delimiter, rows, known };
};

const best = (head: string): Candidate | undefined => {
  const found = delimiters
    .filter((delimiter) => head.includes(delimiter))
    .map((delimiter) => candidateOf(head, delimiter))
    .filter(({ rows }) => (rows[0]?.cells.length ?? 0) > 1);
  const rank = ({ known, rows }: Candidate) => known + shareEven(rows);
  return found.toSorted((a, b) => rank(b) - rank(a))[0];
};

/** Whether a file's name says that it is a table. */
export const isNamedTable = (path: string): boolean => /\.(?:csv|tsv|tab)$/iu.test(path);

/** The number of cells is what shows a table; and short names above them. */
const looksLikeTable = ({ rows, known }: Candidate, path: string): boolean => {
  const [first] = rows;
  if (first === undefined || rows.length < 2 || shareEven(rows) < 0.8) return false;
  const isNamed = isNamedTable(path);
  const names = first.cells.map((cell) => cell.trim());
  const isDistinct = new Set(names).size === names.length && names.every((name) => name !== "");
  if (!isHeading(first.cells)) return isNamed || (names.length > 2 && rows.length >= LEAST_ROWS);
  return isDistinct && names.every((name) => name.length <= 80) && (isNamed || known > 0);
};

const isChosenWidth = ({ rows }: Candidate): boolean => (rows[0]?.cells.length ?? 0) > 0;

/**
 * @param isChosen whether a person said what its columns hold: then it is one, of a single column too
 * @returns the delimiter and the first rows; undefined where the text is no table
 */
export const delimitedIn = (
  { head, path }: Pick<TextFile, "head" | "path">,
  isChosen: boolean,
): { readonly delimiter: string; readonly rows: readonly Row[] } | undefined => {
  const [first = ""] = head.trimStart().split(/\r?\n/u, 1);
  const [, told] = separatorLine.exec(first) ?? [];
  const start = (told === undefined ? head : head.trimStart().slice(first.length)).trimStart();
  if ((/\r?\n/u.exec(start)?.index ?? start.length) > LONGEST_HEADING) return undefined;
  const found =
    told === undefined
      ? (best(start) ?? (isChosen ? candidateOf(start, ",") : undefined))
      : candidateOf(start, told);
  if (found === undefined) return undefined;
  const isTable =
    isChosen || told !== undefined
      ? isChosenWidth(found)
      : found.known > 1 || looksLikeTable(found, path);
  return isTable ? found : undefined;
};

/** The rows of a file of text, as they come. */
const rowsOf = (file: TextFile, delimiter: string, reading: Reading) =>
  async function* (): AsyncGenerator<{ rows: Row[]; events: ParseEvent[] }> {
    const open = openRows(delimiter, reading.limits.lineBytes);
    for await (const batch of lineBatches(file.bytes, reading.limits.lineBytes)) {
      const rows: Row[] = [];
      const events: ParseEvent[] = [];
      for (const line of batch) {
        const told = lineText(line, `${file.place}, line ${line.number}`, reading);
        let next = told.next();
        for (; next.done !== true; next = told.next()) events.push(next.value);
        if (line.number === 1 && separatorLine.test(next.value)) continue;
        for (const row of open.take(line.number, next.value)) rows.push(row);
      }
      yield { rows, events };
    }
    yield { rows: [...open.end()], events: [] };
  };

export const delimitedTable = (
  file: TextFile,
  { delimiter, rows }: { readonly delimiter: string; readonly rows: readonly Row[] },
  reading: Reading,
): TableFile => ({
  place: file.place,
  sheet: null,
  names: null,
  first: rows.slice(0, SAMPLE_ROWS).map(({ cells }) => cells),
  counts: "line",
  rows: rowsOf(file, delimiter, reading),
});
