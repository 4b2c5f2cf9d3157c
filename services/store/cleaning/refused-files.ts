// Uploads of which a message was refused, and whose file is still kept.
import type { AttachmentId, CollectionId, UploadId } from "#services/domain/ids.ts";
import { inPieces } from "../compiled.ts";
import type { Rows, Store } from "../rows.ts";
import type { UploadRow } from "../tables.ts";

/** States in which nobody reads the file any more. */
const READ = ["indexing", "done", "failed", "cancelled"] as const;

type KeptFile = Pick<UploadRow, "id" | "blob_key">;

/** Those of a collection that have been read. */
export const refusedFiles = async (rows: Rows, collection: CollectionId): Promise<KeptFile[]> => {
  const refused = () =>
    rows
      .selectFrom("findings as f")
      .innerJoin("messages as m", "m.id", "f.message_id")
      .where("f.collection_id", "=", collection)
      .where("f.action", "=", "refuse");
  const brought = await refused().select("m.origin_id as origin").distinct().execute();
  const also = await refused()
    .innerJoin("message_origins as o", "o.message_id", "m.id")
    .select("o.origin_id as origin")
    .distinct()
    .execute();
  const origins = [...new Set([...brought, ...also].map(({ origin }) => origin))];
  const uploads: KeptFile[] = [];
  for (const piece of inPieces(origins))
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

/** Records that the file of an upload, and these of its messages, are deleted: it counts for nothing any more. */
export const forgetFile = async (
  store: Store,
  upload: UploadId,
  documents: readonly AttachmentId[],
): Promise<void> => {
  await store.transaction(async (rows) => {
    for (const piece of inPieces(documents))
      await rows
        .deleteFrom("attachments")
        .where("id", "in", [...new Set(piece)])
        .execute();
    await rows
      .updateTable("uploads")
      .set({ blob_key: "", bytes: 0 })
      .where("id", "=", upload)
      .execute();
  });
};
