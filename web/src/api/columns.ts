// Requests about the columns of tables: what an upload's columns hold.
import { queryOptions } from "@tanstack/react-query";
import { uploadColumns } from "#services/contract/columns.ts";
import { upload } from "#services/contract/uploads.ts";
import type { ColumnMapping } from "#services/domain/columns.ts";
import { base } from "./plain-request.ts";
import { ask } from "./request.ts";

const at = (id: string) => `${base}/uploads/${encodeURIComponent(id)}/columns`;

/** The tables of an upload. */
export const uploadColumnsQuery = (id: string) =>
  queryOptions({
    queryKey: ["columns", id],
    queryFn: ({ signal }) => ask(uploadColumns, at(id), { signal }),
  });

/** Has an upload read with these columns. @returns the upload that is read: another one, where this one brought messages */
export const chooseColumns = (id: string, mapping: ColumnMapping) =>
  ask(upload, at(id), { method: "PUT", body: mapping });
