// Migration 29: the upload whose place another one takes once it is read, and the kept columns that an upload is read with.
import { type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { columnType } from "./server-table.ts";

const added = [
  ["replaces", "id"],
  ["used_columns", "long"],
] as const;

export const replacedUploads =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    const known = await db.introspection.getTables();
    const uploads = known.find(({ name }) => name === "uploads");
    for (const [column, content] of added)
      if (!uploads?.columns.some(({ name }) => name === column))
        await db.schema
          .alterTable("uploads")
          .addColumn(column, sql.raw(columnType(kind, content)))
          .execute();
  };
