// What every supervision promises: a dead worker's jobs go to others, the guilty one alone is counted, other hosts are left alone.
import { expect, it } from "vitest";
import { MAX_ATTEMPTS, MAX_STARTS } from "#services/contract/jobs.ts";
import {
  aSignal,
  aWorker,
  consume,
  countsOf,
  done,
  type Job,
  type OpenedJobs,
  publish,
  until,
} from "./bus.suite.ts";
import type { Worker } from "./bus.ts";

const crash = { kind: "crashed", reason: "The worker process crashed." } as const;
const longest = 300_000;

const workerOn = (host: string, id: string): Worker => ({ id, host });

/** A worker that takes jobs and never ends them, until it is dead. */
const aHangingWorker = async ({ bus }: OpenedJobs, worker: Worker, concurrency = 1) => {
  const taken: Job[] = [];
  const { promise, resolve } = aSignal();
  const consumer = await consume(
    bus(worker),
    async (job) => {
      taken.push(job);
      await promise;
      return done;
    },
    { concurrency },
  );
  return {
    worker,
    taken,
    /** It is dead for its supervisor, and then says that its jobs are done: nobody believes it. */
    async die(release: () => Promise<void>) {
      const stopped = consumer.stop();
      await release();
      resolve();
      await stopped;
    },
  };
};

/** Takes whatever is due, until nothing waits. @returns the deliveries */
const takeAll = async (jobs: OpenedJobs, worker: Worker = aWorker, concurrency = 4) => {
  const taken: Job[] = [];
  const consumer = await consume(
    jobs.bus(worker),
    async (job) => {
      taken.push(job);
      return done;
    },
    { concurrency },
  );
  await until(async () => {
    const { waiting, active } = await countsOf(jobs.admin);
    return waiting + active === 0;
  });
  await consumer.stop();
  return taken;
};

