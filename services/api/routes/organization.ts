// An organization over HTTP, for its admins: settings, members, invitations, teams.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  changeTeam,
  changeTheMember,
  changeTheOrganization,
  invitationsOf,
  invite,
  makeTeam,
  membersOf,
  membersTable,
  peopleOf,
  quotasOf,
  readOrganization,
  removeTheMember,
  resetLinkFor,
  resetSecondFactor,
  teamsIn,
  withdraw,
} from "#services/accounts/accounts.ts";
import { csvTable } from "#services/contract/figure-csv.ts";
import {
  invitationList,
  madeInvitation,
  memberList,
  memberPatch,
  newInvitation,
  newTeam,
  organization,
  organizationPatch,
  peopleList,
  resetLink,
  team,
  teamList,
  teamPatch,
} from "#services/contract/organizations.ts";
import { organizationQuotas } from "#services/contract/quotas.ts";
import type { AccountRouteParts } from "../account-parts.ts";
import { type ApiApp, answers, jsonBody } from "../api-app.ts";
import { originOf } from "../origin.ts";

const tags = ["Organization"];
const params = z.object({ id: z.string() });
const nothing = { 204: { description: "It is done" } };

export const organizationRoutes = (app: ApiApp, parts: AccountRouteParts): void => {
  settingRoutes(app, parts);
  memberRoutes(app, parts);
  invitationRoutes(app, parts);
  teamRoutes(app, parts);
};

const settingRoutes = (app: ApiApp, { accounts }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/organization",
      summary: "The organization that one works in",
      tags,
      responses: answers(200, organization, "Its name and settings"),
    }),
    async (c) =>
      c.json(await readOrganization((await accounts()).parts, c.get("scope").organization), 200),
  );

  app.openapi(
    createRoute({
      method: "patch",
      path: "/api/v1/organization",
      summary: "Change the organization",
      tags,
      request: { body: jsonBody(organizationPatch) },
      responses: answers(200, organization, "As it is now"),
    }),
    async (c) => {
      const all = await accounts();
      await changeTheOrganization(all.parts, c.get("scope"), c.req.valid("json"));
      all.callers.forget();
      return c.json(await readOrganization(all.parts, c.get("scope").organization), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/organization/quotas",
      summary: "How much the organization may use, and has used",
      tags,
      responses: answers(200, organizationQuotas, "Requests, tokens and bytes"),
    }),
    async (c) => {
      const { parts, quotas } = await accounts();
      return c.json(await quotasOf(parts, quotas, c.get("scope").organization), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/people",
      summary: "People and teams by name, for choosing whom to share with",
      tags,
      responses: answers(200, peopleList, "Those who can be chosen"),
    }),
    async (c) => c.json(await peopleOf((await accounts()).parts, c.get("scope").organization), 200),
  );
};

