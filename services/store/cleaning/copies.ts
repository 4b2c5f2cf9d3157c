// What a collection keeps of its texts beside the messages, with marks where a message would have them: the first rows of tables, titles of links and sessions.
import type { UploadInspection } from "#services/contract/inspections.ts";
import { type Cleaner, type CleaningRules, changesTexts } from "#services/domain/cleaning.ts";
import {
  type ColumnMapping,
  renamedColumns,
  type SavedColumns,
  type SeenTable,
  shownCell,
} from "#services/domain/columns.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { columnNames } from "#services/domain/table-rows.ts";
import type { Rows, Store } from "../rows.ts";
import { cleanKeptNames } from "./kept-names.ts";
import { type CleanName, cleanFilename, openNames } from "./names.ts";
import { cleanAuthorNames, renamePeople } from "./people.ts";
import { cleanProblems, quoted } from "./problems.ts";
import { cleaningOf } from "./rules.ts";

/** New names by the names that change; the second of the same new name has a number behind it. */
const renames = (names: readonly string[], titleOf: (title: string) => string) => {
  const cleaned = names.map(titleOf);
  const isSame = cleaned.every((name, at) => name === names[at]);
  const unique = isSame ? cleaned : columnNames(cleaned);
  return new Map(names.map((name, at) => [name, unique[at] ?? name]));
};

/** What of a table is kept to be shown: cleaned as a whole, then cut. The first row may be its headings. */
export const cleanTables = (
  tables: readonly SeenTable[],
  rules: CleaningRules,
  cleaner: Cleaner,
): SeenTable[] => {
  const titleOf = (title: string) => cleaner.title(title, rules);
  return tables.map((table) => {
    const names = renames(table.columns, titleOf);
    const nameOf = (name: string) => names.get(name) ?? titleOf(name);
    return {
      ...table,
      columns: table.columns.map(nameOf),
      mapping: renamedColumns(table.mapping, nameOf),
      reasons: table.reasons.map(titleOf),
      rows: table.rows.map((row) => row.map((cell) => shownCell(titleOf(cell)))),
    };
  });
};

/** What was chosen for an upload, with its columns called as `cleanTables` calls those of its table. */
export const cleanChosen = (
  chosen: ColumnMapping,
  tables: readonly SeenTable[],
  titleOf: (title: string) => string,
): ColumnMapping => {
  const table = tables.find(({ origin }) => origin === "chosen") ?? tables[0];
  const names = renames(table?.columns ?? [], titleOf);
  return renamedColumns(chosen, (name) => names.get(name) ?? titleOf(name));
};

export const cleanInspection = (
  inspection: UploadInspection,
  rules: CleaningRules,
  cleaner: Cleaner,
): UploadInspection => ({
  ...inspection,
  filename: cleaner.name(inspection.filename, rules),
  authors: {
    ...inspection.authors,
    first: inspection.authors.first.map((one) => ({ ...one, name: cleaner.name(one.name, rules) })),
  },
  problems: inspection.problems.map((problem) => ({
    ...problem,
    reason: quoted(problem.reason, { rules, cleaner }),
    places: problem.places.map((place) => quoted(place, { rules, cleaner })),
  })),
  tables: cleanTables(inspection.tables, rules, cleaner) as UploadInspection["tables"],
});

interface By {
  readonly rules: CleaningRules;
  readonly cleaner: Cleaner;
}

/** Of uploads that are not being read or waiting for it: those go on with the columns that were chosen for them. */
const readStates: readonly string[] = ["indexing", "done"];

const cleanUploads = async (
  rows: Rows,
  collection: CollectionId,
  { rules, cleaner }: By,
): Promise<void> => {
  const titleOf = (title: string) => cleaner.title(title, rules);
  const uploads = await rows
    .selectFrom("uploads")
    .select(["id", "state", "seen_tables", "inspection", "error_message", "chosen_columns"])
    .select("problems")
    .where("collection_id", "=", collection)
    .execute();
  for (const upload of uploads) {
    const { id, state, seen_tables: seen, inspection, error_message: message } = upload;
    const chosen = readStates.includes(state) ? upload.chosen_columns : null;
    const tables = seen === null ? [] : (JSON.parse(seen) as SeenTable[]);
    const report =
      inspection && cleanInspection(JSON.parse(inspection) as UploadInspection, rules, cleaner);
    const mapping = chosen && cleanChosen(JSON.parse(chosen) as ColumnMapping, tables, titleOf);
    await rows
      .updateTable("uploads")
      .set({
        seen_tables: seen && JSON.stringify(cleanTables(tables, rules, cleaner)),
        inspection: report && JSON.stringify(report),
        error_message: message && titleOf(message),
        problems: JSON.stringify(cleanProblems(JSON.parse(upload.problems), { rules, cleaner })),
        ...(mapping && { chosen_columns: JSON.stringify(mapping) }),
      })
      .where("id", "=", id)
      .execute();
  }
};

