// Migration 2: analyses with topics and their history, hand edits, labels, concepts and alerts, answers of a language model.
import type { CreateTableBuilder, Kysely } from "kysely";
import { columnTypes } from "../dialect.ts";

const { id, word, long } = columnTypes;
const number = "double precision" as const;

type Table = CreateTableBuilder<string, string>;
type Add = (table: Table) => Table;

/** Required unless it ends in "?". */
const columns =
  (type: typeof id | typeof word | typeof long | "bigint" | typeof number, names: string): Add =>
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

const ofCollection: Add = (table) =>
  table.addForeignKeyConstraint("collection_id_of_collections", ["collection_id"], "collections", [
    "id",
  ]);

const index = (db: Kysely<unknown>, table: string, name: string, names: readonly string[]) =>
  db.schema
    .createIndex(`${table}_${name}`)
    .on(table)
    .columns([...names])
    .execute();

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema.alterTable("collections").addColumn("analysis_settings", long).execute();
  // A frame is read conversation by conversation, in pages.
  await index(db, "conversations", "by_id", ["collection_id", "id"]);

  await make(
    db,
    "analyses",
    columns(id, "id collection_id"),
    columns(word, "state mode"),
    columns(number, "progress"),
    columns("bigint", "version? points messages topics created_at started_at? finished_at?"),
    columns(long, "doing? settings quality? steps llm? error?"),
    primary("id"),
    ofCollection,
  );
  await index(db, "analyses", "by_collection", ["collection_id", "created_at"]);

  await make(
    db,
    "topics",
    columns(id, "id collection_id parent_id?"),
    columns(word, "state title_by"),
    columns("bigint", "level ordinal leaf_number? hidden colour born_version died_version?"),
    columns("bigint", "points messages conversations people first_at? last_at?"),
    columns(number, "silhouette? cohesion?"),
    columns(long, "title given_title? llm_title? made_title summary? keywords typical spark trend"),
    primary("id"),
    ofCollection,
  );
  await index(db, "topics", "by_collection", ["collection_id", "state", "ordinal"]);

  await make(
    db,
    "topic_events",
    columns(id, "analysis_id collection_id topic_id"),
    columns(word, "kind"),
    columns("bigint", "ordinal from_version? to_version size_before size_after at"),
    columns(long, "others"),
    primary("analysis_id", "ordinal"),
    ofCollection,
  );
  await index(db, "topic_events", "by_collection", ["collection_id", "at"]);
  await index(db, "topic_events", "by_topic", ["topic_id", "at"]);

  await make(
    db,
    "topic_edits",
    columns(id, "id collection_id"),
    columns(word, "state"),
    columns("bigint", "ordinal at undone_at?"),
    columns(long, "edit says outcome?"),
    primary("id"),
    ofCollection,
  );
  await index(db, "topic_edits", "by_collection", ["collection_id", "ordinal"]);

  await make(
    db,
    "labels",
    columns(id, "id collection_id"),
    columns(word, "name"),
    columns("bigint", "created_at"),
    columns(long, "selection"),
    primary("id"),
    ofCollection,
  );
  await index(db, "labels", "by_collection", ["collection_id", "created_at"]);

  await make(db, "label_chunks", columns(id, "label_id chunk_id"), primary("label_id", "chunk_id"));
  await index(db, "label_chunks", "by_chunk", ["chunk_id"]);

  await make(
    db,
    "concepts",
    columns(id, "id collection_id"),
    columns(word, "name"),
    columns("bigint", "watch matches? watched_version? failing_since? failures"),
    columns("bigint", "created_at updated_at"),
    columns(number, "bias? threshold? person_threshold? accuracy? trained_ms?"),
    columns(long, "query weights? examples webhook? secret? webhook_state?"),
    primary("id"),
    ofCollection,
  );
  await index(db, "concepts", "by_collection", ["collection_id", "created_at"]);

  await make(
    db,
    "alerts",
    columns(id, "id collection_id concept_id chunk_id message_id conversation_id post_id?"),
    columns(word, "post_state?"),
    columns(number, "probability"),
    columns("bigint", "raised_at seen"),
    primary("id"),
    ofCollection,
    (table) => table.addUniqueConstraint("once_a_chunk", ["concept_id", "chunk_id"]),
  );
  await index(db, "alerts", "by_collection", ["collection_id", "raised_at", "id"]);
  await index(db, "alerts", "by_concept", ["concept_id", "raised_at", "id"]);
  await index(db, "alerts", "by_post", ["concept_id", "post_state", "raised_at"]);
  await index(db, "alerts", "by_chunk", ["chunk_id"]);

  await make(
    db,
    "llm_names",
    columns(id, "collection_id"),
    columns(word, "cache_key model"),
    columns("bigint", "tokens_in tokens_out created_at"),
    columns(long, "answer"),
    primary("collection_id", "cache_key"),
    ofCollection,
  );
};
