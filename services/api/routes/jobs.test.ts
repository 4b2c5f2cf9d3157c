// Jobs over HTTP: given up, said on /ready and in the list, tried again, forgotten.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobList } from "#services/contract/job-list.ts";
import { readiness } from "#services/contract/system.ts";
import { upload, uploadAccepted } from "#services/contract/uploads.ts";
import { defaultOrganization, organizationId } from "#services/domain/ids.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

let api: TestApi;
let collection: string;

beforeAll(async () => {
  // Nobody works here but the tests' own handlers.
  api = await openTestApi({ idle: true });
  collection = (await api.makeCollection("Files")).id;
});
afterAll(() => api.close());

const list = () => api.read(jobList, "/api/v1/jobs");
const ready = () => api.read(readiness, "/ready");

/** Publishes a job that is given up at once. @returns its id */
const giveUp = async (name: "index.due" | "erase.requested") => {
  const { bus } = api.parlance;
  const giving = await bus.consume(
    name,
    async () => ({ kind: "bury", reason: "The index is damaged." }),
    {
      concurrency: 1,
    },
  );
  const owner = {
    organization: defaultOrganization,
    collection: collection as never,
    key: collection,
  };
  if (name === "index.due") await bus.publish({ name, payload: { collection }, ...owner });
  else await bus.publish({ name, payload: { collection, origin: null }, ...owner });
  const count = async () => (await list()).counts.find((one) => one.name === name)?.givenUp;
  await expect.poll(count).toBe(1);
  await giving.stop();
  const { givenUp } = await list();
  return givenUp[0]?.id ?? "";
};

describe("a job that was given up", () => {
  it("is said on /ready and in the list, with its reason", async () => {
    expect((await ready()).degraded).toEqual([]);
    const id = await giveUp("index.due");
    expect((await list()).givenUp).toMatchObject([
      {
        id,
        name: "index.due",
        title: "Indexing a collection",
        about: { collection },
        collection,
        reason: "The index is damaged.",
        attempts: 1,
      },
    ]);
    const { ready: isReady, degraded } = await ready();
    expect(isReady).toBe(true);
    expect(degraded).toMatchObject([{ code: "job-given-up", collection }]);
    expect(degraded?.[0]?.message).toContain("The index is damaged.");
  });

  it("waits again once it is to be tried again", async () => {
    const [job] = (await list()).givenUp;
    const retry = { method: "POST", status: 202 };
    const now = await api.read(jobList, `/api/v1/jobs/${job?.id}/retry`, retry);
    expect(now.givenUp).toEqual([]);
    expect(now.counts).toContainEqual({ name: "index.due", waiting: 1, active: 0, givenUp: 0 });
    expect(await api.refusal(`/api/v1/jobs/${job?.id}/retry`, retry)).toEqual([404, "unknown-job"]);
  });

  it("is gone once it is forgotten, unless it is an erasure", async () => {
    const id = await giveUp("index.due");
    const remove = { method: "DELETE" };
    expect((await api.read(jobList, `/api/v1/jobs/${id}`, remove)).givenUp).toEqual([]);
    expect(await api.refusal(`/api/v1/jobs/${id}`, remove)).toEqual([404, "unknown-job"]);
    expect(await api.refusal("/api/v1/jobs/nonsense", remove)).toEqual([404, "unknown-job"]);
    const erasure = await giveUp("erase.requested");
    expect(await api.refusal(`/api/v1/jobs/${erasure}`, remove)).toEqual([
      409,
      "erasure-not-forgotten",
    ]);
  });
});

describe("jobs of another organization", () => {
  it("are not counted on /ready", async () => {
    const jobs = async () => (await ready()).checks.find(({ name }) => name === "jobs")?.detail;
    const before = await jobs();
    const owner = {
      organization: organizationId("other"),
      collection: collection as never,
      key: "other",
    };
    await api.instance.bus.publish({ name: "index.due", payload: { collection }, ...owner });
    expect(await jobs()).toBe(before);
  });
});

describe("a job that waits", () => {
  it("is listed with what it is about, and cancelled where it reads an upload", async () => {
    const sent = await api.ask(`/api/v1/collections/${collection}/uploads?filename=a.log`, {
      method: "PUT",
      body: "[10:00] <anna> hello",
    });
    const { id } = uploadAccepted.parse(await sent.json());
    const reading = (await list()).current.find((job) => job.name === "upload.received");
    expect(reading).toMatchObject({
      title: "Reading an upload",
      about: { upload: id },
      collection,
      state: "waiting",
      attempts: 0,
      reason: null,
      progress: null,
      cancellable: true,
    });
    const cancel = { method: "POST", status: 202 };
    await api.read(jobList, `/api/v1/jobs/${reading?.id}/cancel`, cancel);
    expect(await api.read(upload, `/api/v1/uploads/${id}`)).toMatchObject({ state: "cancelled" });
  });

  it("cannot be cancelled where the collection would not be whole without it", async () => {
    await api.parlance.bus.publish({
      name: "index.repair",
      payload: { collection },
      organization: defaultOrganization,
      collection: collection as never,
    });
    const repair = (await list()).current.find((job) => job.name === "index.repair");
    const cancel = { method: "POST" };
    expect(repair?.cancellable).toBe(false);
    expect(await api.refusal(`/api/v1/jobs/${repair?.id}/cancel`, cancel)).toEqual([
      409,
      "not-cancellable",
    ]);
    expect(await api.refusal("/api/v1/jobs/job_none/cancel", cancel)).toEqual([404, "unknown-job"]);
  });
});
