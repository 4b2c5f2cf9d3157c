// That texts of a collection were changed: kept until what they were before is gone from index, analyses, log and copies, so that no kill and no refusal leaves it there.
import type { CollectionId } from "#services/domain/ids.ts";
import type { Rows } from "../rows.ts";

/** In the transaction that changes them. */
export const noteChangedTexts = async (rows: Rows, collection: CollectionId): Promise<void> => {
  await rows
    .updateTable("collections")
    .set((value) => ({ changed_texts: value("changed_texts", "+", 1) }))
    .where("id", "=", collection)
    .execute();
};

/** Number of changes whose traces are still there; 0 where there are none. */
export const changedTexts = async (rows: Rows, collection: CollectionId): Promise<number> => {
  const found = await rows
    .selectFrom("collections")
    .select("changed_texts")
    .where("id", "=", collection)
    .where("state", "=", "active")
    .executeTakeFirst();
  return Number(found?.changed_texts ?? 0);
};

/** The traces of so many changes are gone. Where others have come since, theirs are not. */
export const purgedTexts = async (
  rows: Rows,
  collection: CollectionId,
  changes: number,
): Promise<void> => {
  await rows
    .updateTable("collections")
    .set({ changed_texts: 0 })
    .where("id", "=", collection)
    .where("changed_texts", "=", changes)
    .execute();
};
