// Looking at the app as somebody else over HTTP: begin it, stop it, and see who looked as oneself.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { beginLook, looksAs, stopLook } from "#services/accounts/accounts.ts";
import { lookList, lookRequest, startedLook } from "#services/contract/looks.ts";
import { type AccountRouteParts, personOf } from "../account-parts.ts";
import { type ApiApp, answers, jsonBody } from "../api-app.ts";
import { originOf } from "../origin.ts";

export const lookRoutes = (app: ApiApp, { accounts, reach }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/members/{id}/look",
      summary: "Look at the app as a member sees it, read-only",
      description:
        "For owners and admins who signed in, where the organization allows it, of nobody with a higher role. The token reads what this person may read in the organization, for half an hour; every change is refused with `read-only-view`. The log tells of what is opened, and the person is told.",
      tags: ["Organization"],
      request: { params: z.object({ id: z.string() }), body: jsonBody(lookRequest) },
      responses: answers(201, startedLook, "The token"),
    }),
    async (c) => {
      const all = await accounts();
      const { reason, password } = c.req.valid("json");
      const given = { reason, password, origin: originOf(c, reach) };
      const started = await beginLook(all.parts, c.get("scope"), c.req.valid("param").id, given);
      // One that this session had begun before is over.
      all.callers.forget();
      return c.json(started, 201);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/account/look/end",
      summary: "Stop looking as somebody else",
      description: "With the token that was given for it, which does not work any more.",
      tags: ["Account"],
      responses: { 204: { description: "It is over" } },
    }),
    async (c) => {
      const all = await accounts();
      await stopLook(all.parts, c.get("scope"));
      all.callers.forget();
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/account/looks",
      summary: "Who looked at the app as oneself",
      tags: ["Account"],
      responses: answers(200, lookList, "When and why, the last time first"),
    }),
    async (c) => c.json({ looks: await looksAs((await accounts()).parts, personOf(c)) }, 200),
  );
};
