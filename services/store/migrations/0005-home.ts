// Migration 5: the identity of the home that a database belongs to.
import type { Kysely } from "kysely";
import { columnTypes } from "../dialect.ts";

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable("home")
    .addColumn("id", columnTypes.id, (column) => column.notNull().primaryKey())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
};
