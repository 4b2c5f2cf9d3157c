// All organizations of the server over HTTP, for whoever runs it.
import { createRoute } from "@hono/zod-openapi";
import { makeOrganization, organizationsOf } from "#services/accounts/accounts.ts";
import {
  madeOrganization,
  newOrganization,
  organizationList,
} from "#services/contract/organizations.ts";
import type { AccountRouteParts } from "../account-parts.ts";
import { type ApiApp, answers, jsonBody } from "../api-app.ts";
import { originOf } from "../origin.ts";

const tags = ["Organizations"];

export const organizationsRoutes = (app: ApiApp, { accounts, reach }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/organizations",
      summary: "All organizations, and what they have",
      description:
        "For the command line beside the data, and for owners of the first organization.",
      tags,
      responses: answers(200, organizationList, "By name"),
    }),
    async (c) => c.json({ organizations: await organizationsOf((await accounts()).parts) }, 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/organizations",
      summary: "Make an organization, and invite its first owner",
      tags,
      request: { body: jsonBody(newOrganization) },
      responses: answers(201, madeOrganization, "The organization, and the invitation"),
    }),
    async (c) => {
      const { parts } = await accounts();
      const made = c.req.valid("json");
      return c.json(await makeOrganization(parts, c.get("scope"), made, originOf(c, reach)), 201);
    },
  );
};
