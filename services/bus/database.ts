// The bus over the jobs table: claims by compare-and-set with a lease and a fence; a dead worker's jobs go to others.
import { type JobName, type Jobs, jobs } from "#services/contract/jobs.ts";
import { readJobId } from "#services/domain/ids.ts";
import { type Duration, milliseconds, seconds } from "#services/domain/units.ts";
import {
  type Database,
  enqueue,
  type JobRow,
  type NewJob,
  type SystemRows,
  scopeOfJob,
} from "#services/store/store.ts";
import { type Bus, type Handler, MAX_ATTEMPTS, retryDelay, type Verdict } from "./bus.ts";

export interface DatabaseBusOptions {
  readonly database: Database;
  /** Names this worker in the table. Unique among the living. */
  readonly owner: string;
  /** A claim not renewed for so long is anybody's. */
  readonly lease?: Duration;
  readonly pollEvery?: Duration;
  /** Runs in the transaction that buries a job: what it was about is to be told that nobody works on it any more. */
  readonly onBury?: (
    rows: SystemRows,
    job: { readonly name: JobName; readonly payload: string; readonly reason: string },
  ) => Promise<void>;
}

type Claimed = Pick<JobRow, "id" | "payload" | "fence" | "attempt">;

const isJobName = (name: string): name is JobName => Object.hasOwn(jobs, name);

