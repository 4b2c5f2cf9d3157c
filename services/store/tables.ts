// All tables and columns of the database. Times are integer milliseconds, booleans 0 or 1, ids are made by us.
import type { ColumnType } from "kysely";
import type { ConfirmImports, KeepAttachments } from "#services/contract/collections.ts";
import type { Finding, FoundKind } from "#services/domain/cleaning.ts";
import type {
  AttachmentId,
  BatchId,
  ChunkId,
  CollectionId,
  ConversationId,
  MessageId,
  OrganizationId,
  OriginId,
  SessionId,
  UploadId,
} from "#services/domain/ids.ts";
import type { OwnedAccountRows, SharedAccountRows } from "./account-tables.ts";
import type { AnalysisRows } from "./analysis-tables.ts";
import type { MergedRows } from "./merged-tables.ts";
import type { PeopleRows } from "./people-tables.ts";
import type { StoredRaw } from "./raw-record.ts";
import type { UploadRow } from "./upload-tables.ts";
import type { HomeRow, JobRow, LeaseRow, ModelRow } from "./work-tables.ts";

export interface CollectionRow {
  id: CollectionId;
  name: string;
  description: string;
  zone: string;
  created_at: number;
  /** Its model, chosen when it was made or by its first batch; the fingerprint is null until the first batch is embedded. */
  model_id: string | null;
  model_fingerprint: string | null;
  dim: number | null;
  /** "active" | "erasing" (a tombstone: shown nowhere, erased in the background) */
  state: string;
  /** Newest version in the manifest; a copy, the git ref is authoritative. */
  version: number | null;
  indexed_chunks: number;
  /** JSON, contract/analysis.ts analysisSettings; null where nobody changed them. */
  analysis_settings: string | null;
  /** Increases with every change that caches of the collection must notice: see revisions.ts. */
  revision: number;
  /** Increases when an erasure is requested, and again when the index has been purged: older searchers no longer answer. */
  erasures: number;
  /** JSON, contract/collections.ts collectionHealth; null while no damage is known. */
  health: string | null;
  /**
   * The last of its conversations, by id, that was cut again since there are exchanges, "" before the first; null where none is left,
   * or all were cut with exchanges.
   */
  recut_after: ConversationId | "" | null;
  /** It was made for files that were about to be sent: where nothing is in it by then, it is erased. Null: it stays. */
  fill_by: number | null;
  /** contract/collections.ts confirmImports; null: as the server's setting says. */
  confirm_imports: ConfirmImports | null;
  /** JSON, contract/columns.ts keptColumns, newest first; null where none are kept. */
  kept_columns: string | null;
  /** contract/collections.ts keepAttachments; null: as the server's setting says. */
  keep_attachments: KeepAttachments | null;
  /** JSON, contract/cleaning.ts cleaningRules; null: everything is indexed and shown as it came. */
  cleaning: string | null;
  /** Times that the rules have changed texts since what those were before was purged. */
  changed_texts: number;
}

/** A live session: an origin that grows message by message, all of one conversation. */
export interface SessionRow {
  id: SessionId;
  collection_id: CollectionId;
  conversation_id: ConversationId;
  /** With `external_id`, what whoever opened it calls the conversation: its `source` and `source_id`. */
  source: string;
  external_id: string;
  /** Of the conversation, which is written with the first message. */
  title: string | null;
  channel: string | null;
  /** "open" | "ended" (takes no more messages) | "erasing" (a tombstone: shown nowhere, erased in the background) */
  state: string;
  created_at: number;
  /** When the last message came that was new or changed; null before the first. */
  appended_at: number | null;
  ended_at: number | null;
  /** Messages that came since the last ones were cut into chunks. */
  pending: number;
  /** When the first of them came; null where there are none. */
  pending_since: number | null;
  /** The lowest position among them, where the chunks no longer stand. */
  pending_from: number | null;
}

