// One's own account over HTTP: profile, password, second factor, sessions.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  accountOf,
  actorOf,
  beginTotp,
  changePassword,
  changePerson,
  confirmTotp,
  endSessions,
  removeTotp,
  renewRecoveryCodes,
  sessionsOf,
  switchOrganization,
} from "#services/accounts/accounts.ts";
import {
  account,
  accountPatch,
  organizationChoice,
  passwordChange,
  passwordProof,
  recoveryCodes,
  signedIn,
  ticket,
  ticketRequest,
  totpCode,
  totpSecret,
  userSessionList,
} from "#services/contract/accounts.ts";
import { readUserSessionId } from "#services/domain/ids.ts";
import { type AccountRouteParts, personOf } from "../account-parts.ts";
import { type ApiApp, answers, jsonBody, unknown } from "../api-app.ts";
import { originOf } from "../origin.ts";

const tags = ["Account"];
const params = z.object({ id: z.string() });
const nothing = { 204: { description: "It is done" } };

export const accountRoutes = (app: ApiApp, parts: AccountRouteParts): void => {
  profileRoutes(app, parts);
  factorRoutes(app, parts);
  sessionRoutes(app, parts);
};

const profileRoutes = (app: ApiApp, { accounts, reach }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/account",
      summary: "Who asks",
      tags,
      responses: answers(200, account, "The account, and the organization it works in"),
    }),
    async (c) => c.json(await accountOf((await accounts()).parts, c.get("scope")), 200),
  );

  app.openapi(
    createRoute({
      method: "patch",
      path: "/api/v1/account",
      summary: "Change name or preferences",
      tags,
      request: { body: jsonBody(accountPatch) },
      responses: answers(200, account, "The account as it is now"),
    }),
    async (c) => {
      const all = await accounts();
      const { name, preferences } = c.req.valid("json");
      await changePerson(all.parts, personOf(c), {
        ...(name === undefined ? {} : { name }),
        ...(preferences === undefined ? {} : { preferences: definedOf(preferences) }),
      });
      all.callers.forget();
      return c.json(await accountOf(all.parts, c.get("scope")), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/password",
      summary: "Change the password",
      description: "Ends all other sessions.",
      tags,
      request: { body: jsonBody(passwordChange) },
      responses: nothing,
    }),
    async (c) => {
      const all = await accounts();
      const { organization } = c.get("scope");
      const who = { organization, person: personOf(c) };
      await changePassword(all.parts, who, c.req.valid("json"), originOf(c, reach));
      all.callers.forget();
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/organization",
      summary: "Work in another organization",
      tags,
      request: { body: jsonBody(organizationChoice) },
      responses: answers(200, signedIn, "A token for that organization"),
    }),
    async (c) => {
      const { organization } = c.req.valid("json");
      return c.json(
        await switchOrganization((await accounts()).parts, personOf(c), organization),
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/tickets",
      summary: "A ticket for one download",
      description:
        "A browser sends no header with a download or an event stream: `?ticket=…` opens this path, for a minute.",
      tags,
      request: { body: jsonBody(ticketRequest) },
      responses: answers(200, ticket, "The ticket"),
    }),
    async (c) => {
      const person = personOf(c);
      const { tokens } = (await accounts()).parts;
      const [path = ""] = c.req.valid("json").path.split("?");
      return c.json(
        {
          ticket: await tokens.ticket({
            user: person.id,
            session: person.session,
            organization: c.get("scope").organization,
            path,
          }),
        },
        200,
      );
    },
  );
};

/** Without what was not said, which is not the same as nothing. */
const definedOf = <T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

const factorRoutes = (app: ApiApp, { accounts, reach }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/totp",
      summary: "Begin to set up one-time codes",
      tags,
      request: { body: jsonBody(passwordProof) },
      responses: answers(200, totpSecret, "The secret for an authenticator"),
    }),
    async (c) => {
      const { parts } = await accounts();
      const { password } = c.req.valid("json");
      const { address } = originOf(c, reach);
      return c.json(await beginTotp(parts, personOf(c), password, address), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/totp/confirm",
      summary: "Confirm one-time codes by one of them",
      description: "Ends all other sessions.",
      tags,
      request: { body: jsonBody(totpCode) },
      responses: answers(200, recoveryCodes, "For when the authenticator is lost"),
    }),
    async (c) => {
      const all = await accounts();
      const who = { organization: c.get("scope").organization, person: personOf(c) };
      const { code } = c.req.valid("json");
      const codes = await confirmTotp(all.parts, who, code, originOf(c, reach));
      all.callers.forget();
      return c.json({ codes }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/totp/remove",
      summary: "Remove one-time codes",
      tags,
      request: { body: jsonBody(passwordProof) },
      responses: nothing,
    }),
    async (c) => {
      const all = await accounts();
      const who = { organization: c.get("scope").organization, person: personOf(c) };
      await removeTotp(all.parts, who, c.req.valid("json").password, originOf(c, reach));
      all.callers.forget();
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/recovery-codes",
      summary: "New recovery codes",
      description: "Those of before do not work any more.",
      tags,
      request: { body: jsonBody(passwordProof) },
      responses: answers(200, recoveryCodes, "The codes"),
    }),
    async (c) => {
      const { parts } = await accounts();
      const who = { organization: c.get("scope").organization, person: personOf(c) };
      const { password } = c.req.valid("json");
      return c.json(
        { codes: await renewRecoveryCodes(parts, who, password, originOf(c, reach)) },
        200,
      );
    },
  );
};

const sessionRoutes = (app: ApiApp, { accounts, reach }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/account/sessions",
      summary: "Where one is signed in",
      tags,
      responses: answers(200, userSessionList, "The sessions, the last used one first"),
    }),
    async (c) => c.json({ sessions: await sessionsOf((await accounts()).parts, personOf(c)) }, 200),
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/account/sessions/{id}",
      summary: "End a session",
      tags,
      request: { params },
      responses: nothing,
    }),
    async (c) => {
      const all = await accounts();
      const person = personOf(c);
      const id = readUserSessionId(c.req.valid("param").id);
      const said = {
        organization: c.get("scope").organization,
        actor: actorOf(person),
        network: originOf(c, reach).network,
      };
      const ended =
        id !== undefined && (await endSessions(all.parts, { user: person.id, id }, "ended", said));
      if (!ended) throw unknown("session");
      all.callers.forget();
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/sessions/end-others",
      summary: "End all sessions but this one",
      tags,
      responses: nothing,
    }),
    async (c) => {
      const all = await accounts();
      const person = personOf(c);
      await endSessions(all.parts, { user: person.id, but: person.session }, "ended", {
        organization: c.get("scope").organization,
        actor: actorOf(person),
        network: originOf(c, reach).network,
      });
      all.callers.forget();
      return c.body(null, 204);
    },
  );
};
