// The analysis of a collection over HTTP: how it stands, asking for a run, how it is done, and its files.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { analysis, analysisRequest, analysisSettings } from "#services/contract/analysis.ts";
import { rejected } from "#services/domain/errors.ts";
import { readSavedFile, savedFileNames } from "#services/saved-analysis/saved-analysis.ts";
import { findCollection, requestAnalysis, saveSettings } from "#services/store/store.ts";
import { viewAnalysis } from "#services/views/views.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  unknown,
} from "../api-app.ts";

const params = z.object({ id: z.string() });
const tags = ["Analysis"];

export const analysisRoutes = (app: ApiApp, parts: ApiParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/analysis",
      summary: "How the analysis of a collection stands",
      tags,
      request: { params },
      responses: answers(200, analysis, "What is under way, and what the newest one found"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      return c.json(await viewAnalysis(scoped.parlance, row), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/analysis",
      summary: "Analyse a collection: take in what is new, or start afresh",
      description:
        "Runs in the background; searching works, and the analysis before it stays visible. `update` starts from the topics that are there; `refit` finds them anew, and carries identities, names and hand edits over.",
      tags,
      request: { params, body: jsonBody(analysisRequest) },
      responses: answers(202, analysis, "It has been asked for"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      if (row.version === null)
        throw rejected("There is nothing to analyse yet.", {
          code: "nothing-to-analyse",
          status: 409,
          hint: "Import something first, and wait until it is indexed.",
        });
      const { mode, settings } = c.req.valid("json");
      await requestAnalysis(scoped.parlance.store, { collection: row.id, mode, settings });
      scoped.wake();
      return c.json(await viewAnalysis(scoped.parlance, row), 202);
    },
  );

  app.openapi(
    createRoute({
      method: "put",
      path: "/api/v1/collections/{id}/analysis/settings",
      summary: "Change how a collection is analysed, from the next run on",
      tags,
      request: { params, body: jsonBody(analysisSettings) },
      responses: answers(200, analysis, "As it stands"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = await collectionOfPath(scoped, c.req.valid("param").id);
      await saveSettings(scoped.parlance.store.rows, id, c.req.valid("json"));
      const row = await findCollection(scoped.parlance.store.rows, id);
      if (!row) throw unknown("collection");
      return c.json(await viewAnalysis(scoped.parlance, row), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/analysis/files/{name}",
      summary: "A file of the newest analysis, to open elsewhere",
      description:
        "Arrow files of messages, points, conversations and names (any Arrow library opens them), and the topics as JSON.",
      tags,
      request: { params: params.extend({ name: z.enum(savedFileNames) }) },
      responses: {
        200: {
          description: "The file",
          content: { "application/octet-stream": { schema: z.string() } },
        },
      },
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, name } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const view = await scoped.analyses.view(row.id);
      if (!view) throw unknown("analysis");
      const index = await scoped.parlance.indexes.open(row.id);
      const bytes = await readSavedFile(index, view.analysis, name);
      if (bytes === undefined) throw unknown("analysis");
      c.header("content-disposition", `attachment; filename="${name}"`);
      c.header(
        "content-type",
        name.endsWith(".json") ? "application/json" : "application/vnd.apache.arrow.file",
      );
      return c.body(Uint8Array.from(bytes)) as never;
    },
  );
};
