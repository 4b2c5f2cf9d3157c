// Merged conversations over HTTP: what is merged, suggestions, a preview, merging, and its undoing.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  mergeAccepted,
  mergeList,
  mergePreview,
  mergeSuggestionQuery,
  mergeSuggestions,
  mergeWish,
} from "#services/contract/merges.ts";
import { type ConversationId, readConversationId } from "#services/domain/ids.ts";
import { askToEndMerge, askToMerge, findShownConversation } from "#services/store/store.ts";
import { previewMerge, viewMergeSuggestions, viewMerges } from "#services/views/views.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  unknown,
} from "../api-app.ts";

const params = z.object({ id: z.string() });
const tags = ["Conversations"];

const idOf = (text: string): ConversationId => {
  const id = readConversationId(text);
  if (id === undefined) throw unknown("conversation");
  return id;
};

export const mergeRoutes = (app: ApiApp, parts: ApiParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/merges",
      summary: "The merged conversations of a collection",
      description: "With what each consists of, and whether it is merged or undone just now.",
      tags,
      request: { params },
      responses: answers(200, mergeList, "All merges"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = await collectionOfPath(scoped, c.req.valid("param").id);
      return c.json({ merges: await viewMerges(scoped.parlance.store.rows, id) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/merge-suggestions",
      summary: "Conversations that may be the same chat as one",
      description: "Of the same time, with some of its longer messages word for word.",
      tags,
      request: { params, query: mergeSuggestionQuery },
      responses: answers(200, mergeSuggestions, "The likeliest first, at most five"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { rows } = scoped.parlance.store;
      const collection = await collectionOfPath(scoped, c.req.valid("param").id);
      const row = await findShownConversation(rows, idOf(c.req.valid("query").conversation));
      if (row?.collection_id !== collection.id) throw unknown("conversation");
      return c.json(await viewMergeSuggestions(rows, row), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/merges/preview",
      summary: "What merging conversations would do",
      description:
        "How many messages are the same, which times are shifted, and which names are the same person. Nothing is changed.",
      tags,
      request: { params, body: jsonBody(mergeWish) },
      responses: answers(200, mergePreview, "By conversation"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = await collectionOfPath(scoped, c.req.valid("param").id);
      const ids = c.req.valid("json").conversations.map(idOf);
      return c.json(await previewMerge(scoped.parlance.store.rows, id, ids), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/merges",
      summary: "Merge conversations that are one chat",
      description:
        "They become one conversation: the same messages once, in one order. Later imports of any of them go into it. It is done in the background; `DELETE` undoes it.",
      tags,
      request: { params, body: jsonBody(mergeWish) },
      responses: answers(202, mergeAccepted, "It is being merged"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { store, bus } = scoped.parlance;
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const ids = c.req.valid("json").conversations.map(idOf);
      const { id } = await askToMerge(store, row.id, ids, c.get("tellMade"));
      bus.wake();
      return c.json({ id, state: "asked" as const }, 202);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/collections/{id}/merges/{merge}",
      summary: "Undo a merge",
      description:
        "Its conversations are shown by themselves again, with what was imported since. It is done in the background.",
      tags,
      request: { params: params.extend({ merge: z.string() }) },
      responses: answers(202, mergeAccepted, "It is being undone"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { store, bus } = scoped.parlance;
      const { id: text, merge } = c.req.valid("param");
      const row = await collectionOfPath(scoped, text);
      const id = readConversationId(merge);
      if (id === undefined) throw unknown("merge");
      await askToEndMerge(store, row.id, id);
      bus.wake();
      return c.json({ id, state: "ending" as const }, 202);
    },
  );
};