/** @param open fresh jobs, for one test */
export const supervisionSuite = (open: () => Promise<OpenedJobs>): void => {
  it("gives a dead worker's job to the next one, counts the attempt, and takes no word from the dead", async () => {
    const jobs = await open();
    const { supervision, admin } = jobs;
    await publish(jobs.bus(aWorker), "a");
    const dying = await aHangingWorker(jobs, workerOn("here", "dying"));
    await until(() => dying.taken.length === 1);
    await supervision.release(workerOn("here", "somebody else"), crash);
    await supervision.release(workerOn("elsewhere", "dying"), crash);
    expect((await countsOf(admin)).active).toBe(1);
    await dying.die(() => supervision.release(dying.worker, crash));
    expect(await countsOf(admin)).toMatchObject({ waiting: 1, active: 0 });
    expect((await takeAll(jobs))[0]?.attempt).toBe(2);
  });

  it("gives up a job that crashes its worker as often as may be, and says how it crashed", async () => {
    const jobs = await open();
    const { supervision, admin } = jobs;
    await publish(jobs.bus(aWorker), "a");
    for (let life = 1; life <= MAX_ATTEMPTS; life++) {
      expect((await countsOf(admin)).buried).toBe(0);
      const dying = await aHangingWorker(jobs, workerOn("here", `life ${life}`));
      await until(() => dying.taken.length === 1);
      expect(dying.taken[0]?.attempt).toBe(life);
      await dying.die(() => supervision.release(dying.worker, crash));
      jobs.advance(longest);
    }
    expect(await countsOf(admin)).toMatchObject({ waiting: 0, active: 0, buried: 1 });
    expect(await admin.buried("everybody", 5)).toMatchObject([
      { reason: crash.reason, attempts: MAX_ATTEMPTS },
    ]);
  });

  it("counts no attempt where several were in hand, and takes each of them alone from then on", async () => {
    const jobs = await open();
    const { supervision, admin } = jobs;
    for (const name of ["a", "b", "c"]) await publish(jobs.bus(aWorker), name);
    const dying = await aHangingWorker(jobs, workerOn("here", "dying"), 3);
    await until(() => dying.taken.length === 3);
    await dying.die(() => supervision.release(dying.worker, crash));
    expect((await countsOf(admin)).waiting).toBe(3);
    let inHand = 0;
    let most = 0;
    const attempts = new Map<string, number>();
    await consume(
      jobs.bus(aWorker),
      async (job) => {
        most = Math.max(most, ++inHand);
        attempts.set(job.payload.collection, job.attempt);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inHand--;
        return done;
      },
      { concurrency: 3 },
    );
    await until(async () => {
      const { waiting, active } = await countsOf(admin);
      return waiting + active === 0;
    });
    expect(most).toBe(1);
    expect([...attempts.values()]).toEqual([1, 1, 1]);
  });

  it("gives up the one job that crashes its worker, and does all that were in hand beside it", async () => {
    const jobs = await open();
    const { supervision, admin } = jobs;
    for (const name of ["a", "guilty", "b", "c"]) await publish(jobs.bus(aWorker), name);
    const finished = new Set<string>();
    for (let life = 1; (await countsOf(admin)).buried === 0; life++) {
      const worker = workerOn("here", `life ${life}`);
      const { promise: crashed, resolve: die } = aSignal();
      const { promise: never, resolve: letGo } = aSignal();
      const inHand = new Set<string>();
      const consumer = await consume(
        jobs.bus(worker),
        async ({ payload: { collection }, signal }) => {
          inHand.add(collection);
          // The first life takes all four before it crashes; later ones crash as soon as they have the guilty one.
          if (collection === "guilty" && (life > 1 || inHand.size === 4)) die();
          if (life === 1 && inHand.size === 4) die();
          if (collection === "guilty" || life === 1) await never;
          inHand.delete(collection);
          if (!signal.aborted) finished.add(collection);
          return done;
        },
        { concurrency: 4 },
      );
      await crashed;
      const stopped = consumer.stop();
      await supervision.release(worker, crash);
      letGo();
      await stopped;
      jobs.advance(longest);
      expect(life).toBeLessThan(10);
    }
    for (const job of await takeAll(jobs)) finished.add(job.payload.collection);
    const buried = await admin.buried("everybody", 5);
    expect(buried.map(({ about }) => about)).toEqual([{ collection: "guilty" }]);
    expect(finished).toEqual(new Set(["a", "b", "c"]));
  });

  it("counts nothing against what a worker that was told to stop did not finish", async () => {
    const jobs = await open();
    const { supervision } = jobs;
    for (let life = 1; life <= MAX_STARTS + 1; life++) {
      if (life === 1) await publish(jobs.bus(aWorker), "a");
      const leaving = await aHangingWorker(jobs, workerOn("here", `life ${life}`));
      await until(() => leaving.taken.length === 1);
      expect(leaving.taken[0]?.attempt).toBe(1);
      await leaving.die(() => supervision.release(leaving.worker, { kind: "stopped" }));
    }
    expect((await takeAll(jobs))[0]?.attempt).toBe(1);
  });

  it("gives back at a host's start what its own dead workers held, and leaves other hosts' jobs alone", async () => {
    const jobs = await open();
    const { supervision, admin } = jobs;
    for (const name of ["a", "b"]) await publish(jobs.bus(aWorker), name);
    const here = await aHangingWorker(jobs, workerOn("here", "worker-1"));
    await until(() => here.taken.length === 1);
    const there = await aHangingWorker(jobs, workerOn("there", "worker-1"));
    await until(() => there.taken.length === 1);
    await here.die(() => supervision.releaseHost("here"));
    expect(await countsOf(admin)).toMatchObject({ waiting: 1, active: 1 });
    const again = await aHangingWorker(jobs, workerOn("here", "worker-2"));
    await until(() => again.taken.length === 1);
    // The machine went down, through no fault of the job's.
    expect(again.taken[0]).toMatchObject({ payload: here.taken[0]?.payload, attempt: 1 });
    await again.die(() => supervision.release(again.worker, { kind: "stopped" }));
    await there.die(() => supervision.release(there.worker, { kind: "stopped" }));
    await takeAll(jobs);
  });

  it("says whether there is work for a host: a job that is due, or one in its hands", async () => {
    const jobs = await open();
    const { supervision } = jobs;
    const hasWork = (host: string) => supervision.hasWork(host, ["analysis.due", "index.due"]);
    expect(await hasWork("here")).toBe(false);
    await publish(jobs.bus(aWorker), "a", { delay: 1000 });
    expect(await hasWork("here")).toBe(false);
    jobs.advance(1000);
    expect(await hasWork("here")).toBe(true);
    expect(await supervision.hasWork("here", ["analysis.due"])).toBe(false);
    const here = await aHangingWorker(jobs, workerOn("here", "worker-1"));
    await until(() => here.taken.length === 1);
    expect([await hasWork("here"), await hasWork("there")]).toEqual([true, false]);
    await here.die(() => supervision.release(here.worker, { kind: "stopped" }));
    expect(await hasWork("there")).toBe(true);
    await takeAll(jobs);
    expect(await hasWork("here")).toBe(false);
  });

  it("gives up a job in whose hands the whole machine goes down again and again", async () => {
    const jobs = await open();
    await publish(jobs.bus(aWorker), "a");
    let lives = 0;
    while ((await countsOf(jobs.admin)).buried === 0) {
      const dying = await aHangingWorker(jobs, workerOn("here", `life ${++lives}`));
      await until(() => dying.taken.length === 1);
      await dying.die(() => jobs.supervision.releaseHost("here"));
    }
    expect(lives).toBe(MAX_STARTS);
  });
};
