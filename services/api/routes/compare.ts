// Comparisons over HTTP: two selections of messages side by side.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { compareRequest, comparison } from "#services/contract/figures.ts";
import { compareSelections } from "#services/views/views.ts";
import { type ApiApp, type ApiParts, answers, collectionOfPath, jsonBody } from "../api-app.ts";

const params = z.object({ id: z.string() });
const tags = ["Trends"];

export const compareRoutes = (app: ApiApp, parts: ApiParts): void => {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/compare",
      summary: "What one selection of messages has more of than another",
      tags,
      request: { params, body: jsonBody(compareRequest) },
      responses: answers(200, comparison, "Differences with effect sizes, largest first"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const view = await scoped.analyses.view(row.id);
      return c.json(
        await compareSelections(scoped.parlance, { row, view }, c.req.valid("json")),
        200,
      );
    },
  );
};
