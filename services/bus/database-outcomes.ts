// What becomes of a job, written to the jobs table in one transaction; whoever waits for a buried one is told in the same.
import { isJobName, type JobName } from "#services/contract/jobs.ts";
import type { OrganizationId } from "#services/domain/ids.ts";
import type { OwnedJobRow, SystemRows } from "#services/store/store.ts";
import { dropBuried } from "#services/store/store.ts";
import type { Outcome } from "./attempts.ts";
import type { JobStore } from "./job-store.ts";

/** A job that is being given up. */
export interface GivenUp {
  readonly organization: OrganizationId;
  readonly name: JobName;
  /** JSON. */
  readonly payload: string;
  readonly reason: string;
  /** Deliveries that saved nothing new, the last one included. */
  readonly attempts: number;
}

/** Runs in the transaction that buries a job: tells what the job was about that nobody works on it any more. */
export type OnBury = (rows: SystemRows, job: GivenUp) => Promise<void>;

const bury = async (rows: SystemRows, job: OwnedJobRow, how: { reason: string; now: number }) => {
  await rows
    .updateTable("jobs")
    .set({
      state: "buried",
      reason: how.reason,
      buried_at: how.now,
      owner: null,
      host: null,
      lease_until: null,
      fence: job.fence + 1,
    })
    .where("id", "=", job.id)
    .execute();
};

/** @param job as it stands in the table, in hand of the worker whose outcome this is */
export const writeOutcome = async (
  store: JobStore,
  rows: SystemRows,
  job: OwnedJobRow,
  { outcome, onBury }: { readonly outcome: Outcome; readonly onBury: OnBury },
): Promise<void> => {
  const now = store.now();
  switch (outcome.kind) {
    case "done":
      await rows.deleteFrom("jobs").where("id", "=", job.id).execute();
      // The same work was given up earlier, and is done now.
      if (job.job_key !== null && isJobName(job.name))
        await dropBuried(rows, job.name, job.job_key);
      return;
    case "buried": {
      const { reason } = outcome;
      await bury(rows, job, { reason, now });
      if (isJobName(job.name))
        await onBury(rows, {
          organization: job.org_id,
          name: job.name,
          payload: job.payload,
          reason,
          attempts: job.attempt,
        });
      return;
    }
    case "waiting":
      await rows
        .updateTable("jobs")
        .set({
          state: "waiting",
          run_at: now + outcome.delay,
          attempt: outcome.attempt,
          starts: outcome.starts,
          suspect: outcome.suspect === true ? 1 : job.suspect,
          reason: outcome.reason ?? job.reason,
          owner: null,
          host: null,
          lease_until: null,
          fence: job.fence + 1,
        })
        .where("id", "=", job.id)
        .execute();
  }
};
