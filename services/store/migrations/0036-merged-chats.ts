// Migration 36: conversations that were merged by hand: which of them are kept hidden under which one, and as which message theirs are shown.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { addColumns, id, makeTable, type Table, tag, whole } from "./server-table.ts";

const conversations: Table = {
  columns: [id("org_id conversation_id collection_id merged_id"), whole("place"), tag("state")],
  primary: "org_id conversation_id",
  of: ["collection_id", "collections"],
  indexes: { by_merged: "org_id merged_id", by_collection: "org_id collection_id" },
};

const messages: Table = {
  columns: [id("org_id message_id collection_id merged_id shown_id")],
  primary: "org_id message_id",
  of: ["collection_id", "collections"],
  indexes: { by_merged: "org_id merged_id", by_shown: "org_id shown_id" },
};

/** With whether a conversation is shown, so that the sums of a collection are still read from the index alone. */
const sums = [
  "org_id",
  "collection_id",
  "hidden",
  "source",
  "message_count",
  "other_count",
  "first_at",
  "last_at",
] as const;

export const mergedChats =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    await addColumns(db, kind, [["conversations", "hidden", "whole", " default 0 not null"]]);
    await db.schema
      .createIndex("conversations_shown_sums")
      .ifNotExists()
      .on("conversations")
      .columns([...sums])
      .execute();
    const before = db.schema.dropIndex("conversations_sums").ifExists();
    await (kind === "mariadb" ? before.on("conversations") : before).execute();
    await makeTable(db, kind, "merged_conversations", conversations);
    await makeTable(db, kind, "merged_messages", messages);
  };
