// The bus over a real RabbitMQ under faults: nothing is lost, nothing is done twice, and it works again by itself.
import { afterEach, describe, expect, it } from "vitest";
import { milliseconds } from "#services/domain/units.ts";
import type { BrokerState } from "./broker.ts";
import {
  aCollection,
  aSignal,
  aWorker,
  consume,
  countsOf,
  done,
  notYet,
  publish,
  until,
} from "./bus.suite.ts";
import { findBroker } from "./rabbit/rabbit.builders.ts";
import { openTestJobs, type TestJobs } from "./rabbit/rabbit-jobs.builders.ts";
import { topologyOf, writeMessage } from "./rabbit/topology.ts";
import { aWireProxy } from "./rabbit/wire-proxy.builders.ts";
import type { RabbitBus, RabbitBusOptions } from "./rabbit.ts";

const found = await findBroker();
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const quick = { lifetime: milliseconds(500), lookEveryMs: 300, answerMs: 500, confirmMs: 1000 };

/** A bus that takes jobs and does them, through a proxy. */
const aWorkingBus = async (options: Partial<RabbitBusOptions> = {}) => {
  const jobs = await openTestJobs(found ?? "", closers);
  const proxy = await aWireProxy(found ?? "");
  closers.push(proxy.close);
  const bus = jobs.bus(aWorker, { url: proxy.url, ...quick, ...options });
  const seen: string[] = [];
  await consume(bus, async ({ payload }) => {
    seen.push(payload.collection);
    return done;
  });
  return { ...jobs, another: jobs.bus, bus, proxy, seen };
};

const isConnected = (bus: RabbitBus) => until(() => bus.broker.state().kind === "connected");

const isEmpty = async ({ admin }: Pick<TestJobs, "admin">) => {
  const { waiting, active } = await countsOf(admin);
  return waiting + active === 0;
};