const memberRoutes = (app: ApiApp, { accounts, reach }: AccountRouteParts): void => {
  const list = async (id: Parameters<typeof membersOf>[1]) => ({
    members: await membersOf((await accounts()).parts, id),
  });

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/members",
      summary: "The members",
      tags,
      responses: answers(200, memberList, "All of them, by name"),
    }),
    async (c) => c.json(await list(c.get("scope").organization), 200),
  );

  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/api/v1/members/export",
    summary: "The members as a file",
    tags,
    responses: {
      200: { description: "CSV: who, with which role, in which teams, invited by whom" },
    },
  });
  app.get("/api/v1/members/export", async (c) => {
    const { organization } = c.get("scope");
    return c.body(csvTable(await membersTable((await accounts()).parts, organization)), 200, {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="members.csv"',
    });
  });

  app.openapi(
    createRoute({
      method: "patch",
      path: "/api/v1/members/{id}",
      summary: "Change a member's role, suspend one, or let one in again",
      description: "Whoever is suspended is out within seconds, everywhere.",
      tags,
      request: { params, body: jsonBody(memberPatch) },
      responses: answers(200, memberList, "All members as they are now"),
    }),
    async (c) => {
      const all = await accounts();
      await changeTheMember(
        all.parts,
        c.get("scope"),
        c.req.valid("param").id,
        c.req.valid("json"),
      );
      all.callers.forget();
      return c.json(await list(c.get("scope").organization), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/members/{id}",
      summary: "Remove a member",
      description: "What was shared with them alone is not shared any more; their account stays.",
      tags,
      request: { params },
      responses: answers(200, memberList, "Those who are left"),
    }),
    async (c) => {
      const all = await accounts();
      await removeTheMember(all.parts, c.get("scope"), c.req.valid("param").id);
      all.callers.forget();
      return c.json(await list(c.get("scope").organization), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/members/{id}/reset-second-factor",
      summary: "Remove the second factor of a member who lost it",
      tags,
      request: { params },
      responses: nothing,
    }),
    async (c) => {
      const all = await accounts();
      await resetSecondFactor(all.parts, c.get("scope"), c.req.valid("param").id);
      all.callers.forget();
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/members/{id}/reset-link",
      summary: "A link by which a member sets a new password",
      tags,
      request: { params },
      responses: answers(200, resetLink, "To be passed on; it works once, for an hour"),
    }),
    async (c) => {
      const { parts } = await accounts();
      const { url } = originOf(c, reach);
      return c.json(
        { link: await resetLinkFor(parts, c.get("scope"), c.req.valid("param").id, url) },
        200,
      );
    },
  );
};

const invitationRoutes = (app: ApiApp, { accounts, reach }: AccountRouteParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/invitations",
      summary: "Invitations that were not answered",
      tags,
      responses: answers(200, invitationList, "The newest first"),
    }),
    async (c) =>
      c.json(
        {
          invitations: await invitationsOf((await accounts()).parts, c.get("scope").organization),
        },
        200,
      ),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/invitations",
      summary: "Invite somebody",
      description: "By mail where a mail server is configured; otherwise pass the link on.",
      tags,
      request: { body: jsonBody(newInvitation) },
      responses: answers(201, madeInvitation, "The invitation"),
    }),
    async (c) =>
      c.json(
        await invite(
          (await accounts()).parts,
          c.get("scope"),
          c.req.valid("json"),
          originOf(c, reach),
        ),
        201,
      ),
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/invitations/{id}",
      summary: "Withdraw an invitation",
      tags,
      request: { params },
      responses: nothing,
    }),
    async (c) => {
      await withdraw((await accounts()).parts, c.get("scope"), c.req.valid("param").id);
      return c.body(null, 204);
    },
  );
};

const teamRoutes = (app: ApiApp, { accounts }: AccountRouteParts): void => {
  const list = async (id: Parameters<typeof teamsIn>[1]) => ({
    teams: await teamsIn((await accounts()).parts, id),
  });

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/teams",
      summary: "The teams",
      tags,
      responses: answers(200, teamList, "All of them, by name"),
    }),
    async (c) => c.json(await list(c.get("scope").organization), 200),
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/teams",
      summary: "Make a team",
      tags,
      request: { body: jsonBody(newTeam) },
      responses: answers(201, team, "The new team, without members yet"),
    }),
    async (c) => {
      const { name } = c.req.valid("json");
      const id = await makeTeam((await accounts()).parts, c.get("scope"), name);
      return c.json({ id, name, keptByScim: false, members: [] }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: "patch",
      path: "/api/v1/teams/{id}",
      summary: "Rename a team, or set its members",
      tags,
      request: { params, body: jsonBody(teamPatch) },
      responses: answers(200, teamList, "All teams"),
    }),
    async (c) => {
      const all = await accounts();
      await changeTeam(all.parts, c.get("scope"), c.req.valid("param").id, c.req.valid("json"));
      all.callers.forget();
      return c.json(await list(c.get("scope").organization), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/teams/{id}",
      summary: "Remove a team",
      tags,
      request: { params },
      responses: answers(200, teamList, "Those that are left"),
    }),
    async (c) => {
      const all = await accounts();
      await changeTeam(all.parts, c.get("scope"), c.req.valid("param").id, "remove");
      all.callers.forget();
      return c.json(await list(c.get("scope").organization), 200);
    },
  );
};
