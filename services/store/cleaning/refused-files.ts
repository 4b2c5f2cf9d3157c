// Uploads of which a message was refused, and whose file is still kept.
import type { AttachmentId, CollectionId, OriginId, UploadId } from "#services/domain/ids.ts";
import { inPieces } from "../compiled.ts";
import { unpackRaw } from "../raw-record.ts";
import type { Rows, Store } from "../rows.ts";
import type { UploadRow } from "../tables.ts";

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
      .set({ blob_key: "", bytes: 0, checkpoint: null })
      .where("id", "=", upload)
      .execute();
  });
};
