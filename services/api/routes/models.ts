// The server's embedding models over HTTP: list, add, test, measure, choose the default, remove.
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { hasRight } from "#services/accounts/accounts.ts";
import {
  modelSpeed,
  modelTest,
  modelTrial,
  modelTrialRequest,
  newModel,
  type RegisteredModel,
  registeredModel,
  registeredModels,
} from "#services/contract/models.ts";
import { tryModel } from "#services/views/views.ts";
import { type ApiApp, type ApiParts, answers, collectionOfPath, jsonBody } from "../api-app.ts";
import type { Variables } from "../guard.ts";

const params = z.object({ id: z.string().max(300) });
const tags = ["Models"];
const forOperators =
  "For the command line beside the data, and for owners of the first organization.";
const byId = "Ids may hold slashes, written as %2F.";

export const modelRoutes = (app: ApiApp, parts: ApiParts): void => {
  const { models } = parts.machine;
  /** Where a folder lies, and what other organizations have, concerns whoever runs the server. */
  const shownTo = (c: Context<{ Variables: Variables }>, model: RegisteredModel) =>
    hasRight(c.get("scope"), "server") ? model : { ...model, place: null, collections: null };

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/models",
      summary: "The embedding models of the server, the default first",
      tags,
      responses: answers(200, registeredModels, "With what is known of each"),
    }),
    async (c) => {
      const found = await models.list();
      return c.json({ ...found, models: found.models.map((one) => shownTo(c, one)) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/models",
      summary: "Add a model from the hub or from a folder",
      description: `${forOperators} A model of the hub is fetched beside other work; \`state\` and \`doneBytes\` say how far it is. One that failed goes on where it stopped.`,
      tags,
      request: { body: jsonBody(newModel) },
      responses: answers(202, registeredModel, "The model as it is now"),
    }),
    async (c) => c.json(await models.add(c.req.valid("json").from), 202),
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/models/{id}",
      summary: "One model",
      description: byId,
      tags,
      request: { params },
      responses: answers(200, registeredModel, "What is known of it"),
    }),
    async (c) => c.json(shownTo(c, await models.find(c.req.valid("param").id)), 200),
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/models/{id}",
      summary: "Remove a model",
      description: `${forOperators} Refused while a collection uses it. Files that were fetched from the hub are deleted; folders stay. ${byId}`,
      tags,
      request: { params },
      responses: { ...answers(204, z.never(), "It is gone"), 204: { description: "It is gone" } },
    }),
    async (c) => {
      await models.remove(c.req.valid("param").id);
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/models/{id}/default",
      summary: "Give a model to new collections",
      description: `${forOperators} Collections keep the model that they have. ${byId}`,
      tags,
      request: { params },
      responses: answers(200, registeredModel, "The model"),
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      await models.makeDefault(id);
      return c.json(await models.find(id), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/models/{id}/test",
      summary: "Test a model",
      description: `${forOperators} Embeds a few texts: what says the same has to be nearer than what does not, and vectors and files have to be as when it was added. ${byId}`,
      tags,
      request: { params },
      responses: answers(200, modelTest, "What was checked"),
    }),
    async (c) => c.json(await models.test(c.req.valid("param").id), 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/try-model",
      summary: "Try another model on a collection",
      description:
        "Up to 2,000 passages of messages are embedded with it, for at most a minute, and questions are answered among them by both models. Nothing is kept.",
      tags,
      request: { params, body: jsonBody(modelTrialRequest) },
      responses: answers(200, modelTrial, "What each model finds, side by side"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const wanted = c.req.valid("json");
      return c.json(await tryModel(scoped.parlance, row, wanted, c.req.raw.signal), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/models/{id}/bench",
      summary: "Measure how fast a model is here",
      description: `${forOperators} Embeds texts of 5 to 45 words, 64 at a time, for a second and a half. ${byId}`,
      tags,
      request: { params },
      responses: answers(200, modelSpeed, "Its speed, which the list has from now on"),
    }),
    async (c) => c.json(await models.measure(c.req.valid("param").id), 200),
  );
};
