// API keys over HTTP: one's own, and for admins those of the organization.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  actorOf,
  deleteKey,
  makeKey,
  makeScimKey,
  shownKeys,
} from "#services/accounts/accounts.ts";
import { apiKeyList, madeApiKey, newApiKey, newScimKey } from "#services/contract/accounts.ts";
import { type AccountRouteParts, personOf } from "../account-parts.ts";
import { type ApiApp, answers, jsonBody } from "../api-app.ts";

const tags = ["API keys"];
const params = z.object({ id: z.string() });
const nothing = { 204: { description: "It is gone" } };

export const keyRoutes = (app: ApiApp, { accounts }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/account/keys",
      summary: "One's own API keys",
      tags,
      responses: answers(200, apiKeyList, "The keys, the newest first, without their secrets"),
    }),
    async (c) => {
      const { parts } = await accounts();
      const keys = await shownKeys(parts, c.get("scope").organization, personOf(c).id);
      return c.json({ keys }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/keys",
      summary: "Make an API key",
      description:
        "It opens what its scopes name, as far as its owner may: read, search, import (also new collections), embed (/v1/embeddings), write (topics, labels, concepts, settings), admin.",
      tags,
      request: { body: jsonBody(newApiKey) },
      responses: answers(201, madeApiKey, "The key; its secret is shown this once"),
    }),
    async (c) => {
      const { parts } = await accounts();
      const { organization } = c.get("scope");
      return c.json(await makeKey(parts, personOf(c), organization, c.req.valid("json")), 201);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/account/keys/{id}",
      summary: "Delete an API key",
      tags,
      request: { params },
      responses: nothing,
    }),
    async (c) => {
      const all = await accounts();
      const person = personOf(c);
      const which = { id: c.req.valid("param").id, user: person.id };
      await deleteKey(all.parts, c.get("scope").organization, which, actorOf(person));
      all.callers.forget();
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/keys",
      summary: "All API keys of the organization",
      tags,
      responses: answers(200, apiKeyList, "The keys, the newest first, without their secrets"),
    }),
    async (c) =>
      c.json({ keys: await shownKeys((await accounts()).parts, c.get("scope").organization) }, 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/keys",
      summary: "Make a key for SCIM",
      description:
        "An identity provider keeps the members and teams of the organization in step with it, at /scim/v2. It works as long as its owner is an admin.",
      tags,
      request: { body: jsonBody(newScimKey) },
      responses: answers(201, madeApiKey, "The key; its secret is shown this once"),
    }),
    async (c) => {
      const { parts } = await accounts();
      return c.json(await makeScimKey(parts, c.get("scope"), c.req.valid("json")), 201);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/keys/{id}",
      summary: "Delete anybody's API key",
      tags,
      request: { params },
      responses: nothing,
    }),
    async (c) => {
      const all = await accounts();
      const { organization, caller } = c.get("scope");
      await deleteKey(all.parts, organization, { id: c.req.valid("param").id }, actorOf(caller));
      all.callers.forget();
      return c.body(null, 204);
    },
  );
};
