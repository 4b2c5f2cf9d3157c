// The bus while the database takes no writes: it says so once, goes on within seconds of room, and blames no worker that lives.
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { millis, milliseconds } from "#services/domain/units.ts";
import { aStore } from "#services/store/store.builders.ts";
import { aSignal, consume, countsOf, done, publish, until } from "./bus.suite.ts";
import { openDatabaseBus } from "./database.ts";
import { openDatabaseJobAdmin } from "./database-job-admin.ts";
import { openDatabaseSupervision } from "./database-supervision.ts";
import { openJobStore } from "./job-store.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closers.splice(0).reverse()) await close();
});

const pages = (text: string) => sql.raw(text);

/** Jobs in a database that can be full: every change of a job then needs pages that it may not have. */
const opened = async () => {
  const { store, remove } = await aStore();
  closers.push(remove);
  let later = 0;
  const jobs = { ...openJobStore(store.database), now: () => millis(Date.now() + later) };
  const command = (text: string) => jobs.transaction((rows) => pages(text).execute(rows));
  await command("create table ballast (bytes blob)");
  await command(
    "create trigger filling after update on jobs begin insert into ballast values (zeroblob(100000)); end",
  );
  await command(
    "create trigger filling_too after delete on jobs begin insert into ballast values (zeroblob(100000)); end",
  );
  const most = async (count: number) => {
    await command(`pragma max_page_count = ${count}`);
  };
  return {
    jobs,
    admin: openDatabaseJobAdmin({ store: jobs }),
    supervision: openDatabaseSupervision({ store: jobs }),
    bus(id: string) {
      const bus = openDatabaseBus({
        store: jobs,
        worker: { id, host: "here" },
        pollEvery: milliseconds(20),
      });
      closers.push(() => bus.close());
      return bus;
    },
    /** The limit cannot be below what there is: the next page is refused. */
    fill: () => most(1),
    free: () => most(1_000_000),
    advance(ms: number) {
      later += ms;
    },
  };
};

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "error").mockImplementation((...words) => {
    lines.push(words.join(" "));
  });
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("jobs while the disk is full", () => {
  it("are not taken, which is said once, and taken within five seconds of room, as at first", async () => {
    const { admin, bus, fill, free, jobs } = await opened();
    const attempts: number[] = [];
    const worker = bus("worker");
    for (const name of ["a", "b", "c"]) await publish(worker, name);
    await fill();
    const transactions = vi.spyOn(jobs, "transaction");
    for (let n = 0; n < 3; n++)
      await consume(worker, async ({ attempt }) => {
        attempts.push(attempt);
        return done;
      });
    const waking = setInterval(() => worker.wake(), 10);
    await pause(4000);
    clearInterval(waking);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("The disk is full");
    // 0.1 s, 0.2 s, 0.4 s … up to 5 s, for each of the three that ask.
    expect(transactions.mock.calls.length).toBeLessThanOrEqual(3 * 7);
    await free();
    const freed = performance.now();
    await until(() => attempts.length === 3);
    expect(performance.now() - freed).toBeLessThan(5500);
    expect(attempts).toEqual([1, 1, 1]);
    await until(async () => (await countsOf(admin)).active === 0);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain("again");
  });

  it("stay in hand when they end, and are not done again when there is room", async () => {
    const { admin, bus, fill, free } = await opened();
    let deliveries = 0;
    const worker = bus("worker");
    await publish(worker, "a");
    await consume(worker, async () => {
      deliveries++;
      await fill();
      return done;
    });
    await pause(2500);
    expect(await countsOf(admin)).toMatchObject({ waiting: 0, active: 1 });
    expect(lines).toHaveLength(1);
    await free();
    await until(async () => (await countsOf(admin)).active === 0);
    expect(deliveries).toBe(1);
    expect(lines).toHaveLength(2);
  });
});

describe("a worker that lives and could not be heard of for longer than a lease", () => {
  const here = { id: "living", host: "here" };

  it("keeps what it has in hand", async () => {
    const { admin, advance, bus, fill, free, supervision } = await opened();
    const { promise: working, resolve: end } = aSignal();
    const attempts: number[] = [];
    const living = bus("living");
    await publish(living, "a");
    await consume(living, async ({ attempt, signal }) => {
      attempts.push(attempt);
      await working;
      expect(signal.aborted).toBe(false);
      return done;
    });
    await until(() => attempts.length === 1);
    const other = bus("other");
    await consume(other, async ({ attempt }) => {
      attempts.push(attempt);
      return done;
    });
    await fill();
    // As the server does: each worker is heard of, then leases that ran out are looked for.
    for (let round = 0; round < 30; round++) {
      advance(15_000);
      await expect(supervision.heartbeat(here)).rejects.toThrow("The disk is full");
      await supervision.releaseExpired().catch(() => undefined);
    }
    await free();
    // It is looked for before the worker is heard of again.
    await supervision.releaseExpired();
    advance(15_000);
    await supervision.releaseExpired();
    await supervision.heartbeat(here);
    for (let round = 0; round < 10; round++) {
      advance(15_000);
      await supervision.releaseExpired();
      await supervision.heartbeat(here);
    }
    expect(await countsOf(admin)).toMatchObject({ waiting: 0, active: 1 });
    end();
    await until(async () => (await countsOf(admin)).active === 0);
    expect(attempts).toEqual([1]);
  });
});