describe.skipIf(found === undefined)("the bus over RabbitMQ", () => {
  it("keeps what is published while the broker is away, and delivers it when it is back", async () => {
    const jobs = await aWorkingBus();
    const { bus, proxy, seen } = jobs;
    await isConnected(bus);
    await proxy.refuse();
    await until(() => bus.broker.state().kind === "down");
    const started = performance.now();
    for (let n = 0; n < 5; n++) await publish(bus, `c${n}`);
    // Nobody who publishes waits for the broker.
    expect(performance.now() - started).toBeLessThan(1000);
    await until(() => {
      const state = bus.broker.state();
      return state.kind === "down" && state.problem.includes("ECONNREFUSED");
    });
    expect(bus.broker.state()).toMatchObject({ hint: expect.stringContaining("Start RabbitMQ") });
    expect(seen).toEqual([]);
    await proxy.accept();
    await until(() => isEmpty(jobs));
    expect(seen.toSorted()).toEqual(["c0", "c1", "c2", "c3", "c4"]);
    expect(jobs.said.some((line) => /^broker: works again/.test(line))).toBe(true);
  });

  it("loses and repeats nothing where connections are cut again and again under load", async () => {
    const jobs = await aWorkingBus();
    const { bus, proxy, seen } = jobs;
    const cutting = setInterval(() => proxy.cut(), 400);
    for (let n = 0; n < 60; n++) {
      await publish(bus, `c${n}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    clearInterval(cutting);
    await until(() => isEmpty(jobs));
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
    expect(proxy.made).toBeGreaterThan(3);
  });

  it("consumes again after RabbitMQ closed a channel, and not the connection", async () => {
    const jobs = await aWorkingBus();
    await publish(jobs.bus, "before");
    await until(() => isEmpty(jobs));
    const { made } = jobs.proxy;
    // The channel of the consumer: the first one is for questions.
    jobs.proxy.acknowledgeNothing(2);
    await until(() => jobs.said.some((line) => line.includes("PRECONDITION_FAILED")));
    await publish(jobs.bus, "after");
    await until(() => isEmpty(jobs));
    expect(jobs.seen).toEqual(["before", "after"]);
    expect(jobs.proxy.made).toBeGreaterThan(made);
  });

  it("makes a new connection where the one it has is silent", async () => {
    const jobs = await aWorkingBus();
    await publish(jobs.bus, "before");
    await until(() => isEmpty(jobs));
    jobs.proxy.silence();
    await publish(jobs.bus, "after");
    await until(() => isEmpty(jobs));
    expect(jobs.seen).toEqual(["before", "after"]);
  });

  it("declares its queue again where it was deleted, with the messages in it", async () => {
    const jobs = await aWorkingBus();
    const { promise, resolve } = aSignal();
    await publish(jobs.bus, "before");
    await until(() => isEmpty(jobs));
    // Another consumer, slow, so that messages are in the queue.
    const other = jobs.another({ id: "other", host: "here" }, quick);
    const slow: string[] = [];
    await consume(other, async ({ payload }) => {
      await promise;
      slow.push(payload.collection);
      return done;
    });
    for (let n = 0; n < 6; n++) await publish(jobs.bus, `c${n}`);
    await jobs.broker.channel.deleteQueue(jobs.broker.queueOf("index.due"));
    await publish(jobs.bus, "after");
    resolve();
    await until(() => isEmpty(jobs));
    expect([...jobs.seen, ...slow].toSorted()).toEqual(
      ["before", "c0", "c1", "c2", "c3", "c4", "c5", "after"].toSorted(),
    );
  });

  it("sends again what no queue took", async () => {
    const jobs = await aWorkingBus();
    await isConnected(jobs.bus);
    const { prefix, queueOf, channel } = jobs.broker;
    await channel.unbindQueue(queueOf("index.due"), topologyOf(prefix).exchange, "index.due");
    await publish(jobs.bus, "a");
    await until(() => isEmpty(jobs));
    expect(jobs.said.some((line) => line.includes("no queue takes index.due"))).toBe(true);
  });

  it("does a job once whose message comes several times, and drops messages of jobs that are gone", async () => {
    const jobs = await aWorkingBus();
    await isConnected(jobs.bus);
    const { promise, resolve } = aSignal();
    const other = jobs.another({ id: "other", host: "here" }, quick);
    const seen: string[] = [];
    await consume(other, async ({ payload }) => {
      seen.push(payload.collection);
      await promise;
      return done;
    });
    for (const name of ["a", "b"]) await publish(jobs.bus, name);
    const rows = await jobs.store.rows.selectFrom("jobs").select("id").execute();
    const { exchange } = topologyOf(jobs.broker.prefix);
    const send = (content: Buffer) => jobs.broker.channel.publish(exchange, "index.due", content);
    for (const { id } of [...rows, ...rows, { id: "job_gone" }])
      send(writeMessage(id, "index.due"));
    send(Buffer.from('{"v":9}'));
    send(Buffer.from("not JSON"));
    await until(() => jobs.said.some((line) => line.includes("not of this version")));
    resolve();
    await until(() => isEmpty(jobs));
    await until(async () => {
      const { messageCount } = await jobs.broker.channel.checkQueue(
        jobs.broker.queueOf("index.due"),
      );
      return messageCount === 0;
    });
    expect([...seen, ...jobs.seen].toSorted()).toEqual(["a", "b"]);
  });

  it("gives up a poisonous job alone: those beside it are done", async () => {
    const jobs = await openTestJobs(found ?? "", closers);
    const bus = jobs.bus(aWorker, quick);
    const finished = new Set<string>();
    for (let n = 0; n < 10; n++) await publish(bus, n === 4 ? "poison" : `c${n}`);
    await consume(
      bus,
      async ({ payload }) => {
        if (payload.collection === "poison") return notYet;
        finished.add(payload.collection);
        return done;
      },
      { concurrency: 3 },
    );
    await until(() => isEmpty(jobs));
    expect(finished.size).toBe(9);
    expect(await jobs.admin.buried("everybody", 5)).toMatchObject([
      { about: { collection: "poison" }, collection: aCollection("poison") },
    ]);
  });

  it("sends again what was lost on the way", async () => {
    const jobs = await openTestJobs(found ?? "", closers);
    const bus = jobs.bus(aWorker, quick);
    await publish(bus, "a");
    // As after a process that died between recording it and sending it.
    const until_ = jobs.store.now() + 300;
    await jobs.store.rows.updateTable("jobs").set({ published_until: until_ }).execute();
    const seen: string[] = [];
    await consume(bus, async ({ payload }) => {
      seen.push(payload.collection);
      return done;
    });
    await until(() => isEmpty(jobs));
    expect(seen).toEqual(["a"]);
  });

  it("lets a job run longer than a message may be held, and takes the next one after it", async () => {
    const jobs = await openTestJobs(found ?? "", closers);
    const bus = jobs.bus(aWorker, { ...quick, lookEveryMs: 50, holdMs: 200 });
    const { promise, resolve } = aSignal();
    const seen: string[] = [];
    let most = 0;
    let inHand = 0;
    await consume(bus, async ({ payload }) => {
      most = Math.max(most, ++inHand);
      seen.push(payload.collection);
      if (payload.collection === "long") await promise;
      inHand--;
      return done;
    });
    await publish(bus, "long");
    await until(() => seen.length === 1);
    const consumers = async () => {
      const { consumerCount } = await jobs.broker.channel.checkQueue(
        jobs.broker.queueOf("index.due"),
      );
      return consumerCount;
    };
    // It listens no more, so that no other message is held up by this job.
    await until(async () => (await consumers()) === 0);
    await publish(bus, "next");
    resolve();
    await until(() => isEmpty(jobs));
    expect(seen).toEqual(["long", "next"]);
    expect(most).toBe(1);
    expect(await consumers()).toBe(1);
  });

  it("says what to do about a queue with other settings, and goes on when it is deleted", async () => {
    const jobs = await openTestJobs(found ?? "", closers);
    const queue = jobs.broker.queueOf("index.due");
    await jobs.broker.channel.assertQueue(queue, { durable: true });
    const states: BrokerState[] = [];
    const bus = jobs.bus(aWorker, { ...quick, onState: (state) => states.push(state) });
    const seen: string[] = [];
    await consume(bus, async ({ payload }) => {
      seen.push(payload.collection);
      return done;
    });
    await publish(bus, "a");
    await until(() => states.some(({ kind }) => kind === "down"));
    expect(bus.broker.state()).toMatchObject({
      hint: expect.stringContaining(`rabbitmqctl delete_queue ${queue}`),
    });
    await jobs.broker.channel.deleteQueue(queue);
    await until(() => isEmpty(jobs));
    expect(seen).toEqual(["a"]);
  });

  it("closes quickly where RabbitMQ is silent, and leaves its jobs to others", async () => {
    const jobs = await aWorkingBus({ lookEveryMs: 60_000, answerMs: 60_000 });
    await publish(jobs.bus, "before");
    await until(() => isEmpty(jobs));
    jobs.proxy.silence();
    await publish(jobs.bus, "after");
    const started = performance.now();
    await jobs.bus.close();
    expect(performance.now() - started).toBeLessThan(8000);
    const other = jobs.another({ id: "other", host: "here" }, quick);
    const seen: string[] = [];
    await consume(other, async ({ payload }) => {
      seen.push(payload.collection);
      return done;
    });
    await until(() => isEmpty(jobs));
    expect(seen).toEqual(["after"]);
  });

  it("tells a wrong password, and no password", async () => {
    const jobs = await openTestJobs(found ?? "", closers);
    const url = new URL(found ?? "");
    url.password = "very-secret-word";
    const bus = jobs.bus(aWorker, { url: url.href, watch: true });
    await until(() => bus.broker.state().kind === "down");
    const told = JSON.stringify([bus.broker, bus.broker.state(), jobs.said]);
    expect(told).toContain("ACCESS");
    expect(told).toContain("Correct the user, the password or the permissions");
    expect(told).not.toContain("very-secret-word");
  });
});