export interface ConversationRow {
  id: ConversationId;
  collection_id: CollectionId;
  source: string;
  source_id: string;
  title: string | null;
  channel: string | null;
  tree: number;
  /** Messages on the main path of kinds that are shown by default: what is counted everywhere. */
  message_count: number;
  /** What else is kept of it: other branches, and hidden kinds. */
  other_count: number;
  /** Of the counted messages. */
  first_at: number | null;
  last_at: number | null;
  /** JSON [{ name, role, messages }], those with most messages first, at most 50. */
  participants: string;
  raw: string | null;
  /** The origin that brought title, channel, raw, `as_of`, `partial` and `leaf_id`; conversation_origins has the others. */
  origin_id: OriginId;
  /** When the export that says so was made, as far as it tells: see ParsedConversation. */
  as_of: number | null;
  /** 1 where some of the conversation could not be read: what is not in it may still be there. */
  partial: number;
  /** The last message of its main path; null where the conversation is no tree. */
  leaf_id: MessageId | null;
  /** The upload whose main path and messages are shown; null where there are only live sessions. */
  newest_id: OriginId | null;
  /** Of a conversation without an id in its format: fingerprints of its beginning and of all its messages (starts.ts). */
  start_key: string | null;
  end_key: string | null;
  /** A digest of what the newest export says, where known, and the revision at which that is what is here (said-again.ts). */
  said_key: string | null;
  said_revision: number;
  /** Increases with every change of its messages: chunks made from an older state are not written. */
  revision: number;
  /** 1 where it is kept, and shown as part of a merged one or not at all: no list, count, chunk or figure has it. See merged/merges.ts. */
  hidden: number;
}

export interface MessageRow {
  id: MessageId;
  collection_id: CollectionId;
  conversation_id: ConversationId;
  /** An origin that brought what is here; message_origins has the others. */
  origin_id: OriginId;
  source_id: string | null;
  parent_id: MessageId | null;
  reply_to_id: MessageId | null;
  on_main_path: number;
  /** 1 where the newest export does not have it any more: kept, but on no path. */
  gone: number;
  position: number;
  /** As shown and indexed: with a mark in place of what the collection's rules mask. */
  author: string;
  /** The name as it came, where `author` has a mark in it; null where it is the same. Only for whoever manages the collection. */
  unmasked_author: string | null;
  author_id: string | null;
  role: string;
  kind: string;
  at: number | null;
  zone_known: number;
  local_time: string | null;
  /** As shown and indexed: with marks in place of what the collection's rules mask, empty where they refuse it. */
  text: string;
  /** The text as it came, where `text` has marks in its place; null where it is the same. Only for whoever manages the collection. */
  unmasked: string | null;
  edited_at: number | null;
  model: string | null;
  /** JSON; null where there are none. */
  attachments: string | null;
  raw: string;
}

/** An origin that brought a message too: `messages.origin_id` brought its current state, and has a row here for other states only. */
export interface MessageOriginRow {
  origin_id: OriginId;
  message_id: MessageId;
  /** What it brought: 0 is the current state, the others are in `message_states`. */
  state: number;
}

/** A file of a message, kept as one of the stored files of the upload that brought it. */
export interface AttachmentRow {
  id: AttachmentId;
  collection_id: CollectionId;
  upload_id: UploadId;
  message_id: MessageId;
  /** 0, 1, 2 … in the message's own list of files. */
  place: number;
  /** As in that list. */
  name: string;
  /** As its first bytes say; never as its name does. */
  media_type: string;
  size: number;
  sha256: string;
  blob_key: string;
}

/** What an origin says of a message: everything but its place in the conversation. */
export type MessageContent = Pick<
  MessageRow,
  | "role"
  | "kind"
  | "at"
  | "zone_known"
  | "edited_at"
  | "author"
  | "unmasked_author"
  | "author_id"
  | "local_time"
  | "model"
  | "text"
  | "unmasked"
  | "attachments"
  | "raw"
>;

/** A state of a message that is not the current one: before an edit, or as another export has it. Some origin brought it. */
export interface MessageStateRow extends MessageContent {
  message_id: MessageId;
  /** 1, 2, 3 … in the order in which they were stored here. */
  state: number;
}

