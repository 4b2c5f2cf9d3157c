// The outbox: a job is written in the same transaction as the rows it follows from, so that neither is ever without the other.
import type { JobName, Jobs } from "#services/contract/jobs.ts";
import { jobId } from "#services/domain/ids.ts";
import type { Duration } from "#services/domain/units.ts";
import type { Rows, Store } from "./rows.ts";

export type NewJob = {
  readonly [N in JobName]: {
    readonly name: N;
    readonly payload: Jobs[N];
    /** Names the work: while a job of the same name and key waits, no second one is added. */
    readonly key?: string;
    readonly delay?: Duration;
  };
}[JobName];

/** Adds a job, or leaves it at the one that waits already under the same key (brought forward where it was due later). */
export const enqueue = async (store: Store, rows: Rows, job: NewJob): Promise<void> => {
  const now = store.now();
  const runAt = now + (job.delay ?? 0);
  if (job.key !== undefined) {
    const waiting = await rows
      .selectFrom("jobs")
      .select(["id", "run_at", "attempt"])
      .where("name", "=", job.name)
      .where("job_key", "=", job.key)
      .where("state", "=", "waiting")
      .executeTakeFirst();
    if (waiting) {
      // One that failed before keeps its growing delay.
      if (waiting.attempt === 0 && waiting.run_at > runAt)
        await rows
          .updateTable("jobs")
          .set({ run_at: runAt })
          .where("id", "=", waiting.id)
          .execute();
      return;
    }
  }
  await rows
    .insertInto("jobs")
    .values({
      id: jobId(store.newId()),
      name: job.name,
      payload: JSON.stringify(job.payload),
      job_key: job.key ?? null,
      state: "waiting",
      run_at: runAt,
      attempt: 0,
      fence: 0,
      lease_until: null,
      owner: null,
      reason: null,
      created_at: now,
    })
    .execute();
};
