// A stage turns each way to fail into its verdict; work under one key is done one piece after the other.
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Bus } from "#services/bus/bus.ts";
import { openMemoryJobs } from "#services/bus/memory.ts";
import { corrupt, rejected, unavailable } from "#services/domain/errors.ts";
import { collectionId, defaultOrganization } from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import { openSpaceWatch, type SpaceWatch } from "#services/home/home.ts";
import { randomName } from "#services/store/store.ts";
import { KeyedLocks } from "./keyed-locks.ts";
import { runStage, verdictFor } from "./stage.ts";

const running = new AbortController().signal;

describe("a verdict", () => {
  it("tries again only what trying again may mend", () => {
    const kinds = [rejected, unavailable, corrupt].map(
      (fail) => verdictFor(fail("no", { code: "x" }), running).kind,
    );
    expect(kinds).toEqual(["bury", "retry", "bury"]);
    expect(verdictFor(new TypeError("a mistake of ours"), running).kind).toBe("retry");
  });

  it("leaves a job to the worker that came first", () => {
    expect(verdictFor(unavailable("taken", { code: "superseded" }), running)).toEqual({
      kind: "done",
    });
  });

  it("gives a job back at once when the worker is told to stop", () => {
    expect(verdictFor(rejected("no", { code: "x" }), AbortSignal.abort())).toEqual({
      kind: "yield",
    });
  });

  it("says where our code failed, and nothing that an error quotes", () => {
    const verdict = verdictFor(new SyntaxError("Unexpected token in my secret"), running);
    expect(verdict).toEqual({
      kind: "retry",
      reason: expect.stringMatching(
        /^An error in Parlance itself: SyntaxError at workers\/stage\.test\.ts:\d+\.$/,
      ),
    });
    const ours = unavailable("The disk is full.", { code: "disk-full" });
    expect(verdictFor(ours, running)).toMatchObject({ reason: "The disk is full." });
  });
});

describe("a job that finds the disk full", () => {
  const megabyte = 1024 ** 2;
  const disk = { freeBytes: 500 * megabyte, totalBytes: 10_000 * megabyte };
  const space = openSpaceWatch({
    folder: "/",
    lookEveryMs: 5,
    pauseMs: 5,
    read: async () => ({ ...disk }),
  });
  const { bus: busOf, admin } = openMemoryJobs({
    now: () => millis(Date.now()),
    newId: randomName,
  });
  const bus = busOf({ id: "worker", host: "here" });
  afterAll(() => bus.close());

  it("is done later, with its attempts not counted, and is said once", async () => {
    const errors: unknown[] = [];
    const attempts: number[] = [];
    const { stop } = await runStage(
      { bus, space },
      {
        job: "chunks.ready",
        concurrency: 1,
        work: async ({ attempt }) => {
          attempts.push(attempt);
          if (attempts.length < 20) throw Object.assign(new Error("write"), { code: "ENOSPC" });
          return "done" as const;
        },
      },
      (error) => errors.push(error),
    );
    await bus.publish({
      name: "chunks.ready",
      payload: { batch: "bat_x" },
      organization: defaultOrganization,
      collection: null,
    });
    await expect.poll(() => attempts.length).toBe(20);
    expect(new Set(attempts)).toEqual(new Set([1]));
    expect(errors).toHaveLength(1);
    await stop();
    expect(
      (await admin.counts("everybody")).find(({ name }) => name === "chunks.ready"),
    ).toMatchObject({
      waiting: 0,
      active: 0,
      buried: 0,
    });
    expect(await space.short()).toBeNull();
  });

  it("is done later, likewise, where the store of blobs was away", async () => {
    const errors: unknown[] = [];
    const attempts: number[] = [];
    const { stop } = await runStage(
      { bus, space },
      {
        job: "chunks.ready",
        concurrency: 1,
        work: async ({ attempt }) => {
          attempts.push(attempt);
          if (attempts.length < 3) throw unavailable("It is away.", { code: "blobs-unreachable" });
          return "done" as const;
        },
      },
      (error) => errors.push(error),
    );
    await bus.publish({
      name: "chunks.ready",
      payload: { batch: "bat_y" },
      organization: defaultOrganization,
      collection: null,
    });
    await expect.poll(() => attempts, { timeout: 10_000 }).toEqual([1, 1, 1]);
    expect(errors).toHaveLength(1);
    await stop();
  });

  it("is not begun while the disk is nearly full, and is given back when the worker stops", async () => {
    const begun: string[] = [];
    const work = async ({ payload }: { payload: { collection: string } }) => {
      begun.push(payload.collection);
      return "done" as const;
    };
    const stage = { job: "index.due", concurrency: 1, waitsForSpace: true, work } as const;
    disk.freeBytes = 10 * megabyte;
    const first = await runStage({ bus, space }, stage, () => undefined);
    await bus.publish({
      name: "index.due",
      payload: { collection: "col_x" },
      organization: defaultOrganization,
      collection: null,
    });
    await expect.poll(() => space.short()).not.toBeNull();
    await first.stop();
    expect(begun).toEqual([]);
    const second = await runStage({ bus, space }, stage, () => undefined);
    disk.freeBytes = 500 * megabyte;
    await expect.poll(() => begun).toEqual(["col_x"]);
    await second.stop();
  });
});

