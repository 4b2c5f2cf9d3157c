// All organizations of the server over HTTP, for whoever runs it.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  changeQuotas,
  makeOrganization,
  organizationsOf,
  quotasOf,
} from "#services/accounts/accounts.ts";
import {
  madeOrganization,
  newOrganization,
  organizationList,
} from "#services/contract/organizations.ts";
import { organizationQuotas, quotasPatch } from "#services/contract/quotas.ts";
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
    async (c) => {
      const { parts, quotas } = await accounts();
      return c.json({ organizations: await organizationsOf(parts, quotas) }, 200);
    },
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

  app.openapi(
    createRoute({
      method: "patch",
      path: "/api/v1/organizations/{id}/quotas",
      summary: "Set how much an organization may use",
      description:
        "0: any number; null: as the server's settings say; what is left out stays. It holds on all servers within a few seconds.",
      tags,
      request: { params: z.object({ id: z.string() }), body: jsonBody(quotasPatch) },
      responses: answers(200, organizationQuotas, "As it is now, and what is used of it"),
    }),
    async (c) => {
      const { parts, quotas } = await accounts();
      const organization = await changeQuotas(
        parts,
        c.get("scope"),
        { organization: c.req.valid("param").id, set: c.req.valid("json") },
        originOf(c, reach),
      );
      quotas.forget();
      return c.json(await quotasOf(parts, quotas, organization), 200);
    },
  );
};
