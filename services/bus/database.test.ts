// Jobs in the database keep the promises of every bus, supervision and administration; rows and their jobs are one transaction.
import { afterEach, describe, expect, it } from "vitest";
import { defaultOrganization } from "#services/domain/ids.ts";
import { defaultScope } from "#services/domain/scope.ts";
import { type Duration, millis, milliseconds } from "#services/domain/units.ts";
import { addJob, enqueue } from "#services/store/jobs.ts";
import { aStore, aCollection as aStoredCollection } from "#services/store/store.builders.ts";
import {
  aCollection,
  aSignal,
  aWorker,
  busSuite,
  consume,
  countsOf,
  done,
  type OpenedJobs,
  publish,
  until,
} from "./bus.suite.ts";
import { openDatabaseBus } from "./database.ts";
import { findInTurn, Turns } from "./database-claims.ts";
import { openDatabaseJobAdmin } from "./database-job-admin.ts";
import type { OnBury } from "./database-outcomes.ts";
import { openDatabaseSupervision } from "./database-supervision.ts";
import { jobAdminSuite } from "./job-admin.suite.ts";
import { openJobStore } from "./job-store.ts";
import { supervisionSuite } from "./supervision.suite.ts";

const closers: (() => Promise<void>)[] = [];

const fresh = async (
  options: {
    readonly lease?: Duration;
    readonly straysEvery?: Duration;
    readonly onBury?: OnBury;
  } = {},
) => {
  const { store: opened, remove } = await aStore();
  closers.push(remove);
  let later = 0;
  const now = () => millis(Date.now() + later);
  const store = { ...opened, now };
  const jobStore = { ...openJobStore(opened.database), now };
  const jobs: OpenedJobs = {
    bus(worker) {
      const bus = openDatabaseBus({
        store: jobStore,
        worker,
        pollEvery: milliseconds(5),
        ...options,
      });
      closers.push(() => bus.close());
      return bus;
    },
    supervision: openDatabaseSupervision({ store: jobStore, ...options }),
    admin: openDatabaseJobAdmin({ store: jobStore }),
    advance: (ms) => {
      later += ms;
    },
  };
  return { ...jobs, store };
};

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe("the database bus", () => {
  busSuite(fresh);

  it("takes up again what a database says is in its hands and is not, and leaves alone what is", async () => {
    const { bus, store } = await fresh({ straysEvery: milliseconds(20) });
    const collection = await aStoredCollection(store);
    const mine = bus(aWorker);
    const started: string[] = [];
    const goOn = aSignal();
    const stop = await mine.consume(
      "index.due",
      async ({ payload }) => {
        started.push(payload.collection);
        if (payload.collection !== collection) await goOn.promise;
        return done;
      },
      { concurrency: 5 },
    );
    await publish(mine, "other");
    await until(() => started.length === 1);
    // As a replica that has become the primary has it, where it never heard of the verdict.
    await store.transaction(async (rows) => {
      await enqueue(store, rows, { name: "index.due", payload: { collection } });
      await rows
        .updateTable("jobs")
        .set({ state: "active", owner: aWorker.id, host: aWorker.host, attempt: 1, starts: 1 })
        .where("state", "=", "waiting")
        .execute();
    });
    await until(() => started.includes(collection));
    await new Promise((resolve) => setTimeout(resolve, 200));
    goOn.resolve();
    await stop.stop();
    expect(started).toEqual(["other", collection]);
  });

  it("delivers nothing from a transaction that was rolled back", async () => {
    const { store, admin } = await fresh();
    const collection = await aStoredCollection(store);
    await store
      .transaction(async (rows) => {
        await enqueue(store, rows, { name: "index.due", payload: { collection } });
        throw new Error("no");
      })
      .catch((error: Error) => expect(error.message).toBe("no"));
    expect((await countsOf(admin)).waiting).toBe(0);
  });

  it("lets two workers share the jobs, each of them once", async () => {
    const { bus, admin } = await fresh();
    const workers = [bus(aWorker), bus({ id: "other", host: "here" })];
    const seen: string[] = [];
    for (const worker of workers)
      await consume(
        worker,
        async ({ payload }) => {
          seen.push(payload.collection);
          return done;
        },
        { concurrency: 3 },
      );
    const [first] = workers;
    for (let i = 0; i < 40; i++) if (first) await publish(first, `c${i}`);
    await until(async () => {
      const { waiting, active } = await countsOf(admin);
      return waiting + active === 0;
    });
    expect(new Set(seen).size).toBe(40);
    expect(seen).toHaveLength(40);
  });

  it("never exceeds a collection's limit, with several workers at it", async () => {
    const { bus, admin } = await fresh();
    let now = 0;
    let most = 0;
    const workers = [1, 2, 3].map((n) => bus({ id: `worker-${n}`, host: "here" }));
    for (const worker of workers)
      await consume(
        worker,
        async () => {
          most = Math.max(most, ++now);
          await new Promise((resolve) => setTimeout(resolve, 2));
          now--;
          return done;
        },
        { concurrency: 2, perCollection: 1 },
      );
    const [first] = workers;
    for (let i = 0; i < 15; i++) if (first) await publish(first, "a");
    await until(async () => {
      const { waiting, active } = await countsOf(admin);
      return waiting + active === 0;
    });
    expect(most).toBe(1);
  });

  it("finds whose turn it is as fast among thousands of waiting jobs as among few", async () => {
    const { store } = await fresh();
    const median = async () => {
      const turns = new Turns();
      const times: number[] = [];
      for (let n = 0; n < 40; n++) {
        const started = performance.now();
        const found = await findInTurn(
          openJobStore(store.database),
          { name: "index.due", turns },
          { concurrency: 1 },
        );
        if (found) turns.took(found);
        times.push(performance.now() - started);
      }
      return times.sort((a, b) => a - b)[20] ?? Number.NaN;
    };
    const fill = (jobs: number) =>
      // Not run twice, as transactions of this store are: thousands of rows that were undone would be walked through.
      store.database.within(defaultScope).transaction(async (rows) => {
        for (let n = 0; n < jobs; n++)
          await addJob(
            store,
            rows,
            { name: "index.due", payload: { collection: "c" } },
            { organization: defaultOrganization, collection: aCollection(`c${n % 20}`) },
          );
      });
    await fill(20);
    await median();
    const few = await median();
    await fill(4000);
    // Walking through all of them would cost fifty times as much.
    expect(await median()).toBeLessThan(few * 8);
  });

  it("tells who waits, in the same transaction, when it gives a job up", async () => {
    const buried: string[] = [];
    const { bus, admin } = await fresh({
      onBury: async (_rows, job) => {
        buried.push(`${job.name} ${job.payload} ${job.reason} ${job.attempts}`);
      },
    });
    const worker = bus(aWorker);
    await publish(worker, "a");
    await consume(worker, async () => ({ kind: "bury", reason: "damaged" }));
    await until(async () => (await countsOf(admin)).buried === 1);
    expect(buried).toEqual(['index.due {"collection":"a"} damaged 1']);
  });
});

