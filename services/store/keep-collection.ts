// A collection that was made for files and that somebody uses: it is kept whether files come into it or not.
import type { CollectionId } from "#services/domain/ids.ts";
import type { Rows } from "./rows.ts";

/** From now on it stays, even where nothing is in it. Call it in the transaction of what it is used for. */
export const keepCollection = async (rows: Rows, id: CollectionId): Promise<void> => {
  await rows
    .updateTable("collections")
    .set({ fill_by: null })
    .where("id", "=", id)
    .where("fill_by", "is not", null)
    .execute();
};
