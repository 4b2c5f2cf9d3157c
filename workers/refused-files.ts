// Files of uploads with messages that the cleaning rules refuse: they hold what was refused, and are deleted once they are read.
import type { CollectionId } from "#services/domain/ids.ts";
import { blobPrefix, forgetFile, refusedFiles } from "#services/store/store.ts";
import type { Belt } from "./stage.ts";

/** The file first: killed in between, the next call finds it again. */
export const deleteRefusedFiles = async (
  { parlance: { store, blobs } }: Belt,
  collection: CollectionId,
): Promise<void> => {
  for (const upload of await refusedFiles(store.rows, collection)) {
    await blobs.removeAll(blobPrefix(upload));
    await forgetFile(store, upload);
  }
};
