// The upload that a path names.
import type { Upload } from "#services/contract/uploads.ts";
import { readUploadId, type UploadId } from "#services/domain/ids.ts";
import { readUpload } from "#services/store/store.ts";
import { showUpload } from "#services/views/views.ts";
import { type ScopedParts, unknown } from "./api-app.ts";

/** @throws ParlanceError rejected `unknown-upload` (404) */
export const uploadIdOf = (text: string): UploadId => {
  const id = readUploadId(text);
  if (id === undefined) throw unknown("upload");
  return id;
};

/** An upload that is shown: neither it nor its collection is being erased. @throws ParlanceError rejected `unknown-upload` (404) */
export const uploadOfPath = async ({ parlance }: ScopedParts, text: string): Promise<Upload> => {
  const found = await readUpload(parlance.store.rows, uploadIdOf(text));
  if (found === undefined) throw unknown("upload");
  return showUpload(parlance, found);
};
