// A fault after something was saved: tried five times, said all along, given up, and tried again by a person.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAX_ATTEMPTS } from "#services/contract/jobs.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { defaultScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import { createCollection } from "#services/store/collections.ts";
import { readUpload } from "#services/store/upload-views.ts";
import { startBelt } from "./belt.ts";
import { reconcile } from "./reconcile.ts";
import {
  aChatLog,
  aHome,
  atRest,
  ended,
  openHome,
  send,
  type TestParlance,
} from "./workers.builders.ts";

let remove: () => Promise<void>;
let parlance: TestParlance;
let collection: CollectionId;
let stop: () => Promise<void>;
let later: number;

const runWith = async (reached: (place: string) => Promise<void>) => {
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "embed", "commit"],
    reached,
  });
  stop = () => belt.stop();
};

beforeEach(async () => {
  const home = await aHome();
  remove = home.remove;
  later = 0;
  parlance = await openHome(home.folder, { now: () => millis(Date.now() + later) });
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  stop = async () => undefined;
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
});

// One batch, and so one job at each stage.
const file = { name: "a.jsonl", text: aChatLog(16, 10) };

/** Faults at a place, until it is mended. */
const aFault = (at: string) => {
  const fault = { times: 0, mended: false, reached: async (_place: string) => undefined };
  fault.reached = async (place) => {
    if (place !== at || fault.mended) return undefined;
    fault.times++;
    throw new TypeError("a message that quotes hello");
  };
  return fault;
};

describe("a fault that comes again at every attempt", () => {
  it.each([
    ["ingest.parts", "upload.received"],
    ["embed.embedded", "chunks.ready"],
    ["commit.committed", "index.due"],
  ])(
    "at %s is said, given up after five attempts, and mended by trying again",
    async (place, name) => {
      const fault = aFault(place);
      await runWith(fault.reached);
      const id = await send(parlance, collection, file);
      const view = async () => readUpload(parlance.store.rows, id);
      await expect.poll(async () => (await view())?.lastProblem, { timeout: 30_000 }).toBeTruthy();
      const troubled = await view();
      // Other people's words are in the error's message, and not in what is said.
      expect(troubled?.lastProblem).toMatch(/^An error in Parlance itself: TypeError at workers\//);
      expect(troubled).toMatchObject({ maxAttempts: MAX_ATTEMPTS, error: null });
      expect(troubled?.attempt).toBeGreaterThanOrEqual(1);
      expect(troubled?.retryAt ?? 0).toBeGreaterThan(Date.now() - 5000);
      for (let now = await view(); now?.state !== "failed"; now = await view()) {
        // The clock goes on to the next try, so that the test need not wait for it.
        later += Math.max(0, (now?.retryAt ?? 0) - parlance.now());
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const { times } = fault;
      expect(times).toBeLessThanOrEqual(MAX_ATTEMPTS);
      expect((await view())?.error).toMatchObject({ code: "gave-up" });
      expect((await view())?.error?.message).toContain("gave up after 5 attempts: An error in");
      // Neither time nor a repair brings it back: it waits for a person.
      later += 3_600_000;
      await reconcile(parlance.instance);
      await atRest(parlance);
      expect(fault.times).toBe(times);
      const [job] = await parlance.jobs.buried(defaultScope, 5);
      expect(job).toMatchObject({ name, collection });
      fault.mended = true;
      if (job) expect(await parlance.jobs.retry(defaultScope, job.id)).toBe(true);
      parlance.bus.wake();
      expect(await ended(parlance, id)).toMatchObject({
        state: "done",
        error: null,
        lastProblem: null,
        retryAt: null,
        progress: { newMessages: 160, knownMessages: 0 },
      });
      await atRest(parlance);
      expect(await parlance.jobs.buried(defaultScope, 5)).toEqual([]);
    },
  );
});
