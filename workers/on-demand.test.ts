// A process on demand: started by a job, kept while jobs come, ended when there was none for a while, and started by the next one.
import { afterEach, describe, expect, it } from "vitest";
import { OnDemandProcess } from "./on-demand.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** What is done with the process, in order, where a test says whether there is work. */
const observed = (hasWork: () => Promise<boolean>, idleMs: number) => {
  const done: string[] = [];
  const log: string[] = [];
  const tell = (what: string) => async () => {
    done.push(what);
  };
  const process = new OnDemandProcess({
    process: { start: () => void done.push("start"), rest: tell("rest"), stop: tell("stop") },
    called: "analyse",
    hasWork,
    onLog: (line) => log.push(line),
    lookMs: 2,
    idleMs,
  });
  closers.push(() => process.stop());
  process.start();
  return { process, done, log };
};

describe("a process on demand", () => {
  it("is started once by a job, ended when there was none for a while, and started by the next one", async () => {
    let work = false;
    let looks = 0;
    const { process, done } = observed(async () => {
      looks++;
      return work;
    }, 20);
    await expect.poll(() => looks).toBeGreaterThan(3);
    expect([done, process.isResting]).toEqual([[], true]);
    work = true;
    await expect.poll(() => done).toEqual(["start"]);
    const then = looks;
    await expect.poll(() => looks).toBeGreaterThan(then + 20);
    expect([done, process.isResting]).toEqual([["start"], false]);
    work = false;
    await expect.poll(() => done).toEqual(["start", "rest"]);
    expect(process.isResting).toBe(true);
    work = true;
    await expect.poll(() => done).toEqual(["start", "rest", "start"]);
  });

  it("stays for a while after its last job", async () => {
    let work = true;
    const { done } = observed(async () => work, 60_000);
    await expect.poll(() => done).toEqual(["start"]);
    work = false;
    await new Promise((later) => setTimeout(later, 50));
    expect(done).toEqual(["start"]);
  });

  it("is started by nothing that is found after it was stopped", async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const { process, done } = observed(() => promise, 20);
    const stopped = process.stop();
    resolve(true);
    await stopped;
    expect(done).toEqual(["stop"]);
  });

  it("says once that jobs cannot be looked for, and goes on", async () => {
    let looks = 0;
    const { done, log } = observed(async () => {
      if (++looks < 5) throw new Error("no database");
      return true;
    }, 20);
    await expect.poll(() => done).toEqual(["start"]);
    const what = "looking for jobs of worker analyse";
    expect(log).toEqual([`${what}: no database`, `${what}: works again`]);
  });
});
