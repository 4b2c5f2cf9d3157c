// Migration 10: which origin is a conversation's newest export, what is not in it, and how conversations without an id begin and end.
import { type Kysely, sql } from "kysely";
import { columnTypes } from "../dialect.ts";

const { id, word } = columnTypes;

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .alterTable("messages")
    .addColumn("gone", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  for (const table of ["conversations", "conversation_origins"] as const) {
    await db.schema.alterTable(table).addColumn("as_of", "bigint").execute();
    await db.schema.alterTable(table).addColumn("leaf_id", id).execute();
  }
  await db.schema.alterTable("conversations").addColumn("newest_id", id).execute();
  await db.schema.alterTable("conversations").addColumn("start_key", word).execute();
  await db.schema.alterTable("conversations").addColumn("end_key", word).execute();
  for (const key of ["start", "end"] as const)
    await db.schema
      .createIndex(`conversations_by_${key}_key`)
      .on("conversations")
      .columns([`${key}_key`, "org_id", "collection_id"])
      .execute();
  // The title that came last is the newest export's, as far as is known.
  await sql`update conversations set newest_id = origin_id where substr(origin_id, 1, 4) = 'upl_'`.execute(
    db,
  );
};
