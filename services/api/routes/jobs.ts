// Jobs over HTTP: what runs, waits and was given up; trying one again, cancelling one, forgetting one.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import type { BuriedJob, CurrentJob as Current } from "#services/bus/job-admin.ts";
import {
  type CurrentJob,
  type GivenUpJob,
  jobList,
  jobTitles,
} from "#services/contract/job-list.ts";
import { rejected } from "#services/domain/errors.ts";
import { type JobId, readJobId, readUploadId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import { cancelUpload, currentAnalysis, findUpload } from "#services/store/store.ts";
import { type ApiApp, type ApiParts, answers, unknown } from "../api-app.ts";

const params = z.object({ id: z.string() });
const tags = ["Jobs"];
const MOST = 200;

export const givenUpView = (job: BuriedJob): GivenUpJob => ({
  id: job.id,
  name: job.name,
  title: jobTitles[job.name],
  about: job.about,
  collection: job.collection,
  reason: job.reason,
  attempts: job.attempts,
  givenUpAt: job.buriedAt,
});

/** How far a job is that is in hand; null where that is not counted. */
const progressOf = async ({ store }: Parlance, job: Current): Promise<number | null> => {
  if (job.state !== "active") return null;
  if (job.name === "upload.received") {
    const upload = readUploadId(job.about["upload"] ?? "");
    const row = upload && (await findUpload(store.rows, upload));
    return row && row.bytes > 0 ? Math.min(1, row.bytes_read / row.bytes) : null;
  }
  if (job.name === "analysis.due" && job.collection !== null) {
    const analysis = await currentAnalysis(store.rows, job.collection);
    return analysis?.state === "running" ? Math.min(1, analysis.progress) : null;
  }
  return null;
};

const viewOfCurrent = async (parlance: Parlance, job: Current): Promise<CurrentJob> => ({
  id: job.id,
  name: job.name,
  title: jobTitles[job.name],
  about: job.about,
  collection: job.collection,
  state: job.state === "active" ? "running" : "waiting",
  askedAt: job.askedAt,
  dueAt: job.dueAt,
  attempts: job.attempts,
  reason: job.reason,
  progress: await progressOf(parlance, job),
  cancellable: job.name === "upload.received",
});

const idOf = (text: string): JobId => {
  const id = readJobId(text);
  if (id === undefined) throw unknown("job");
  return id;
};

export const jobRoutes = (app: ApiApp, parts: ApiParts): void => {
  const list = async (parlance: Parlance) => {
    const { jobs, scope } = parlance;
    const current = await jobs.current(scope, MOST);
    return {
      counts: (await jobs.counts(scope)).map(({ buried, ...count }) => ({
        ...count,
        givenUp: buried,
      })),
      current: await Promise.all(current.map((job) => viewOfCurrent(parlance, job))),
      givenUp: (await jobs.buried(scope, MOST)).map(givenUpView),
    };
  };

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/jobs",
      summary: "What runs, what waits and what was given up",
      tags,
      responses: answers(
        200,
        jobList,
        "The counts by name, what runs and waits, and the given-up jobs, newest first",
      ),
    }),
    async (c) => c.json(await list(parts.within(c).parlance), 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/jobs/{id}/retry",
      summary: "Try a given-up job again",
      description:
        "As if it were new. An upload or analysis that failed with it is under way again.",
      tags,
      request: { params },
      responses: answers(202, jobList, "It waits for a worker"),
    }),
    async (c) => {
      const { parlance, wake } = parts.within(c);
      const { jobs, scope } = parlance;
      if (!(await jobs.retry(scope, idOf(c.req.valid("param").id)))) throw unknown("job");
      wake();
      return c.json(await list(parlance), 202);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/jobs/{id}/cancel",
      summary: "Cancel the reading of an upload",
      description:
        "What was read so far is kept; a retry of the upload continues from there. Other jobs cannot be cancelled.",
      tags,
      request: { params },
      responses: answers(202, jobList, "It stops at the next part"),
    }),
    async (c) => {
      const { parlance, wake } = parts.within(c);
      const { jobs, scope, store } = parlance;
      const job = await jobs.findCurrent(scope, idOf(c.req.valid("param").id));
      if (job === undefined) throw unknown("job");
      const upload = readUploadId(job.about["upload"] ?? "");
      if (job.name !== "upload.received" || upload === undefined)
        throw rejected(`“${jobTitles[job.name]}” cannot be cancelled.`, {
          code: "not-cancellable",
          status: 409,
          hint: "Only the reading of an upload can be cancelled. To end other work on a collection, delete the upload or the collection.",
        });
      await cancelUpload(store, upload);
      wake();
      return c.json(await list(parlance), 202);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/jobs/{id}",
      summary: "Forget a given-up job",
      description:
        "The upload or analysis that failed with it stays failed. An erasure cannot be forgotten.",
      tags,
      request: { params },
      responses: answers(200, jobList, "It is gone"),
    }),
    async (c) => {
      const { parlance } = parts.within(c);
      const { jobs, scope } = parlance;
      if (!(await jobs.forget(scope, idOf(c.req.valid("param").id)))) throw unknown("job");
      return c.json(await list(parlance), 200);
    },
  );
};
