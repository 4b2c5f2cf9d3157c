// What the columns of an upload's tables are taken for when it is read.
import type { WantedColumns } from "#services/parse/parse.ts";
import {
  type CollectionRow,
  columnsOfUpload,
  keptColumnsOf,
  type UploadRow,
} from "#services/store/store.ts";

/** As chosen for it, and as its collection keeps them: what was used when its first part was saved is used to its end. */
export const wantedColumns = (upload: UploadRow, collection: CollectionRow): WantedColumns => {
  const { chosen, tables } = columnsOfUpload(upload);
  const used = tables.filter(({ origin }) => origin === "saved");
  return {
    ...(chosen !== null && { chosen }),
    saved: upload.parts_done > 0 ? used : keptColumnsOf(collection),
  };
};
