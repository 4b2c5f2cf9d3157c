// Jobs over HTTP: how many wait, those that were given up, trying one again, forgetting one.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import type { BuriedJob } from "#services/bus/job-admin.ts";
import { type GivenUpJob, jobList, jobTitles } from "#services/contract/job-list.ts";
import { type JobId, readJobId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import { type ApiApp, type ApiParts, answers, unknown } from "../api-app.ts";

const params = z.object({ id: z.string() });
const tags = ["Jobs"];
const MOST = 200;

const viewOf = (job: BuriedJob): GivenUpJob => ({
  id: job.id,
  name: job.name,
  title: jobTitles[job.name],
  about: job.about,
  collection: job.collection,
  reason: job.reason,
  attempts: job.attempts,
  givenUpAt: job.buriedAt,
});

const idOf = (text: string): JobId => {
  const id = readJobId(text);
  if (id === undefined) throw unknown("job");
  return id;
};

export const jobRoutes = (app: ApiApp, parts: ApiParts): void => {
  const list = async ({ jobs, scope }: Parlance) => ({
    counts: (await jobs.counts(scope.organization)).map(({ buried, ...count }) => ({
      ...count,
      givenUp: buried,
    })),
    givenUp: (await jobs.buried(scope.organization, MOST)).map(viewOf),
  });

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/jobs",
      summary: "How many jobs wait, and those that were given up",
      tags,
      responses: answers(200, jobList, "The counts by name, and the given-up jobs, newest first"),
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
      if (!(await jobs.retry(scope.organization, idOf(c.req.valid("param").id))))
        throw unknown("job");
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
      if (!(await jobs.forget(scope.organization, idOf(c.req.valid("param").id))))
        throw unknown("job");
      return c.json(await list(parlance), 200);
    },
  );
};
