// Migration 28: what the columns of tables hold, as chosen for an upload and as kept for a collection; and the tables of an upload.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { addColumns } from "./server-table.ts";

export const columns =
  (kind: DatabaseKind) =>
  (db: Kysely<unknown>): Promise<void> =>
    addColumns(db, kind, [
      ["uploads", "chosen_columns", "long"],
      ["uploads", "seen_tables", "long"],
      ["collections", "kept_columns", "long"],
    ]);
