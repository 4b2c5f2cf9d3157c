// What every bus promises: jobs come at least once and in turn, attempts count unless something new was saved, keys fold.
// Written for brokers too: a job may come more often than needed, and no order is expected between collections.
import { expect, it } from "vitest";
import type { JobName } from "#services/contract/jobs.ts";
import { MAX_ATTEMPTS, MAX_STARTS } from "#services/contract/jobs.ts";
import {
  type CollectionId,
  collectionId,
  defaultOrganization,
  organizationId,
} from "#services/domain/ids.ts";
import { milliseconds } from "#services/domain/units.ts";
import type { Bus, ConsumeOptions, Delivery, Handler, Verdict, Worker } from "./bus.ts";
import type { JobAdmin } from "./job-admin.ts";
import type { Supervision } from "./supervision.ts";

export interface OpenedJobs {
  /** Opens the bus of one more worker; closed by whoever opened the jobs. */
  bus(worker: Worker): Bus;
  readonly supervision: Supervision;
  readonly admin: JobAdmin;
  /** Moves the clock on, by milliseconds: nothing in these tests waits for a growing delay. */
  advance(ms: number): void;
}

export type Job = Delivery<"index.due">;

export const aWorker: Worker = { id: "worker", host: "here" };
export const nothing = milliseconds(0);
export const notYet: Verdict = { kind: "retry", after: nothing, reason: "not yet" };
export const done: Verdict = { kind: "done" };

export const anOrganization = (name: string) => organizationId(name);
export const aCollection = (name: string): CollectionId => collectionId(name.padEnd(8, "0"));

export const until = async (test: () => boolean | Promise<boolean>) => {
  while (!(await test())) await new Promise((resolve) => setTimeout(resolve, 5));
};

interface Publishing {
  readonly organization?: string;
  readonly key?: string;
  readonly delay?: number;
}

/** Publishes a job of a collection that is named in one letter, or a word. */
export const publish = (
  bus: Bus,
  name: string,
  { organization, key, delay }: Publishing = {},
): Promise<void> =>
  bus.publish({
    name: "index.due",
    payload: { collection: name },
    organization: organization === undefined ? defaultOrganization : anOrganization(organization),
    collection: aCollection(name),
    ...(key === undefined ? {} : { key }),
    ...(delay === undefined ? {} : { delay: milliseconds(delay) }),
  });

export const consume = (
  bus: Bus,
  handler: Handler<"index.due">,
  options: Partial<ConsumeOptions> = {},
) => bus.consume("index.due", handler, { concurrency: 1, ...options });

export const countsOf = async (admin: JobAdmin, name: JobName = "index.due") => {
  const found = (await admin.counts("everybody")).find((count) => count.name === name);
  if (!found) throw new Error(`${name} is not counted`);
  return found;
};

const isEmpty = async (admin: JobAdmin) => {
  const { waiting, active } = await countsOf(admin);
  return waiting + active === 0;
};

/** A promise that a test resolves when it likes. */
export const aSignal = () => Promise.withResolvers<void>();

