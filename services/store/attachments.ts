// Files of messages that are kept: each row belongs to the upload that brought the file, and goes with it or with its message.
import type { KeepAttachments } from "#services/contract/collections.ts";
import type {
  AttachmentId,
  CollectionId,
  MessageId,
  OriginId,
  UploadId,
} from "#services/domain/ids.ts";
import { erasingOrigins } from "./being-erased.ts";
import { findCollection } from "./collections.ts";
import { inPieces, insertMany } from "./compiled.ts";
import { findShownMessage } from "./conversations.ts";
import type { Rows } from "./rows.ts";
import type { AttachmentRow, CollectionRow } from "./tables.ts";

export const attachmentColumns = [
  "id",
  "collection_id",
  "upload_id",
  "message_id",
  "place",
  "name",
  "media_type",
  "size",
  "sha256",
  "blob_key",
] as const satisfies readonly (keyof AttachmentRow)[];

/** What became of the files of the messages in a part of a conversation. */
export interface BroughtAttachments {
  readonly kept: readonly AttachmentRow[];
  /** Sizes in bytes of those files that the upload had not stored before, by key: a file that several messages have is stored once. */
  readonly stored: ReadonlyMap<string, number>;
  /** Of the texts of documents that its messages were given. */
  readonly characters: number;
  /** Number of files that are larger than may be kept. */
  readonly large: number;
  /** Number of files that are named, and that the upload does not contain, or not whole. */
  readonly missing: number;
}

/**
 * In the transaction that writes their messages. An upload may hold a message twice, in two of its mailboxes: rows that are there stay.
 * @returns number of rows that were not there before, and bytes of the files that only these name
 */
export const saveAttachments = async (
  rows: Rows,
  files: readonly BroughtAttachments[],
): Promise<{ readonly kept: number; readonly bytes: number }> => {
  const fresh = new Map<AttachmentId, AttachmentRow>();
  for (const { kept } of files)
    for (const row of kept) if (!fresh.has(row.id)) fresh.set(row.id, row);
  for (const piece of inPieces([...fresh.keys()]))
    for (const { id } of await rows
      .selectFrom("attachments")
      .select("id")
      .where("id", "in", piece)
      .execute())
      fresh.delete(id);
  const added = [...fresh.values()];
  await insertMany(rows, "attachments", attachmentColumns, added);
  const named = new Set(added.map((row) => row.blob_key));
  let bytes = 0;
  for (const { stored } of files)
    for (const [key, size] of stored) if (named.has(key)) bytes += size;
  return { kept: added.length, bytes };
};

/** Keys of the files of its messages that an upload has stored. */
export const attachmentKeysOf = async (
  rows: Rows,
  upload: UploadId,
): Promise<ReadonlySet<string>> => {
  const found = await rows
    .selectFrom("attachments")
    .select("blob_key")
    .distinct()
    .where("upload_id", "=", upload)
    .execute();
  return new Set(found.map((row) => row.blob_key));
};

/** Whether an upload has stored this file for this message. */
export const hasAttachment = async (
  rows: Rows,
  of: { readonly upload: UploadId; readonly message: MessageId; readonly key: string },
): Promise<boolean> => {
  const found = await rows
    .selectFrom("attachments")
    .select("id")
    .where("message_id", "=", of.message)
    .where("upload_id", "=", of.upload)
    .where("blob_key", "=", of.key)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
};

/** Kept files of these messages, by message, each message's in their order. */
export const attachmentRowsOf = async (
  rows: Rows,
  messages: readonly MessageId[],
): Promise<ReadonlyMap<MessageId, readonly AttachmentRow[]>> => {
  const found = new Map<MessageId, AttachmentRow[]>();
  for (const piece of inPieces(messages))
    for (const row of await rows
      .selectFrom("attachments")
      .select(attachmentColumns)
      .where("message_id", "in", piece)
      .orderBy("place")
      .orderBy("id")
      .execute())
      found.set(row.message_id, [...(found.get(row.message_id) ?? []), row]);
  return found;
};

/** `attachmentRowsOf` without files of uploads that are being erased. */
export const attachmentsOf = async (
  rows: Rows,
  collection: CollectionId,
  messages: readonly MessageId[],
): Promise<ReadonlyMap<MessageId, readonly AttachmentRow[]>> => {
  if (messages.length === 0) return new Map();
  const found = await attachmentRowsOf(rows, messages);
  const erasing = new Set<string>(await erasingOrigins(rows, collection));
  if (erasing.size === 0) return found;
  return new Map(
    [...found].map(([id, files]) => [id, files.filter(({ upload_id }) => !erasing.has(upload_id))]),
  );
};

/** A kept file that may be shown: neither its upload, its message nor its collection is being erased. */
export const findShownAttachment = async (
  rows: Rows,
  id: AttachmentId,
): Promise<AttachmentRow | undefined> => {
  const row = await rows
    .selectFrom("attachments")
    .select(attachmentColumns)
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined || (await findCollection(rows, row.collection_id)) === undefined)
    return undefined;
  const erasing: readonly OriginId[] = await erasingOrigins(rows, row.collection_id);
  if (erasing.includes(row.upload_id)) return undefined;
  return (await findShownMessage(rows, row.message_id)) && row;
};

/** In the transaction that deletes their messages. The files themselves go with the upload. */
export const deleteAttachmentsOf = async (
  rows: Rows,
  messages: readonly MessageId[],
): Promise<void> => {
  for (const piece of inPieces(messages))
    await rows.deleteFrom("attachments").where("message_id", "in", piece).execute();
};

/** Whether files of messages are kept that are imported into a collection: by its own setting, or the server's. */
export const keepsAttachments = (
  { keep_attachments }: Pick<CollectionRow, "keep_attachments">,
  { attachments }: { readonly attachments: { readonly keep: KeepAttachments } },
): boolean => (keep_attachments ?? attachments.keep) === "always";
