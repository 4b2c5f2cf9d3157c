// Migration 12: how far a long conversation that is being read is cut into chunks, and an index for the chunks of some of its messages.
import type { Kysely } from "kysely";
import { columnTypes } from "../dialect.ts";

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema.alterTable("uploads").addColumn("cut_conversation", columnTypes.id).execute();
  await db.schema.alterTable("uploads").addColumn("cut_from", "double precision").execute();
  await db.schema.dropIndex("chunks_by_conversation").execute();
  await db.schema
    .createIndex("chunks_by_conversation")
    .on("chunks")
    .columns(["conversation_id", "message_id"])
    .execute();
};
