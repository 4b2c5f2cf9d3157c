// Uploads that are inspected first and wait until a person confirms them: the inspection's end, the confirmation, and its end.
import type { UploadInspection } from "#services/contract/inspections.ts";
import { CONFIRM_DAYS } from "#services/contract/uploads.ts";
import type { UploadId } from "#services/domain/ids.ts";
import { seconds } from "#services/domain/units.ts";
import type { Rows, Store } from "./rows.ts";
import type { UploadRow } from "./tables.ts";
import { announceUpload, conflict, findUpload, NOT_CONFIRMED, unknownUpload } from "./uploads.ts";

/** Of an upload that is being inspected; nothing happens to one that was cancelled or deleted meanwhile. */
const whileInspected = async (
  rows: Rows,
  id: UploadId,
  now: Partial<UploadRow>,
): Promise<boolean> => {
  const { numUpdatedRows } = await rows
    .updateTable("uploads")
    .set(now)
    .where("id", "=", id)
    .where("state", "=", "inspecting")
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** @returns whether the inspection is still wanted */
export const saveInspected = (
  store: Store,
  id: UploadId,
  now: { readonly bytes_read: number; readonly attempt: number },
): Promise<boolean> => whileInspected(store.rows, id, now);

/** Ends an inspection: the upload waits for a person from now on, for `CONFIRM_DAYS`. @returns whether it was still wanted */
export const saveInspection = (
  store: Store,
  id: UploadId,
  found: UploadInspection,
): Promise<boolean> =>
  whileInspected(store.rows, id, {
    state: "unconfirmed",
    inspection: JSON.stringify(found),
    confirm_by: store.now() + seconds(CONFIRM_DAYS * 24 * 3600),
    source: found.formats[0]?.source ?? null,
    format: found.formats[0]?.name ?? null,
    bytes_read: 0,
    attempt: 0,
  });

/**
 * Queues an upload that waits for a person. Wake the bus afterwards. Once it is confirmed, confirming it again changes nothing.
 * @throws ParlanceError rejected `unknown-upload` (404) | `wrong-state` (409)
 */
export const confirmUpload = (store: Store, id: UploadId): Promise<void> =>
  store.transaction(async (rows) => {
    const row = await findUpload(rows, id);
    if (!row || row.state === "erasing") throw unknownUpload(id);
    if (row.confirmation === "given") return;
    if (row.state !== "unconfirmed") throw conflict(row, "confirmed");
    await rows
      .updateTable("uploads")
      .set({ state: "queued", confirmation: "given", confirm_by: null })
      .where("id", "=", id)
      .execute();
    await announceUpload(store, rows, id);
  });

/**
 * Ends uploads that nobody has confirmed in time. Their rows stay, and say so; their files are of no use any more.
 * @returns the uploads whose files are to be deleted, those of an earlier call that `noteFileDeleted` was not told of too
 */
export const endUnconfirmed = (store: Store): Promise<readonly UploadId[]> =>
  store.transaction(async (rows) => {
    const now = store.now();
    await rows
      .updateTable("uploads")
      .set({
        state: "cancelled",
        finished_at: now,
        confirm_by: null,
        error_code: NOT_CONFIRMED,
        error_message: `Nobody confirmed this import within ${CONFIRM_DAYS} days, so its file was deleted.`,
        error_hint: "Send the file again to import it.",
      })
      .where("state", "=", "unconfirmed")
      .where("confirm_by", "<", now)
      .execute();
    const ended = await rows
      .selectFrom("uploads")
      .select("id")
      .where("error_code", "=", NOT_CONFIRMED)
      .where("blob_key", "!=", "")
      .where("state", "=", "cancelled")
      .execute();
    return ended.map(({ id }) => id);
  });

/** The file of an upload that nobody confirmed is deleted: it counts for nothing any more. */
export const noteFileDeleted = async (store: Store, id: UploadId): Promise<void> => {
  await store.rows
    .updateTable("uploads")
    .set({ blob_key: "", bytes: 0 })
    .where("id", "=", id)
    .where("error_code", "=", NOT_CONFIRMED)
    .execute();
};
