// A table of any kind (CSV, a sheet, JSON records, Parquet) as its reader needs it: its first rows, and then all of them in batches.
import type { ParseEvent } from "../events.ts";

/** A row as it stands in the table. */
export interface Row {
  /** Its number, from 1; of CSV the number of its first line. */
  readonly line: number;
  /** As it stands in the file; of a binary file its cells, joined. */
  readonly text: string;
  readonly cells: readonly string[];
  /** False where it has another number of cells than the heading, or is damaged: it is read as far as it goes. */
  readonly isWhole: boolean;
  /** The original record, where the row is not just its cells. */
  readonly raw?: string;
}

/** Rows, and what was met on the way to them. */
export interface RowBatch {
  readonly rows: readonly Row[];
  readonly events: readonly ParseEvent[];
}

export interface TableFile {
  readonly place: string;
  /** The sheet of a workbook; null for other tables. */
  readonly sheet: string | null;
  /** Where every record names its fields itself (JSON, Parquet). */
  readonly names: readonly string[] | null;
  /** The first rows, at most `SAMPLE_ROWS`: the heading among them, where there are no `names`. */
  readonly first: readonly (readonly string[])[];
  /** "line" in a text, "row" in a sheet, "item" in a list: for places. */
  readonly counts: "line" | "row" | "item";
  /** All rows, the heading among them. @param names of the columns that are wanted, where the records name theirs */
  rows(names: readonly string[]): AsyncGenerator<RowBatch>;
}

/** So many rows tell what a column holds. */
export const SAMPLE_ROWS = 200;
