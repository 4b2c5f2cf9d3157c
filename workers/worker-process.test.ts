// A worker process that dies is replaced, what it had in hand is given back with the reason, and a stopped one counts nothing.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Delivery } from "#services/bus/bus.ts";
import { openMemoryJobs } from "#services/bus/memory.ts";
import type { WorkerEnd } from "#services/bus/supervision.ts";
import { collectionId, defaultOrganization } from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import { WorkerProcess } from "./worker-process.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-worker-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const collection = collectionId("garden00");

/** A process of a few lines of JavaScript, supervised with jobs in memory that the test takes in its name. */
const aProcess = async (program: string) => {
  const path = join(folder, "program.mjs");
  await writeFile(path, program);
  let count = 0;
  const newId = () => `n${++count}`.padEnd(10, "0");
  const jobs = openMemoryJobs({ now: () => millis(Date.now()), newId });
  const log: string[] = [];
  const ends: WorkerEnd[] = [];
  const { heartbeat, release } = jobs.supervision;
  const worker = new WorkerProcess({
    role: { stages: ["embed"], heapMb: 64, nice: 0 },
    program: path,
    host: "here",
    supervision: {
      heartbeat,
      release: (dead, end) => {
        ends.push(end);
        return release(dead, end);
      },
    },
    // The first process is named embed-first, the second one embed-second.
    newId: (() => {
      const names = ["first", "second"];
      return () => names.shift() ?? "later";
    })(),
    env: process.env,
    onLog: (line) => log.push(line),
  });
  return { jobs, log, ends, worker };
};

/** Has a job in hand as the worker of this name, and never ends it. */
const takeAs = async (jobs: ReturnType<typeof openMemoryJobs>, id: string) => {
  const bus = jobs.bus({ id, host: "here" });
  const { promise, resolve } = Promise.withResolvers<Delivery<"index.due">>();
  const { promise: never, resolve: letGo } = Promise.withResolvers<void>();
  const consumer = await bus.consume(
    "index.due",
    async (delivery) => {
      resolve(delivery);
      await never;
      return { kind: "done" };
    },
    { concurrency: 1 },
  );
  await bus.publish({
    name: "index.due",
    payload: { collection },
    organization: defaultOrganization,
    collection,
  });
  await promise;
  const stopped = consumer.stop();
  return async () => {
    letGo();
    await stopped;
    await bus.close();
  };
};

const countOf = async (jobs: ReturnType<typeof openMemoryJobs>) =>
  (await jobs.admin.counts("everybody")).find(({ name }) => name === "index.due");

/** Takes the job again. @returns its attempt */
const attemptOf = async (jobs: ReturnType<typeof openMemoryJobs>): Promise<number> => {
  const bus = jobs.bus({ id: "next", host: "here" });
  const { promise, resolve } = Promise.withResolvers<number>();
  await bus.consume(
    "index.due",
    async ({ attempt }) => {
      resolve(attempt);
      return { kind: "done" };
    },
    { concurrency: 1 },
  );
  const attempt = await promise;
  await bus.close();
  return attempt;
};

const stays = "process.on('message', () => process.send('alive')); process.send('ready');";

describe("a worker process", () => {
  it("is replaced when it is killed; its job is given to another, and the attempt counts", async () => {
    const { jobs, log, worker } = await aProcess(stays);
    worker.start();
    const end = await takeAs(jobs, "embed-first");
    const { pid } = worker;
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    await expect.poll(async () => (await countOf(jobs))?.waiting, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => worker.pid, { timeout: 10_000 }).toSatisfy((now) => now && now !== pid);
    expect(log.join()).toContain("died (SIGKILL)");
    await end();
    expect(await attemptOf(jobs)).toBe(2);
    await worker.stop();
    expect(() => process.kill(worker.pid ?? 0, 0)).toThrow();
  });

  it("that rests ends without another one in its place, and may be started again", async () => {
    const { log, ends, worker } = await aProcess(stays);
    worker.start();
    const { pid = 0 } = worker;
    await worker.rest();
    expect(() => process.kill(pid, 0)).toThrow();
    expect([worker.pid, log, ends]).toEqual([undefined, [], [{ kind: "stopped" }]]);
    worker.start();
    expect(worker.pid).not.toBe(pid);
    if (worker.pid !== undefined) process.kill(worker.pid, "SIGKILL");
    await expect.poll(() => log.join(), { timeout: 10_000 }).toContain("died (SIGKILL)");
    await worker.stop();
  });

  it("that runs out of memory is said to have done so", async () => {
    const { jobs, ends, worker } = await aProcess(
      "const held = []; process.on('message', () => { for (;;) held.push(new Array(100000).fill(held.length)); });",
    );
    worker.start();
    const end = await takeAs(jobs, "embed-first");
    worker.send("wake");
    await expect.poll(async () => (await countOf(jobs))?.waiting, { timeout: 20_000 }).toBe(1);
    expect(ends).toEqual([
      {
        kind: "crashed",
        reason: "The worker process ran out of memory (its limit is 64 MB).",
        outOfMemory: true,
      },
    ]);
    await end();
    await worker.stop();
  });

  it("that is told to stop and does not finish its job has no attempt counted", async () => {
    const { jobs, worker } = await aProcess(stays);
    worker.start();
    const end = await takeAs(jobs, "embed-first");
    await worker.stop();
    await end();
    expect(await attemptOf(jobs)).toBe(1);
  });
});
