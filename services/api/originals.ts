// Texts, records and files as they came: where a collection masks or refuses anything, only for whoever manages it.
import { changesTexts } from "#services/domain/cleaning.ts";
import { rejected } from "#services/domain/errors.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { levelIn } from "#services/domain/scope.ts";
import { cleaningOf } from "#services/store/store.ts";
import type { ScopedParts } from "./api-app.ts";

/** Nothing is looked for in pictures and recordings. */
const isMedia = (mediaType: string): boolean => /^(?:image|audio|video)\//u.test(mediaType);

/** A kept file of a message: what is masked in its text stands in it as it came. @throws as `requireOriginals` does */
export const requireFileShown = async (
  scoped: Pick<ScopedParts, "parlance">,
  file: { readonly collection_id: CollectionId; readonly media_type: string },
): Promise<void> => {
  if (!isMedia(file.media_type)) await requireOriginals(scoped, file.collection_id);
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
