// Updates uploads and analyses when their job is given up or tried again by a person, in the same transaction.
import { type JobName, saysOutOfMemory } from "#services/contract/jobs.ts";
import { GAVE_UP } from "#services/contract/uploads.ts";
import {
  type CollectionId,
  readBatchId,
  readCollectionId,
  readUploadId,
  type UploadId,
} from "#services/domain/ids.ts";
import {
  currentAnalysis,
  enqueueAnalysis,
  failOpenAnalyses,
  failUpload,
  findBatch,
  findUpload,
  type Rows,
  repairGivenUp,
  requeueUpload,
  type Store,
} from "#services/store/store.ts";

const told = ({ reason, attempts }: { readonly reason: string; readonly attempts: number }) => ({
  kind: "unavailable" as const,
  code: GAVE_UP,
  message: attempts > 1 ? `Parlance gave up after ${attempts} attempts: ${reason}` : reason,
  hint: saysOutOfMemory(reason)
    ? "What was read so far is kept and can be read; what of it is indexed can be searched. Split the file into smaller ones and upload those: what is there already is not added twice."
    : "Try again with “Retry”; what was read so far is kept. The server's log has the details.",
  data: {},
});

interface AboutJob {
  readonly name: JobName;
  /** JSON. */
  readonly payload: string;
}

const idsOf = ({ payload }: AboutJob) => {
  const ids = JSON.parse(payload) as Partial<Record<string, unknown>>;
  const text = (name: string) => String(ids[name] ?? "");
  return {
    upload: readUploadId(text("upload")),
    batch: readBatchId(text("batch")),
    collection: readCollectionId(text("collection")),
  };
};

/** The upload whose reading or embedding a job does. */
const uploadBehind = async (rows: Rows, job: AboutJob): Promise<UploadId | undefined> => {
  const { upload, batch } = idsOf(job);
  if (job.name === "upload.received") return upload;
  if (job.name !== "chunks.ready" || !batch) return undefined;
  return readUploadId((await findBatch(rows, batch))?.origin_id ?? "");
};

const uploadsIn = (rows: Rows, collection: CollectionId, state: string) =>
  rows
    .selectFrom("uploads")
    .select(["id", "error_code"])
    .where("collection_id", "=", collection)
    .where("state", "=", state)
    .execute();

/** Marks the uploads or the analysis of a given-up job as failed, or its index as damaged and not being rebuilt. */
export const failForBuriedJob = async (
  store: Store,
  rows: Rows,
  job: AboutJob & { readonly reason: string; readonly attempts: number },
): Promise<void> => {
  const upload = await uploadBehind(rows, job);
  if (upload) await failUpload(store, rows, upload, told(job));
  const { collection } = idsOf(job);
  if (!collection) return;
  if (job.name === "analysis.due")
    await failOpenAnalyses(store, rows, collection, told(job).message);
  if (job.name === "index.repair") await repairGivenUp(rows, collection);
  if (job.name === "index.due")
    for (const { id } of await uploadsIn(rows, collection, "indexing"))
      await failUpload(store, rows, id, told(job));
};

/** Undoes `failForBuriedJob`: what it marked as failed is under way again. The job itself is waiting already. */
export const resumeForRetriedJob = async (
  store: Store,
  rows: Rows,
  job: AboutJob,
): Promise<void> => {
  const upload = await uploadBehind(rows, job);
  const row = upload && (await findUpload(rows, upload));
  if (row?.error_code === GAVE_UP) await requeueUpload(store, rows, row.id);
  const { collection } = idsOf(job);
  if (!collection) return;
  if (job.name === "analysis.due") {
    const current = await currentAnalysis(rows, collection);
    await enqueueAnalysis(store, rows, { collection, mode: current?.mode ?? "update" });
  }
  if (job.name === "index.due")
    for (const { id, error_code } of await uploadsIn(rows, collection, "failed"))
      if (error_code === GAVE_UP) await requeueUpload(store, rows, id);
};
