// The attempts of a piece of work, the time of the next one, and the last error, read from its jobs: for people.
import type { JobName } from "#services/contract/jobs.ts";
import { batchId, type CollectionId, type UploadId } from "#services/domain/ids.ts";
import type { Rows } from "./rows.ts";
import type { JobRow } from "./tables.ts";

export interface Tries {
  /** Attempts of work that failed; undefined where nothing failed. */
  readonly attempt: number | undefined;
  /** When the next attempt starts; null while one is running, or where nothing failed. */
  readonly retryAt: number | null;
  readonly lastProblem: string | null;
}

type Trouble = Pick<JobRow, "state" | "attempt" | "run_at" | "reason">;

/** Jobs of a name that failed since they last saved something, and are not given up. */
const troubled = (rows: Rows, name: JobName) =>
  rows
    .selectFrom("jobs")
    .select(["state", "attempt", "run_at", "reason"])
    .where("name", "=", name)
    .where("state", "in", ["waiting", "active"])
    .where("reason", "is not", null);

const triesOf = (jobs: readonly Trouble[]): Tries => {
  const [worst] = [...jobs].sort((a, b) => b.attempt - a.attempt);
  if (!worst) return { attempt: undefined, retryAt: null, lastProblem: null };
  return {
    attempt: worst.attempt,
    retryAt: worst.state === "waiting" ? worst.run_at : null,
    lastProblem: worst.reason,
  };
};

/** The attempts of an upload in progress: its reading, the embedding of its batches, the commit of its collection. */
export const triesOfUpload = async (
  rows: Rows,
  of: { readonly upload: UploadId; readonly collection: CollectionId },
): Promise<Tries> => {
  // Keys of its batches end in a number, and ":" comes after the digits.
  const first = batchId(of.upload, 0).slice(0, -1);
  const found = await Promise.all([
    troubled(rows, "upload.received").where("job_key", "=", of.upload).execute(),
    troubled(rows, "chunks.ready")
      .where("job_key", ">=", first)
      .where("job_key", "<", `${first}:`)
      .execute(),
    troubled(rows, "index.due").where("job_key", "=", of.collection).execute(),
  ]);
  return triesOf(found.flat());
};

export const triesOfAnalysis = async (rows: Rows, collection: CollectionId): Promise<Tries> =>
  triesOf(await troubled(rows, "analysis.due").where("job_key", "=", collection).execute());
