// Collections over HTTP: make, list, look, change, delete.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  collection,
  collectionList,
  collectionPatch,
  newCollection,
} from "#services/contract/collections.ts";
import { rejected } from "#services/domain/errors.ts";
import type { UserId } from "#services/domain/ids.ts";
import { checkZone } from "#services/domain/zone.ts";
import type { Parlance } from "#services/parlance.ts";
import {
  type CollectionRow,
  changeCollection,
  createCollection,
  listCollections,
  listOwners,
  requestCollectionErasure,
} from "#services/store/store.ts";
import { viewCollection } from "#services/views/views.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  factsOfModel,
  jsonBody,
} from "../api-app.ts";

const params = z.object({ id: z.string() });
const tags = ["Collections"];

/** As many as a list shows. */
const MOST_COLLECTIONS = 1000;

/** Whose a new collection is: the person's who makes it, or the owners' where the command line does. */
const managersOf = async ({ scope, store }: Parlance): Promise<readonly UserId[]> => {
  const { caller } = scope;
  if (caller.kind === "user") return [caller.id];
  if (caller.kind === "key") return [caller.user];
  return caller.kind === "operator" ? listOwners(store.rows) : [];
};

/** @throws ParlanceError rejected `unknown-model` (404) | `model-not-ready` (409) */
const readyModel = async ({ machine }: ApiParts, id: string) => {
  const model = await machine.models.find(id);
  if (model.state === "ready") return model;
  throw rejected(`The model ${id} is not ready.`, {
    code: "model-not-ready",
    status: 409,
    hint: model.problem ?? "Wait until it is fetched.",
  });
};

export const collectionRoutes = (app: ApiApp, parts: ApiParts): void => {
  const view = async (parlance: Parlance, row: CollectionRow) =>
    viewCollection(parlance, row, await factsOfModel(parts, row));

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections",
      summary: "Make a collection",
      tags,
      request: { body: jsonBody(newCollection) },
      responses: answers(201, collection, "The new collection"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const made = c.req.valid("json");
      const row = await createCollection(scoped.parlance.store, {
        name: made.name,
        managers: await managersOf(scoped.parlance),
        most: MOST_COLLECTIONS,
        zone: checkZone(made.zone) ?? scoped.parlance.config.zone,
        forFiles: made.forFiles,
        model: made.model === undefined ? null : (await readyModel(parts, made.model)).id,
        onMade: c.get("tellMade"),
        ...(made.description === undefined ? {} : { description: made.description }),
      });
      // What was just made is there for this request too.
      const { parlance } = parts.within(c, row.id);
      return c.json(await view(parlance, row), 201);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections",
      summary: "List the collections, by name",
      tags,
      responses: answers(200, collectionList, "All of them"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const rows = await listCollections(scoped.parlance.store.rows);
      const collections = await Promise.all(rows.map((row) => view(scoped.only(row.id), row)));
      return c.json({ collections }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}",
      summary: "One collection",
      tags,
      request: { params },
      responses: answers(200, collection, "The collection"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      return c.json(await view(scoped.parlance, row), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "patch",
      path: "/api/v1/collections/{id}",
      summary: "Rename or describe a collection",
      tags,
      request: { params, body: jsonBody(collectionPatch) },
      responses: answers(200, collection, "The collection as it is now"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = await collectionOfPath(scoped, c.req.valid("param").id);
      const patch = c.req.valid("json");
      checkZone(patch.zone);
      const row = await changeCollection(scoped.parlance.store, id, patch);
      return c.json(await view(scoped.parlance, row), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/collections/{id}",
      summary: "Delete a collection",
      description:
        "It is gone from every list at once; its text, vectors, files and old versions are erased in the background.",
      tags,
      request: { params },
      responses: answers(202, z.object({ id: z.string() }), "It is being erased"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = await collectionOfPath(scoped, c.req.valid("param").id);
      await requestCollectionErasure(scoped.parlance.store, id);
      scoped.wake();
      return c.json({ id }, 202);
    },
  );
};
