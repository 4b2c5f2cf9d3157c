// Migration 7: a message has an origin, which is an upload or a live session; sessions have a table.
import { type Kysely, sql } from "kysely";
import { columnTypes } from "../dialect.ts";
import { rebuildTable } from "./rebuild-table.ts";

const { id, word, long } = columnTypes;

const indexes = [
  ["conversations", "by_upload", "by_origin", ["origin_id"]],
  ["messages", "by_upload", "by_origin", ["origin_id", "conversation_id"]],
  ["message_edits", "by_upload", "by_origin", ["origin_id"]],
  ["batches", "by_upload", "by_origin", ["origin_id", "state"]],
] as const;

const renameColumns = async (db: Kysely<unknown>) => {
  for (const [table, before, after, columns] of indexes) {
    await db.schema.dropIndex(`${table}_${before}`).execute();
    await db.schema.alterTable(table).renameColumn("upload_id", "origin_id").execute();
    await db.schema
      .createIndex(`${table}_${after}`)
      .on(table)
      .columns([...columns])
      .execute();
  }
};

const renameMessageUploads = async (db: Kysely<unknown>) => {
  await db.schema.dropIndex("message_uploads_by_message").execute();
  await db.schema.alterTable("message_uploads").renameColumn("upload_id", "origin_id").execute();
  await db.schema.alterTable("message_uploads").renameTo("message_origins").execute();
  await rebuildTable(db, "message_origins", {
    rewrite: (definition) =>
      definition.replace("key_org_id_upload_id_message_id", "key_org_id_origin_id_message_id"),
  });
  await db.schema
    .createIndex("message_origins_by_message")
    .on("message_origins")
    .column("message_id")
    .execute();
};

const makeSessions = async (db: Kysely<unknown>) => {
  await db.schema
    .createTable("sessions")
    .addColumn("org_id", id, (column) => column.notNull())
    .addColumn("id", id, (column) => column.notNull())
    .addColumn("collection_id", id, (column) => column.notNull())
    .addColumn("conversation_id", id, (column) => column.notNull())
    .addColumn("source", word, (column) => column.notNull())
    .addColumn("external_id", word, (column) => column.notNull())
    .addColumn("state", word, (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("appended_at", "bigint")
    .addColumn("ended_at", "bigint")
    .addColumn("pending", "bigint", (column) => column.notNull())
    .addColumn("pending_since", "bigint")
    .addColumn("pending_from", "double precision")
    .addColumn("title", long)
    .addColumn("channel", long)
    .addPrimaryKeyConstraint("key_id", ["id"])
    .addForeignKeyConstraint(
      "collection_id_of_collections",
      ["org_id", "collection_id"],
      "collections",
      ["org_id", "id"],
    )
    .execute();
  for (const [name, columns] of [
    ["by_external_id", ["collection_id", "source", "external_id"]],
    ["by_state", ["state"]],
    ["by_pending", ["collection_id", "pending_since"]],
  ] as const)
    await db.schema
      .createIndex(`sessions_${name}`)
      .on("sessions")
      .columns([...columns])
      .execute();
};

/** A job that erases names an origin, no longer an upload. */
const renameInJobs = (db: Kysely<unknown>) =>
  sql`
    update jobs set payload = replace(payload, '"upload":', '"origin":')
    where name = 'erase.requested'`.execute(db);

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await renameColumns(db);
  await renameMessageUploads(db);
  await makeSessions(db);
  await renameInJobs(db);
};
