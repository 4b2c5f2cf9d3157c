// How a file begins → the table that it is, and whether its columns are known well enough to read it.
import type { SeenTable } from "#services/domain/columns.ts";
import type { ParseEvent } from "../events.ts";
import { headItems, headValue } from "../json-head.ts";
import { jsonOf } from "../json-text.ts";
import { isObject, type Json } from "../message.ts";
import type { Reading } from "../reading.ts";
import type { TextFile } from "../text-file.ts";
import { chooseColumns } from "./choose.ts";
import { delimitedIn, delimitedTable } from "./delimited.ts";
import { recordTable } from "./record-rows.ts";
import { readTable } from "./table.ts";
import { SAMPLE_ROWS, type TableFile } from "./table-file.ts";

export interface JudgedTable {
  readonly seen: SeenTable;
  /** Its events; of a table that is not read only what it looks like. */
  read(): AsyncGenerator<ParseEvent>;
}

/** @returns undefined where it is no table of messages, whatever its columns hold */
export const judgeRows = (table: TableFile, reading: Reading): JudgedTable | undefined => {
  const decided = chooseColumns(table, reading.columns, reading.several);
  if (decided === undefined) return undefined;
  const { seen } = decided;
  return {
    seen,
    async *read() {
      yield { kind: "columns", table: seen };
      if (seen.isRead) yield* readTable(table, decided, reading);
    },
  };
};

/** Records of no known shape: where they begin, and the first of them. */
interface Records {
  readonly records: readonly Json[];
  /** In bytes; undefined where each line is one. */
  readonly from: number | undefined;
}

const LEAST_RECORDS = 2;

const inLines = (head: string): Records | undefined => {
  const lines = head.split("\n", SAMPLE_ROWS + 1).filter((line) => line.trim() !== "");
  const records = lines.map((line) => jsonOf(line)).filter(isObject);
  // The last line may be cut off, and one may be damaged.
  return records.length >= LEAST_RECORDS && records.length >= lines.length - 2
    ? { records, from: undefined }
    : undefined;
};

const inList = (items: readonly unknown[], from: number): Records | undefined => {
  const records = items.filter(isObject);
  const isMost = records.length >= LEAST_RECORDS && records.length > items.length / 2;
  return isMost ? { records, from } : undefined;
};

const inObject = (head: string): Records | undefined => {
  const { value, lists } = headValue(head);
  if (!isObject(value)) return undefined;
  const arrays = Object.values(value).filter((member) => Array.isArray(member));
  return arrays
    .map((items, nth) => inList(items, lists[nth] ?? 0))
    .find((found) => found !== undefined);
};

const recordsIn = (head: string): Records | undefined => {
  const start = head.trimStart().slice(0, 1);
  if (start === "{") return inLines(head) ?? inObject(head);
  if (start !== "[") return undefined;
  const { value } = headValue(head);
  return inList(Array.isArray(value) ? value : headItems(head), 0);
};

/** A table among files of JSON. */
export const judgeRecords = (file: TextFile, reading: Reading): JudgedTable | undefined => {
  const records = recordsIn(file.head);
  return records && judgeRows(recordTable(file, records, reading), reading);
};

/** A table as text. @param isChosen whether any text is taken for one, because a person said what its columns hold */
export const judgeDelimited = (
  file: TextFile,
  reading: Reading,
  isChosen: boolean,
): JudgedTable | undefined => {
  const found = delimitedIn(file, isChosen);
  return found && judgeRows(delimitedTable(file, found, reading), reading);
};

/** A table whose columns a person chose for this upload, in whatever else it looks like. */
export const judgeChosen = (file: TextFile, reading: Reading): JudgedTable | undefined => {
  if (reading.columns.chosen === undefined) return undefined;
  const judged = judgeRecords(file, reading) ?? judgeDelimited(file, reading, true);
  // What is chosen for a sheet says nothing of the files beside it.
  return judged?.seen.origin === "chosen" ? judged : undefined;
};