/** What an origin says of a conversation, where `conversations` has what another one says. */
export interface ConversationOriginRow {
  origin_id: OriginId;
  conversation_id: ConversationId;
  title: string | null;
  channel: string | null;
  raw: string | null;
  /** As in `conversations`. */
  as_of: number | null;
  partial: number;
  leaf_id: MessageId | null;
  /** 0, 1, 2 … in the order in which they were stored here. */
  ordinal: number;
}

/** What the collection's rules found of one kind in a message as it is shown. */
export interface FindingRow {
  message_id: MessageId;
  /** domain/cleaning.ts foundKinds */
  kind: FoundKind;
  collection_id: CollectionId;
  conversation_id: ConversationId;
  action: Finding["action"];
  places: number;
  /** JSON: the first values, masked. */
  shown: string;
}

export interface ChunkRow {
  id: ChunkId;
  collection_id: CollectionId;
  conversation_id: ConversationId;
  /** The first message it covers; a hit links to it. */
  message_id: MessageId;
  /** JSON array of all ids where it covers several messages, as those of an exchange; null where it covers one. */
  message_ids: string | null;
  part: number;
  start: number;
  text: string;
  language: string | null;
  batch_id: BatchId;
  /**
   * "live" | "removed" (superseded, to be tombstoned) | "superseded" (in older versions only) | "purge" (to be erased from
   * every version; shown nowhere)
   */
  state: string;
  /** "message" | "exchange" (a question with its answers: it stands beside the chunks of its messages) */
  unit: string;
  /** Of an exchange: number of its messages that answer, and the best of them; null otherwise. */
  answers: number | null;
  best_id: MessageId | null;
}

export interface BatchRow {
  id: BatchId;
  collection_id: CollectionId;
  origin_id: OriginId;
  chunks: number;
  /** 0, 1, 2 … within the origin. */
  ordinal: number;
  /** "open" (the next chunks are added to it) → "chunked" → "embedded" → "committed" */
  state: string;
  /** JSON { en: 12, "": 3 }: number of chunks by language, "" where it is not known. */
  languages: string;
  /** The blob with the vectors of an embedded batch that is not yet committed. */
  vectors_key: string | null;
  created_at: number;
}

export type { UploadRow } from "./upload-tables.ts";
export type { JobRow } from "./work-tables.ts";

/** With the raw record packed: see raw-record.ts. */
export type AsStored<R extends { raw: string }> = Omit<R, "raw"> & { raw: StoredRaw };

/** The rows of each table, without their organization. */
export interface RowsOf
  extends AnalysisRows,
    MergedRows,
    OwnedAccountRows,
    PeopleRows,
    SharedAccountRows {
  collections: CollectionRow;
  uploads: UploadRow;
  sessions: SessionRow;
  conversations: ConversationRow;
  messages: AsStored<MessageRow>;
  message_origins: MessageOriginRow;
  message_states: AsStored<MessageStateRow>;
  conversation_origins: ConversationOriginRow;
  attachments: AttachmentRow;
  findings: FindingRow;
  chunks: ChunkRow;
  batches: BatchRow;
  jobs: JobRow;
  home: HomeRow;
  leases: LeaseRow;
  models: ModelRow;
}

/** Tables whose rows belong to an organization. Scoped queries may not use the others. */
export type TenantTable = Exclude<
  keyof RowsOf,
  "home" | "leases" | "models" | keyof SharedAccountRows
>;

interface OfOrganization {
  /** Set by the scope that the row is written in; never changed. */
  org_id: ColumnType<OrganizationId, OrganizationId | undefined, never>;
}

/** A job with its owner: for the bus, which claims jobs of all organizations. */
export type OwnedJobRow = JobRow & { readonly org_id: OrganizationId };

/** The tables as queries see them. */
export type Tables = {
  [T in keyof RowsOf]: T extends TenantTable ? RowsOf[T] & OfOrganization : RowsOf[T];
};
