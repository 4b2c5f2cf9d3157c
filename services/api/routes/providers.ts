// Signing in elsewhere over HTTP: to a provider and back, and the providers that an account is linked to.
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import {
  type AccountParts,
  type ElsewhereOutcome,
  finishElsewhere,
  identitiesOf,
  receiveForm,
  returnAddress,
  startElsewhere,
  startLink,
  unlink,
} from "#services/accounts/accounts.ts";
import {
  linkedIdentityList,
  linkRequest,
  linkStart,
  passwordProof,
} from "#services/contract/accounts.ts";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import { type AccountRouteParts, giveCookie, opened, personOf } from "../account-parts.ts";
import { type ApiApp, answers, jsonBody } from "../api-app.ts";
import { boundBody } from "../body.ts";
import type { Variables } from "../guard.ts";
import { originOf } from "../origin.ts";

type Asked = Context<{ Variables: Variables }>;
type Started = Awaited<ReturnType<typeof startElsewhere>>;

const tags = ["Signing in"];
const params = z.object({ id: z.string().max(40) });
const elsewhere = { 302: { description: "Goes to a page" } };

/** A sign-in that is under way: a cookie that comes back from another site, and to one address only. */
const pending = (c: Asked, { reach }: AccountRouteParts) => {
  const { isSecure } = originOf(c, reach);
  const name = isSecure ? "__Secure-parlance-elsewhere" : "parlance_elsewhere";
  const about = (held: AccountParts, id: string) => ({
    path: new URL(held.providers.redirectUri(id)).pathname,
    secure: isSecure,
  });
  return {
    give: (held: AccountParts, id: string, { cookie, cookieFor }: Started) =>
      setCookie(c, name, cookie, {
        ...about(held, id),
        httpOnly: true,
        sameSite: "Lax",
        maxAge: Math.floor(cookieFor / 1000),
      }),
    read: () => getCookie(c, name),
    drop: (held: AccountParts, id: string) => deleteCookie(c, name, about(held, id)),
  };
};

/** A path of this site with one more word in its query. */
const withWords = (path: string, words: Readonly<Record<string, string>>): string => {
  const url = new URL(path, "http://here.invalid");
  for (const [name, value] of Object.entries(words)) url.searchParams.set(name, value);
  return `${url.pathname}${url.search}${url.hash}`;
};

/** A browser is on its way: it is shown a page that tells of the failure, and no JSON. */
const problemPage = (path: string, provider: string, error: unknown): string => {
  // What is broken here is for the log.
  if (!(error instanceof ParlanceError) || error.kind === "corrupt") throw error;
  return withWords(path, { problem: error.code, provider });
};

/** The sign-in page, which leads to the page that was asked for. */
const signInPage = (returnTo: string | undefined): string => {
  const to = returnAddress(returnTo);
  return withWords("/sign-in", to === "/" ? {} : { to });
};

/** The token is behind "#", where no log has it. */
const secondFactorPage = (found: Extract<ElsewhereOutcome, { kind: "second-factor" }>): string => {
  const asked = new URLSearchParams({
    "second-factor": found.token,
    methods: found.methods.join(","),
  });
  return `${signInPage(found.returnTo)}#${asked}`;
};

/** The length of a form with an answer that has the groups of somebody who is in hundreds of them. */
const MAX_FORM = 1_000_000;
/** As long as SAML lets it be. */
const MAX_RELAY_STATE = 80;

/** @throws ParlanceError rejected `body-too-large` (413) | `bad-form` */
const formOf = async (c: Asked) => {
  await boundBody(c, MAX_FORM);
  const form = new URLSearchParams(await c.req.text());
  const [answer, ...answers] = form.getAll("SAMLResponse");
  const [relayState = "", ...states] = form.getAll("RelayState");
  const isGood =
    answer !== undefined &&
    answers.length + states.length === 0 &&
    relayState.length <= MAX_RELAY_STATE;
  if (!isGood)
    throw rejected("This form brings no answer of a sign-in provider.", { code: "bad-form" });
  return { answer, relayState };
};

