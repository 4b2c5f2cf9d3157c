// Two worker processes share the jobs through RabbitMQ, each job once; one that is killed leaves its jobs to the other.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { aWorker, countsOf, publish, until } from "../bus.suite.ts";
import { findBroker } from "./rabbit.builders.ts";
import { openTestJobs } from "./rabbit-jobs.builders.ts";

const url = await findBroker();
const program = fileURLToPath(new URL("./worker-process.builders.ts", import.meta.url));
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const isOnSqlite = (process.env["PARLANCE_TEST_DATABASE"] ?? "sqlite") === "sqlite";

describe.skipIf(url === undefined || !isOnSqlite)("two workers with RabbitMQ", () => {
  const start = async (args: readonly string[]) => {
    const child: ChildProcess = fork(program, args, { execArgv: ["--no-warnings"] });
    const did: string[] = [];
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    child.on("message", (message) => (message === "ready" ? resolve() : did.push(String(message))));
    const ended = once(child, "exit");
    closers.push(async () => {
      if (child.connected) child.send("stop");
      await ended;
    });
    await ready;
    return { child, did, ended };
  };

  it("share the jobs, each of them done once, and leave their jobs to each other", async () => {
    const closing: (() => Promise<void>)[] = [];
    closers.push(async () => {
      for (const close of closing.reverse()) await close();
    });
    const jobs = await openTestJobs(url ?? "", closing);
    const path = join(jobs.folder, "parlance.db");
    const args = (id: string) => [path, url ?? "", jobs.broker.prefix, id];
    const one = await start(args("one"));
    const two = await start(args("two"));
    const bus = jobs.bus(aWorker);
    const isEmpty = async () => {
      const { waiting, active } = await countsOf(jobs.admin);
      return waiting + active === 0;
    };
    for (let n = 0; n < 80; n++) await publish(bus, `c${n}`);
    await until(isEmpty);
    await until(() => one.did.length + two.did.length >= 80);
    expect(new Set([...one.did, ...two.did]).size).toBe(80);
    expect(one.did.length + two.did.length).toBe(80);
    expect(Math.min(one.did.length, two.did.length)).toBeGreaterThan(10);
    for (let n = 80; n < 120; n++) await publish(bus, `c${n}`);
    one.child.kill("SIGKILL");
    await one.ended;
    await jobs.supervision.release(
      { id: "one", host: "here" },
      { kind: "crashed", reason: "It was killed." },
    );
    await until(isEmpty);
    await until(() => new Set([...one.did, ...two.did]).size >= 120);
    expect((await countsOf(jobs.admin)).buried).toBe(0);
  });
});
