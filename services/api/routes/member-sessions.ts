// Where members are signed in, over HTTP, for their admins.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { endSessionOf, endSessionsOf, sessionsOfMember } from "#services/accounts/accounts.ts";
import { userSessionList } from "#services/contract/accounts.ts";
import type { AccountRouteParts } from "../account-parts.ts";
import { type ApiApp, answers } from "../api-app.ts";

const tags = ["Organization"];
const params = z.object({ id: z.string() });
const nothing = { 204: { description: "It is done" } };

export const memberSessionRoutes = (app: ApiApp, { accounts }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/members/{id}/sessions",
      summary: "Where a member is signed in",
      description: "Only sessions that work in this organization now.",
      tags,
      request: { params },
      responses: answers(200, userSessionList, "The sessions, the last used one first"),
    }),
    async (c) => {
      const { parts } = await accounts();
      const { id } = c.req.valid("param");
      return c.json({ sessions: await sessionsOfMember(parts, c.get("scope"), id) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/members/{id}/sessions/{session}",
      summary: "End a session of a member",
      tags,
      request: { params: params.extend({ session: z.string() }) },
      responses: nothing,
    }),
    async (c) => {
      const all = await accounts();
      const { id, session } = c.req.valid("param");
      await endSessionOf(all.parts, c.get("scope"), id, session);
      all.callers.forget();
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/members/{id}/end-sessions",
      summary: "Sign a member out everywhere",
      tags,
      request: { params },
      responses: nothing,
    }),
    async (c) => {
      const all = await accounts();
      await endSessionsOf(all.parts, c.get("scope"), c.req.valid("param").id);
      all.callers.forget();
      return c.body(null, 204);
    },
  );
};
