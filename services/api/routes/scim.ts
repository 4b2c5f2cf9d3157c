// SCIM 2.0 over HTTP: identity providers keep the members and teams of an organization in step with their own.
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import {
  type AccountParts,
  type Asked,
  changeGroupTo,
  changePersonTo,
  listGroups,
  listPeople,
  makeGroup,
  makePerson,
  type Page,
  readGroup,
  readPerson,
  removeGroup,
  removePerson,
} from "#services/accounts/accounts.ts";
import {
  MAX_PAGE,
  SCIM_BASE,
  type ScimGroup,
  type ScimQuery,
  type ScimUser,
  scimBody,
  scimError,
  scimGroup,
  scimGroupResource,
  scimList,
  scimPatch,
  scimQuery,
  scimUrn,
  scimUser,
  scimUserResource,
} from "#services/contract/scim.ts";
import { rejected } from "#services/domain/errors.ts";
import type { OrganizationId } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import {
  patched,
  providerConfig,
  type Resource,
  readFilter,
  resourceTypes,
  type Selection,
  schemas,
  selected,
  spelled,
} from "#services/scim/scim.ts";
import { type AccountRouteParts, opened } from "../account-parts.ts";
import type { ApiApp } from "../api-app.ts";
import type { Variables } from "../guard.ts";
import { originOf } from "../origin.ts";
import { fromZod } from "../problem.ts";

const tags = ["SCIM"];
const type = { "content-type": "application/scim+json" } as const;
const params = z.object({ id: z.string().max(200) });
const nothing = { 204: { description: "It is gone" } };

const body = { required: true, content: { "application/scim+json": { schema: scimBody } } };
const scimAnswers = <S extends z.ZodType, N extends number>(
  status: N,
  schema: S,
  description: string,
) =>
  ({
    [status]: { description, content: { "application/scim+json": { schema } } },
    default: {
      description: "What went wrong, in SCIM's own shape",
      content: { "application/scim+json": { schema: scimError } },
    },
  }) as {
    [status in N]: { description: string; content: { "application/scim+json": { schema: S } } };
  };

/** @throws ParlanceError rejected `bad-request` */
const readAs = <S extends z.ZodType>(schema: S, value: unknown): z.infer<S> => {
  const read = schema.safeParse(spelled(value));
  if (!read.success) throw fromZod(read.error, "body");
  return read.data;
};

type C = Context<{ Variables: Variables }>;

/** Users or groups: what they are called, and what is done with them. */
interface Kind<Given> {
  readonly plural: "Users" | "Groups";
  readonly singular: string;
  readonly schema: z.ZodType<Given>;
  readonly answer: z.ZodType<Resource>;
  /** What stays as it is where a replacement leaves it out. */
  readonly lasting: readonly string[];
  list(parts: AccountParts, organization: OrganizationId, asked: Asked): Promise<Page>;
  read(
    parts: AccountParts,
    organization: OrganizationId,
    which: { readonly text: string; readonly selection: Selection },
  ): Promise<Resource>;
  make(parts: AccountParts, scope: Scope, made: Given): Promise<Resource>;
  change(
    parts: AccountParts,
    scope: Scope,
    text: string,
    next: (now: Resource) => Given,
  ): Promise<Resource>;
  remove(parts: AccountParts, scope: Scope, text: string): Promise<void>;
}

const users: Kind<ScimUser> = {
  plural: "Users",
  singular: "a user, who becomes a member at the first sign-in",
  schema: scimUser,
  answer: scimUserResource,
  lasting: ["active", "externalId", "roles"],
  list: listPeople,
  read: readPerson,
  make: makePerson,
  change: changePersonTo,
  remove: removePerson,
};

const groups: Kind<ScimGroup> = {
  plural: "Groups",
  singular: "a group, which is a team",
  schema: scimGroup,
  answer: scimGroupResource,
  lasting: ["members", "externalId"],
  list: listGroups,
  read: readGroup,
  make: makeGroup,
  change: changeGroupTo,
  remove: removeGroup,
};

export const scimRoutes = (app: ApiApp, parts: AccountRouteParts): void => {
  descriptionRoutes(app, parts);
  resourceRoutes(app, parts, users);
  resourceRoutes(app, parts, groups);
};

const listOf = (resources: readonly Resource[], total: number, startIndex: number) => ({
  schemas: [scimUrn.list],
  totalResults: total,
  startIndex,
  itemsPerPage: resources.length,
  Resources: [...resources],
});

