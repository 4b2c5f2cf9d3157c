// What a collection keeps of its texts beside the messages, with marks where a message would have them: the first rows of tables, titles of links and sessions.
import type { UploadInspection } from "#services/contract/inspections.ts";
import { type Cleaner, type CleaningRules, changesTexts } from "#services/domain/cleaning.ts";
import type { SeenTable } from "#services/domain/columns.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { Rows, Store } from "../rows.ts";
import { cleaningOf } from "./rules.ts";

export const cleanTables = (
  tables: readonly SeenTable[],
  rules: CleaningRules,
  cleaner: Cleaner,
): SeenTable[] =>
  tables.map((table) => ({
    ...table,
    rows: table.rows.map((row) => row.map((cell) => cleaner.title(cell, rules))),
  }));

export const cleanInspection = (
  inspection: UploadInspection,
  rules: CleaningRules,
  cleaner: Cleaner,
): UploadInspection => ({
  ...inspection,
  tables: cleanTables(inspection.tables, rules, cleaner) as UploadInspection["tables"],
});

const cleanUploads = async (
  rows: Rows,
  collection: CollectionId,
  { rules, cleaner }: { readonly rules: CleaningRules; readonly cleaner: Cleaner },
): Promise<void> => {
  const uploads = await rows
    .selectFrom("uploads")
    .select(["id", "seen_tables", "inspection"])
    .where("collection_id", "=", collection)
    .where((test) =>
      test.or([test("seen_tables", "is not", null), test("inspection", "is not", null)]),
    )
    .execute();
  for (const { id, seen_tables: seen, inspection } of uploads) {
    const tables = seen && cleanTables(JSON.parse(seen) as SeenTable[], rules, cleaner);
    const report =
      inspection && cleanInspection(JSON.parse(inspection) as UploadInspection, rules, cleaner);
    await rows
      .updateTable("uploads")
      .set({
        seen_tables: tables ? JSON.stringify(tables) : seen,
        inspection: report ? JSON.stringify(report) : inspection,
      })
      .where("id", "=", id)
      .execute();
  }
};

/** Titles that live sessions and shared links have of their own. */
const cleanTitles = async (
  rows: Rows,
  collection: CollectionId,
  titleOf: (title: string) => string,
): Promise<void> => {
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
export const cleanCopies = (
  store: Store,
  collection: CollectionId,
  cleaner: Cleaner,
): Promise<void> =>
  store.transaction(async (rows) => {
    const rules = await cleaningOf(rows, collection);
    if (!changesTexts(rules)) return;
    await cleanUploads(rows, collection, { rules, cleaner });
    await cleanTitles(rows, collection, (title) => cleaner.title(title, rules));
  });
