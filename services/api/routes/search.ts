// Questions over HTTP: to one collection, to several, to all.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { searchAnswer, searchRequest } from "#services/contract/search.ts";
import type { EmbeddingModel } from "#services/embed/embed.ts";
import type { TargetCollection } from "#services/search/search.ts";
import { type CollectionRow, listCollections } from "#services/store/store.ts";
import { openSearchModes } from "#services/views/views.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  type ScopedParts,
} from "../api-app.ts";

const tags = ["Search"];

export const searchRoutes = (app: ApiApp, parts: ApiParts): void => {
  const modeOf = openSearchModes();

  const targetOf = async (
    { parlance }: ScopedParts,
    row: CollectionRow,
    model: EmbeddingModel | undefined,
  ): Promise<TargetCollection> => ({
    id: row.id,
    name: row.name,
    modelFingerprint: row.model_fingerprint,
    defaultMode: await modeOf(parlance, row, model),
  });

  const targetsOf = async (
    scoped: ScopedParts,
    rows: readonly CollectionRow[],
  ): Promise<TargetCollection[]> => {
    const model = await parts.machine.model().catch((): undefined => undefined);
    return Promise.all(rows.map((row) => targetOf(scoped, row, model)));
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
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const answer = await scoped.search.search(c.req.valid("json"), {
        collections: await targetsOf(scoped, [row]),
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
      const scoped = parts.within(c);
      const request = c.req.valid("json");
      const rows =
        request.collections === undefined
          ? await listCollections(scoped.parlance.store.rows)
          : await Promise.all(
              [...new Set(request.collections)].map((id) => collectionOfPath(scoped, id)),
            );
      const answer = await scoped.search.search(request, {
        collections: await targetsOf(scoped, rows),
        one: false,
      });
      return c.json(answer, 200);
    },
  );
};
