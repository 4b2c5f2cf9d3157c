// The bus over a private RabbitMQ that raises an alarm, or is killed under load: nothing is lost, nothing hangs, all is done once.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";
import { openDatabaseJobAdmin } from "#services/bus/database-job-admin.ts";
import { openJobStore } from "#services/bus/job-store.ts";
import { openRabbitBus } from "#services/bus/rabbit.ts";
import { collectionId, defaultOrganization } from "#services/domain/ids.ts";
import { millis, milliseconds } from "#services/domain/units.ts";
import { openDatabase, randomName } from "#services/store/store.ts";
import { findNewest } from "./programs.ts";
import { available, type Service, startRabbitMq } from "./services.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const until = async (test: () => boolean | Promise<boolean>) => {
  while (!(await test())) await pause(20);
};

const control = () => findNewest("/usr/lib/rabbitmq/bin/rabbitmqctl");

/** Asks this node, and no other one on the machine: with the environment that it was started in. */
const ctl = (node: Service, ...args: string[]) => {
  const env = Object.fromEntries(
    readFileSync(`/proc/${node.pid}/environ`, "utf8")
      .split("\0")
      .filter((line) => line.includes("="))
      .map((line) => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
  );
  return promisify(execFile)(
    control() ?? "rabbitmqctl",
    ["-n", env["RABBITMQ_NODENAME"] ?? "", ...args],
    { env },
  );
};

/** A bus over the node, on a database of its own, that counts how often each job is done. */
const aWorkingBus = async (node: Service) => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-alarm-"));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const database = await openDatabase({
    path: join(folder, "parlance.db"),
    url: undefined,
    backups: join(folder, "backups"),
    now: () => millis(Date.now()),
    newId: randomName,
  });
  closers.push(() => database.close());
  const store = openJobStore(database);
  const bus = openRabbitBus({
    url: node.url,
    store,
    worker: { id: "worker", host: "here" },
    onLog: () => undefined,
    lifetime: milliseconds(2000),
    confirmMs: 500,
    lookEveryMs: 1000,
    answerMs: 2000,
  });
  closers.push(() => bus.close());
  const times = new Map<string, number>();
  await bus.consume(
    "index.due",
    async ({ payload: { collection } }) => {
      times.set(collection, (times.get(collection) ?? 0) + 1);
      return { kind: "done" };
    },
    { concurrency: 2 },
  );
  const admin = openDatabaseJobAdmin({ store });
  return {
    bus,
    times,
    publish: (collection: string) =>
      bus.publish({
        name: "index.due",
        payload: { collection },
        organization: defaultOrganization,
        collection: collectionId(collection.padEnd(8, "0")),
      }),
    isEmpty: async () =>
      (await admin.counts("everybody")).every(({ waiting, active }) => waiting + active === 0),
  };
};

const aNode = async () => {
  const node = await startRabbitMq({ durable: true });
  closers.push(() => node.remove());
  return node;
};

const canAlarm =
  available().rabbitmq && existsSync("/proc/self/environ") && control() !== undefined;
const where = canAlarm ? "" : " (skipped: no RabbitMQ is installed)";

it.skipIf(!canAlarm)(
  `waits while RabbitMQ is short of memory, tells it, and goes on when the alarm is over${where}`,
  async () => {
    const node = await aNode();
    const { bus, publish, times, isEmpty } = await aWorkingBus(node);
    await publish("before");
    await until(isEmpty);
    await ctl(node, "set_vm_memory_high_watermark", "0.0001");
    const started = performance.now();
    for (let n = 0; n < 10; n++) await publish(`c${n}`);
    expect(performance.now() - started).toBeLessThan(2000);
    await until(() => bus.broker.state().kind === "blocked");
    expect(bus.broker.state()).toMatchObject({
      problem: expect.stringContaining("memory"),
      hint: expect.stringContaining("rabbitmqctl status"),
    });
    // Longer than a confirm may take.
    await pause(1500);
    expect(bus.broker.state().kind).toBe("blocked");
    expect(times.size).toBe(1);
    await ctl(node, "set_vm_memory_high_watermark", "0.4");
    await until(isEmpty);
    expect(bus.broker.state().kind).toBe("connected");
    expect([...times.values()].every((count) => count === 1)).toBe(true);
    expect(times.size).toBe(11);
  },
  120_000,
);

it.skipIf(!canAlarm)(
  `loses and repeats nothing where RabbitMQ is killed under load${where}`,
  async () => {
    const node = await aNode();
    const { bus, publish, times, isEmpty } = await aWorkingBus(node);
    let sent = 0;
    for (; sent < 40; sent++) await publish(`c${sent}`);
    await node.kill();
    for (; sent < 50; sent++) await publish(`c${sent}`);
    await until(() => bus.broker.state().kind === "down");
    await node.start();
    const back = performance.now();
    await until(isEmpty);
    expect(performance.now() - back).toBeLessThan(30_000);
    expect(times.size).toBe(sent);
    expect([...times.values()].every((count) => count === 1)).toBe(true);
  },
  180_000,
);
