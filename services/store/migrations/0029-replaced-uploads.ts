// Migration 29: the upload whose place another one takes once it is read, and the kept columns that an upload is read with.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { addColumns } from "./server-table.ts";

export const replacedUploads =
  (kind: DatabaseKind) =>
  (db: Kysely<unknown>): Promise<void> =>
    addColumns(db, kind, [
      ["uploads", "replaces", "id"],
      ["uploads", "used_columns", "long"],
    ]);
