// Where people may sign in instead, over HTTP, for whoever runs the server: what there is, new ones, changes, tests.
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import {
  addProvider,
  changeProvider,
  removeProvider,
  shownProviders,
  testNewProvider,
  testProvider,
} from "#services/accounts/accounts.ts";
import {
  newSignInProvider,
  newSignInProviderTest,
  signInProvider,
  signInProviderList,
  signInProviderPatch,
  signInProviderRemoval,
  signInProviderTest,
  testedProvider,
} from "#services/contract/sign-in-providers.ts";
import { type AccountRouteParts, opened } from "../account-parts.ts";
import { type ApiApp, answers, jsonBody } from "../api-app.ts";
import type { Variables } from "../guard.ts";
import { originOf } from "../origin.ts";

const tags = ["Sign-in providers"];
const path = "/api/v1/sign-in-providers";
const one = `${path}/{id}`;
const params = z.object({ id: z.string().max(60) });

export const signInProviderRoutes = (app: ApiApp, parts: AccountRouteParts): void => {
  const by = (c: Context<{ Variables: Variables }>) => ({
    caller: c.get("scope").caller,
    origin: originOf(c, parts.reach),
  });

  app.openapi(
    createRoute({
      method: "get",
      path,
      summary: "Where people may sign in instead of with a password here",
      description:
        "Those of the settings, which are changed there, and those that were added. Secrets are told to nobody.",
      tags,
      responses: answers(200, signInProviderList, "Those of the settings first"),
    }),
    async (c) => c.json(await shownProviders(await opened(parts)), 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path,
      summary: "Add a sign-in provider or a directory",
      description:
        "`settings` and `secrets` have the fields of PARLANCE_SIGN_IN_PROVIDERS, or of PARLANCE_LDAP for a directory (kind ldap, id directory); the certificate of its authority is given as text (`caCertificate`). Every server offers it within two seconds. Where people are linked to a provider that had this id before, it is refused until it is confirmed.",
      tags,
      request: { body: jsonBody(newSignInProvider) },
      responses: answers(201, signInProvider, "It"),
    }),
    async (c) => {
      const made = await addProvider(await opened(parts), by(c), c.req.valid("json"));
      return c.json(made, 201);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: `${path}/test`,
      summary: "Test a sign-in provider before it is added",
      tags,
      request: { body: jsonBody(newSignInProviderTest) },
      responses: answers(200, testedProvider, "What was tried, in order"),
    }),
    async (c) =>
      c.json(await testNewProvider(await opened(parts), by(c), c.req.valid("json")), 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: `${one}/test`,
      summary: "Test a sign-in provider, as it is or as it would be after a change",
      description: "One of the settings is tested only as it is.",
      tags,
      request: { params, body: jsonBody(signInProviderTest) },
      responses: answers(200, testedProvider, "What was tried, in order"),
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      return c.json(await testProvider(await opened(parts), by(c), id, c.req.valid("json")), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "patch",
      path: one,
      summary: "Change a sign-in provider that was added, or turn it off or on",
      description:
        "A secret that is left out or empty stays as it is, unless the address changes: then it has to be given again.",
      tags,
      request: { params, body: jsonBody(signInProviderPatch) },
      responses: answers(200, signInProvider, "As it is now"),
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      const given = c.req.valid("json");
      return c.json(await changeProvider(await opened(parts), by(c), id, given), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: one,
      summary: "Remove a sign-in provider that was added",
      description:
        "Sessions go on. Where people sign in only there, it is refused until it is confirmed.",
      tags,
      request: { params, body: jsonBody(signInProviderRemoval) },
      responses: { 204: { description: "It is done" } },
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      const { confirmed = false } = c.req.valid("json");
      await removeProvider(await opened(parts), by(c), id, confirmed);
      return c.body(null, 204);
    },
  );
};
