// What every bus promises: at least once, one at a time, attempts counted, keys folded, dead workers' jobs given to others.
import { expect, it } from "vitest";
import { milliseconds } from "#services/domain/units.ts";
import type { Bus, Delivery } from "./bus.ts";

const nothing = milliseconds(0);

/** Resolves when `times` deliveries of a job have come. */
const collect = (times: number) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const seen: Delivery<"index.due">[] = [];
  return {
    seen,
    all: promise,
    add: (delivery: Delivery<"index.due">) => {
      seen.push(delivery);
      if (seen.length === times) resolve();
    },
  };
};

const waitingOf = async (bus: Bus) =>
  (await bus.counts()).find((count) => count.name === "index.due") ?? {
    waiting: -1,
    active: -1,
    buried: -1,
  };

const until = async (test: () => Promise<boolean>) => {
  while (!(await test())) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** @param open a fresh bus whose worker is named "worker"; closed by the caller */
export const busSuite = (open: () => Promise<Bus>): void => {
  it("delivers what was published, once it is done never again", async () => {
    const bus = await open();
    const got = collect(2);
    await bus.consume(
      "index.due",
      async (job) => {
        got.add(job);
        return { kind: "done" };
      },
      {
        concurrency: 1,
      },
    );
    await bus.publish("index.due", { collection: "a" });
    await bus.publish("index.due", { collection: "b" });
    await got.all;
    await until(async () => (await waitingOf(bus)).active === 0);
    expect(got.seen.map((job) => job.payload.collection)).toEqual(["a", "b"]);
    expect(await waitingOf(bus)).toMatchObject({ waiting: 0, active: 0, buried: 0 });
  });

  it("folds jobs of one key while one waits, and starts another when it is in hand", async () => {
    const bus = await open();
    for (let i = 0; i < 3; i++) await bus.publish("index.due", { collection: "a" }, { key: "a" });
    expect((await waitingOf(bus)).waiting).toBe(1);
    const got = collect(2);
    await bus.consume(
      "index.due",
      async (job) => {
        got.add(job);
        if (got.seen.length === 1)
          await bus.publish("index.due", { collection: "a" }, { key: "a" });
        return { kind: "done" };
      },
      { concurrency: 1 },
    );
    await got.all;
    expect(got.seen).toHaveLength(2);
  });

  it("brings a waiting job of the same key forward, never back", async () => {
    const bus = await open();
    const got = collect(1);
    await bus.consume(
      "index.due",
      async (job) => {
        got.add(job);
        return { kind: "done" };
      },
      {
        concurrency: 1,
      },
    );
    const hour = milliseconds(3_600_000);
    await bus.publish("index.due", { collection: "a" }, { key: "a", delay: hour });
    await bus.publish("index.due", { collection: "a" }, { key: "a" });
    await got.all;
    expect(got.seen).toHaveLength(1);
  });

  it("counts attempts and buries after five", async () => {
    const bus = await open();
    const got = collect(5);
    await bus.consume(
      "index.due",
      async (job) => {
        got.add(job);
        return { kind: "retry", after: nothing, reason: "not yet" };
      },
      { concurrency: 1 },
    );
    await bus.publish("index.due", { collection: "a" });
    await got.all;
    await until(async () => (await waitingOf(bus)).buried === 1);
    expect(got.seen.map((job) => job.attempt)).toEqual([1, 2, 3, 4, 5]);
  });

  it("forgets earlier attempts when a part of the work is saved", async () => {
    const bus = await open();
    const got = collect(8);
    await bus.consume(
      "index.due",
      async (job) => {
        await job.progressed();
        got.add(job);
        return { kind: "retry", after: nothing, reason: "more to do" };
      },
      { concurrency: 1 },
    );
    await bus.publish("index.due", { collection: "a" });
    await got.all;
    expect((await waitingOf(bus)).buried).toBe(0);
  });

  it("counts a throwing handler as one that failed", async () => {
    const bus = await open();
    const { promise, resolve } = Promise.withResolvers<void>();
    await bus.consume(
      "index.due",
      async () => {
        resolve();
        throw new Error("no");
      },
      { concurrency: 1 },
    );
    await bus.publish("index.due", { collection: "a" });
    await promise;
    await until(async () => (await waitingOf(bus)).waiting === 1);
    expect(await waitingOf(bus)).toMatchObject({ active: 0, buried: 0 });
  });

  it("keeps to the concurrency asked for", async () => {
    const bus = await open();
    let now = 0;
    let most = 0;
    const got = collect(6);
    await bus.consume(
      "index.due",
      async (job) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now--;
        got.add(job);
        return { kind: "done" };
      },
      { concurrency: 2 },
    );
    for (let i = 0; i < 6; i++) await bus.publish("index.due", { collection: String(i) });
    await got.all;
    expect(most).toBeLessThanOrEqual(2);
  });

  it("gives a dead worker's job to the next one, and takes no word from the dead", async () => {
    const bus = await open();
    const { promise: dying, resolve: die } = Promise.withResolvers<void>();
    const got = collect(2);
    await bus.consume(
      "index.due",
      async (job) => {
        got.add(job);
        if (job.attempt === 1) await dying;
        return { kind: "done" };
      },
      { concurrency: 2 },
    );
    await bus.publish("index.due", { collection: "a" });
    await until(async () => got.seen.length === 1);
    await bus.release("somebody else");
    expect((await waitingOf(bus)).active).toBe(1);
    await bus.release("worker");
    await got.all;
    die();
    expect(got.seen.map((job) => job.attempt)).toEqual([1, 2]);
    await until(async () => (await waitingOf(bus)).active === 0);
  });

  it("does not count the attempt when the whole machine went down", async () => {
    const bus = await open();
    const { promise: dying, resolve: die } = Promise.withResolvers<void>();
    const got = collect(2);
    await bus.consume(
      "index.due",
      async (job) => {
        got.add(job);
        if (got.seen.length === 1) await dying;
        return { kind: "done" };
      },
      { concurrency: 2 },
    );
    await bus.publish("index.due", { collection: "a" });
    await until(async () => got.seen.length === 1);
    await bus.releaseAll();
    await got.all;
    die();
    expect(got.seen.map((job) => job.attempt)).toEqual([1, 1]);
  });

  it("tells the handler when it is to leave, and waits for it", async () => {
    const bus = await open();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    let left = false;
    const consumer = await bus.consume(
      "index.due",
      async ({ signal }) => {
        begin();
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        left = true;
        return { kind: "retry", after: nothing, reason: "stopped" };
      },
      { concurrency: 1 },
    );
    await bus.publish("index.due", { collection: "a" });
    await begun;
    await consumer.stop();
    expect(left).toBe(true);
    expect((await waitingOf(bus)).waiting).toBe(1);
  });
};
