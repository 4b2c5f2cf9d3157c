// Tables of messages: which column holds what, as a person chooses it or as it is guessed.

/** What a column may hold besides the text. `time` may hold the date too; `date` is for tables that have both. */
export const columnUses = [
  "conversation",
  "id",
  "replyTo",
  "author",
  "role",
  "time",
  "date",
  "title",
  "channel",
] as const;
export type ColumnUse = (typeof columnUses)[number];

/** The order of day, month and year in dates: 13.1.2026, 1/13/2026, 2026-01-13. */
export const dateOrders = ["dmy", "mdy", "ymd"] as const;
export type DateOrder = (typeof dateOrders)[number];

/** Whose words a column of text holds, where it is one of several. */
export const textRoles = ["user", "assistant", "system", "person"] as const;
export type TextRole = (typeof textRoles)[number];

export interface TextColumn {
  readonly column: string;
  /** Undefined: the row's author, as the columns `author` and `role` say. */
  readonly role?: TextRole | undefined;
}

/**
 * Columns are named by their headings: the second of the same name is “Name (2)”. Without headings they are named “1”, “2”, …;
 * fields of JSON records by their path, “sender.name”. Columns that are not named here stay in each message's original record.
 */
export type ColumnMapping = {
  /** Each makes one message of a row, where its cell is not empty. */
  readonly text: readonly TextColumn[];
  readonly dateOrder?: DateOrder | undefined;
  /** False where the first row is a message as well. */
  readonly headings?: boolean | undefined;
  /** The sheet of a workbook that it is for; undefined for all. */
  readonly sheet?: string | undefined;
} & { readonly [use in ColumnUse]?: string | undefined };

/** A mapping that is used for all tables with these headings. */
export interface SavedColumns {
  readonly columns: readonly string[];
  readonly mapping: ColumnMapping;
}

export const columnConfidences = ["sure", "likely", "unsure"] as const;
export type ColumnConfidence = (typeof columnConfidences)[number];

export const mappingOrigins = ["chosen", "saved", "guessed"] as const;
export type MappingOrigin = (typeof mappingOrigins)[number];

/** Where the columns' names come from: the first row, nowhere (they are numbers), or the records themselves (JSON, Parquet). */
export const tableHeadings = ["row", "none", "fields"] as const;
export type TableHeadings = (typeof tableHeadings)[number];

/** A table as it was found in an upload: what a person needs to say what its columns hold. */
export interface SeenTable {
  /** The file, in an archive with its path. */
  readonly place: string;
  /** The sheet of a workbook; null for other tables. */
  readonly sheet: string | null;
  readonly columns: readonly string[];
  readonly headings: TableHeadings;
  /** The first rows, long cells cut where they are stored: see `shownRows`. */
  readonly rows: readonly (readonly string[])[];
  /** What was used, or what would be guessed; its `text` is empty where no column of text was found. */
  readonly mapping: ColumnMapping;
  readonly origin: MappingOrigin;
  readonly confidence: ColumnConfidence;
  /** Why, as sentences for people. */
  readonly reasons: readonly string[];
  readonly isRead: boolean;
}

/** How much of a table is shown. Of a cell more is read than shown, so that it is whole when it is cleaned. */
export const shownRows = { rows: 8, columns: 60, characters: 160, readCharacters: 4096 } as const;

/** As much of a cell as is shown. */
export const shownCell = (text: string): string => {
  const { characters } = shownRows;
  const letters = text.length > 4 * characters ? [...text.slice(0, 4 * characters)] : [...text];
  return letters.length > characters ? `${letters.slice(0, characters).join("")}…` : text;
};

/** A mapping that calls its columns otherwise. */
export const renamedColumns = (
  mapping: ColumnMapping,
  rename: (name: string) => string,
): ColumnMapping => ({
  ...mapping,
  text: mapping.text.map((one) => ({ ...one, column: rename(one.column) })),
  ...Object.fromEntries(
    columnUses.flatMap((use) => {
      const name = mapping[use];
      return name === undefined ? [] : [[use, rename(name)]];
    }),
  ),
});

const plainHeadings = (columns: readonly string[]): string =>
  columns.map((name) => name.trim().toLowerCase()).join("\u0000");

/** Whether two tables have the same headings, in the same order. */
export const haveSameHeadings = (a: readonly string[], b: readonly string[]): boolean =>
  plainHeadings(a) === plainHeadings(b);
