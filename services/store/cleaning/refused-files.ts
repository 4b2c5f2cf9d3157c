// Uploads of which a message was refused, and whose file is still kept.
import type { AttachmentId, CollectionId, OriginId, UploadId } from "#services/domain/ids.ts";
import { inPieces } from "../compiled.ts";
import { unpackRaw } from "../raw-record.ts";
import type { Rows, Store } from "../rows.ts";
import type { AttachmentRow, UploadRow } from "../tables.ts";

/** States in which nobody reads the file any more: one that failed or was cancelled may be tried again, and is read to its end then. */
const READ = ["indexing", "done"] as const;

type KeptFile = Pick<UploadRow, "id" | "blob_key">;

const refusedMessages = (rows: Rows, collection: CollectionId) =>
  rows
    .selectFrom("findings as f")
    .innerJoin("messages as m", "m.id", "f.message_id")
    .where("f.collection_id", "=", collection)
    .where("f.action", "=", "refuse");

/** Who brought an earlier state of a message that was refused: nothing of it is left, not even its record. */
const originsOfStates = async (rows: Rows, collection: CollectionId): Promise<OriginId[]> => {
  const empty = await rows
    .selectFrom("message_states")
    .select(["message_id", "state", "raw"])
    .where("text", "=", "")
    .where("unmasked", "is", null)
    .execute();
  const refused = empty.filter(({ raw }) => unpackRaw(raw, "") === "");
  const places = new Set(refused.map(({ message_id: id, state }) => `${id} ${state}`));
  const origins: OriginId[] = [];
  for (const piece of inPieces(refused.map(({ message_id }) => message_id)))
    for (const { id, state, origin } of await rows
      .selectFrom("message_origins as o")
      .innerJoin("messages as m", "m.id", "o.message_id")
      .select(["m.id", "o.state", "o.origin_id as origin"])
      .where("m.collection_id", "=", collection)
      .where("o.message_id", "in", [...new Set(piece)])
      .execute())
      if (places.has(`${id} ${state}`)) origins.push(origin);
  return origins;
};

/** Uploads and sessions that brought a message that was refused. */
const refusedOrigins = async (rows: Rows, collection: CollectionId): Promise<Set<OriginId>> => {
  const brought = await refusedMessages(rows, collection)
    .select("m.origin_id as origin")
    .distinct()
    .execute();
  const also = await refusedMessages(rows, collection)
    .innerJoin("message_origins as o", "o.message_id", "m.id")
    .select("o.origin_id as origin")
    .distinct()
    .execute();
  const earlier = await originsOfStates(rows, collection);
  return new Set([...[...brought, ...also].map(({ origin }) => origin), ...earlier]);
};

/** Those of a collection that have been read. */
export const refusedFiles = async (rows: Rows, collection: CollectionId): Promise<KeptFile[]> => {
  const uploads: KeptFile[] = [];
  for (const piece of inPieces([...(await refusedOrigins(rows, collection))]))
    for (const file of await rows
      .selectFrom("uploads")
      .select(["id", "blob_key"])
      .where("id", "in", [...new Set(piece)] as never)
      .where("state", "in", READ)
      .where("blob_key", "!=", "")
      .execute())
      uploads.push(file);
  return uploads;
};

/** Whether a message of an upload was refused: its file, as long as it is there, is for nobody. */
export const holdsRefused = async (
  rows: Rows,
  { id, collection_id: collection }: Pick<UploadRow, "id" | "collection_id">,
): Promise<boolean> => (await refusedOrigins(rows, collection)).has(id);

/** Kept files of an upload's messages that may hold what was refused: all but pictures and recordings. */
export const keptDocuments = (
  rows: Rows,
  upload: UploadId,
): Promise<{ readonly id: AttachmentId; readonly blob_key: string }[]> =>
  rows
    .selectFrom("attachments")
    .select(["id", "blob_key"])
    .where("upload_id", "=", upload)
    .where("media_type", "not like", "image/%")
    .where("media_type", "not like", "audio/%")
    .where("media_type", "not like", "video/%")
    .execute();

/** Pictures and recordings of messages that were refused, of uploads that have been read. */
export const refusedMedia = async (
  rows: Rows,
  collection: CollectionId,
): Promise<{
  readonly ids: readonly AttachmentId[];
  /** Of the files that no other message has. */
  readonly keys: readonly string[];
}> => {
  const found = await rows
    .selectFrom("attachments as a")
    .innerJoin("findings as f", "f.message_id", "a.message_id")
    .innerJoin("uploads as u", "u.id", "a.upload_id")
    .select(["a.id", "a.blob_key"])
    .distinct()
    .where("f.collection_id", "=", collection)
    .where("f.action", "=", "refuse")
    .where("u.state", "in", READ)
    .execute();
  const ids = new Set(found.map(({ id }) => id));
  const keys = new Set(found.map((one) => one.blob_key));
  for (const piece of inPieces([...keys]))
    for (const { id, blob_key: key } of await rows
      .selectFrom("attachments")
      .select(["id", "blob_key"])
      .where("blob_key", "in", [...new Set(piece)])
      .execute())
      if (!ids.has(id)) keys.delete(key);
  return { ids: [...ids], keys: [...keys] };
};

/** Of those of these files that no row names any more, which their uploads do not keep: their bytes count for nothing. */
const uncount = async (
  rows: Rows,
  files: readonly Pick<AttachmentRow, "upload_id" | "blob_key" | "size">[],
): Promise<void> => {
  const gone = new Map(files.map((file) => [file.blob_key, file]));
  for (const piece of inPieces([...gone.keys()]))
    for (const { blob_key: key } of await rows
      .selectFrom("attachments")
      .select("blob_key")
      .distinct()
      .where("blob_key", "in", piece)
      .execute())
      gone.delete(key);
  const bytes = new Map<UploadId, number>();
  for (const { upload_id: upload, size } of gone.values())
    bytes.set(upload, (bytes.get(upload) ?? 0) + size);
  for (const [upload, less] of bytes)
    await rows
      .updateTable("uploads")
      .set((value) => ({ attachment_bytes: value("attachment_bytes", "-", less) }))
      .where("id", "=", upload)
      .execute();
};

/** In a transaction: they are files of no message any more. */
export const forgetAttachments = async (
  rows: Rows,
  ids: readonly AttachmentId[],
): Promise<void> => {
  const files: Pick<AttachmentRow, "upload_id" | "blob_key" | "size">[] = [];
  for (const piece of inPieces(ids)) {
    const these = [...new Set(piece)];
    files.push(
      ...(await rows
        .selectFrom("attachments")
        .select(["upload_id", "blob_key", "size"])
        .where("id", "in", these)
        .execute()),
    );
    await rows.deleteFrom("attachments").where("id", "in", these).execute();
  }
  await uncount(rows, files);
};

/** Records that the file of an upload, and these of its messages, are deleted: it counts for nothing any more. */
export const forgetFile = async (
  store: Store,
  upload: UploadId,
  documents: readonly AttachmentId[],
): Promise<void> => {
  await store.transaction(async (rows) => {
    await forgetAttachments(rows, documents);
    await rows
      .updateTable("uploads")
      .set({ blob_key: "", bytes: 0, checkpoint: null })
      .where("id", "=", upload)
      .execute();
  });
};
