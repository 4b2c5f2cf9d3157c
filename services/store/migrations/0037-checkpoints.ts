// Migration 37: where the reading of an upload can be gone on with after it was cut short.
import { type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { columnType } from "./server-table.ts";

export const checkpoints =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    const known = await db.introspection.getTables();
    const uploads = known.find(({ name }) => name === "uploads");
    if (uploads?.columns.some(({ name }) => name === "checkpoint")) return;
    await db.schema
      .alterTable("uploads")
      .addColumn("checkpoint", sql.raw(columnType(kind, "long")))
      .execute();
  };
