// Uploads that are read again as new ones, with other columns: the one before is erased only once the new one has brought messages.
import { rejected } from "#services/domain/errors.ts";
import { readUploadId, type UploadId } from "#services/domain/ids.ts";
import { seconds } from "#services/domain/units.ts";
import { hideOrigin } from "./erase-requests.ts";
import { findOrigin, type Origin } from "./origins.ts";
import type { Rows, Store } from "./rows.ts";
import type { UploadRow } from "./tables.ts";

const replacedBy = async (rows: Rows, id: UploadId): Promise<UploadId | null> =>
  (await rows.selectFrom("uploads").select("replaces").where("id", "=", id).executeTakeFirst())
    ?.replaces ?? null;

/** Copying a file takes less; where it takes longer and no request of this server does it, its server is gone. */
const COPY_MS = seconds(600);

const underWayFor = (
  rows: Rows,
  { id, collection_id: collection }: Pick<UploadRow, "id" | "collection_id">,
) =>
  rows
    .selectFrom("uploads")
    .select(["id", "state"])
    .where("collection_id", "=", collection)
    .where("replaces", "=", id)
    .where("state", "not in", ["done", "cancelled", "failed", "erasing"]);

/** What a person can do where an upload is in the way: `it` is that upload. */
export const wayOut = (state: string): string => {
  switch (state) {
    case "receiving":
      return "Wait until its file is here, or delete it.";
    case "unconfirmed":
      return "Confirm it, or delete it.";
    case "indexing":
      return "Wait until it is done.";
    default:
      return "Wait until it has been read, or cancel it.";
  }
};

/** @throws ParlanceError rejected `being-replaced` (409) where another upload is on its way to take the place of this one */
export const requireNotReplaced = async (
  rows: Rows,
  row: Pick<UploadRow, "id" | "collection_id">,
): Promise<void> => {
  const other = await underWayFor(rows, row).limit(1).executeTakeFirst();
  if (other)
    throw rejected("A newer upload of this file, with other columns, is under way already.", {
      code: "being-replaced",
      status: 409,
      hint: wayOut(other.state),
      data: { upload: other.id },
    });
};

/** Uploads that were to take the place of this one, and whose copying began so long ago that it has ended unless a request still does it. */
export const oldCopies = async (
  store: Store,
  row: Pick<UploadRow, "id" | "collection_id">,
): Promise<UploadId[]> =>
  (
    await underWayFor(store.rows, row)
      .where("state", "=", "receiving")
      .where("created_at", "<", store.now() - COPY_MS)
      .execute()
  ).map(({ id }) => id);

/**
 * Hides the upload whose place this one takes, and requests its erasure; with it the one whose place that was to take, where nothing
 * came of it or it is being erased. Where nothing was read, all of them stay. Call it in the transaction that ends the reading.
 */
export const eraseReplaced = async (
  store: Store,
  rows: Rows,
  row: Pick<UploadRow, "replaces" | "new_messages" | "known_messages" | "changed_messages">,
): Promise<void> => {
  if (row.new_messages + row.known_messages + row.changed_messages === 0) return;
  for (let next = row.replaces; next !== null; next = await replacedBy(rows, next)) {
    const before = await findOrigin(rows, next);
    if (before && before.state !== "erasing") await hideOrigin(store, rows, before);
  }
};

/**
 * Whatever takes the place of an upload takes that of the one before it too, once the row between them is gone. Call it in the
 * transaction that deletes that row, before it.
 */
export const passOnReplaced = async (
  rows: Rows,
  { id, collection }: Pick<Origin, "id" | "collection">,
): Promise<void> => {
  const upload = readUploadId(id);
  if (upload === undefined) return;
  await rows
    .updateTable("uploads")
    .set({ replaces: await replacedBy(rows, upload) })
    .where("collection_id", "=", collection)
    .where("replaces", "=", upload)
    .execute();
};
