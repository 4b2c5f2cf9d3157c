// Migration 11: a conversation's messages are counted without other branches and hidden kinds, which have a number of their own.
import { type Kysely, sql } from "kysely";

/** The kinds that were hidden when this was written. */
const counted = sql`(m.on_main_path = 1 and m.kind not in ('system', 'thinking', 'tool'))`;
const own = sql`from messages m where m.org_id = conversations.org_id and m.conversation_id = conversations.id`;

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .alterTable("conversations")
    .addColumn("other_count", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  // Covers the sums that a collection's page shows.
  await db.schema.dropIndex("conversations_sums").execute();
  await db.schema
    .createIndex("conversations_sums")
    .on("conversations")
    .columns([
      "org_id",
      "collection_id",
      "source",
      "message_count",
      "other_count",
      "first_at",
      "last_at",
    ])
    .execute();
  await sql`
    update conversations set
      message_count = (select count(*) ${own} and ${counted}),
      other_count = (select count(*) ${own} and not ${counted}),
      first_at = (select min(m.at) ${own} and ${counted}),
      last_at = (select max(m.at) ${own} and ${counted})`.execute(db);
};