const descriptionRoutes = (app: ApiApp, { reach }: AccountRouteParts): void => {
  const urlOf = (c: C) => originOf(c, reach).url;
  app.openapi(
    createRoute({
      method: "get",
      path: "/scim/v2/ServiceProviderConfig",
      summary: "What this server can do of SCIM",
      tags,
      responses: scimAnswers(200, scimBody, "Its abilities"),
    }),
    (c) => c.json({ ...providerConfig(urlOf(c)), schemas: [scimUrn.config] }, 200, type),
  );

  const described = [
    ["ResourceTypes", resourceTypes, "Which resources there are"],
    ["Schemas", schemas, "Which attributes resources have"],
  ] as const;
  for (const [name, all, summary] of described) {
    app.openapi(
      createRoute({
        method: "get",
        path: `/scim/v2/${name}`,
        summary,
        tags,
        responses: scimAnswers(200, scimList, "All of them"),
      }),
      (c) => {
        const resources = all(urlOf(c));
        return c.json(listOf(resources, resources.length, 1), 200, type);
      },
    );
    app.openapi(
      createRoute({
        method: "get",
        path: `/scim/v2/${name}/{id}`,
        summary,
        tags,
        request: { params },
        responses: scimAnswers(200, scimBody, "One of them"),
      }),
      (c) => {
        const { id } = c.req.valid("param");
        const found = all(urlOf(c)).find((one) => one["id"] === id);
        if (found === undefined)
          throw rejected("There is no such description.", { code: "not-found", status: 404 });
        return c.json({ ...found }, 200, type);
      },
    );
  }
};

const selectionOf = (c: C): Selection => {
  const { attributes, excludedAttributes } = c.req.query();
  return { attributes, excludedAttributes };
};

const askedOf = (query: ScimQuery): Asked => ({
  attributes: query.attributes,
  excludedAttributes: query.excludedAttributes,
  filter: query.filter === undefined ? undefined : readFilter(query.filter),
  offset: Math.max(1, query.startIndex) - 1,
  limit: Math.min(MAX_PAGE, Math.max(0, query.count)),
});

const resourceRoutes = <Given>(app: ApiApp, parts: AccountRouteParts, kind: Kind<Given>): void => {
  const { plural, singular, schema, lasting } = kind;
  const path = `/scim/v2/${plural}`;
  const request = { params, body };
  const responses = scimAnswers(200, kind.answer, "As it is now");
  const locationOf = (c: C, resource: Resource) =>
    `${originOf(c, parts.reach).url}${SCIM_BASE}/${plural}/${String(resource["id"])}`;
  /** With its address; of a resource that is wanted in part, what was asked for. */
  const shown = (c: C, resource: Resource): Resource => {
    const meta = { ...(resource["meta"] as Resource), location: locationOf(c, resource) };
    return selected({ ...resource, meta }, selectionOf(c));
  };
  const changed = async (c: C, id: string, next: (now: Resource) => unknown) => {
    const made = await kind.change(await opened(parts), c.get("scope"), id, (now) =>
      readAs(schema, next(now)),
    );
    await forget();
    return shown(c, made);
  };
  const forget = async () => (await parts.accounts()).callers.forget();

  app.openapi(
    createRoute({
      method: "get",
      path,
      summary: `${plural}, in pages`,
      tags,
      request: { query: scimQuery },
      responses: scimAnswers(200, scimList, "Those that the filter matches"),
    }),
    async (c) => {
      const asked = askedOf(c.req.valid("query"));
      const found = await kind.list(await opened(parts), c.get("scope").organization, asked);
      const resources = found.resources.map((resource) => shown(c, resource));
      return c.json(listOf(resources, found.total, asked.offset + 1), 200, type);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path,
      summary: `Make ${singular}`,
      tags,
      request: { body },
      responses: scimAnswers(201, kind.answer, "As it is now"),
    }),
    async (c) => {
      const given = readAs(schema, c.req.valid("json"));
      const made = await kind.make(await opened(parts), c.get("scope"), given);
      await forget();
      return c.json(shown(c, made), 201, { ...type, location: locationOf(c, made) });
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: `${path}/{id}`,
      summary: `One of the ${plural.toLowerCase()}`,
      tags,
      request: { params },
      responses,
    }),
    async (c) => {
      const which = { text: c.req.valid("param").id, selection: selectionOf(c) };
      const found = await kind.read(await opened(parts), c.get("scope").organization, which);
      return c.json(shown(c, found), 200, type);
    },
  );

  app.openapi(
    createRoute({
      method: "put",
      path: `${path}/{id}`,
      summary: `Replace ${singular}`,
      description: `What is left out of ${lasting.join(", ")} stays as it is.`,
      tags,
      request,
      responses,
    }),
    async (c) => {
      const given = readAs(scimBody, c.req.valid("json"));
      const answer = await changed(c, c.req.valid("param").id, (now) => ({
        ...Object.fromEntries(lasting.map((name) => [name, now[name]])),
        ...given,
      }));
      return c.json(answer, 200, type);
    },
  );

  app.openapi(
    createRoute({
      method: "patch",
      path: `${path}/{id}`,
      summary: `Change ${singular}`,
      tags,
      request,
      responses,
    }),
    async (c) => {
      const { Operations } = readAs(scimPatch, c.req.valid("json"));
      const answer = await changed(c, c.req.valid("param").id, (now) => patched(now, Operations));
      return c.json(answer, 200, type);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: `${path}/{id}`,
      summary: `Remove ${singular}`,
      tags,
      request: { params },
      responses: nothing,
    }),
    async (c) => {
      await kind.remove(await opened(parts), c.get("scope"), c.req.valid("param").id);
      await forget();
      return c.body(null, 204);
    },
  );
};
