// Uploads of which a message was refused, and whose file is still kept.
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { inPieces } from "../compiled.ts";
import type { Rows, Store } from "../rows.ts";

/** States in which nobody reads the file any more. */
const READ = ["indexing", "done", "failed", "cancelled"] as const;

/** Those of a collection that have been read. */
export const refusedFiles = async (rows: Rows, collection: CollectionId): Promise<UploadId[]> => {
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
  const uploads: UploadId[] = [];
  for (const piece of inPieces(origins))
    for (const { id } of await rows
      .selectFrom("uploads")
      .select("id")
      .where("id", "in", [...new Set(piece)] as never)
      .where("state", "in", READ)
      .where("blob_key", "!=", "")
      .execute())
      uploads.push(id);
  return uploads;
};

/** Records that the file of an upload is deleted: it counts for nothing any more. */
export const forgetFile = async (store: Store, upload: UploadId): Promise<void> => {
  await store.transaction((rows) =>
    rows.updateTable("uploads").set({ blob_key: "", bytes: 0 }).where("id", "=", upload).execute(),
  );
};
