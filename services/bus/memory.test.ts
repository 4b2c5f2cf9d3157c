// Jobs in memory keep the promises of every bus, supervision and administration, and come twice where a test wants it.
import { afterEach, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import {
  aWorker,
  busSuite,
  consume,
  countsOf,
  done,
  type OpenedJobs,
  publish,
  until,
} from "./bus.suite.ts";
import type { Bus } from "./bus.ts";
import { jobAdminSuite } from "./job-admin.suite.ts";
import { openMemoryJobs } from "./memory.ts";
import { supervisionSuite } from "./supervision.suite.ts";

const open: Bus[] = [];
let count = 0;
const fresh = async (twice = false): Promise<OpenedJobs> => {
  let later = 0;
  const jobs = openMemoryJobs({
    now: () => millis(Date.now() + later),
    newId: () => `test${++count}`.padEnd(12, "0"),
    twice,
  });
  return {
    ...jobs,
    bus(worker) {
      const bus = jobs.bus(worker);
      open.push(bus);
      return bus;
    },
    advance: (ms) => {
      later += ms;
    },
  };
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((bus) => bus.close()));
});

describe("the memory bus", () => {
  busSuite(() => fresh());

  it("delivers everything twice when asked to", async () => {
    const { bus, admin } = await fresh(true);
    const worker = bus(aWorker);
    const seen: string[] = [];
    await publish(worker, "a");
    await consume(worker, async ({ payload }) => {
      seen.push(payload.collection);
      return done;
    });
    await until(async () => (await countsOf(admin)).waiting === 0 && seen.length === 2);
    expect(seen).toEqual(["a", "a"]);
  });

  it("refuses a payload that the contract does not know", async () => {
    const { bus } = await fresh();
    const wrong = { name: "index.due", payload: { other: 1 } } as never;
    await expect(bus(aWorker).publish(wrong)).rejects.toThrow();
  });
});

describe("supervision in memory", () => supervisionSuite(() => fresh()));

describe("administration of jobs in memory", () => jobAdminSuite(() => fresh()));
