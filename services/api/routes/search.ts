// Questions over HTTP: to one collection, to several, to all.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { searchAnswer, searchRequest } from "#services/contract/search.ts";
import type { EmbeddingModel } from "#services/embed/embed.ts";
import type { ScopeCollection } from "#services/search/search.ts";
import { type CollectionRow, listCollections } from "#services/store/store.ts";
import { openSearchModes } from "#services/views/views.ts";
import { type ApiApp, type ApiParts, answers, collectionOfPath, jsonBody } from "../api-app.ts";

const tags = ["Search"];

export const searchRoutes = (app: ApiApp, parts: ApiParts): void => {
  const { parlance, search } = parts;
  const modeOf = openSearchModes(parlance);

  const scopeOf = async (
    row: CollectionRow,
    model: EmbeddingModel | undefined,
  ): Promise<ScopeCollection> => ({
    id: row.id,
    name: row.name,
    modelFingerprint: row.model_fingerprint,
    defaultMode: await modeOf(row, model),
  });

  const scopesOf = async (rows: readonly CollectionRow[]): Promise<ScopeCollection[]> => {
    const model = await parlance.model().catch((): undefined => undefined);
    return Promise.all(rows.map((row) => scopeOf(row, model)));
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
      const row = await collectionOfPath(parts, c.req.valid("param").id);
      const answer = await search.search(c.req.valid("json"), {
        collections: await scopesOf([row]),
        one: true,
      });
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
      const request = c.req.valid("json");
      const rows =
        request.collections === undefined
          ? await listCollections(parlance.store.db)
          : await Promise.all(
              [...new Set(request.collections)].map((id) => collectionOfPath(parts, id)),
            );
      const answer = await search.search(request, {
        collections: await scopesOf(rows),
        one: false,
      });
      return c.json(answer, 200);
    },
  );
};
