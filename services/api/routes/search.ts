// Questions over HTTP: to one collection, to several, to all.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { searchAnswer, searchRequest } from "#services/contract/search.ts";
import { markHits } from "#services/views/views.ts";
import { type ApiApp, type ApiParts, answers, jsonBody, type ScopedParts } from "../api-app.ts";
import { openTargets } from "./targets.ts";

const tags = ["Search"];

export const searchRoutes = (app: ApiApp, parts: ApiParts): void => {
  const targets = openTargets(parts);

  /** Further pages belong to the search that the first one answered. */
  const counted = async (
    { parlance, search }: ScopedParts,
    request: z.infer<typeof searchRequest>,
    target: Parameters<ScopedParts["search"]["search"]>[1],
  ) => {
    const began = performance.now();
    const answer = await search.search(request, target);
    if (request.cursor === undefined)
      parts.searchCounts.search(parlance, {
        mode: answer.mode,
        query: request.query,
        isEmpty: answer.noMatch !== null || answer.hits.length === 0,
        ms: performance.now() - began,
      });
    return { ...answer, hits: await markHits(parlance.store.rows, answer.hits) };
  };

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
      return c.json(await counted(scoped, c.req.valid("json"), target), 200);
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
      return c.json(await counted(scoped, request, target), 200);
    },
  );
};
