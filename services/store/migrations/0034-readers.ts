// Migration 34: in which order an upload's parts were counted, whether it is read once more from its start, and the text of its documents.
import { type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { columnType } from "./server-table.ts";

const added = ["reader", "read_again", "document_characters"] as const;

export const readers =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    const known = (await db.introspection.getTables()).find(({ name }) => name === "uploads");
    for (const name of added)
      if (!known?.columns.some((column) => column.name === name))
        await db.schema
          .alterTable("uploads")
          .addColumn(name, sql.raw(`${columnType(kind, "whole")} default 0 not null`))
          .execute();
  };
