// What people may see and do of the jobs: counts and given-up jobs of one organization, trying one again, forgetting one.
import { expect, it } from "vitest";
import { defaultOrganization, jobId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import {
  aCollection,
  anOrganization,
  aWorker,
  consume,
  countsOf,
  done,
  type OpenedJobs,
  publish,
  until,
} from "./bus.suite.ts";
import type { Handler } from "./bus.ts";

const bury: Handler<"index.due"> = async () => ({ kind: "bury", reason: "damaged" });

const ours = workerScope(defaultOrganization);
const theirs = workerScope(anOrganization("other"));

/** @param open fresh jobs, for one test */
export const jobAdminSuite = (open: () => Promise<OpenedJobs>): void => {
  const withTwoBuried = async () => {
    const jobs = await open();
    const bus = jobs.bus(aWorker);
    await publish(bus, "a");
    await publish(bus, "b", { organization: "other" });
    const consumer = await consume(bus, bury);
    await until(async () => (await countsOf(jobs.admin)).buried === 2);
    await consumer.stop();
    return { ...jobs, started: bus };
  };

  it("shows an organization its own jobs, and the operator all of them", async () => {
    const { admin } = await withTwoBuried();
    const buriedBy = async (whose: Parameters<typeof admin.counts>[0]) =>
      (await admin.counts(whose)).find(({ name }) => name === "index.due")?.buried;
    expect(await buriedBy(ours)).toBe(1);
    expect(await buriedBy("everybody")).toBe(2);
    expect(await admin.buried(theirs, 5)).toMatchObject([
      {
        name: "index.due",
        about: { collection: "b" },
        organization: theirs.organization,
        collection: aCollection("b"),
        reason: "damaged",
        attempts: 1,
      },
    ]);
    expect(await admin.buried("everybody", 1)).toHaveLength(1);
  });

  it("shows only jobs of the collections that somebody may open", async () => {
    const { admin, started } = await withTwoBuried();
    await publish(started, "c");
    const few = (name: string) => ({ ...ours, collections: [aCollection(name)] });
    const none = { ...ours, collections: [] };
    expect(await admin.buried(few("a"), 5)).toHaveLength(1);
    expect(await admin.current(few("c"), 5)).toHaveLength(1);
    const [job] = await admin.buried(few("a"), 5);
    const id = job?.id ?? jobId("none");
    for (const scope of [few("c"), none]) {
      expect(await admin.buried(scope, 5)).toEqual([]);
      expect((await admin.counts(scope)).every(({ buried }) => buried === 0)).toBe(true);
      expect(await admin.retry(scope, id)).toBe(false);
      expect(await admin.forget(scope, id)).toBe(false);
    }
    expect(await admin.forget(few("a"), id)).toBe(true);
  });

  it("lists what is in hand, then what waits, of one organization", async () => {
    const { admin, bus } = await open();
    const started = bus(aWorker);
    await publish(started, "a");
    await publish(started, "b");
    let end = () => {};
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    const consumer = await consume(started, async () => {
      await held;
      return done;
    });
    const listed = () => admin.current(ours, 5);
    await until(async () => (await listed())[0]?.state === "active");
    await publish(started, "c", { organization: "other" });
    const [first, second, third] = await listed();
    expect([first?.state, second?.state, third]).toEqual(["active", "waiting", undefined]);
    expect(first).toMatchObject({ name: "index.due", attempts: 1, reason: null });
    expect(second?.collection).toBe(aCollection(String(second?.about["collection"])));
    const id = second?.id ?? jobId("none");
    expect(await admin.findCurrent(ours, id)).toEqual(second);
    expect(await admin.findCurrent(theirs, id)).toBeUndefined();
    expect(await admin.current("everybody", 2)).toHaveLength(2);
    end();
    await until(async () => (await listed()).length === 0);
    await consumer.stop();
  });

  it("tries a given-up job again as if it were new, for its own organization only", async () => {
    const { admin, started } = await withTwoBuried();
    const [job] = await admin.buried(ours, 5);
    const id = job?.id ?? jobId("none");
    expect(await admin.retry(theirs, id)).toBe(false);
    expect(await admin.retry(ours, id)).toBe(true);
    expect(await admin.retry(ours, id)).toBe(false);
    const attempts: number[] = [];
    await consume(started, async ({ attempt }) => {
      attempts.push(attempt);
      return done;
    });
    await until(() => attempts.length > 0);
    expect(attempts[0]).toBe(1);
    expect(await admin.buried(ours, 5)).toEqual([]);
  });

  it("tries again and forgets given-up jobs of any organization, for whoever runs the server", async () => {
    const { admin } = await withTwoBuried();
    const [first, second] = await admin.buried("everybody", 5);
    expect(first?.organization).not.toBe(second?.organization);
    expect(await admin.retry("everybody", first?.id ?? jobId("none"))).toBe(true);
    expect(await admin.forget("everybody", second?.id ?? jobId("none"))).toBe(true);
    expect(await admin.buried("everybody", 5)).toEqual([]);
    expect(await admin.forget("everybody", jobId("none"))).toBe(false);
  });

  it("forgets a given-up job, for its own organization only, and never an erasure", async () => {
    const { admin, started } = await withTwoBuried();
    const [job] = await admin.buried(ours, 5);
    const id = job?.id ?? jobId("none");
    expect(await admin.forget(theirs, id)).toBe(false);
    expect(await admin.forget(ours, id)).toBe(true);
    expect(await admin.buried(ours, 5)).toEqual([]);
    await started.publish({
      name: "erase.requested",
      payload: { collection: "a", origin: null },
      organization: defaultOrganization,
      collection: aCollection("a"),
    });
    await started.consume("erase.requested", async () => ({ kind: "bury", reason: "no" }), {
      concurrency: 1,
    });
    await until(async () => (await countsOf(admin, "erase.requested")).buried === 1);
    const [erasure] = await admin.buried(ours, 5);
    await expect(admin.forget(ours, erasure?.id ?? id)).rejects.toMatchObject({
      code: "erasure-not-forgotten",
    });
  });
};
