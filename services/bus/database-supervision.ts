// Supervision over the jobs table: leases begun anew, and the jobs of dead workers given to others.
import { type Duration, seconds } from "#services/domain/units.ts";
import type { OwnedJobRow, SystemRows } from "#services/store/store.ts";
import { afterCrash, afterHostDown, afterStop, type Outcome } from "./attempts.ts";
import { type OnBury, writeOutcome } from "./database-outcomes.ts";
import type { JobStore } from "./job-store.ts";
import type { Supervision } from "./supervision.ts";

/** A job whose worker has not been heard of for so long is given to another. */
export const LEASE: Duration = seconds(300);

export interface SupervisionOptions {
  readonly store: JobStore;
  readonly lease?: Duration;
  readonly onBury?: OnBury;
}

const held = (rows: SystemRows) =>
  rows.selectFrom("jobs").selectAll().where("state", "=", "active");

export const openDatabaseSupervision = (options: SupervisionOptions): Supervision => {
  const { store } = options;
  const lease = options.lease ?? LEASE;
  const onBury = options.onBury ?? (async () => undefined);

  const giveBack = async (
    rows: SystemRows,
    jobs: readonly OwnedJobRow[],
    how: (job: OwnedJobRow) => Outcome,
  ) => {
    for (const job of jobs) await writeOutcome(store, rows, job, { outcome: how(job), onBury });
  };

  return {
    async heartbeat({ id, host }) {
      await store.rows
        .updateTable("jobs")
        .set({ lease_until: store.now() + lease })
        .where("state", "=", "active")
        .where("host", "=", host)
        .where("owner", "=", id)
        .execute();
    },
    release: ({ id, host }, end) =>
      store.transaction(async (rows) => {
        const jobs = await held(rows).where("host", "=", host).where("owner", "=", id).execute();
        await giveBack(rows, jobs, (job) =>
          end.kind === "stopped" ? afterStop(job) : afterCrash(job, end.reason, jobs.length === 1),
        );
      }),
    releaseHost: (host) =>
      store.transaction(async (rows) => {
        await giveBack(rows, await held(rows).where("host", "=", host).execute(), afterHostDown);
      }),
  };
};

/** Gives to others what workers that were not heard of for too long have in hand: their host is gone with them. */
export const releaseExpired = async (store: JobStore, onBury: OnBury): Promise<void> => {
  const expired = (rows: SystemRows) => held(rows).where("lease_until", "<", store.now()).execute();
  if ((await expired(store.rows)).length === 0) return;
  const reason = "Its worker process was not heard of for too long.";
  await store.transaction(async (rows) => {
    const inHand = new Map<string, number>();
    const workerOf = ({ host, owner }: OwnedJobRow) => `${host} ${owner}`;
    for (const job of await held(rows).execute())
      inHand.set(workerOf(job), (inHand.get(workerOf(job)) ?? 0) + 1);
    for (const job of await expired(rows)) {
      const outcome = afterCrash(job, reason, inHand.get(workerOf(job)) === 1);
      await writeOutcome(store, rows, job, { outcome, onBury });
    }
  });
};
