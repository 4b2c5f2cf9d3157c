// Uploads as people see them: one with its counters, tries and problems, and a collection's in pages.
import type { UploadInspection } from "#services/contract/inspections.ts";
import { MAX_ATTEMPTS } from "#services/contract/jobs.ts";
import type { Upload, UploadState } from "#services/contract/uploads.ts";
import { badCursor } from "#services/domain/bad-cursor.ts";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { foundBy } from "./cleaning/findings.ts";
import type { Rows } from "./rows.ts";
import type { UploadRow } from "./tables.ts";
import { triesOfUpload } from "./tries.ts";
import { findUpload, isFinal } from "./uploads.ts";

const embeddedOf = (states: ReadonlyMap<string, number>) =>
  (states.get("embedded") ?? 0) + (states.get("committed") ?? 0);

const attachmentsIn = (row: UploadRow): Pick<Upload, "attachments"> => {
  const attachments = {
    kept: row.attachments_kept,
    bytes: row.attachment_bytes,
    tooLarge: row.attachments_large,
    missing: row.attachments_missing,
  };
  return Object.values(attachments).some((count) => count > 0) ? { attachments } : {};
};

/** The upload as responses show it, except rate and time left, which `watchUpload` adds. */
export const uploadView = async (rows: Rows, row: UploadRow): Promise<Upload> => {
  const counted = await rows
    .selectFrom("batches")
    .select(["state", (make) => make.fn.sum<number>("chunks").as("chunks")])
    .where("origin_id", "=", row.id)
    .groupBy("state")
    .execute();
  const states = new Map(counted.map((entry) => [entry.state, Number(entry.chunks)]));
  const { attempt, ...tries } = isFinal(row.state)
    ? { attempt: undefined, retryAt: null, lastProblem: null }
    : await triesOfUpload(rows, { upload: row.id, collection: row.collection_id });
  return {
    id: row.id,
    collection: row.collection_id,
    filename: row.filename,
    bytes: row.bytes,
    sha256: row.sha256,
    state: row.state as UploadState,
    format: row.format,
    source: row.source,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    attempt: attempt ?? row.attempt,
    maxAttempts: MAX_ATTEMPTS,
    ...tries,
    progress: {
      bytesRead: row.bytes_read,
      conversations: row.conversations,
      newMessages: row.new_messages,
      knownMessages: row.known_messages,
      changedMessages: row.changed_messages,
      chunks: row.chunks,
      embedded: embeddedOf(states),
      indexed: states.get("committed") ?? 0,
      rate: null,
      timeLeft: null,
    },
    ...attachmentsIn(row),
    ...(row.cleaned === null ? {} : { cleaned: foundBy(row.cleaned) }),
    ...(row.blob_key === "" && row.sha256 !== "" ? { fileDeleted: true as const } : {}),
    inspection:
      row.state === "unconfirmed" && row.inspection !== null
        ? (JSON.parse(row.inspection) as UploadInspection)
        : null,
    confirmBy: row.state === "unconfirmed" ? row.confirm_by : null,
    problemCount: row.problem_count,
    problems: JSON.parse(row.problems) as Upload["problems"],
    error:
      row.error_code === null
        ? null
        : { code: row.error_code, message: row.error_message ?? "", hint: row.error_hint },
  };
};

/** One upload for people; undefined where there is none, or it is being erased. */
export const readUpload = async (rows: Rows, id: UploadId): Promise<Upload | undefined> => {
  const row = await findUpload(rows, id);
  return row && row.state !== "erasing" ? uploadView(rows, row) : undefined;
};

/** Newest first. `before` is the id of the last one of the page before. @throws ParlanceError rejected `bad-cursor` */
export const listUploads = async (
  rows: Rows,
  collection: CollectionId,
  page: { readonly limit: number; readonly before?: UploadId },
): Promise<Upload[]> => {
  const after = page.before === undefined ? undefined : await findUpload(rows, page.before);
  if (page.before !== undefined && after?.collection_id !== collection) throw badCursor();
  const found = await rows
    .selectFrom("uploads")
    .selectAll()
    .where("collection_id", "=", collection)
    .where("state", "!=", "erasing")
    .$if(after !== undefined, (query) =>
      query.where((test) =>
        test.or([
          test("created_at", "<", after?.created_at ?? 0),
          test.and([
            test("created_at", "=", after?.created_at ?? 0),
            test("id", "<", after?.id ?? ("" as never)),
          ]),
        ]),
      ),
    )
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(page.limit)
    .execute();
  return Promise.all(found.map((row) => uploadView(rows, row)));
};
