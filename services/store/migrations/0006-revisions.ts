// Migration 6: a collection's revision and erasures (what caches compare), the health of its index, conversations by upload.
import type { Kysely } from "kysely";
import { columnTypes } from "../dialect.ts";

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const name of ["revision", "erasures"])
    await db.schema
      .alterTable("collections")
      .addColumn(name, "bigint", (column) => column.notNull().defaultTo(0))
      .execute();
  await db.schema.alterTable("collections").addColumn("health", columnTypes.long).execute();
  // While an upload is erased, the conversations that it has messages in are read in pages.
  await db.schema.dropIndex("messages_by_upload").execute();
  await db.schema
    .createIndex("messages_by_upload")
    .on("messages")
    .columns(["upload_id", "conversation_id"])
    .execute();
};
