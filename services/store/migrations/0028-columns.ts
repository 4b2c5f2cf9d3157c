// Migration 28: what the columns of tables hold, as chosen for an upload and as kept for a collection; and the tables of an upload.
import { type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { columnType } from "./server-table.ts";

const added = [
  ["uploads", "chosen_columns"],
  ["uploads", "seen_tables"],
  ["collections", "kept_columns"],
] as const;

export const columns =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    const known = await db.introspection.getTables();
    for (const [name, column] of added) {
      const table = known.find((one) => one.name === name);
      if (table?.columns.some((one) => one.name === column)) continue;
      await db.schema
        .alterTable(name)
        .addColumn(column, sql.raw(columnType(kind, "long")))
        .execute();
    }
  };
