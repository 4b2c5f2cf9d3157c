// The first migration of a database server: the tables as SQLite's migrations 1 to 14 have them.
import type { Kysely } from "kysely";
import type { ServerKind } from "../server/connection.ts";
import { bytes, id, long, makeTable, real, type Table, tag, whole, word } from "./server-table.ts";

const tables: Readonly<Record<string, Table>> = {
  collections: {
    columns: [
      id("id org_id"),
      word("name"),
      long("description"),
      word("zone"),
      tag("state"),
      word("model_id?"),
      tag("model_fingerprint?"),
      whole("created_at dim? version? indexed_chunks"),
      long("analysis_settings?"),
      whole("revision=0 erasures=0"),
      long("health?"),
      id("recut_after?"),
    ],
    primary: "id",
    unique: { of_organization: "org_id id" },
    indexes: { by_name: "org_id name" },
  },
  conversations: {
    columns: [
      id("org_id id collection_id origin_id"),
      word("source"),
      whole("tree message_count first_at? last_at? revision"),
      long("source_id title? channel? participants raw?"),
      whole("as_of?"),
      id("leaf_id? newest_id?"),
      tag("start_key? end_key?"),
      whole("other_count=0 partial=0"),
    ],
    primary: "id",
    of: ["collection_id", "collections"],
    unique: { of_organization: "org_id id" },
    indexes: {
      by_end: "org_id collection_id last_at id",
      by_end_key: "end_key org_id collection_id",
      by_id: "org_id collection_id id",
      by_length: "org_id collection_id message_count id",
      by_origin: "origin_id",
      by_start_key: "start_key org_id collection_id",
      sums: "org_id collection_id source message_count other_count first_at last_at",
    },
  },
  alerts: {
    columns: [
      id("org_id id collection_id concept_id chunk_id message_id conversation_id post_id?"),
      tag("post_state?"),
      real("probability"),
      whole("raised_at seen"),
    ],
    primary: "id",
    of: ["collection_id", "collections"],
    unique: { once_a_chunk: "concept_id chunk_id" },
    indexes: {
      by_chunk: "chunk_id",
      by_collection: "collection_id raised_at id",
      by_concept: "concept_id raised_at id",
      by_post: "concept_id post_state raised_at",
    },
  },
  analyses: {
    columns: [
      id("org_id id collection_id"),
      tag("state mode"),
      real("progress"),
      whole("version? points messages topics created_at started_at? finished_at?"),
      long("doing? settings quality? steps llm? error?"),
    ],
    primary: "id",
    of: ["collection_id", "collections"],
    indexes: { by_collection: "collection_id created_at" },
  },
  author_names: {
    columns: [
      id("org_id collection_id origin_id"),
      tag("source"),
      word("author_id name folded"),
      whole("shown"),
    ],
    primary: "org_id origin_id source author_id name shown",
    of: ["collection_id", "collections"],
    indexes: { by_author: "org_id collection_id author_id" },
  },
  batches: {
    columns: [
      id("org_id id collection_id origin_id"),
      whole("ordinal chunks created_at"),
      tag("state vectors_key?"),
      long("languages"),
    ],
    primary: "id",
    of: ["collection_id", "collections"],
    indexes: { by_origin: "origin_id state", by_state: "collection_id state" },
  },
  chunks: {
    columns: [
      id("org_id id collection_id conversation_id message_id batch_id"),
      whole("part start"),
      tag("language? state"),
      long("message_ids? text"),
      tag("unit=message"),
      whole("answers?"),
      id("best_id?"),
    ],
    primary: "id",
    of: ["conversation_id", "conversations"],
    indexes: {
      by_batch: "batch_id",
      by_conversation: "conversation_id message_id",
      by_state: "state collection_id",
    },
  },
  concepts: {
    columns: [
      id("org_id id collection_id"),
      word("name"),
      whole("watch matches? watched_version? failing_since? failures created_at updated_at"),
      real("bias? threshold? person_threshold? accuracy? trained_ms?"),
      long("query weights? examples webhook? secret? webhook_state?"),
    ],
    primary: "id",
    of: ["collection_id", "collections"],
    indexes: { by_collection: "collection_id created_at" },
  },
  conversation_origins: {
    columns: [
      id("org_id conversation_id origin_id"),
      whole("ordinal"),
      long("title? channel? raw?"),
      whole("as_of?"),
      id("leaf_id?"),
      whole("partial=0"),
    ],
    primary: "org_id conversation_id origin_id",
    indexes: { by_origin: "org_id origin_id" },
  },
  home: {
    columns: [id("id"), whole("created_at")],
    primary: "id",
  },
  jobs: {
    columns: [
      id("id org_id collection_id"),
      tag("name"),
      word("job_key?"),
      tag("state owner? host?"),
      whole(
        "ordinal run_at attempt starts checkpoint suspect fence lease_until? created_at buried_at?",
      ),
      long("payload reason?"),
    ],
    primary: "id",
    indexes: {
      by_key: "name job_key state",
      by_ordinal: "ordinal",
      by_state: "state host owner",
      due: "name state run_at",
      in_turn: "name state org_id collection_id ordinal run_at",
    },
  },
  label_chunks: {
    columns: [id("org_id label_id chunk_id")],
    primary: "org_id label_id chunk_id",
    indexes: { by_chunk: "chunk_id" },
  },
  labels: {
    columns: [id("org_id id collection_id"), word("name"), whole("created_at"), long("selection")],
    primary: "id",
    of: ["collection_id", "collections"],
    indexes: { by_collection: "collection_id created_at" },
  },
  llm_names: {
    columns: [
      id("org_id collection_id"),
      tag("cache_key"),
      word("model"),
      whole("tokens_in tokens_out created_at"),
      long("answer"),
    ],
    primary: "collection_id cache_key",
    of: ["collection_id", "collections"],
  },
  message_origins: {
    columns: [id("org_id message_id origin_id"), whole("state")],
    primary: "org_id message_id origin_id state",
    indexes: { by_origin: "org_id origin_id state" },
  },
  message_states: {
    columns: [
      id("org_id message_id"),
      whole("state"),
      tag("role kind"),
      whole("at? zone_known edited_at?"),
      long("author author_id? local_time? model? text attachments?"),
      bytes("raw"),
    ],
    primary: "message_id state",
  },
  messages: {
    columns: [
      id("org_id id collection_id conversation_id origin_id parent_id? reply_to_id?"),
      whole("on_main_path"),
      real("position"),
      tag("role kind"),
      whole("at? zone_known edited_at?"),
      long("source_id? author author_id? local_time? model? text attachments?"),
      bytes("raw"),
      whole("gone=0"),
    ],
    primary: "id",
    of: ["conversation_id", "conversations"],
    indexes: {
      by_origin: "origin_id conversation_id",
      by_parent: "parent_id",
      in_order: "conversation_id position",
    },
  },
  sessions: {
    columns: [
      id("org_id id collection_id conversation_id"),
      word("source external_id"),
      tag("state"),
      whole("created_at appended_at? ended_at? pending pending_since?"),
      real("pending_from?"),
      long("title? channel?"),
    ],
    primary: "id",
    of: ["collection_id", "collections"],
    indexes: {
      by_external_id: "collection_id source external_id",
      by_pending: "collection_id pending_since",
      by_state: "state",
    },
  },
  topic_edits: {
    columns: [
      id("org_id id collection_id"),
      tag("state"),
      whole("ordinal at undone_at?"),
      long("edit says outcome?"),
    ],
    primary: "id",
    of: ["collection_id", "collections"],
    indexes: { by_collection: "collection_id ordinal" },
  },
  topic_events: {
    columns: [
      id("org_id analysis_id collection_id topic_id"),
      tag("kind"),
      whole("ordinal from_version? to_version size_before size_after at"),
      long("others"),
    ],
    primary: "analysis_id ordinal",
    of: ["collection_id", "collections"],
    indexes: { by_collection: "collection_id at", by_topic: "topic_id at" },
  },
  topics: {
    columns: [
      id("org_id id collection_id parent_id?"),
      tag("state title_by"),
      whole(
        "level ordinal leaf_number? hidden colour born_version died_version? points messages conversations people first_at? last_at?",
      ),
      real("silhouette? cohesion?"),
      long("title given_title? llm_title? made_title summary? keywords typical spark trend"),
    ],
    primary: "id",
    of: ["collection_id", "collections"],
    indexes: { by_collection: "collection_id state ordinal" },
  },
  uploads: {
    columns: [
      id("id org_id collection_id"),
      long("filename"),
      tag("sha256 blob_key state source? format?"),
      word("idempotency_key?"),
      whole(
        "bytes created_at started_at? finished_at? attempt bytes_read parts_done conversations new_messages known_messages changed_messages chunks problem_count cancel_requested",
      ),
      long("problems error_code? error_message? error_hint?"),
      id("cut_conversation?"),
      real("cut_from?"),
    ],
    primary: "id",
    of: ["collection_id", "collections"],
    indexes: {
      by_collection: "collection_id created_at",
      by_idempotency_key: "collection_id idempotency_key",
      by_state: "state",
    },
  },
  /** Rows that transactions lock, so that one waits for the other (MariaDB only; PostgreSQL has locks without rows). */
  turns: { columns: [tag("name")], primary: "name" },
  /** The last transaction that each process has committed (MariaDB only): see server-transactions.ts. */
  commits: { columns: [id("id mark"), whole("at")], primary: "id" },
};

export const serverTables =
  (kind: ServerKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    for (const [name, table] of Object.entries(tables))
      if (kind === "mariadb" || !["turns", "commits"].includes(name))
        await makeTable(db, kind, name, table);
  };
