// Which columns of a table are read, and how: as a person chose them, as they were saved for these headings, or as they are guessed.
import {
  type ColumnMapping,
  type DateOrder,
  haveSameHeadings,
  type SavedColumns,
  type SeenTable,
  shownRows,
} from "#services/domain/columns.ts";
import { columnNames, type Layout, layoutOf } from "#services/domain/table-rows.ts";
import type { WantedColumns } from "../events.ts";
import { type Guess, guessColumns, isHeading } from "./guess.ts";
import { SAMPLE_ROWS, type TableFile } from "./table-file.ts";
import { isPlainName, toldNames } from "./told-names.ts";

export interface Decided {
  readonly seen: SeenTable;
  readonly layout: Layout;
  /** The usual order of dates in the language of the headings. */
  readonly assumedOrder: DateOrder | undefined;
}

const namesOf = (table: TableFile, headings: boolean): readonly string[] => {
  if (table.names) return table.names;
  const [first = []] = table.first;
  if (headings) return columnNames(first);
  const width = Math.max(0, ...table.first.map(({ length }) => length));
  return Array.from({ length: width }, (_, at) => String(at + 1));
};

/** What is used of the three, and what speaks against it. */
type Used = Pick<SeenTable, "mapping" | "origin" | "confidence" | "reasons" | "isRead">;

const byChoice = (
  chosen: ColumnMapping,
  { names, guess }: { readonly names: readonly string[]; readonly guess: Guess },
): Used => {
  const refused = (reason: string): Used => ({
    mapping: guess.mapping,
    origin: "guessed",
    confidence: "unsure",
    reasons: [reason],
    isRead: false,
  });
  const layout = layoutOf(chosen, names);
  if ("missing" in layout)
    return refused(
      layout.missing.some(isPlainName)
        ? `It has no column ${toldNames(layout.missing, 30)}.`
        : "It has not all columns that were chosen.",
    );
  if (chosen.text.length === 0) return refused("No column of text was chosen.");
  return { mapping: chosen, origin: "chosen", confidence: "sure", reasons: [], isRead: true };
};

const savedFor = (
  names: readonly string[],
  saved: readonly SavedColumns[],
): ColumnMapping | undefined =>
  saved.find(
    ({ columns, mapping }) =>
      haveSameHeadings(columns, names) && !("missing" in layoutOf(mapping, names)),
  )?.mapping;

/** What is chosen for another table says nothing of this one: for another sheet, or with columns that this one does not have. */
const isForOther = (chosen: ColumnMapping, table: TableFile, isOneOfSeveral: boolean): boolean => {
  if (chosen.sheet !== undefined) return chosen.sheet !== table.sheet;
  if (!isOneOfSeveral) return false;
  const headings = table.names !== null || (chosen.headings ?? isHeading(table.first[0] ?? []));
  return "missing" in layoutOf(chosen, namesOf(table, headings));
};

/**
 * @param isOneOfSeveral whether the upload may hold other tables
 * @returns undefined where the rows are no table at all: less than two columns, and none of them was chosen
 */
export const chooseColumns = (
  table: TableFile,
  { chosen, saved = [] }: WantedColumns,
  isOneOfSeveral: boolean,
): Decided | undefined => {
  const own = chosen && !isForOther(chosen, table, isOneOfSeveral) ? chosen : undefined;
  const keyed = table.names !== null;
  const headings = keyed || (own?.headings ?? isHeading(table.first[0] ?? []));
  const names = namesOf(table, headings);
  const rows = table.first.slice(keyed || !headings ? 0 : 1, SAMPLE_ROWS);
  const guess = guessColumns(names, rows, headings);
  const kept = headings ? savedFor(names, saved) : undefined;
  const guessed: Used = {
    mapping: guess.mapping,
    origin: "guessed",
    confidence: guess.confidence,
    reasons: guess.reasons,
    isRead: guess.confidence !== "unsure",
  };
  const used = own
    ? byChoice(own, { names, guess })
    : kept
      ? ({
          ...guessed,
          mapping: kept,
          origin: "saved",
          confidence: "sure",
          reasons: [],
          isRead: true,
        } as const)
      : guessed;
  if (names.length < 2 && !used.isRead) return undefined;
  const layout = layoutOf(used.mapping, names);
  if ("missing" in layout) return undefined;
  const { rows: most, columns: width, readCharacters } = shownRows;
  return {
    seen: {
      place: table.place,
      sheet: table.sheet,
      columns: names,
      headings: keyed ? "fields" : headings ? "row" : "none",
      rows: rows
        .slice(0, most)
        .map((cells) => cells.slice(0, width).map((cell) => cell.slice(0, readCharacters))),
      ...used,
    },
    layout,
    assumedOrder: guess.assumedOrder,
  };
};

/** Why a table is not read, and which columns it has, as far as their names are plain. */
export const columnsUnknown = ({ columns, reasons }: SeenTable): string =>
  `${reasons.join(" ")} Its columns: ${toldNames(columns, 30)}.`;

export const columnsHint =
  'Say which column holds what: “Choose columns” on the page Uploads, or parlance import FILE --columns "text=…,author=…,time=…".';
