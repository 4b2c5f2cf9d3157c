// Files of uploads with messages that the cleaning rules refuse: they hold what was refused, and are deleted once they are read.
import type { CollectionId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import { forgetFile, keptDocuments, refusedFiles } from "#services/store/store.ts";

/** The file first. Killed in between, the next call finds it again: at the second delivery of the job that read it, or hourly. */
export const deleteRefusedFiles = async (
  { store, blobs }: Parlance,
  collection: CollectionId,
): Promise<void> => {
  for (const { id: upload, blob_key: key } of await refusedFiles(store.rows, collection)) {
    const documents = await keptDocuments(store.rows, upload);
    for (const document of documents) await blobs.remove(document.blob_key);
    await blobs.remove(key);
    await forgetFile(
      store,
      upload,
      documents.map(({ id }) => id),
    );
  }
};
