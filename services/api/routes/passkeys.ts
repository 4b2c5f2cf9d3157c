// Passkeys over HTTP: made, renamed and removed in one's account, used to sign in, and to confirm who one is.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  askForProof,
  askToSignIn,
  beginPasskey,
  deletePasskey,
  finishPasskey,
  nameThePasskey,
  passkeysOf,
  proveByPasskey,
  signInByPasskey,
} from "#services/accounts/accounts.ts";
import {
  madePasskey,
  newPasskey,
  passkey,
  passkeyAnswer,
  passkeyList,
  passkeyName,
  passkeyQuestion,
  passwordProof,
  signedIn,
} from "#services/contract/accounts.ts";
import {
  type AccountRouteParts,
  opened,
  personOf,
  requireApp,
  signedAnswer,
} from "../account-parts.ts";
import { type ApiApp, answers, jsonBody } from "../api-app.ts";
import { originOf } from "../origin.ts";

export const passkeyRoutes = (app: ApiApp, parts: AccountRouteParts): void => {
  signInRoutes(app, parts);
  ownRoutes(app, parts);
  proofRoutes(app, parts);
};

const signInRoutes = (app: ApiApp, parts: AccountRouteParts): void => {
  const { reach } = parts;
  const tags = ["Signing in"];

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/passkey/begin",
      summary: "What to ask the browser for, to sign in with a passkey",
      tags,
      responses: answers(200, passkeyQuestion, "For `startAuthentication`"),
    }),
    async (c) => {
      requireApp(c);
      return c.json(
        passkeyQuestion.parse(await askToSignIn(await opened(parts), originOf(c, reach))),
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/auth/passkey/finish",
      summary: "Sign in with a passkey",
      description: "No second factor is asked for: the device has verified who uses it.",
      tags,
      request: { body: jsonBody(passkeyAnswer) },
      responses: answers(200, signedIn, "Signed in"),
    }),
    async (c) => {
      requireApp(c);
      const given = c.req.valid("json");
      const signed = await signInByPasskey(await opened(parts), given, originOf(c, reach));
      return c.json(signedAnswer(c, parts, signed), 200);
    },
  );
};

const ownRoutes = (app: ApiApp, { accounts, reach }: AccountRouteParts): void => {
  const tags = ["Account"];

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/account/passkeys",
      summary: "One's passkeys",
      tags,
      responses: answers(200, passkeyList, "The first one first"),
    }),
    async (c) => c.json({ passkeys: await passkeysOf((await accounts()).parts, personOf(c)) }, 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/passkeys/begin",
      summary: "What to ask the browser for, to make a passkey",
      tags,
      request: { body: jsonBody(passwordProof) },
      responses: answers(200, passkeyQuestion, "For `startRegistration`"),
    }),
    async (c) => {
      const { parts } = await accounts();
      const { password } = c.req.valid("json");
      return c.json(
        passkeyQuestion.parse(await beginPasskey(parts, personOf(c), password, originOf(c, reach))),
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/passkeys/finish",
      summary: "Keep the passkey that the browser made",
      description:
        "The first second factor ends all other sessions, and comes with recovery codes.",
      tags,
      request: { body: jsonBody(newPasskey) },
      responses: answers(200, madePasskey, "The passkey"),
    }),
    async (c) => {
      const all = await accounts();
      const who = { organization: c.get("scope").organization, person: personOf(c) };
      const made = await finishPasskey(all.parts, who, c.req.valid("json"), originOf(c, reach));
      all.callers.forget();
      return c.json(made, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "patch",
      path: "/api/v1/account/passkeys/{id}",
      summary: "Rename a passkey",
      tags,
      request: { params: z.object({ id: z.string().max(80) }), body: jsonBody(passkeyName) },
      responses: answers(200, passkey, "The passkey as it is now"),
    }),
    async (c) => {
      const { parts } = await accounts();
      const who = { organization: c.get("scope").organization, person: personOf(c) };
      const given = { ...c.req.valid("json"), id: c.req.valid("param").id };
      return c.json(await nameThePasskey(parts, who, given, originOf(c, reach)), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/account/passkeys/{id}",
      summary: "Remove a passkey",
      tags,
      request: {
        params: z.object({ id: z.string().max(80) }),
        body: jsonBody(passwordProof),
      },
      responses: { 204: { description: "It is done" } },
    }),
    async (c) => {
      const all = await accounts();
      const who = { organization: c.get("scope").organization, person: personOf(c) };
      const { id } = c.req.valid("param");
      const { password } = c.req.valid("json");
      await deletePasskey(all.parts, who, { id, password }, originOf(c, reach));
      all.callers.forget();
      return c.body(null, 204);
    },
  );
};

const proofRoutes = (app: ApiApp, { accounts, reach }: AccountRouteParts): void => {
  const tags = ["Account"];

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/passkeys/prove/begin",
      summary: "What to ask the browser for, to confirm with a passkey that it is still you",
      tags,
      responses: answers(200, passkeyQuestion, "For `startAuthentication`"),
    }),
    async (c) => {
      const { parts } = await accounts();
      const asked = await askForProof(parts, personOf(c), originOf(c, reach));
      return c.json(passkeyQuestion.parse(asked), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/passkeys/prove/finish",
      summary: "Confirm with a passkey that it is still you",
      description:
        "For a quarter of an hour, this session needs no password where one is asked for otherwise.",
      tags,
      request: { body: jsonBody(passkeyAnswer) },
      responses: { 204: { description: "It is confirmed" } },
    }),
    async (c) => {
      const { parts } = await accounts();
      await proveByPasskey(parts, personOf(c), c.req.valid("json"), originOf(c, reach));
      return c.body(null, 204);
    },
  );
};
