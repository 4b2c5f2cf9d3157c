// What the columns of tables hold: chosen for an upload, kept by a collection for the next table with the same headings.
import { createHash } from "node:crypto";
import {
  type KeptColumns,
  keptColumns,
  seenTable,
  type UploadColumns,
} from "#services/contract/columns.ts";
import type { Cleaner } from "#services/domain/cleaning.ts";
import {
  type ColumnMapping,
  haveSameHeadings,
  type SavedColumns,
  type SeenTable,
  shownRows,
} from "#services/domain/columns.ts";
import { rejected } from "#services/domain/errors.ts";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { columnNames, layoutOf } from "#services/domain/table-rows.ts";
import { cleanTables } from "./cleaning/copies.ts";
import { cleaningOf } from "./cleaning/rules.ts";
import type { Rows, Store } from "./rows.ts";
import type { CollectionRow, UploadRow } from "./tables.ts";
import { conflict, findUpload, requeueUpload, requireFile, unknownUpload } from "./uploads.ts";

/** A collection keeps the newest so many. */
const MOST_KEPT = 100;
/** Of an archive or a workbook so many tables are kept to be shown. */
export const MOST_SEEN = 20;

/** Newest first. */
export const keptColumnsOf = ({
  kept_columns: kept,
}: Pick<CollectionRow, "kept_columns">): KeptColumns[] =>
  keptColumns.array().parse(JSON.parse(kept ?? "[]"));

const saveKept = (rows: Rows, id: CollectionId, kept: readonly KeptColumns[]) =>
  rows
    .updateTable("collections")
    .set({ kept_columns: JSON.stringify(kept) })
    .where("id", "=", id)
    .execute();

const keptIn = async (rows: Rows, id: CollectionId): Promise<KeptColumns[]> => {
  const row = await rows
    .selectFrom("collections")
    .select("kept_columns")
    .where("id", "=", id)
    .where("state", "=", "active")
    .executeTakeFirst();
  return row ? keptColumnsOf(row) : [];
};

/** Uses this mapping for all tables of the collection with the same headings from now on. */
export const keepColumns = (
  store: Store,
  collection: CollectionId,
  { columns, mapping }: SavedColumns,
): Promise<void> =>
  store.transaction(async (rows) => {
    const known = await keptIn(rows, collection);
    const id = createHash("sha256").update(columns.join("\u0000")).digest("hex").slice(0, 12);
    const others = known.filter((one) => one.id !== id && !haveSameHeadings(one.columns, columns));
    // The next workbook may call its sheet something else.
    const { sheet: _, ...kept } = mapping;
    const made = { id, columns: [...columns], mapping: kept, savedAt: store.now() };
    await saveKept(rows, collection, [made, ...others].slice(0, MOST_KEPT));
  });

/** @throws ParlanceError rejected `unknown-columns` (404) */
export const forgetColumns = (store: Store, collection: CollectionId, id: string): Promise<void> =>
  store.transaction(async (rows) => {
    const known = await keptIn(rows, collection);
    const others = known.filter((one) => one.id !== id);
    if (others.length === known.length)
      throw rejected("No columns are kept under this id.", {
        code: "unknown-columns",
        status: 404,
      });
    await saveKept(rows, collection, others);
  });

/** The tables that were found in an upload, and what was chosen for it. */
export const columnsOfUpload = ({
  seen_tables: seen,
  chosen_columns: chosen,
}: Pick<UploadRow, "seen_tables" | "chosen_columns">): UploadColumns => ({
  tables: seenTable.array().parse(JSON.parse(seen ?? "[]")),
  chosen: chosen === null ? null : (JSON.parse(chosen) as ColumnMapping),
});

