// The database bus keeps the promise of every bus; its jobs survive the process, and its rows and jobs are one transaction.
import { afterEach, describe, expect, it } from "vitest";
import { milliseconds } from "#services/domain/units.ts";
import { enqueue } from "#services/store/jobs.ts";
import { aStore } from "#services/store/store.builders.ts";
import { busSuite } from "./bus.suite.ts";
import type { Bus } from "./bus.ts";
import { type DatabaseBusOptions, openDatabaseBus } from "./database.ts";

const closers: (() => Promise<void>)[] = [];

const fresh = async (options: Partial<DatabaseBusOptions> = {}) => {
  const { store, remove } = await aStore();
  const bus: Bus = openDatabaseBus({
    database: store.database,
    owner: "worker",
    pollEvery: milliseconds(5),
    ...options,
  });
  closers.push(async () => {
    await bus.close();
    await remove();
  });
  return { store, bus };
};

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe("the database bus", () => {
  busSuite(async () => (await fresh()).bus);

  it("delivers nothing from a transaction that was rolled back", async () => {
    const { store, bus } = await fresh();
    await store
      .transaction(async (rows) => {
        await enqueue(store, rows, { name: "index.due", payload: { collection: "a" } });
        throw new Error("no");
      })
      .catch((error: Error) => expect(error.message).toBe("no"));
    expect((await bus.counts()).every((count) => count.waiting === 0)).toBe(true);
  });

  it("lets two workers share the jobs, each of them once", async () => {
    const { store, bus } = await fresh();
    const other = openDatabaseBus({
      database: store.database,
      owner: "other",
      pollEvery: milliseconds(5),
    });
    const seen: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const worker of [bus, other])
      await worker.consume(
        "index.due",
        async ({ payload }) => {
          seen.push(payload.collection);
          if (seen.length === 40) resolve();
          return { kind: "done" };
        },
        { concurrency: 3 },
      );
    for (let i = 0; i < 40; i++) await bus.publish("index.due", { collection: String(i) });
    await promise;
    await other.close();
    expect(new Set(seen).size).toBe(40);
    expect(seen).toHaveLength(40);
  });

  it("takes over a job whose lease has run out", async () => {
    const { store, bus } = await fresh({ lease: milliseconds(0) });
    const attempts: number[] = [];
    const { promise: second, resolve } = Promise.withResolvers<void>();
    const { promise: hanging, resolve: wake } = Promise.withResolvers<void>();
    await bus.publish("index.due", { collection: "a" });
    const hung = await bus.consume(
      "index.due",
      async ({ attempt }) => {
        attempts.push(attempt);
        if (attempt === 1) await hanging;
        else resolve();
        return { kind: "done" };
      },
      { concurrency: 2 },
    );
    await second;
    wake();
    await hung.stop();
    expect(attempts.slice(0, 2)).toEqual([1, 2]);
    expect(await store.rows.selectFrom("jobs").selectAll().execute()).toEqual([]);
  });

  it("tells who waits, in the same transaction, when it buries a job", async () => {
    const buried: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const { bus } = await fresh({
      onBury: async (_rows, job) => {
        buried.push(`${job.name} ${job.payload} ${job.reason}`);
        resolve();
      },
    });
    await bus.consume("index.due", async () => ({ kind: "bury", reason: "damaged" }), {
      concurrency: 1,
    });
    await bus.publish("index.due", { collection: "a" });
    await promise;
    expect(buried).toEqual(['index.due {"collection":"a"} damaged']);
  });
});
