// What the columns of an upload's tables are taken for when it is read.
import type { WantedColumns } from "#services/parse/parse.ts";
import { columnsOfUpload, keptColumnsOf, type UploadRow } from "#services/store/store.ts";

/** As chosen for it, and as its collection kept them when it was inspected, or when its reading began. */
export const wantedColumns = (upload: UploadRow): WantedColumns => {
  const { chosen } = columnsOfUpload(upload);
  return {
    ...(chosen !== null && { chosen }),
    saved: keptColumnsOf({ kept_columns: upload.used_columns }),
  };
};
