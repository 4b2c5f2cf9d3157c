// The bus over the jobs table: claims by compare-and-set with a lease and a fence; rows and their jobs are one transaction.
import type { JobName } from "#services/contract/jobs.ts";
import { readJobId } from "#services/domain/ids.ts";
import { type Duration, milliseconds } from "#services/domain/units.ts";
import { addJob, type NewJob } from "#services/store/store.ts";
import { afterStop } from "./attempts.ts";
import type { Bus, Worker } from "./bus.ts";
import { type HeldJob, type JobSource, openClaimingBus } from "./claiming-bus.ts";
import { claimFound, type FoundRow, findInTurn, othersWait, Turns } from "./database-claims.ts";
import { type OnBury, writeOutcome } from "./database-outcomes.ts";
import { LEASE } from "./database-supervision.ts";
import { openDueNames } from "./due-names.ts";
import type { JobStore } from "./job-store.ts";

export interface DatabaseBusOptions {
  readonly store: JobStore;
  /** Who takes the jobs. */
  readonly worker: Worker;
  /** A job whose worker is not heard of for so long is given to another. */
  readonly lease?: Duration;
  readonly pollEvery?: Duration;
  /** As `JobSource.giveBackStrays` is called; 10 s by default. */
  readonly straysEvery?: Duration;
  readonly onBury?: OnBury;
}

/** Jobs in the table, taken by looking for them in turn. */
export const openDatabaseSource = (options: DatabaseBusOptions): JobSource<FoundRow> => {
  const { store, worker } = options;
  const lease = options.lease ?? LEASE;
  const onBury = options.onBury ?? (async () => undefined);
  const turns = new Map<JobName, Turns>();
  const turnsOf = (name: JobName) => {
    const known = turns.get(name) ?? new Turns();
    turns.set(name, known);
    return known;
  };
  const isDue = openDueNames(store, { unpublished: false });
  const own = ({ id, fence }: HeldJob) =>
    store.rows.updateTable("jobs").where("id", "=", id).where("fence", "=", fence);

  return {
    add: ({ organization, collection, ...job }) =>
      store.transaction(async (rows) => {
        await store.within(rows, organization);
        // The pair of name and payload was checked where it was made.
        await addJob(store, rows, job as NewJob, { organization, collection });
      }),
    async find(name, how) {
      if (!(await isDue(name))) return undefined;
      return findInTurn(store, { name, turns: turnsOf(name) }, how);
    },
    async claim(name, found, how) {
      const held = await claimFound(store, { worker, lease }, { name, found }, how);
      if (held) turnsOf(name).took(found);
      return held;
    },
    async progress(job, reached) {
      const { numUpdatedRows } = await own(job)
        .set({
          attempt: 1,
          checkpoint: reached,
          suspect: 0,
          reason: null,
          lease_until: store.now() + lease,
        })
        .executeTakeFirst();
      return numUpdatedRows === 1n ? "kept" : "not ours";
    },
    settle: (job, outcome) =>
      store.transaction(async (rows) => {
        const row = await rows
          .selectFrom("jobs")
          .selectAll()
          .where("id", "=", job.id)
          .where("fence", "=", job.fence)
          .executeTakeFirst();
        // Given to another worker by now: this one's word no longer counts.
        if (row) await writeOutcome(store, rows, row, { outcome, onBury });
      }),
    othersWait: (job) => othersWait(store, job),
    async giveBackStrays(isInHand) {
      const claimed = await store.rows
        .selectFrom("jobs")
        .select(["id", "fence"])
        .where("state", "=", "active")
        .where("host", "=", worker.host)
        .where("owner", "=", worker.id)
        .execute();
      for (const { id, fence } of claimed) {
        const known = readJobId(id);
        if (known === undefined || isInHand(known)) continue;
        await store.transaction(async (rows) => {
          const row = await rows
            .selectFrom("jobs")
            .selectAll()
            .where("id", "=", id)
            .where("fence", "=", fence)
            .where("state", "=", "active")
            .executeTakeFirst();
          if (row) await writeOutcome(store, rows, row, { outcome: afterStop(row), onBury });
        });
      }
    },
  };
};

export const openDatabaseBus = (options: DatabaseBusOptions): Bus =>
  openClaimingBus(openDatabaseSource(options), {
    pollEvery: options.pollEvery ?? milliseconds(100),
    straysEvery: options.straysEvery,
  });
