// Signing in over HTTP: passwords, second factors, links, and the cookie that keeps a session going.
import { createRoute } from "@hono/zod-openapi";
import {
  acceptInvitation,
  actorOf,
  endSessions,
  forgot,
  linkOf,
  readInvitation,
  refreshSession,
  register,
  resetPassword,
  secondFactor,
  sessionOfToken,
  setUp,
  signIn,
  verifyAddress,
} from "#services/accounts/accounts.ts";
import {
  acceptRequest,
  authState,
  forgotRequest,
  invitationRequest,
  memberRole,
  registerRequest,
  resetRequest,
  secondFactorRequest,
  setupCheck,
  setupLink,
  setupRequest,
  shownInvitation,
  signedIn,
  signInAnswer,
  signInRequest,
  verifyRequest,
} from "#services/contract/accounts.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  type AccountRouteParts,
  cookieOf,
  opened,
  outcomeAnswer,
  requireApp,
  signedAnswer,
  takeCookie,
} from "../account-parts.ts";
import { type ApiApp, answers, jsonBody } from "../api-app.ts";
import { originOf } from "../origin.ts";

const tags = ["Signing in"];
const nothing = { 204: { description: "It is done" } };

export const authRoutes = (app: ApiApp, parts: AccountRouteParts): void => {
  const { accounts, reach } = parts;

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/auth/state",
      summary: "Whether and how people sign in",
      tags,
      responses: answers(200, authState, "What a sign-in page needs"),
    }),
    async (c) => c.json(await (await accounts()).state(), 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/setup/check",
      summary: "Whether a setup link still works",
      description:
        "It is not used up. One that has ended and one that never was are refused alike.",
      tags,
      request: { body: jsonBody(setupCheck) },
      responses: { 204: { description: "It works" } },
    }),
    async (c) => {
      requireApp(c);
      await linkOf(await opened(parts), "setup", c.req.valid("json").token);
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/setup",
      summary: "Become the first owner, by the link that the server printed",
      tags,
      request: { body: jsonBody(setupRequest) },
      responses: answers(200, signedIn, "Signed in"),
    }),
    async (c) => {
      requireApp(c);
      const signed = await setUp(await opened(parts), c.req.valid("json"), originOf(c, reach));
      return c.json(signedAnswer(c, parts, signed), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/sign-in",
      summary: "Sign in with e-mail address and password",
      tags,
      request: { body: jsonBody(signInRequest) },
      responses: answers(200, signInAnswer, "Signed in, or a second factor is asked for"),
    }),
    async (c) => {
      requireApp(c);
      const found = await signIn(await opened(parts), c.req.valid("json"), originOf(c, reach));
      return c.json(outcomeAnswer(c, parts, found), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/second-factor",
      summary: "Give the second factor",
      tags,
      request: { body: jsonBody(secondFactorRequest) },
      responses: answers(200, signedIn, "Signed in"),
    }),
    async (c) => {
      requireApp(c);
      const signed = await secondFactor(
        await opened(parts),
        c.req.valid("json"),
        originOf(c, reach),
      );
      return c.json(signedAnswer(c, parts, signed), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/refresh",
      summary: "A new access token for the session of the cookie",
      tags,
      responses: answers(200, signedIn, "The session goes on"),
    }),
    async (c) => {
      requireApp(c);
      const token = cookieOf(c, parts);
      if (token === undefined)
        throw rejected("You are signed out.", { code: "signed-out", status: 401 });
      try {
        const signed = await refreshSession(await opened(parts), token, originOf(c, reach));
        return c.json(signedAnswer(c, parts, signed), 200);
      } catch (error) {
        // A cookie that is of no use any more goes.
        if ((error as { code?: string }).code === "signed-out") takeCookie(c, parts);
        throw error;
      }
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/sign-out",
      summary: "End the session of the cookie",
      tags,
      responses: nothing,
    }),
    async (c) => {
      requireApp(c);
      const all = await accounts();
      const token = cookieOf(c, parts);
      const session = token && (await sessionOfToken(all.parts, token));
      if (session) {
        const { caller } = c.get("identity");
        await endSessions(all.parts, { user: session.user_id, id: session.id }, "signed-out", {
          organization: session.in_organization,
          actor: caller.kind === "user" ? actorOf(caller) : { name: "", id: session.user_id },
          network: originOf(c, reach).network,
        });
        all.callers.forget();
      }
      takeCookie(c, parts);
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/invitation",
      summary: "What an invitation is to",
      tags,
      request: { body: jsonBody(invitationRequest) },
      responses: answers(200, shownInvitation, "The invitation"),
    }),
    async (c) => {
      requireApp(c);
      const found = await readInvitation(await opened(parts), c.req.valid("json").token);
      return c.json(
        {
          organization: found.organization.name,
          email: found.link.email ?? "",
          role: memberRole.parse(found.link.role),
          invitedBy: found.invitedBy,
          hasAccount: found.hasAccount,
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/accept-invitation",
      summary: "Join an organization",
      tags,
      request: { body: jsonBody(acceptRequest) },
      responses: answers(200, signInAnswer, "Signed in, or a second factor is asked for"),
    }),
    async (c) => {
      requireApp(c);
      const found = await acceptInvitation(
        await opened(parts),
        c.req.valid("json"),
        originOf(c, reach),
      );
      return c.json(outcomeAnswer(c, parts, found), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/forgot",
      summary: "Have a link for a new password sent",
      description: "The answer is the same whether there is such an account or not.",
      tags,
      request: { body: jsonBody(forgotRequest) },
      responses: nothing,
    }),
    async (c) => {
      requireApp(c);
      await forgot(await opened(parts), c.req.valid("json").email, originOf(c, reach));
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/reset",
      summary: "Set a new password, by a link",
      description: "Ends all sessions.",
      tags,
      request: { body: jsonBody(resetRequest) },
      responses: answers(200, signInAnswer, "Signed in, or a second factor is asked for"),
    }),
    async (c) => {
      requireApp(c);
      const all = await accounts();
      const found = await resetPassword(
        await opened(parts),
        c.req.valid("json"),
        originOf(c, reach),
      );
      all.callers.forget();
      return c.json(outcomeAnswer(c, parts, found), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/register",
      summary: "Make an account for oneself",
      description:
        "Sends a link that confirms the address. The answer is the same where there is an account.",
      tags,
      request: { body: jsonBody(registerRequest) },
      responses: nothing,
    }),
    async (c) => {
      requireApp(c);
      await register(await opened(parts), c.req.valid("json"), originOf(c, reach));
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/verify",
      summary: "Confirm the e-mail address of a registration, by a link and the password",
      tags,
      request: { body: jsonBody(verifyRequest) },
      responses: answers(200, signedIn, "The account is made, and signed in"),
    }),
    async (c) => {
      requireApp(c);
      const signed = await verifyAddress(
        await opened(parts),
        c.req.valid("json"),
        originOf(c, reach),
      );
      return c.json(signedAnswer(c, parts, signed), 200);
    },
  );

  accountsSwitch(app, parts);
};

/** Turns accounts on and off for the whole server. */
const accountsSwitch = (app: ApiApp, { accounts, reach }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/accounts/on",
      summary: "Turn accounts on",
      description: "From now on people sign in. What is there belongs to the first owner.",
      tags,
      responses: answers(200, setupLink, "The link that makes the first owner"),
    }),
    async (c) =>
      c.json({ link: (await (await accounts()).turnOn(originOf(c, reach).url)) ?? null }, 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/accounts/off",
      summary: "Turn accounts off",
      description:
        "Whoever reaches the server is its owner again. For the command line beside the data.",
      tags,
      responses: nothing,
    }),
    async (c) => {
      await (await accounts()).turnOff();
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/accounts/setup-link",
      summary: "A new link that makes the first owner",
      description: "For the command line beside the data. Earlier links do not work any more.",
      tags,
      responses: answers(200, setupLink, "The link"),
    }),
    async (c) =>
      c.json(
        { link: (await (await accounts()).setupLink(originOf(c, reach).url, "new")) ?? null },
        200,
      ),
  );
};
