// What columns hold, as people see it: what was chosen in clear for an upload that may be read again is shown as the cleaning rules have it.
import type { KeptColumns, UploadColumns } from "#services/contract/columns.ts";
import { renamedColumns } from "#services/domain/columns.ts";
import {
  type CollectionRow,
  cleanChosen,
  cleaningOf,
  columnsOfUpload,
  keptColumnsOf,
  type Rows,
  rulesIn,
  type UploadRow,
} from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";

/** The tables of an upload, which are kept cleaned, and what was chosen for it. */
export const viewColumns = async (rows: Rows, row: UploadRow): Promise<UploadColumns> => {
  const rules = await cleaningOf(rows, row.collection_id);
  const { tables, chosen } = columnsOfUpload(row);
  const shown = chosen && cleanChosen(chosen, tables, (name) => cleaner.title(name, rules));
  return { tables, chosen: shown };
};

/** The mappings that a collection keeps. */
export const viewKeptColumns = (row: CollectionRow): KeptColumns[] => {
  const rules = rulesIn(row);
  const titleOf = (name: string) => cleaner.title(name, rules);
  return keptColumnsOf(row).map((kept) => ({
    ...kept,
    columns: kept.columns.map(titleOf),
    mapping: renamedColumns(kept.mapping, titleOf),
  }));
};
