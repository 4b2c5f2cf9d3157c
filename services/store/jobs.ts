// Jobs are written in the transaction of the rows that cause them, so that neither exists without the other.
import type { JobName } from "#services/contract/jobs.ts";
import { type CollectionId, jobId } from "#services/domain/ids.ts";
import type { Duration } from "#services/domain/units.ts";
import { type JobOwner, type NamedJob, ownerOfJob } from "./job-owner.ts";
import type { Queries, Rows, Store } from "./rows.ts";

export type NewJob = NamedJob & {
  /** Identifies the work: while a job with the same name and key waits, no second one is added. */
  readonly key?: string;
  readonly delay?: Duration;
};

const nextOrdinal = async (rows: Queries): Promise<number> => {
  const last = await rows
    .selectFrom("jobs")
    .select("ordinal")
    .orderBy("ordinal", "desc")
    .limit(1)
    .executeTakeFirst();
  return (last?.ordinal ?? 0) + 1;
};

/** @returns whether a job waits under this key; its time is moved forward where it was later */
const foldIntoWaiting = async (rows: Queries, name: JobName, key: string, runAt: number) => {
  const waiting = await rows
    .selectFrom("jobs")
    .select(["id", "run_at", "attempt"])
    .where("name", "=", name)
    .where("job_key", "=", key)
    .where("state", "=", "waiting")
    // Whoever takes it from now on sees what this transaction writes.
    .forUpdate()
    .executeTakeFirst();
  // A job that failed before keeps its growing delay.
  if (waiting?.attempt === 0 && waiting.run_at > runAt)
    await rows.updateTable("jobs").set({ run_at: runAt }).where("id", "=", waiting.id).execute();
  return waiting !== undefined;
};

/** Deletes given-up jobs with this name and key: the same work was done, or is requested again. */
export const dropBuried = async (rows: Queries, name: JobName, key: string): Promise<void> => {
  await rows
    .deleteFrom("jobs")
    .where("name", "=", name)
    .where("job_key", "=", key)
    .where("state", "=", "buried")
    .execute();
};

/** Deletes the jobs of a collection that is erased, except the erasure's own job, which is running. */
export const dropJobsOfCollection = async (rows: Rows, collection: CollectionId): Promise<void> => {
  await rows
    .deleteFrom("jobs")
    .where("collection_id", "=", collection)
    .where("state", "in", ["waiting", "buried"])
    .execute();
};

/**
 * Adds a job, or keeps the one that waits already under the same key (moved forward where its time was later). A job that
 * was given up under that key is replaced.
 */
export const addJob = async (
  store: Pick<Store, "now" | "newId">,
  rows: Queries,
  job: NewJob,
  { organization, collection }: JobOwner,
): Promise<void> => {
  const now = store.now();
  const runAt = now + (job.delay ?? 0);
  if (job.key !== undefined) {
    if (await foldIntoWaiting(rows, job.name, job.key, runAt)) return;
    await dropBuried(rows, job.name, job.key);
  }
  await rows
    .insertInto("jobs")
    .values({
      id: jobId(store.newId()),
      org_id: organization,
      collection_id: collection ?? "",
      name: job.name,
      payload: JSON.stringify(job.payload),
      job_key: job.key ?? null,
      state: "waiting",
      ordinal: await nextOrdinal(rows),
      run_at: runAt,
      attempt: 0,
      starts: 0,
      checkpoint: 0,
      suspect: 0,
      fence: 0,
      lease_until: null,
      owner: null,
      host: null,
      reason: null,
      created_at: now,
      buried_at: null,
      published_until: null,
    })
    .execute();
};

/**
 * `addJob` for the owner of the row that the payload names. Where that row no longer exists nothing is added.
 * Wake the bus after the transaction.
 */
export const enqueue = async (store: Store, rows: Rows, job: NewJob): Promise<void> => {
  const owner = await ownerOfJob(rows, job);
  if (owner) await addJob(store, rows, job, owner);
};

/** `enqueue`, unless there is a job with this name and key in any state: a given-up one waits for a person. */
export const enqueueMissing = async (
  store: Store,
  rows: Rows,
  job: NewJob & { readonly key: string },
): Promise<void> => {
  const there = await rows
    .selectFrom("jobs")
    .select("id")
    .where("name", "=", job.name)
    .where("job_key", "=", job.key)
    .limit(1)
    .executeTakeFirst();
  if (!there) await enqueue(store, rows, job);
};