describe("an erasure while the disk is full", () => {
  const megabyte = 1024 ** 2;
  const disk = { freeBytes: 0, totalBytes: 10_000 * megabyte };
  const here = (id: string) => ({ id, host: "here" });
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  const opened = () => {
    const jobs = openMemoryJobs({ now: () => millis(Date.now()), newId: randomName });
    const space = openSpaceWatch({
      folder: "/",
      lookEveryMs: 5,
      pauseMs: 5,
      read: async () => ({ ...disk }),
    });
    return { ...jobs, space };
  };
  const publish = (bus: Bus, name: "index.due" | "erase.requested") => {
    const collection = collectionId(randomName());
    return bus.publish({
      name,
      payload: { collection, ...(name === "erase.requested" && { origin: null }) } as never,
      organization: defaultOrganization,
      collection,
      key: collection,
    });
  };
  /** A worker that dies with all its jobs of one name in hand, so that each of them is a suspect. */
  const crashWith = async (
    { bus: busOf, supervision }: ReturnType<typeof opened>,
    name: "index.due" | "erase.requested",
    count: number,
  ) => {
    const bus = busOf(here("dead"));
    for (let n = 0; n < count; n++) await publish(bus, name);
    let taken = 0;
    const ends = Promise.withResolvers<{ kind: "done" }>();
    const consumer = await bus.consume(
      name,
      () => {
        taken++;
        return ends.promise;
      },
      { concurrency: count },
    );
    await expect.poll(() => taken).toBe(count);
    const stopped = consumer.stop();
    await supervision.release(here("dead"), { kind: "crashed", reason: "killed" });
    ends.resolve({ kind: "done" });
    await stopped;
  };
  const erasing = async (bus: Bus, space: SpaceWatch) => {
    let erased = 0;
    await runStage(
      { bus, space },
      {
        job: "erase.requested",
        concurrency: 1,
        work: async () => {
          erased++;
          return "done";
        },
      },
      () => undefined,
    );
    return { count: () => erased };
  };

  it("goes on beside suspects that wait for space, and those are done alone when there is room", async () => {
    const jobs = opened();
    await crashWith(jobs, "index.due", 2);
    const { space } = jobs;
    const bus = jobs.bus(here("living"));
    closers.push(() => bus.close());
    let [inHand, most, done] = [0, 0, 0];
    await runStage(
      { bus, space },
      {
        job: "index.due",
        concurrency: 2,
        waitsForSpace: true,
        work: async () => {
          most = Math.max(most, ++inHand);
          await new Promise((resolve) => setTimeout(resolve, 5));
          inHand--;
          done++;
          return "done";
        },
      },
      () => undefined,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const erased = await erasing(bus, space);
    await publish(bus, "erase.requested");
    await expect.poll(erased.count).toBe(1);
    expect(done).toBe(0);
    disk.freeBytes = 500 * megabyte;
    await expect.poll(() => done).toBe(2);
    expect(most).toBe(1);
  });

  it("goes on as a suspect, or beside one, while a job has found the disk full", async () => {
    const jobs = opened();
    await crashWith(jobs, "erase.requested", 2);
    const { space } = jobs;
    const bus = jobs.bus(here("living"));
    closers.push(() => bus.close());
    let tries = 0;
    let isFull = true;
    await runStage(
      { bus, space },
      {
        job: "index.due",
        concurrency: 1,
        work: async () => {
          tries++;
          if (isFull) throw Object.assign(new Error("write"), { code: "ENOSPC" });
          return "done";
        },
      },
      () => undefined,
    );
    await publish(bus, "index.due");
    await expect.poll(() => tries).toBeGreaterThan(1);
    const erased = await erasing(bus, space);
    await publish(bus, "erase.requested");
    await expect.poll(erased.count).toBe(3);
    isFull = false;
    await expect
      .poll(async () => (await jobs.admin.counts("everybody")).every(({ active }) => active === 0))
      .toBe(true);
  });
});

describe("keyed locks", () => {
  it("lets one at a time through for each key, also after a failure", async () => {
    const locks = new KeyedLocks();
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
      if (name === "a") throw new Error("a failed");
    };
    const first = locks.hold("x", work("a")).catch((error: Error) => log.push(error.message));
    const others = [locks.hold("x", work("b")), locks.hold("x", work("c"))];
    await Promise.all([first, ...others]);
    expect(log.filter((line) => line !== "a failed")).toEqual([
      "a begins",
      "a ends",
      "b begins",
      "b ends",
      "c begins",
      "c ends",
    ]);
  });
});
