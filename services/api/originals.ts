// Texts, records and files as they came: where a collection masks or refuses anything, only for whoever manages it.
import { changesTexts } from "#services/domain/cleaning.ts";
import { rejected } from "#services/domain/errors.ts";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { levelIn } from "#services/domain/scope.ts";
import { cleaningOf, holdsRefused } from "#services/store/store.ts";
import type { ScopedParts } from "./api-app.ts";

/** Nothing is looked for in pictures and recordings. */
const isMedia = (mediaType: string): boolean => /^(?:image|audio|video)\//u.test(mediaType);

/** A kept file of a message: what is masked in its text stands in it as it came. @throws as `requireOriginal` does */
export const requireFileShown = async (
  scoped: Pick<ScopedParts, "parlance">,
  file: {
    readonly collection_id: CollectionId;
    readonly upload_id: UploadId;
    readonly media_type: string;
  },
): Promise<void> => {
  const { collection_id, upload_id: id } = file;
  if (!isMedia(file.media_type)) await requireOriginal(scoped, { id, collection_id });
};

/**
 * What came in an upload, as it came. What was refused of it is for nobody: the file is there only as long as it may be read again.
 * @throws ParlanceError rejected `originals-hidden` | `original-refused` (403)
 */
export const requireOriginal = async (
  scoped: Pick<ScopedParts, "parlance">,
  upload: { readonly id: UploadId; readonly collection_id: CollectionId },
): Promise<void> => {
  await requireOriginals(scoped, upload.collection_id);
  if (!(await holdsRefused(scoped.parlance.store.rows, upload))) return;
  throw rejected("The file holds what this collection refuses, and is shown to nobody.", {
    code: "original-refused",
    status: 403,
    hint: "It is deleted once it is read to its end, or with its upload.",
  });
};

/** @throws ParlanceError rejected `originals-hidden` (403) */
export const requireOriginals = async (
  { parlance: { store, scope } }: Pick<ScopedParts, "parlance">,
  collection: CollectionId,
): Promise<void> => {
  if (levelIn(scope, collection) === "manage") return;
  if (!changesTexts(await cleaningOf(store.rows, collection))) return;
  throw rejected("What this collection masks is shown to those who manage it only.", {
    code: "originals-hidden",
    status: 403,
    hint: "Ask whoever manages it.",
  });
};
