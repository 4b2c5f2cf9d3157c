// Uploads: their states, which change by compare-and-set only, and their problems.
import { NOT_CONFIRMED, type UploadState } from "#services/contract/uploads.ts";
import type { Cleaner } from "#services/domain/cleaning.ts";
import type { ColumnMapping } from "#services/domain/columns.ts";
import { rejected, type SerializedError } from "#services/domain/errors.ts";
import { type CollectionId, type UploadId, uploadId } from "#services/domain/ids.ts";
import { personBehind } from "#services/domain/scope.ts";
import { closeOpenBatch } from "./batches.ts";
import { cleanFilename, openNames } from "./cleaning/names.ts";
import { cleaningOf } from "./cleaning/rules.ts";
import { findCollection } from "./collections.ts";
import { enqueue } from "./jobs.ts";
import { noteImport } from "./news.ts";
import { readerOf } from "./reader.ts";
import { eraseReplaced, requireNotReplaced } from "./replaced-uploads.ts";
import { requireBytes } from "./reserved-bytes.ts";
import type { Rows, Store } from "./rows.ts";
import type { UploadRow } from "./tables.ts";

export type FinalState = "done" | "cancelled" | "failed";
export const isFinal = (state: string): state is FinalState =>
  state === "done" || state === "cancelled" || state === "failed";

/** The folder of an upload's files: its own, so that erasing one never removes another's bytes. */
export const blobPrefix = (upload: UploadId): string => `uploads/${upload}`;

/** Within that folder, that of the files of its messages. */
export const attachmentPrefix = (upload: UploadId): string => `${blobPrefix(upload)}/attachments`;

const underWay = () =>
  rejected("An upload with this Idempotency-Key is still being received.", {
    code: "upload-under-way",
    status: 409,
    hint: "Wait for the first one to end.",
  });

/** @throws ParlanceError rejected `unknown-upload` (404) | `wrong-state` | `being-replaced` (409) */
const requireReplaceable = async (rows: Rows, id: UploadId): Promise<void> => {
  const row = await findUpload(rows, id);
  if (!row || row.state === "erasing") throw unknownUpload(id);
  if (!isFinal(row.state)) throw conflict(row, "read with other columns");
  await requireNotReplaced(rows, row);
};

/**
 * The row is written before the bytes, so that a broken transfer is noticed. Nothing reads it before `receivedUpload`.
 * @throws ParlanceError rejected `unknown-collection` (404); `upload-under-way` (409) where another one has come with this key;
 * `unknown-upload` (404) | `wrong-state` | `being-replaced` (409) where the one that it replaces is gone, not read to its end, or
 * replaced by another one already; `quota-used` (403) where the announced bytes are not allowed
 */
export const createUpload = (
  store: Store,
  brought: {
    readonly collection: CollectionId;
    readonly filename: string;
    readonly cleaner: Cleaner;
    readonly idempotencyKey?: string;
    /** A person has to confirm the import, once the file was inspected. */
    readonly isToBeConfirmed?: boolean;
    /** What the columns of its tables hold. */
    readonly columns?: ColumnMapping;
    /** It takes the place of this one, once it is read. */
    readonly replaces?: UploadId;
    /** Announced by the sender: they count from now on. `most`: what the organization may keep, 0 for any number. */
    readonly announced?: { readonly bytes: number; readonly most: number };
  },
): Promise<UploadId> =>
  store.transaction(async (rows) => {
    const { idempotencyKey: key } = brought;
    if ((await findCollection(rows, brought.collection)) === undefined)
      throw rejected("There is no such collection.", { code: "unknown-collection", status: 404 });
    // In the same transaction: of two that come at once, the second one finds the first.
    if (key !== undefined && (await findUploadByKey(rows, brought.collection, key)))
      throw underWay();
    if (brought.replaces !== undefined) await requireReplaceable(rows, brought.replaces);
    const { bytes, most } = brought.announced ?? { bytes: 0, most: 0 };
    await requireBytes(rows, bytes, most);
    const id = uploadId(store.newId());
    const rules = await cleaningOf(rows, brought.collection);
    await rows
      .insertInto("uploads")
      .values({
        id,
        collection_id: brought.collection,
        ...cleanFilename(brought, openNames(rules, brought.cleaner)),
        bytes,
        sha256: "",
        blob_key: "",
        state: "receiving" satisfies UploadState,
        source: null,
        format: null,
        created_at: store.now(),
        started_at: null,
        finished_at: null,
        attempt: 0,
        bytes_read: 0,
        parts_done: 0,
        conversations: 0,
        new_messages: 0,
        known_messages: 0,
        changed_messages: 0,
        chunks: 0,
        problem_count: 0,
        problems: "[]",
        error_code: null,
        error_message: null,
        error_hint: null,
        cancel_requested: 0,
        idempotency_key: key ?? null,
        cut_conversation: null,
        cut_from: null,
        brought_by: personBehind(store.scope.caller) ?? null,
        confirmation: brought.isToBeConfirmed === true ? "wanted" : "none",
        inspection: null,
        confirm_by: null,
        chosen_columns: brought.columns === undefined ? null : JSON.stringify(brought.columns),
        seen_tables: null,
        replaces: brought.replaces ?? null,
        used_columns: null,
        attachments_kept: 0,
        attachment_bytes: 0,
        attachments_large: 0,
        attachments_missing: 0,
        cleaned: null,
        reader: 0,
        read_again: 0,
        document_characters: 0,
        checkpoint: null,
      })
      .execute();
    return id;
  });

