// The table of uploads. Times are integer milliseconds, booleans 0 or 1.
import type { CollectionId, ConversationId, UploadId, UserId } from "#services/domain/ids.ts";

export interface UploadRow {
  id: UploadId;
  collection_id: CollectionId;
  /** As shown: with a mark in place of what the collection's rules mask. */
  filename: string;
  /** The name as it came, where `filename` has a mark in it; null where it is the same. */
  unmasked_filename: string | null;
  bytes: number;
  sha256: string;
  blob_key: string;
  /** contract/uploads.ts uploadState, or "erasing": shown nowhere, erased in the background. */
  state: string;
  source: string | null;
  format: string | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  /** Deliveries of its job since something new was last saved, at the time of the last delivery. */
  attempt: number;
  bytes_read: number;
  /** Number of conversation parts ingested, in order: another attempt skips as many. */
  parts_done: number;
  /** Number of conversations read to their end and chunked, in order: another attempt skips as many. */
  conversations: number;
  new_messages: number;
  known_messages: number;
  changed_messages: number;
  chunks: number;
  problem_count: number;
  /** JSON: the first 200 problems. */
  problems: string;
  error_code: string | null;
  error_message: string | null;
  error_hint: string | null;
  /** Set by a person; the stage checks it between parts. */
  cancel_requested: number;
  idempotency_key: string | null;
  /** A long conversation that is cut while it is read, and the position that the first message not yet cut has; null for none. */
  cut_conversation: ConversationId | null;
  cut_from: number | null;
  /** Who sent it, themselves or by a key of theirs; null where nobody signed in. */
  brought_by: UserId | null;
  /** Whether a person has to confirm the import once the file was inspected. */
  confirmation: "none" | "wanted" | "given";
  /** JSON, contract/inspections.ts uploadInspection; null for a file that was not inspected. */
  inspection: string | null;
  /** When the file is deleted unless somebody confirms the import; null while nothing has to be confirmed. */
  confirm_by: number | null;
  /** JSON, contract/columns.ts columnMapping: what the columns of its tables hold, as a person chose it; null where nobody did. */
  chosen_columns: string | null;
  /** JSON, contract/columns.ts seenTable: the first tables that were found in it, with their first rows. */
  seen_tables: string | null;
  /** Of the same collection: it is erased once this one is read and has brought messages. Null where it takes no other's place. */
  replaces: UploadId | null;
  /**
   * JSON, contract/columns.ts keptColumns: as its collection kept them when it was inspected, or when its reading began. Null before,
   * and for uploads of earlier releases.
   */
  used_columns: string | null;
  /** Files of its messages that were kept, and their bytes; that were not because they are too large, and because it has none of them. */
  attachments_kept: number;
  attachment_bytes: number;
  attachments_large: number;
  attachments_missing: number;
  /** JSON, contract/cleaning.ts foundCounts: what was found in the messages that it brought; null where nothing was. */
  cleaned: string | null;
  /** In which order its parts were counted: see READER. 0 before its reading has begun. */
  reader: number;
  /** 1 where parts of it were saved by another reader, and it is read once more from its start. */
  read_again: number;
  /** Characters of the texts of documents that its messages were given. */
  document_characters: number;
  /** JSON, workers/checkpoints.ts: where reading can be gone on with, with some text of the file; null before, and once it is read. */
  checkpoint: string | null;
}