/** @param open fresh jobs, for one test */
export const busSuite = (open: () => Promise<OpenedJobs>): void => {
  it("delivers what was published, with whose it is, until it is done", async () => {
    const { bus, admin } = await opened(open);
    const seen = new Map<string, Job>();
    await publish(bus, "a");
    await publish(bus, "b", { organization: "other" });
    await consume(bus, async (job) => {
      seen.set(job.payload.collection, job);
      return done;
    });
    await until(() => isEmpty(admin));
    expect([...seen.keys()].sort()).toEqual(["a", "b"]);
    expect(seen.get("a")).toMatchObject({
      organization: defaultOrganization,
      collection: aCollection("a"),
      attempt: 1,
      checkpoint: 0,
    });
    expect(seen.get("b")?.organization).toBe(anOrganization("other"));
    expect(await countsOf(admin)).toMatchObject({ waiting: 0, active: 0, buried: 0 });
  });

  it("takes another job in the place of one that waits outside of it", async () => {
    const { bus, admin } = await opened(open);
    const { promise, resolve } = aSignal();
    const ended: string[] = [];
    await consume(bus, async (job) => {
      if (job.payload.collection === "a") await job.pause(() => promise);
      else resolve();
      ended.push(job.payload.collection);
      return done;
    });
    await publish(bus, "a");
    await publish(bus, "b");
    await until(() => isEmpty(admin));
    expect(ended.toSorted()).toEqual(["a", "b"]);
  });

  it("folds jobs of one key while one waits, and takes another while one is in hand", async () => {
    const { bus, admin } = await opened(open);
    for (let i = 0; i < 3; i++) await publish(bus, "a", { key: "a" });
    expect((await countsOf(admin)).waiting).toBe(1);
    let deliveries = 0;
    await consume(bus, async () => {
      if (++deliveries === 1) await publish(bus, "a", { key: "a" });
      return done;
    });
    await until(() => isEmpty(admin));
    expect(deliveries).toBeGreaterThanOrEqual(2);
  });

  it("brings a waiting job of the same key forward, never back", async () => {
    const { bus } = await opened(open);
    const { promise, resolve } = aSignal();
    await consume(bus, async () => {
      resolve();
      return done;
    });
    await publish(bus, "a", { key: "a", delay: 3_600_000 });
    await publish(bus, "a", { key: "a" });
    await publish(bus, "a", { key: "a", delay: 3_600_000 });
    await promise;
  });

  it("counts attempts, and gives up after as many as may be", async () => {
    const { bus, admin } = await opened(open);
    const attempts = new Set<number>();
    await publish(bus, "a");
    await consume(bus, async (job) => {
      attempts.add(job.attempt);
      return notYet;
    });
    await until(async () => (await countsOf(admin)).buried === 1);
    expect([...attempts].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(attempts.size).toBe(MAX_ATTEMPTS);
    const [job] = await admin.buried("everybody", 10);
    expect(job).toMatchObject({ reason: "not yet", attempts: MAX_ATTEMPTS });
  });

  it("counts attempts anew only where more was saved than ever before", async () => {
    const { bus, admin } = await opened(open);
    const seen: [attempt: number, checkpoint: number][] = [];
    await publish(bus, "a");
    await consume(bus, async (job) => {
      seen.push([job.attempt, job.checkpoint]);
      // Three deliveries save something; what comes afterwards only says so again.
      await job.progressed(Math.min(seen.length, 3));
      return notYet;
    });
    await until(async () => (await countsOf(admin)).buried === 1);
    // Each of the first three counts as a first attempt, so that each next one is the second.
    expect(seen.slice(0, 4)).toEqual([
      [1, 0],
      [2, 1],
      [2, 2],
      [2, 3],
    ]);
    expect(seen.at(-1)).toEqual([MAX_ATTEMPTS, 3]);
    expect(seen.length).toBeLessThanOrEqual(3 + MAX_ATTEMPTS);
  });

  it("gives up in the end, however much is saved between failures", async () => {
    const { bus, admin } = await opened(open);
    let deliveries = 0;
    await publish(bus, "a");
    await consume(bus, async (job) => {
      await job.progressed(++deliveries);
      return notYet;
    });
    await until(async () => (await countsOf(admin)).buried === 1);
    expect(deliveries).toBe(MAX_STARTS);
  });

  it("counts no attempt where a job gives way after saving something", async () => {
    const { bus, admin } = await opened(open);
    const attempts: number[] = [];
    await publish(bus, "a");
    await consume(bus, async (job) => {
      attempts.push(job.attempt);
      if (attempts.length > MAX_STARTS) return done;
      await job.progressed(attempts.length);
      return { kind: "yield" };
    });
    await until(() => isEmpty(admin));
    expect(new Set(attempts)).toEqual(new Set([1]));
    expect((await countsOf(admin)).buried).toBe(0);
  });

  it("gives up a job that only ever gives way", async () => {
    const { bus, admin } = await opened(open);
    let deliveries = 0;
    await publish(bus, "a");
    await consume(bus, async () => {
      deliveries++;
      return { kind: "yield" };
    });
    await until(async () => (await countsOf(admin)).buried === 1);
    expect(deliveries).toBe(MAX_ATTEMPTS);
  });

  it("counts a throwing handler as one that failed", async () => {
    const { bus, admin } = await opened(open);
    let deliveries = 0;
    await publish(bus, "a");
    await consume(bus, async () => {
      deliveries++;
      throw new Error("no");
    });
    // It waits before it is taken too, so that only what comes after a delivery counts.
    await until(async () => deliveries > 0 && (await countsOf(admin)).waiting === 1);
    expect((await countsOf(admin)).buried).toBe(0);
  });

  it("takes away what was given up when the same work is done after all", async () => {
    const { bus, admin } = await opened(open);
    let mended = false;
    await consume(bus, async () => (mended ? done : { kind: "bury", reason: "damaged" }));
    await publish(bus, "a", { key: "a" });
    await until(async () => (await countsOf(admin)).buried === 1);
    mended = true;
    await publish(bus, "a", { key: "a" });
    await until(() => isEmpty(admin));
    expect((await countsOf(admin)).buried).toBe(0);
  });

  it("keeps to the concurrency asked for, in all and for each collection", async () => {
    const { bus, admin } = await opened(open);
    const now = new Map<string, number>();
    let most = 0;
    let mostOfOne = 0;
    const both = aSignal();
    for (let i = 0; i < 5; i++) for (const name of ["a", "b", "c"]) await publish(bus, name);
    const options = { concurrency: 2, perCollection: 1 };
    await consume(
      bus,
      async ({ payload: { collection } }) => {
        now.set(collection, (now.get(collection) ?? 0) + 1);
        most = Math.max(
          most,
          [...now.values()].reduce((all, one) => all + one, 0),
        );
        mostOfOne = Math.max(mostOfOne, ...now.values());
        if (most > 1) both.resolve();
        // The first waits for a second, however long it takes to take one; all stay long enough for a third one to be seen.
        await both.promise;
        await new Promise((resolve) => setTimeout(resolve, 20));
        now.set(collection, (now.get(collection) ?? 0) - 1);
        return done;
      },
      options,
    );
    await until(() => isEmpty(admin));
    expect(most).toBe(2);
    expect(mostOfOne).toBe(1);
  });

  it("goes round: organizations first, then their collections, however many jobs one has", async () => {
    const { bus } = await opened(open);
    for (let i = 0; i < 30; i++) await publish(bus, "a1");
    for (let i = 0; i < 30; i++) await publish(bus, "a2");
    for (let i = 0; i < 3; i++) await publish(bus, "b", { organization: "other" });
    const order: string[] = [];
    const { promise, resolve } = aSignal();
    await consume(bus, async ({ payload: { collection } }) => {
      order.push(collection);
      if (order.length === 20) resolve();
      return done;
    });
    await promise;
    const upTo = (name: string, count: number) =>
      order.findIndex(
        (_, at) => order.slice(0, at + 1).filter((one) => one === name).length === count,
      );
    // The other organization has every second turn; the two collections of the first share the rest.
    expect(upTo("b", 3)).toBeLessThanOrEqual(6);
    const [first, second] = ["a1", "a2"].map((name) => order.filter((one) => one === name).length);
    expect(Math.abs((first ?? 0) - (second ?? 0))).toBeLessThanOrEqual(2);
  });

  it("leaves a place to a collection with nothing in hand, while another one's jobs are long", async () => {
    const { bus } = await opened(open);
    const { promise: long, resolve: end } = aSignal();
    for (let i = 0; i < 10; i++) await publish(bus, "a");
    const short: string[] = [];
    await consume(
      bus,
      async ({ payload: { collection } }) => {
        if (collection === "a") await long;
        else short.push(collection);
        return done;
      },
      { concurrency: 2, perCollection: 1 },
    );
    for (const name of ["b", "c", "d"]) await publish(bus, name);
    await until(() => short.length >= 3);
    end();
    expect(new Set(short)).toEqual(new Set(["b", "c", "d"]));
  });

  it("keeps the order within a collection where that is asked for, also past a failure", async () => {
    const { bus, admin } = await opened(open);
    for (const name of ["first", "second", "third"])
      await bus.publish({
        name: "upload.received",
        payload: { upload: name },
        organization: defaultOrganization,
        collection: aCollection("a"),
      });
    const ended: string[] = [];
    let failures = 0;
    await bus.consume(
      "upload.received",
      async ({ payload: { upload } }) => {
        if (upload === "first" && ++failures < 3)
          return { kind: "retry", after: milliseconds(20), reason: "no" };
        ended.push(upload);
        return done;
      },
      { concurrency: 2, perCollection: 1, ordered: true },
    );
    await until(async () => {
      const { waiting, active } = await countsOf(admin, "upload.received");
      return waiting + active === 0;
    });
    expect([...new Set(ended)]).toEqual(["first", "second", "third"]);
  });

  it("tells a long job whether another collection waits", async () => {
    const { bus } = await opened(open);
    const answers: boolean[] = [];
    const { promise, resolve } = aSignal();
    await publish(bus, "a");
    await consume(bus, async (job) => {
      if (job.payload.collection !== "a") return done;
      answers.push(await job.othersWait());
      await publish(bus, "a");
      answers.push(await job.othersWait());
      await publish(bus, "b");
      answers.push(await job.othersWait());
      resolve();
      return done;
    });
    await promise;
    expect(answers.slice(0, 3)).toEqual([false, false, true]);
  });

  it("tells the handler when it is to leave, waits for it, and counts no attempt", async () => {
    const { bus, admin } = await opened(open);
    const { promise: begun, resolve: begin } = aSignal();
    let left = false;
    const consumer = await consume(bus, async ({ signal }) => {
      begin();
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      left = true;
      return { kind: "yield" };
    });
    await publish(bus, "a");
    await begun;
    await consumer.stop();
    expect(left).toBe(true);
    expect(await countsOf(admin)).toMatchObject({ waiting: 1, active: 0 });
    const attempts: number[] = [];
    await consume(bus, async ({ attempt }) => {
      attempts.push(attempt);
      return done;
    });
    await until(() => isEmpty(admin));
    expect(attempts[0]).toBe(1);
  });
};

const opened = async (open: () => Promise<OpenedJobs>) => {
  const jobs = await open();
  return { ...jobs, bus: jobs.bus(aWorker) };
};
