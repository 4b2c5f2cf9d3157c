// Uploads that are inspected first and wait until a person confirms them: the inspection's end, the confirmation, and its end.
import type { UploadInspection } from "#services/contract/inspections.ts";
import { CONFIRM_DAYS, NOT_CONFIRMED } from "#services/contract/uploads.ts";
import type { Cleaner } from "#services/domain/cleaning.ts";
import type { SeenTable } from "#services/domain/columns.ts";
import { rejected, type SerializedError } from "#services/domain/errors.ts";
import type { UploadId } from "#services/domain/ids.ts";
import { seconds } from "#services/domain/units.ts";
import { cleanInspection, cleanTables } from "./cleaning/copies.ts";
import { cleaningOf } from "./cleaning/rules.ts";
import { findCollection } from "./collections.ts";
import type { Rows, Store } from "./rows.ts";
import type { UploadRow } from "./tables.ts";
import { announceUpload, conflict, failUpload, findUpload, unknownUpload } from "./uploads.ts";

/** An upload as it was when its inspection began: what its tables are taken for tells one inspection from the next. */
export type Inspected = Pick<UploadRow, "id" | "collection_id" | "chosen_columns" | "used_columns">;

/**
 * Begins an inspection, with the columns that the collection keeps now.
 * @returns undefined where it is not wanted any more
 */
export const startInspection = (store: Store, id: UploadId): Promise<UploadRow | undefined> =>
  store.transaction(async (rows) => {
    const row = await findUpload(rows, id);
    const collection = row && (await findCollection(rows, row.collection_id));
    if (row?.state !== "inspecting" || !collection) return undefined;
    const used = { used_columns: collection.kept_columns ?? "[]" };
    await rows.updateTable("uploads").set(used).where("id", "=", id).execute();
    return { ...row, ...used };
  });

/**
 * Does something with an upload that is being inspected. Nothing happens to one that was cancelled or deleted meanwhile, nor to one
 * that was cancelled and is inspected again with other columns.
 * @returns whether it was done
 */
const whileInspected = (
  store: Store,
  of: Inspected,
  work: (rows: Rows) => Promise<unknown>,
): Promise<boolean> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("uploads")
      .select(["state", "chosen_columns", "used_columns"])
      .where("id", "=", of.id)
      .executeTakeFirst();
    const isSame =
      row?.state === "inspecting" &&
      row.chosen_columns === of.chosen_columns &&
      row.used_columns === of.used_columns;
    if (isSame) await work(rows);
    return isSame;
  });

const set = (rows: Rows, id: UploadId, now: Partial<UploadRow>) =>
  rows.updateTable("uploads").set(now).where("id", "=", id).execute();

/** @returns whether the inspection is still wanted */
export const saveInspected = (
  store: Store,
  of: Inspected,
  now: Partial<Pick<UploadRow, "bytes_read" | "attempt">>,
): Promise<boolean> => whileInspected(store, of, (rows) => set(rows, of.id, now));

/** Their first rows are cleaned by the rules of now. @returns whether the inspection is still wanted */
export const saveInspectedTables = (
  store: Store,
  of: Inspected,
  tables: readonly SeenTable[],
  cleaner: Cleaner,
): Promise<boolean> =>
  whileInspected(store, of, async (rows) => {
    const shown = cleanTables(tables, await cleaningOf(rows, of.collection_id), cleaner);
    await set(rows, of.id, { seen_tables: JSON.stringify(shown) });
  });

/** Ends an inspection of a file that cannot be read. */
export const failInspection = (
  store: Store,
  of: Inspected,
  error: SerializedError,
): Promise<boolean> => whileInspected(store, of, (rows) => failUpload(store, rows, of.id, error));

/** Ends an inspection, with a report that is cleaned by the rules of now: the upload waits for a person from now on, for `CONFIRM_DAYS`. @returns whether it was still wanted */
export const saveInspection = (
  store: Store,
  of: Inspected,
  found: UploadInspection,
  cleaner: Cleaner,
): Promise<boolean> =>
  whileInspected(store, of, async (rows) => {
    const shown = cleanInspection(found, await cleaningOf(rows, of.collection_id), cleaner);
    await set(rows, of.id, {
      state: "unconfirmed",
      inspection: JSON.stringify(shown),
      confirm_by: store.now() + seconds(CONFIRM_DAYS * 24 * 3600),
      source: found.formats[0]?.source ?? null,
      format: found.formats[0]?.name ?? null,
      bytes_read: 0,
      attempt: 0,
    });
  });

/** When the report that somebody has read was made; undefined where none is there. */
const inspectedAtOf = ({ inspection }: UploadRow): number | undefined =>
  inspection === null ? undefined : (JSON.parse(inspection) as UploadInspection).inspectedAt;

/**
 * Queues an upload that waits for a person. Wake the bus afterwards. Once it is confirmed, confirming it again changes nothing.
 * @param inspectedAt of the report that the person has read
 * @throws ParlanceError rejected `unknown-upload` (404) | `wrong-state` | `inspected-again` (409)
 */
export const confirmUpload = (store: Store, id: UploadId, inspectedAt?: number): Promise<void> =>
  store.transaction(async (rows) => {
    const row = await findUpload(rows, id);
    if (!row || row.state === "erasing") throw unknownUpload(id);
    if (row.confirmation === "given") return;
    if (row.state !== "unconfirmed") throw conflict(row, "confirmed");
    if (inspectedAt !== undefined && inspectedAt !== inspectedAtOf(row))
      throw rejected(`${row.filename} was inspected again since.`, {
        code: "inspected-again",
        status: 409,
        hint: "Look at what the inspection found now, and confirm that.",
      });
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
        // With its file goes what was taken from it: names of people, and the first rows of tables.
        inspection: null,
        seen_tables: null,
        chosen_columns: null,
        used_columns: null,
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
