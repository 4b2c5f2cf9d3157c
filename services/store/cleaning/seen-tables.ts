// The first rows of tables that uploads keep to be shown: with marks where a message would have them.
import type { UploadInspection } from "#services/contract/inspections.ts";
import { type Cleaner, type CleaningRules, changesTexts } from "#services/domain/cleaning.ts";
import type { SeenTable } from "#services/domain/columns.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { Store } from "../rows.ts";
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

/** Applies the rules to what the uploads of a collection keep already. */
export const cleanSeenTables = (
  store: Store,
  collection: CollectionId,
  cleaner: Cleaner,
): Promise<void> =>
  store.transaction(async (rows) => {
    const rules = await cleaningOf(rows, collection);
    if (!changesTexts(rules)) return;
    for (const { id, seen_tables: seen, inspection } of await rows
      .selectFrom("uploads")
      .select(["id", "seen_tables", "inspection"])
      .where("collection_id", "=", collection)
      .where((test) =>
        test.or([test("seen_tables", "is not", null), test("inspection", "is not", null)]),
      )
      .execute())
      await rows
        .updateTable("uploads")
        .set({
          seen_tables:
            seen === null
              ? null
              : JSON.stringify(cleanTables(JSON.parse(seen) as SeenTable[], rules, cleaner)),
          inspection:
            inspection === null
              ? null
              : JSON.stringify(
                  cleanInspection(JSON.parse(inspection) as UploadInspection, rules, cleaner),
                ),
        })
        .where("id", "=", id)
        .execute();
  });
