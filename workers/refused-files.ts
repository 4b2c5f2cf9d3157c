// Files of uploads with messages that the cleaning rules refuse: they hold what was refused, and are deleted once they are read.
import type { CollectionId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import {
  forgetAttachments,
  forgetFile,
  keptDocuments,
  refusedFiles,
  refusedMedia,
} from "#services/store/store.ts";

/** Nothing is looked for in pictures and recordings: they go with the message that has them. */
const deleteRefusedMedia = async (
  { store, blobs }: Parlance,
  collection: CollectionId,
): Promise<void> => {
  const { ids, keys } = await refusedMedia(store.rows, collection);
  if (ids.length === 0) return;
  for (const key of keys) await blobs.remove(key);
  await store.transaction((rows) => forgetAttachments(rows, ids));
};

/** The file first. Killed in between, the next call finds it again: at the second delivery of the job that read it, or hourly. */
export const deleteRefusedFiles = async (
  parlance: Parlance,
  collection: CollectionId,
): Promise<void> => {
  const { store, blobs } = parlance;
  await deleteRefusedMedia(parlance, collection);
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
