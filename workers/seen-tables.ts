// The tables of an upload, as they are met: what they look like is kept, and what a person chose for their headings.
import type { SeenTable } from "#services/domain/columns.ts";
import { keepColumns, MOST_SEEN, saveSeenTables, type UploadRow } from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import { type Belt, type InHand, untilRoom } from "./stage.ts";

/** @param before the tables that an earlier attempt met */
export const openSeenTables = (belt: Belt, upload: UploadRow, before: readonly SeenTable[]) => {
  const { store, space } = belt.parlance;
  const tables = [...before];
  return {
    get count() {
      return tables.length;
    },
    async add(table: SeenTable, delivery: InHand): Promise<void> {
      // The others are read as well: they are only not kept to be shown.
      if (tables.length >= MOST_SEEN) return;
      tables.push(table);
      const { columns, mapping, headings, origin } = table;
      await untilRoom({ space, delivery }, async () => {
        await saveSeenTables(store, upload, tables, cleaner);
        if (origin === "chosen" && headings !== "none")
          await keepColumns(store, upload.collection_id, { columns, mapping });
      });
    },
  };
};
