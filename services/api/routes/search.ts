// Questions over HTTP: to one collection, to several, to all.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { searchAnswer, searchRequest } from "#services/contract/search.ts";
import { type ApiApp, type ApiParts, answers, jsonBody } from "../api-app.ts";
import { openTargets } from "./targets.ts";

const tags = ["Search"];

export const searchRoutes = (app: ApiApp, parts: ApiParts): void => {
  const targets = openTargets(parts);

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/search",
      summary: "Search a collection by meaning, by words, or both",
      tags,
      request: { params: z.object({ id: z.string() }), body: jsonBody(searchRequest) },
      responses: answers(200, searchAnswer, "Hits, best first"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const target = await targets.one(scoped, c.req.valid("param").id);
      const answer = await scoped.search.search(c.req.valid("json"), target);
      return c.json(answer, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/search",
      summary: "Search several collections, or all of them, as one",
      tags,
      request: { body: jsonBody(searchRequest) },
      responses: answers(200, searchAnswer, "Hits, best first"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const request = c.req.valid("json");
      const target = await targets.several(scoped, request.collections);
      const answer = await scoped.search.search(request, target);
      return c.json(answer, 200);
    },
  );
};
