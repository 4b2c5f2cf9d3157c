// Uploads that are read again as new ones, with other columns: the one before is erased only once the new one has brought messages.
import { rejected } from "#services/domain/errors.ts";
import type { UploadId } from "#services/domain/ids.ts";
import { hideOrigin } from "./erase-requests.ts";
import { findOrigin } from "./origins.ts";
import type { Rows, Store } from "./rows.ts";
import type { UploadRow } from "./tables.ts";

const replacedBy = async (rows: Rows, id: UploadId): Promise<UploadId | null> =>
  (await rows.selectFrom("uploads").select("replaces").where("id", "=", id).executeTakeFirst())
    ?.replaces ?? null;

/** @throws ParlanceError rejected `being-replaced` (409) where another upload is on its way to take the place of this one */
export const requireNotReplaced = async (
  rows: Rows,
  { id, collection_id: collection }: Pick<UploadRow, "id" | "collection_id">,
): Promise<void> => {
  const other = await rows
    .selectFrom("uploads")
    .select("id")
    .where("collection_id", "=", collection)
    .where("replaces", "=", id)
    .where("state", "not in", ["done", "cancelled", "failed", "erasing"])
    .limit(1)
    .executeTakeFirst();
  if (other)
    throw rejected("This file is being read with other columns already.", {
      code: "being-replaced",
      status: 409,
      hint: "Wait until it has been read, or cancel it.",
      data: { upload: other.id },
    });
};

/**
 * Hides the upload whose place this one takes, and requests its erasure; with it the one whose place that was to take, where nothing
 * came of it. Where nothing was read, all of them stay. Call it in the transaction that ends the reading.
 */
export const eraseReplaced = async (
  store: Store,
  rows: Rows,
  row: Pick<UploadRow, "replaces" | "new_messages" | "known_messages" | "changed_messages">,
): Promise<void> => {
  if (row.new_messages + row.known_messages + row.changed_messages === 0) return;
  let next = row.replaces;
  while (next !== null) {
    const before = await findOrigin(rows, next);
    if (!before || before.state === "erasing") return;
    await hideOrigin(store, rows, before);
    next = await replacedBy(rows, next);
  }
};