describe("supervision in the database", () => {
  supervisionSuite(fresh);

  it("gives a job whose lease has run out to another worker, wherever the first one was", async () => {
    const jobs = await fresh();
    const { promise: hanging, resolve: wake } = aSignal();
    const attempts: number[] = [];
    await publish(jobs.bus(aWorker), "a");
    const hung = await consume(jobs.bus({ id: "hung", host: "elsewhere" }), async () => {
      await hanging;
      return done;
    });
    await until(async () => (await countsOf(jobs.admin)).active === 1);
    await consume(jobs.bus(aWorker), async ({ attempt }) => {
      attempts.push(attempt);
      return done;
    });
    jobs.advance(200_000);
    await jobs.supervision.heartbeat({ id: "hung", host: "elsewhere" });
    jobs.advance(200_000);
    await jobs.supervision.releaseExpired();
    jobs.advance(50_000);
    await jobs.supervision.releaseExpired();
    // It was heard of meanwhile.
    expect((await countsOf(jobs.admin)).active).toBe(1);
    jobs.advance(200_000);
    await jobs.supervision.releaseExpired();
    // It may have been the disk, or the machine: it has a little longer to be heard of.
    expect((await countsOf(jobs.admin)).active).toBe(1);
    jobs.advance(50_000);
    await jobs.supervision.releaseExpired();
    await until(() => attempts.length > 0);
    expect(attempts).toEqual([2]);
    wake();
    await hung.stop();
    await until(async () => {
      const left = await jobs.store.rows.selectFrom("jobs").select("id").execute();
      return left.length === 0;
    });
  });
});

describe("administration of jobs in the database", () => jobAdminSuite(fresh));
