// The owner of a job: the organization and collection of the row that its payload names.
import type { JobName, Jobs } from "#services/contract/jobs.ts";
import {
  type CollectionId,
  type OrganizationId,
  readBatchId,
  readCollectionId,
  readConceptId,
  readUploadId,
} from "#services/domain/ids.ts";
import type { Rows } from "./rows.ts";

export type NamedJob = {
  readonly [N in JobName]: { readonly name: N; readonly payload: Jobs[N] };
}[JobName];

export interface JobOwner {
  readonly organization: OrganizationId;
  /** Null for a job that belongs to no single collection. */
  readonly collection: CollectionId | null;
}

const collectionOfRow = async (
  rows: Rows,
  table: "uploads" | "batches" | "concepts",
  id: string | undefined,
): Promise<CollectionId | undefined> => {
  if (id === undefined) return undefined;
  const row = await rows
    .selectFrom(table)
    .select("collection_id")
    .where("id", "=", id as never)
    .executeTakeFirst();
  return row?.collection_id;
};

const collectionOf = (rows: Rows, job: NamedJob): Promise<CollectionId | undefined> => {
  switch (job.name) {
    case "upload.received":
      return collectionOfRow(rows, "uploads", readUploadId(job.payload.upload));
    case "chunks.ready":
      return collectionOfRow(rows, "batches", readBatchId(job.payload.batch));
    case "alert.due":
      return collectionOfRow(rows, "concepts", readConceptId(job.payload.concept));
    case "index.due":
    case "index.repair":
    case "sessions.due":
    case "exchanges.due":
    case "erase.requested":
    case "analysis.due":
    case "watch.due":
      return Promise.resolve(readCollectionId(job.payload.collection));
  }
};

/** Undefined where the row no longer exists, so that there is nothing to do. */
export const ownerOfJob = async (rows: Rows, job: NamedJob): Promise<JobOwner | undefined> => {
  const collection = await collectionOf(rows, job);
  if (collection === undefined) return undefined;
  const row = await rows
    .selectFrom("collections")
    .select("org_id")
    .where("id", "=", collection)
    .executeTakeFirst();
  return row && { organization: row.org_id, collection };
};