export const providerRoutes = (app: ApiApp, parts: AccountRouteParts): void => {
  const { accounts, reach } = parts;

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/auth/providers/{id}/start",
      summary: "Sign in elsewhere: a browser goes to the provider",
      tags,
      request: { params, query: z.object({ return: z.string().max(1000).optional() }) },
      responses: elsewhere,
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      try {
        const held = await opened(parts);
        const started = await startElsewhere(held, id, c.req.valid("query").return);
        pending(c, parts).give(held, id, started);
        return c.redirect(started.location, 302);
      } catch (error) {
        const page = signInPage(c.req.valid("query").return);
        return c.redirect(problemPage(page, id, error), 302);
      }
    },
  );

  /** The page to go to, once whoever came back is signed in. */
  const arrive = async (c: Asked, held: AccountParts, id: string): Promise<string> => {
    const cookie = pending(c, parts).read();
    const began = held.providers.peek(id, cookie);
    try {
      const answer = { url: c.req.url, cookie };
      const found = await finishElsewhere(held, id, answer, originOf(c, reach));
      // Their groups may have given them another role.
      (await accounts()).callers.forget();
      if (found.kind === "second-factor") return secondFactorPage(found);
      if (found.kind === "signed-in") giveCookie(c, parts, found.refresh);
      return found.returnTo;
    } catch (error) {
      const page = began?.intent === undefined ? signInPage(began?.returnTo) : began.returnTo;
      return problemPage(page, id, error);
    } finally {
      if (began !== undefined) pending(c, parts).drop(held, id);
    }
  };

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/auth/providers/{id}/callback",
      summary: "Come back from a provider",
      description: "The address to tell the provider as the one to send people back to.",
      tags,
      request: { params },
      responses: elsewhere,
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      try {
        return c.redirect(await arrive(c, await opened(parts), id), 302);
      } catch (error) {
        return c.redirect(problemPage("/sign-in", id, error), 302);
      }
    },
  );

  formRoutes(app, parts);
  identityRoutes(app, parts);
};

/** Of providers that send people back with a form, and want a description of us. */
const formRoutes = (app: ApiApp, parts: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/providers/{id}/callback",
      summary: "Come back from a provider of SAML, with its answer in a form",
      description:
        "The form has the fields SAMLResponse and RelayState. The browser is sent on to the same address with GET, where its cookie tells whether the sign-in began in it.",
      tags,
      request: { params },
      responses: { 303: { description: "Goes to a page" } },
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      try {
        const held = await opened(parts);
        const asking = { provider: id, address: originOf(c, parts.reach).address };
        const words = await receiveForm(held, asking, await formOf(c));
        const { pathname } = new URL(held.providers.redirectUri(id));
        return c.redirect(`${pathname}?${words}`, 303);
      } catch (error) {
        return c.redirect(problemPage("/sign-in", id, error), 303);
      }
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/auth/providers/{id}/metadata",
      summary: "What an identity provider of SAML has to know of this server",
      tags,
      request: { params },
      responses: {
        200: {
          description: "Metadata of SAML 2.0",
          content: { "application/samlmetadata+xml": { schema: z.string() } },
        },
      },
    }),
    async (c) => {
      const xml = (await opened(parts)).providers.metadata(c.req.valid("param").id);
      return c.body(xml, 200, { "content-type": "application/samlmetadata+xml" });
    },
  );
};

const identityRoutes = (app: ApiApp, parts: AccountRouteParts): void => {
  const { accounts, reach } = parts;
  const ofAccount = ["Account"];
  const named = z.object({ provider: z.string().max(40) });

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/account/identities",
      summary: "The providers at which one signs in",
      tags: ofAccount,
      responses: answers(200, linkedIdentityList, "The first one first"),
    }),
    async (c) =>
      c.json({ identities: await identitiesOf((await accounts()).parts, personOf(c)) }, 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/identities/{provider}/start",
      summary: "Link one's account to a provider",
      description: "The browser has to go to the location, and comes back to the page given.",
      tags: ofAccount,
      request: { params: named, body: jsonBody(linkRequest) },
      responses: answers(200, linkStart, "Where to go"),
    }),
    async (c) => {
      const { parts: held } = await accounts();
      const { provider } = c.req.valid("param");
      const { password, return: returnTo = "/account" } = c.req.valid("json");
      const given = { provider, password, returnTo };
      const started = await startLink(held, personOf(c), given, originOf(c, reach).address);
      pending(c, parts).give(held, provider, started);
      return c.json({ location: started.location }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/account/identities/{provider}",
      summary: "Sign in at a provider no more",
      tags: ofAccount,
      request: { params: named, body: jsonBody(passwordProof) },
      responses: { 204: { description: "It is done" } },
    }),
    async (c) => {
      const { parts: held } = await accounts();
      const who = { organization: c.get("scope").organization, person: personOf(c) };
      const { provider } = c.req.valid("param");
      const { password } = c.req.valid("json");
      await unlink(held, who, { provider, password }, originOf(c, reach));
      return c.body(null, 204);
    },
  );
};
