// Collections that were made for files: erased where nothing has come into them when their day is over.
import { COLUMNS_UNKNOWN, GAVE_UP, NOT_CONFIRMED } from "#services/contract/uploads.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { findCollection } from "./collections.ts";
import { hideCollection } from "./erase-requests.ts";
import { keepCollection } from "./keep-collection.ts";
import type { Rows, Store } from "./rows.ts";
import type { CollectionRow } from "./tables.ts";

/** Whether something came of a file of it, or still may: one that was refused for what it is can only be sent again. */
const hasUpload = async (rows: Rows, id: CollectionId): Promise<boolean> =>
  (await rows
    .selectFrom("uploads")
    .select("id")
    .where("collection_id", "=", id)
    .where((test) =>
      test.or([
        test("state", "not in", ["failed", "cancelled", "erasing"]),
        test.and([
          test("state", "=", "failed"),
          test("error_code", "in", [COLUMNS_UNKNOWN, GAVE_UP]),
        ]),
        test.and([
          test("state", "=", "cancelled"),
          test.or([test("error_code", "is", null), test("error_code", "!=", NOT_CONFIRMED)]),
        ]),
      ]),
    )
    .limit(1)
    .executeTakeFirst()) !== undefined;

const hasAny = async (
  rows: Rows,
  table: "conversations" | "sessions",
  id: CollectionId,
): Promise<boolean> =>
  (await rows
    .selectFrom(table)
    .select("id")
    .where("collection_id", "=", id)
    .limit(1)
    .executeTakeFirst()) !== undefined;

/**
 * Erases a collection that was made for files, where its day is over and nothing ever came into it: files that were refused are not
 * in it. One with anything in it is kept from now on. Wake the bus afterwards.
 * @param onErased called inside the transaction
 * @returns whether it is being erased
 */
export const eraseUnfilled = async (
  store: Store,
  { id, fill_by: until }: Pick<CollectionRow, "id" | "fill_by">,
  onErased: (rows: Rows) => Promise<void>,
): Promise<boolean> => {
  if (until === null || until > store.now()) return false;
  return store.transaction(async (rows) => {
    // Somebody may have changed, shared or deleted it since it was listed.
    const row = await findCollection(rows, id);
    if (row?.fill_by == null) return false;
    const isFilled =
      (await hasAny(rows, "conversations", id)) ||
      (await hasAny(rows, "sessions", id)) ||
      (await hasUpload(rows, id));
    if (isFilled) {
      await keepCollection(rows, id);
      return false;
    }
    await hideCollection(store, rows, id);
    await onErased(rows);
    return true;
  });
};
