// Tests of attempts as people see them: only those of an upload's own jobs that failed and are not given up.
import { afterEach, describe, expect, it } from "vitest";
import { batchId, type CollectionId, type UploadId } from "#services/domain/ids.ts";
import { addJob, type NewJob } from "./jobs.ts";
import { aCollection, anUpload, aStore } from "./store.builders.ts";
import type { JobRow } from "./tables.ts";
import { triesOfAnalysis, triesOfUpload } from "./tries.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const fresh = async () => {
  const { store, remove } = await aStore();
  closers.push(remove);
  const collection = await aCollection(store);
  const upload = await anUpload(store, collection);
  await store.rows.deleteFrom("jobs").execute();
  /** The state of a job after some failures. */
  const failed = async (job: NewJob & { readonly key: string }, state: Partial<JobRow>) => {
    const owner = { organization: "org_default" as never, collection };
    await store.transaction((rows) => addJob(store, rows, job, owner));
    const changed = { reason: "no", ...state };
    await store.rows.updateTable("jobs").set(changed).where("job_key", "=", job.key).execute();
  };
  return { store, collection, upload, failed };
};

const reading = (upload: UploadId) =>
  ({ name: "upload.received", payload: { upload }, key: upload }) as const;
const embedding = (upload: UploadId, n: number) => {
  const batch = batchId(upload, n);
  return { name: "chunks.ready", payload: { batch }, key: batch } as const;
};
const indexing = (collection: CollectionId) =>
  ({ name: "index.due", payload: { collection }, key: collection }) as const;

const none = { attempt: undefined, retryAt: null, lastProblem: null };

describe("the attempts of an upload", () => {
  it("are those of its job with most failures", async () => {
    const { store, collection, upload, failed } = await fresh();
    const tries = () => triesOfUpload(store.rows, { upload, collection });
    expect(await tries()).toEqual(none);
    await failed(reading(upload), { attempt: 1, run_at: 70 });
    expect(await tries()).toEqual({ attempt: 1, retryAt: 70, lastProblem: "no" });
    await failed(indexing(collection), { attempt: 2, run_at: 80, reason: "damaged" });
    expect(await tries()).toEqual({ attempt: 2, retryAt: 80, lastProblem: "damaged" });
    await failed(embedding(upload, 12), { attempt: 4, state: "active", reason: "no model" });
    expect(await tries()).toEqual({ attempt: 4, retryAt: null, lastProblem: "no model" });
  });

  it("are not those of another upload, of a job without failures, or of a given-up one", async () => {
    const { store, collection, upload, failed } = await fresh();
    const other = await anUpload(store, collection);
    await store.rows.deleteFrom("jobs").execute();
    await failed(reading(other), { attempt: 1 });
    await failed(embedding(other, 1), { attempt: 1 });
    await failed(embedding(upload, 1), { attempt: 1, reason: null });
    await failed(embedding(upload, 2), { attempt: 5, state: "buried" });
    expect(await triesOfUpload(store.rows, { upload, collection })).toEqual(none);
  });
});

describe("the attempts of an analysis", () => {
  it("are those of its collection's job", async () => {
    const { store, collection, failed } = await fresh();
    const job = { name: "analysis.due", payload: { collection }, key: collection } as const;
    expect(await triesOfAnalysis(store.rows, collection)).toEqual(none);
    await failed(job, { attempt: 3, run_at: 90 });
    expect(await triesOfAnalysis(store.rows, collection)).toEqual({
      attempt: 3,
      retryAt: 90,
      lastProblem: "no",
    });
  });
});
