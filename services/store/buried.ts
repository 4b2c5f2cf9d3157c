// A buried job: nobody works on it any more, and whoever waits for it is told so.
import type { JobName } from "#services/contract/jobs.ts";
import { readBatchId, readCollectionId, readUploadId } from "#services/domain/ids.ts";
import { failOpenAnalyses } from "./analyses.ts";
import { findBatch } from "./batches.ts";
import type { Rows, Store } from "./rows.ts";
import { failUpload } from "./uploads.ts";

const told = (reason: string) => ({
  kind: "unavailable" as const,
  code: "gave-up",
  message: `Parlance gave up after several attempts: ${reason}`,
  hint: "Try again with “Retry”; what was read so far is kept. The server's log has the details.",
  data: {},
});

/** Fails the uploads, or the analysis, behind a job, in the transaction that buries it. A retry puts their work under way again. */
export const failForBuriedJob = async (
  store: Store,
  rows: Rows,
  job: { readonly name: JobName; readonly payload: string; readonly reason: string },
): Promise<void> => {
  const payload = JSON.parse(job.payload) as Partial<Record<string, unknown>>;
  const text = (name: string) => String(payload[name] ?? "");
  if (job.name === "upload.received") {
    const id = readUploadId(text("upload"));
    if (id) await failUpload(store, rows, id, told(job.reason));
  }
  if (job.name === "chunks.ready") {
    const id = readBatchId(text("batch"));
    const batch = id && (await findBatch(rows, id));
    if (batch) await failUpload(store, rows, batch.upload_id, told(job.reason));
  }
  if (job.name === "analysis.due") {
    const id = readCollectionId(text("collection"));
    if (id) await failOpenAnalyses(store, rows, id, told(job.reason).message);
  }
  if (job.name === "index.due") {
    const id = readCollectionId(text("collection"));
    if (!id) return;
    const waiting = await rows
      .selectFrom("uploads")
      .select("id")
      .where("collection_id", "=", id)
      .where("state", "=", "indexing")
      .execute();
    for (const upload of waiting) await failUpload(store, rows, upload.id, told(job.reason));
  }
};
