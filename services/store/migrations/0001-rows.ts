// Migration 1: the tables as the first release has them.
import type { CreateTableBuilder, Kysely } from "kysely";
import { columnTypes } from "../dialect.ts";

const { id, word, long } = columnTypes;

type Table = CreateTableBuilder<string, string>;
type Add = (table: Table) => Table;

/** Required unless it ends in "?". */
const columns =
  (type: typeof id | typeof word | typeof long | "bigint", names: string): Add =>
  (table) =>
    names
      .split(" ")
      .reduce<Table>(
        (grown, name) =>
          name.endsWith("?")
            ? grown.addColumn(name.slice(0, -1), type)
            : grown.addColumn(name, type, (column) => column.notNull()),
        table,
      );

const make = (db: Kysely<unknown>, name: string, ...adds: readonly Add[]) =>
  adds.reduce<Table>((table, add) => add(table), db.schema.createTable(name)).execute();

const primary =
  (...names: string[]): Add =>
  (table) =>
    table.addPrimaryKeyConstraint(`key_${names.join("_")}`, names);

const within =
  (name: string, target: string): Add =>
  (table) =>
    table.addForeignKeyConstraint(`${name}_of_${target}`, [name], target, ["id"]);

const index = (db: Kysely<unknown>, table: string, name: string, names: readonly string[]) =>
  db.schema
    .createIndex(`${table}_${name}`)
    .on(table)
    .columns([...names])
    .execute();

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await make(
    db,
    "collections",
    columns(id, "id org_id"),
    columns(word, "name"),
    columns(long, "description"),
    columns(word, "zone state model_id? model_fingerprint?"),
    columns("bigint", "created_at dim? version? indexed_chunks"),
    primary("id"),
  );
  await index(db, "collections", "by_name", ["org_id", "name"]);

  await make(
    db,
    "uploads",
    columns(id, "id org_id collection_id"),
    columns(long, "filename"),
    columns(word, "sha256 blob_key state source? format? idempotency_key?"),
    columns("bigint", "bytes created_at started_at? finished_at? attempt bytes_read parts_done"),
    columns("bigint", "conversations new_messages known_messages changed_messages chunks"),
    columns("bigint", "problem_count cancel_requested"),
    columns(long, "problems error_code? error_message? error_hint?"),
    primary("id"),
    within("collection_id", "collections"),
  );
  await index(db, "uploads", "by_collection", ["collection_id", "created_at"]);
  await index(db, "uploads", "by_state", ["state"]);
  await index(db, "uploads", "by_idempotency_key", ["collection_id", "idempotency_key"]);

  await make(
    db,
    "conversations",
    columns(id, "id collection_id upload_id"),
    columns(word, "source"),
    columns("bigint", "tree message_count first_at? last_at? revision"),
    columns(long, "source_id title? channel? participants raw?"),
    primary("id"),
    within("collection_id", "collections"),
  );
  await index(db, "conversations", "by_end", ["collection_id", "last_at", "id"]);
  await index(db, "conversations", "by_length", ["collection_id", "message_count", "id"]);
  await index(db, "conversations", "by_upload", ["upload_id"]);
  // Covers the sums that a collection's page shows.
  await index(db, "conversations", "sums", [
    "collection_id",
    "source",
    "message_count",
    "first_at",
    "last_at",
  ]);

  await make(
    db,
    "messages",
    columns(id, "id collection_id conversation_id upload_id parent_id? reply_to_id?"),
    columns("bigint", "on_main_path"),
    // A place in the order, not always whole: parts of one source message stand between two whole numbers.
    (table) => table.addColumn("position", "double precision", (column) => column.notNull()),
    columns(word, "role kind"),
    columns("bigint", "at? zone_known edited_at?"),
    columns(long, "source_id? author author_id? local_time? model? text attachments? raw"),
    primary("id"),
    within("conversation_id", "conversations"),
  );
  await index(db, "messages", "in_order", ["conversation_id", "position"]);
  await index(db, "messages", "by_upload", ["upload_id"]);
  await index(db, "messages", "by_parent", ["parent_id"]);

  await make(
    db,
    "message_uploads",
    columns(id, "message_id upload_id"),
    primary("upload_id", "message_id"),
  );
  await index(db, "message_uploads", "by_message", ["message_id"]);

  await make(
    db,
    "message_edits",
    columns(id, "message_id upload_id"),
    columns("bigint", "ordinal edited_at?"),
    columns(long, "text raw"),
    primary("message_id", "ordinal"),
  );
  await index(db, "message_edits", "by_upload", ["upload_id"]);

  await make(
    db,
    "batches",
    columns(id, "id collection_id upload_id"),
    columns("bigint", "ordinal chunks created_at"),
    columns(word, "state vectors_key?"),
    columns(long, "languages"),
    primary("id"),
    within("collection_id", "collections"),
  );
  await index(db, "batches", "by_upload", ["upload_id", "state"]);
  await index(db, "batches", "by_state", ["collection_id", "state"]);

  await make(
    db,
    "chunks",
    columns(id, "id collection_id conversation_id message_id batch_id"),
    columns("bigint", "part start"),
    columns(word, "language? state"),
    columns(long, "message_ids? text"),
    primary("id"),
    within("conversation_id", "conversations"),
  );
  await index(db, "chunks", "by_conversation", ["conversation_id"]);
  await index(db, "chunks", "by_batch", ["batch_id"]);
  await index(db, "chunks", "by_state", ["state", "collection_id"]);

  await make(
    db,
    "jobs",
    columns(id, "id"),
    columns(word, "name job_key? state owner?"),
    columns("bigint", "run_at attempt fence lease_until? created_at"),
    columns(long, "payload reason?"),
    primary("id"),
  );
  await index(db, "jobs", "next", ["name", "state", "run_at"]);
  await index(db, "jobs", "by_key", ["name", "job_key", "state"]);
};