/** Made from the names as they came: they come back where rules are taken back. */
const cleanFilenames = async (
  rows: Rows,
  collection: CollectionId,
  cleanName: CleanName,
): Promise<void> => {
  for (const { id, ...upload } of await rows
    .selectFrom("uploads")
    .select(["id", "filename", "unmasked_filename"])
    .where("collection_id", "=", collection)
    .execute()) {
    const cleaned = cleanFilename(upload, cleanName);
    if (cleaned.filename !== upload.filename)
      await rows.updateTable("uploads").set(cleaned).where("id", "=", id).execute();
  }
};

/** Without mappings for headings that are cleaned: no table is found by them any more. */
const cleanKept = (kept: string | null, titleOf: (title: string) => string): string | null => {
  if (kept === null) return null;
  const known = JSON.parse(kept) as SavedColumns[];
  return JSON.stringify(
    known.filter(({ columns }) => columns.every((name) => titleOf(name) === name)),
  );
};

const forgetKept = async (
  rows: Rows,
  collection: CollectionId,
  titleOf: (title: string) => string,
): Promise<void> => {
  for (const { kept_columns: kept } of await rows
    .selectFrom("collections")
    .select("kept_columns")
    .where("id", "=", collection)
    .execute())
    await rows
      .updateTable("collections")
      .set({ kept_columns: cleanKept(kept, titleOf) })
      .where("id", "=", collection)
      .execute();
  for (const { id, used_columns: used } of await rows
    .selectFrom("uploads")
    .select(["id", "used_columns"])
    .where("collection_id", "=", collection)
    .where("state", "in", readStates)
    .where("used_columns", "is not", null)
    .execute())
    await rows
      .updateTable("uploads")
      .set({ used_columns: cleanKept(used, titleOf) })
      .where("id", "=", id)
      .execute();
};

/** Titles that live sessions and shared links have of their own, and the channels of sessions. */
const cleanTitles = async (
  rows: Rows,
  collection: CollectionId,
  { titleOf, cleanName }: { readonly titleOf: CleanName; readonly cleanName: CleanName },
): Promise<void> => {
  for (const { id, channel } of await rows
    .selectFrom("sessions")
    .select(["id", "channel"])
    .where("collection_id", "=", collection)
    .execute())
    if (channel !== null && cleanName(channel) !== channel)
      await rows
        .updateTable("sessions")
        .set({ channel: cleanName(channel) })
        .where("id", "=", id)
        .execute();
  for (const table of ["sessions", "shares"] as const)
    for (const { id, title } of await rows
      .selectFrom(table)
      .select(["id", "title"])
      .where("collection_id", "=", collection)
      .execute()) {
      const cleaned = title === null ? null : titleOf(title);
      if (cleaned !== null && cleaned !== title)
        await rows
          .updateTable(table)
          .set({ title: cleaned })
          .where("id", "=", id as never)
          .execute();
    }
};

/** Applies the rules to what a collection keeps of its texts beside the messages. What was masked there stays so. */
export const cleanCopies = async (
  store: Store,
  collection: CollectionId,
  cleaner: Cleaner,
): Promise<void> => {
  await store.transaction(async (rows) => {
    const rules = await cleaningOf(rows, collection);
    const cleanName = openNames(rules, cleaner);
    await cleanFilenames(rows, collection, cleanName);
    if (!changesTexts(rules)) return;
    await cleanUploads(rows, collection, { rules, cleaner });
    const titleOf = (title: string) => cleaner.title(title, rules);
    await forgetKept(rows, collection, titleOf);
    await cleanTitles(rows, collection, { titleOf, cleanName });
    await renamePeople(rows, collection, cleanName);
    await cleanAuthorNames(rows, collection, cleanName);
  });
  await cleanKeptNames(store, collection, cleaner);
};