/**
 * Records that the bytes are stored durably, and queues the upload to be read, or to be inspected first. Wake the bus afterwards.
 * @returns false where the upload, or its collection, was deleted meanwhile: nobody will ask for the bytes
 */
export const receivedUpload = (
  store: Store,
  id: UploadId,
  blob: { readonly key: string; readonly sha256: string; readonly size: number },
): Promise<boolean> =>
  store.transaction(async (rows) => {
    const row = await findUpload(rows, id);
    if (row?.state !== "receiving") return false;
    await rows
      .updateTable("uploads")
      .set({ state: firstState(row), blob_key: blob.key, sha256: blob.sha256, bytes: blob.size })
      .where("id", "=", id)
      .execute();
    await announceUpload(store, rows, id);
    return true;
  });

/** Where the work on a file begins: with an inspection as long as nobody has confirmed an import that has to be confirmed. */
const firstState = ({ confirmation }: UploadRow): UploadState =>
  confirmation === "wanted" ? "inspecting" : "queued";

/**
 * Deletes the row of a transfer that broke off.
 * @returns whether its bytes are of no use: false where they were received all the same
 */
export const abandonUpload = async (store: Store, id: UploadId): Promise<boolean> => {
  await store.rows
    .deleteFrom("uploads")
    .where("id", "=", id)
    .where("state", "=", "receiving")
    .execute();
  const left = await findUpload(store.rows, id);
  return left === undefined || left.state === "erasing";
};

/** Adds the job that works on the file, whether it is inspected or read. */
export const announceUpload = (store: Store, rows: Rows, id: UploadId) =>
  enqueue(store, rows, { name: "upload.received", payload: { upload: id }, key: id });

export const findUpload = (rows: Rows, id: UploadId): Promise<UploadRow | undefined> =>
  rows.selectFrom("uploads").selectAll().where("id", "=", id).executeTakeFirst();

/** An earlier upload with the same key into the same collection. */
export const findUploadByKey = (
  rows: Rows,
  collection: CollectionId,
  key: string,
): Promise<UploadRow | undefined> =>
  rows
    .selectFrom("uploads")
    .selectAll()
    .where("collection_id", "=", collection)
    .where("idempotency_key", "=", key)
    .where("state", "!=", "erasing")
    .executeTakeFirst();

export const conflict = (row: UploadRow, wish: string) =>
  rejected(`This import is ${row.state}: it cannot be ${wish}.`, {
    code: "wrong-state",
    status: 409,
    data: { state: row.state },
  });

export const unknownUpload = (id: string) =>
  rejected("There is no such upload.", { code: "unknown-upload", status: 404, data: { id } });

/**
 * Cancels an upload: at once where it waits, at the next part where it is being read. What was read so far is kept and indexed;
 * `retryUpload` continues from there.
 * @throws ParlanceError rejected `unknown-upload` (404) | `wrong-state` (409)
 */
export const cancelUpload = (store: Store, id: UploadId): Promise<void> =>
  store.transaction(async (rows) => {
    const row = await findUpload(rows, id);
    if (!row || row.state === "erasing") throw unknownUpload(id);
    if (row.state === "queued" || row.state === "inspecting")
      await rows
        .updateTable("uploads")
        .set({ state: "cancelled", cancel_requested: 1, finished_at: store.now() })
        .where("id", "=", id)
        .execute();
    else if (row.state === "reading")
      await rows.updateTable("uploads").set({ cancel_requested: 1 }).where("id", "=", id).execute();
    else if (row.state !== "cancelled") throw conflict(row, "cancelled");
  });

/** Of an upload whose file was deleted because a message in it was refused. */
export const fileRefused = ({ filename }: Pick<UploadRow, "filename">) =>
  rejected(`The file ${filename} is not kept: it holds what this collection refuses.`, {
    code: "file-refused",
    status: 409,
    hint: "Its messages are kept, but for those that were refused.",
  });

/**
 * @throws ParlanceError rejected `file-deleted` | `file-refused` (409) where nobody confirmed the upload in time, or where a message in
 * it was refused
 */
export const requireFile = (row: UploadRow): void => {
  const { filename, error_code: code } = row;
  if (code !== NOT_CONFIRMED && row.blob_key === "" && row.sha256 !== "") throw fileRefused(row);
  if (code === NOT_CONFIRMED)
    throw rejected(`${filename} was not confirmed in time, and its file was deleted.`, {
      code: "file-deleted",
      status: 409,
      hint: "Send the file again.",
    });
};

