// Supervision over the jobs table: leases begun anew, and the jobs of dead workers given to others.
import { type Duration, seconds } from "#services/domain/units.ts";
import type { OwnedJobRow, SystemRows } from "#services/store/store.ts";
import { afterCrash, afterHostDown, afterStop, type Outcome } from "./attempts.ts";
import { dueAmong } from "./database-claims.ts";
import { type OnBury, writeOutcome } from "./database-outcomes.ts";
import type { JobStore } from "./job-store.ts";
import type { Supervision } from "./supervision.ts";

/** A worker that has not been heard of for so long may be dead. */
export const LEASE: Duration = seconds(300);
/** From when that is seen, so long until its jobs are given to others: three times as long as a living one takes to be heard of. */
const GRACE: Duration = seconds(45);

/**
 * Where several machines share the jobs: what a lost one had in hand is another's within 12 + 3 + 6 + 3 s, with the 3 s that a
 * server leaves between two heartbeats, and two looks.
 */
export const SHARED_PACE = { lease: seconds(12), grace: seconds(6) } as const;

export interface SupervisionOptions {
  readonly store: JobStore;
  readonly lease?: Duration;
  /** From when a lease is seen to have run out, so long until its jobs are given to others. */
  readonly grace?: Duration;
  readonly onBury?: OnBury;
}

const held = (rows: SystemRows) =>
  rows.selectFrom("jobs").selectAll().where("state", "=", "active");

export const openDatabaseSupervision = (options: SupervisionOptions): Supervision => {
  const { store } = options;
  const lease = options.lease ?? LEASE;
  const grace = options.grace ?? GRACE;
  const onBury = options.onBury ?? (async () => undefined);

  /** Leases that were seen to have run out, by job: until when they were, and when that was seen. */
  let ranOut = new Map<string, { readonly until: number | null; readonly seenAt: number }>();

  /** A write that fails says that no worker can be heard of either, however much it lives. */
  const writing = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      ranOut.clear();
      throw error;
    }
  };

  const giveBack = async (
    rows: SystemRows,
    jobs: readonly OwnedJobRow[],
    how: (job: OwnedJobRow) => Outcome,
  ) => {
    for (const job of jobs) await writeOutcome(store, rows, job, { outcome: how(job), onBury });
  };

  const expired = (rows: SystemRows) => held(rows).where("lease_until", "<", store.now()).execute();

  /** Still as it was seen before, so long that a living worker would have renewed it. */
  const isDead = ({ id, lease_until }: OwnedJobRow): boolean => {
    const seen = ranOut.get(id);
    return seen?.until === lease_until && store.now() - seen.seenAt >= grace;
  };

  const giveBackExpired = async (rows: SystemRows) => {
    const inHand = new Map<string, number>();
    const workerOf = ({ host, owner }: OwnedJobRow) => `${host} ${owner}`;
    for (const job of await held(rows).execute())
      inHand.set(workerOf(job), (inHand.get(workerOf(job)) ?? 0) + 1);
    const reason = "Its worker process was not heard of for too long.";
    const dead = (await expired(rows)).filter(isDead);
    await giveBack(rows, dead, (job) =>
      afterCrash(job, { reason }, inHand.get(workerOf(job)) === 1),
    );
  };

  return {
    heartbeat: ({ id, host }) =>
      writing(() =>
        store.rows
          .updateTable("jobs")
          .set({ lease_until: store.now() + lease })
          .where("state", "=", "active")
          .where("host", "=", host)
          .where("owner", "=", id)
          .execute(),
      ),
    async releaseExpired() {
      const found = await expired(store.rows);
      if (found.some(isDead)) await writing(() => store.transaction(giveBackExpired));
      const seenAt = store.now();
      ranOut = new Map(
        found.map(({ id, lease_until }) => {
          const seen = ranOut.get(id);
          return [id, seen?.until === lease_until ? seen : { until: lease_until, seenAt }];
        }),
      );
    },
    release: ({ id, host }, end) =>
      store.transaction(async (rows) => {
        const jobs = await held(rows).where("host", "=", host).where("owner", "=", id).execute();
        await giveBack(rows, jobs, (job) =>
          end.kind === "stopped" ? afterStop(job) : afterCrash(job, end, jobs.length === 1),
        );
      }),
    releaseHost: (host) =>
      store.transaction(async (rows) => {
        await giveBack(rows, await held(rows).where("host", "=", host).execute(), afterHostDown);
      }),
    async hasWork(host, names) {
      const { rows, now } = store;
      if ((await dueAmong(rows, names, { now: now(), unpublished: false })).size > 0) return true;
      const inHand = held(rows).clearSelect().select("id").where("host", "=", host);
      return (await inHand.where("name", "in", names).executeTakeFirst()) !== undefined;
    },
  };
};