export const openDatabaseBus = (options: DatabaseBusOptions): Bus => {
  const { database, owner } = options;
  const { system, now: clock } = database;
  const lease = options.lease ?? seconds(300);
  const pollEvery = options.pollEvery ?? milliseconds(100);
  const sleepers = new Set<() => void>();
  const stops = new Set<() => Promise<void>>();

  const wake = () => {
    for (const sleeper of [...sleepers]) sleeper();
  };
  const sleep = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        sleepers.delete(done);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, pollEvery);
      sleepers.add(done);
    });

  const bury = async (rows: SystemRows, name: JobName, job: Claimed, reason: string) => {
    await rows
      .updateTable("jobs")
      .set({ state: "buried", reason, lease_until: null, owner: null })
      .where("id", "=", job.id)
      .where("fence", "=", job.fence)
      .execute();
    await options.onBury?.(rows, { name, payload: job.payload, reason });
  };

  const due = (name: JobName, now: number) =>
    system.rows
      .selectFrom("jobs")
      .select(["id", "payload", "fence", "attempt"])
      .where("name", "=", name)
      .where((test) =>
        test.or([
          test.and([test("state", "=", "waiting"), test("run_at", "<=", now)]),
          test.and([test("state", "=", "active"), test("lease_until", "<", now)]),
        ]),
      )
      .orderBy("run_at")
      .orderBy("id")
      .limit(1)
      .executeTakeFirst();

  const claim = async (name: JobName): Promise<Claimed | undefined> => {
    for (;;) {
      const now = clock();
      const found = await due(name, now);
      if (!found) return undefined;
      const taken: Claimed = { ...found, fence: found.fence + 1, attempt: found.attempt + 1 };
      const worn = taken.attempt > MAX_ATTEMPTS;
      const mine = await system.transaction(async (rows) => {
        const { numUpdatedRows } = await rows
          .updateTable("jobs")
          .set({
            state: "active",
            fence: taken.fence,
            // Counted before the work starts, so that a job that kills its worker is seen to.
            attempt: taken.attempt,
            lease_until: now + lease,
            owner,
          })
          .where("id", "=", taken.id)
          .where("fence", "=", found.fence)
          .executeTakeFirst();
        if (numUpdatedRows !== 1n) return false;
        if (worn) await bury(rows, name, taken, `Begun ${MAX_ATTEMPTS} times and never ended.`);
        return !worn;
      });
      if (mine) return taken;
    }
  };

  const settle = async (name: JobName, job: Claimed, verdict: Verdict) => {
    const mine = (rows: SystemRows) =>
      rows
        .selectFrom("jobs")
        .select("id")
        .where("id", "=", job.id)
        .where("fence", "=", job.fence)
        .executeTakeFirst();
    if (verdict.kind === "done") {
      await system.rows
        .deleteFrom("jobs")
        .where("id", "=", job.id)
        .where("fence", "=", job.fence)
        .execute();
      return;
    }
    await system.transaction(async (rows) => {
      // Somebody else has it by now: this worker's word no longer counts.
      if (!(await mine(rows))) return;
      if (verdict.kind === "bury") return bury(rows, name, job, verdict.reason);
      if (job.attempt >= MAX_ATTEMPTS) return bury(rows, name, job, verdict.reason);
      await rows
        .updateTable("jobs")
        .set({
          state: "waiting",
          run_at: clock() + (verdict.after ?? retryDelay(job.attempt)),
          reason: verdict.reason,
          lease_until: null,
          owner: null,
        })
        .where("id", "=", job.id)
        .execute();
    });
  };

  const handle = async <N extends JobName>(
    name: N,
    job: Claimed,
    handler: Handler<N>,
    signal: AbortSignal,
  ) => {
    const id = readJobId(job.id);
    const payload = jobs[name].safeParse(JSON.parse(job.payload));
    if (!payload.success || id === undefined) {
      await settle(name, job, { kind: "bury", reason: "The job's own record is not understood." });
      return;
    }
    let verdict: Verdict;
    try {
      verdict = await handler({
        id,
        name,
        payload: payload.data as Jobs[N],
        attempt: job.attempt,
        signal,
        progressed: async () => {
          await system.rows
            .updateTable("jobs")
            .set({ attempt: 1, lease_until: clock() + lease })
            .where("id", "=", job.id)
            .where("fence", "=", job.fence)
            .execute();
        },
      });
    } catch (error) {
      verdict = { kind: "retry", reason: error instanceof Error ? error.message : String(error) };
    }
    await settle(name, job, verdict);
  };

  const publish = async (job: NewJob) => {
    const scope = await scopeOfJob(database, job.payload);
    await system.transaction((rows) =>
      enqueue(database.within(scope), system.within(rows, scope), job),
    );
    wake();
  };

  const giveBack = (attemptsBack: 0 | 1, of?: string) =>
    system.rows
      .updateTable("jobs")
      .set((value) => ({
        state: "waiting",
        owner: null,
        lease_until: null,
        attempt: value("attempt", "-", attemptsBack),
        fence: value("fence", "+", 1),
      }))
      .where("state", "=", "active")
      .$if(of !== undefined, (query) => query.where("owner", "=", of ?? ""))
      .execute();

  return {
    publish: (name, payload, extra) => publish({ name, payload, ...extra } as NewJob),
    wake,
    async consume(name, handler, { concurrency }) {
      const leaving = new AbortController();
      const loop = async () => {
        while (!leaving.signal.aborted) {
          try {
            const job = await claim(name);
            if (job) await handle(name, job, handler, leaving.signal);
            else await sleep();
          } catch (error) {
            // The table itself could not be asked or told (busy, full): the lease stands, and the next round tries again.
            console.error(`jobs ${name}:`, error instanceof Error ? error.message : error);
            await sleep();
          }
        }
      };
      const loops = Array.from({ length: concurrency }, loop);
      const stop = async () => {
        leaving.abort();
        wake();
        await Promise.all(loops);
        stops.delete(stop);
      };
      stops.add(stop);
      return { stop };
    },
    async counts() {
      const found = await system.rows
        .selectFrom("jobs")
        .select(["name", "state", (make) => make.fn.countAll<number>().as("count")])
        .groupBy(["name", "state"])
        .execute();
      const count = (name: JobName, state: string) =>
        found.find((entry) => entry.name === name && entry.state === state)?.count ?? 0;
      return Object.keys(jobs)
        .filter(isJobName)
        .map((name) => ({
          name,
          waiting: count(name, "waiting"),
          active: count(name, "active"),
          buried: count(name, "buried"),
        }));
    },
    async renew(worker) {
      await system.rows
        .updateTable("jobs")
        .set({ lease_until: clock() + lease })
        .where("state", "=", "active")
        .where("owner", "=", worker)
        .execute();
    },
    async release(worker) {
      await giveBack(0, worker);
      wake();
    },
    async releaseAll() {
      await giveBack(1);
      wake();
    },
    async close() {
      await Promise.all([...stops].map((stop) => stop()));
    },
  };
};