/**
 * Queues a cancelled or failed upload again; it continues where it stopped.
 * @throws ParlanceError rejected `unknown-upload` (404) | `wrong-state` | `file-deleted` (409)
 */
export const retryUpload = (store: Store, id: UploadId): Promise<void> =>
  store.transaction(async (rows) => {
    const row = await findUpload(rows, id);
    if (!row || row.state === "erasing") throw unknownUpload(id);
    if (row.state !== "cancelled" && row.state !== "failed") throw conflict(row, "retried");
    await requeueUpload(store, rows, id);
  });

/**
 * Queues a cancelled or failed upload again, with its job.
 * @throws ParlanceError rejected `file-deleted` (409)
 */
export const requeueUpload = async (store: Store, rows: Rows, id: UploadId): Promise<void> => {
  const row = await findUpload(rows, id);
  if (row === undefined) return;
  requireFile(row);
  await rows
    .updateTable("uploads")
    .set({
      state: firstState(row),
      attempt: 0,
      cancel_requested: 0,
      finished_at: null,
      error_code: null,
      error_message: null,
      error_hint: null,
    })
    .where("id", "=", id)
    .execute();
  await announceUpload(store, rows, id);
};

/**
 * Starts reading, or continues after its worker died or yielded. Undefined where there is nothing to read any more.
 * @param attempt of the job that reads it
 */
export const startReading = (
  store: Store,
  id: UploadId,
  attempt: number,
): Promise<UploadRow | undefined> =>
  store.transaction(async (rows) => {
    const row = await findUpload(rows, id);
    if (!row || (row.state !== "queued" && row.state !== "reading")) return undefined;
    const collection = await findCollection(rows, row.collection_id);
    if (!collection) return undefined;
    // What was confirmed is read as it was inspected, and what is saved in part as it began.
    const isBegun = row.parts_done > 0 || row.read_again === 1;
    const isDecided = row.confirmation === "given" || isBegun;
    const started = {
      ...readerOf(row),
      state: "reading",
      attempt,
      started_at: row.started_at ?? store.now(),
      used_columns: (isDecided ? row.used_columns : null) ?? collection.kept_columns ?? "[]",
    };
    await rows.updateTable("uploads").set(started).where("id", "=", id).execute();
    return { ...row, ...started };
  });

/** Ends reading, after the last part or because a person cancelled it: closes the open batch. */
export const finishReading = (store: Store, id: UploadId, how: "read" | "cancelled") =>
  store.transaction(async (rows) => {
    const row = await findUpload(rows, id);
    if (row?.state !== "reading") return;
    await closeOpenBatch(store, rows, id);
    await rows
      .updateTable("uploads")
      .set(
        how === "cancelled"
          ? { state: "cancelled", finished_at: store.now() }
          : { state: "indexing", bytes_read: row.bytes, checkpoint: null },
      )
      .where("id", "=", id)
      .execute();
    if (how === "read") await eraseReplaced(store, rows, row);
    await settleUploads(store, rows, row.collection_id);
  });

/** Records that it cannot be read; what was read before is kept and indexed. */
export const failUpload = (store: Store, rows: Rows, id: UploadId, error: SerializedError) =>
  (async () => {
    const row = await findUpload(rows, id);
    if (!row || isFinal(row.state) || row.state === "erasing") return;
    await closeOpenBatch(store, rows, id);
    await rows
      .updateTable("uploads")
      .set({
        state: "failed",
        finished_at: store.now(),
        error_code: error.code,
        error_message: error.message,
        error_hint: error.hint ?? null,
      })
      .where("id", "=", id)
      .execute();
    await noteImport(store, rows, row, "import-failed");
  })();

/** Marks uploads as done whose chunks are all in a version. Call it in the transaction that makes it so. */
export const settleUploads = async (
  store: Store,
  rows: Rows,
  collection: CollectionId,
): Promise<void> => {
  const indexing = await rows
    .selectFrom("uploads")
    .select(["id", "collection_id", "created_at", "brought_by"])
    .where("collection_id", "=", collection)
    .where("state", "=", "indexing")
    .execute();
  if (indexing.length === 0) return;
  const tombstone = await rows
    .selectFrom("chunks")
    .select("id")
    .where("state", "=", "removed")
    .where("collection_id", "=", collection)
    .limit(1)
    .executeTakeFirst();
  if (tombstone) return;
  for (const upload of indexing) {
    const { id } = upload;
    const waiting = await rows
      .selectFrom("batches")
      .select("id")
      .where("origin_id", "=", id)
      .where("state", "!=", "committed")
      .limit(1)
      .executeTakeFirst();
    if (waiting) continue;
    await rows
      .updateTable("uploads")
      .set({ state: "done", finished_at: store.now() })
      .where("id", "=", id)
      .execute();
    await noteImport(store, rows, upload, "import-done");
  }
};