/** Their first rows are shown to whoever chooses columns: with marks where a message would have them. */
export const saveSeenTables = (
  store: Store,
  { id, collection_id: collection }: Pick<UploadRow, "id" | "collection_id">,
  tables: readonly SeenTable[],
  cleaner: Cleaner,
): Promise<unknown> =>
  store.transaction(async (rows) => {
    const rules = await cleaningOf(rows, collection);
    const shown = cleanTables(tables.slice(0, MOST_SEEN), rules, cleaner);
    return rows
      .updateTable("uploads")
      .set({ seen_tables: JSON.stringify(shown) })
      .where("id", "=", id)
      .where("state", "=", "reading")
      .execute();
  });

/** The names by which a mapping calls the columns of a table; undefined where too little of the table is kept to tell. */
const namesFor = (
  { columns, headings, rows }: SeenTable,
  { headings: chosen }: ColumnMapping,
): readonly string[] | undefined => {
  if (headings === "row" && chosen === false)
    return Array.from(
      { length: Math.max(columns.length, ...rows.map(({ length }) => length)) },
      (_, at) => String(at + 1),
    );
  if (headings !== "none" || chosen !== true) return columns;
  const [first = []] = rows;
  const isCut =
    first.length >= shownRows.columns ||
    first.some((cell) => [...cell].length > shownRows.characters);
  return isCut ? undefined : columnNames(first);
};

/**
 * Whether columns of an upload's tables can be chosen, and whether one of its tables has those that were.
 * @throws ParlanceError rejected `file-deleted` | `no-tables` (409); `missing-columns` (400)
 */
export const requireFitting = (row: UploadRow, mapping: ColumnMapping): void => {
  requireFile(row);
  const { tables } = columnsOfUpload(row);
  if (tables.length === 0)
    throw rejected(`No table was found in ${row.filename}.`, {
      code: "no-tables",
      status: 409,
      hint: "Columns are chosen for tables (CSV, XLSX, Parquet, records of JSON) once they were read.",
    });
  // Further tables, of which nothing is kept, may have them.
  if (tables.length >= MOST_SEEN) return;
  const others = tables.filter(({ sheet }) => (mapping.sheet ?? sheet) === sheet);
  const missing = others.map((table) => {
    const names = namesFor(table, mapping);
    const layout = names && layoutOf(mapping, names);
    return layout && "missing" in layout ? layout.missing : [];
  });
  if (missing.some((names) => names.length === 0)) return;
  const [names = []] = missing;
  throw rejected(
    others.length === 0
      ? `There is no sheet “${mapping.sheet}” with a table.`
      : `No table of ${row.filename} has all columns that were chosen. ${others[0]?.place} has no column ${names.map((name) => `“${name}”`).join(", ")}.`,
    {
      code: "missing-columns",
      hint: "Name columns as the table does.",
      data: { missing: names },
    },
  );
};

/** Whether nothing of the upload was saved, so that it can be read in another way. */
export const isUnread = ({ state, parts_done: parts }: UploadRow): boolean =>
  state === "unconfirmed" || ((state === "failed" || state === "cancelled") && parts === 0);

/**
 * Reads an upload of which nothing was saved again, with these columns; one that has to be confirmed, or was, is inspected again. Wake
 * the bus afterwards.
 * @throws ParlanceError rejected `unknown-upload` (404) | `wrong-state` | `file-deleted` (409)
 */
export const readWithColumns = (
  store: Store,
  id: UploadId,
  mapping: ColumnMapping,
): Promise<void> =>
  store.transaction(async (rows) => {
    const row = await findUpload(rows, id);
    if (row === undefined || !isUnread(row))
      throw row ? conflict(row, "read again") : unknownUpload(id);
    await rows
      .updateTable("uploads")
      .set({
        chosen_columns: JSON.stringify(mapping),
        used_columns: null,
        // What was confirmed is another import than this one.
        confirmation: row.confirmation === "none" ? "none" : "wanted",
        seen_tables: null,
        inspection: null,
        confirm_by: null,
        problem_count: 0,
        problems: "[]",
      })
      .where("id", "=", id)
      .execute();
    await requeueUpload(store, rows, id);
  });
