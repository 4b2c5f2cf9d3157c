// Requests about the organization: its members, invitations, teams, keys, settings, audit log, and who may open a collection.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { apiKeyList, madeApiKey, type newScimKey } from "#services/contract/accounts.ts";
import {
  auditCheck,
  auditList,
  type auditQuery,
  collectionAccess,
  type collectionAccessPut,
  invitationList,
  madeInvitation,
  memberList,
  type memberPatch,
  type newInvitation,
  organization,
  type organizationPatch,
  peopleList,
  resetLink,
  team,
  teamList,
  type teamPatch,
} from "#services/contract/organizations.ts";
import { organizationQuotas } from "#services/contract/quotas.ts";
import { asked } from "./collections.ts";
import { base } from "./plain-request.ts";
import { ask, tell } from "./request.ts";

const one = (kind: "members" | "invitations" | "teams" | "keys", id: string) =>
  `${base}/${kind}/${encodeURIComponent(id)}`;
const remove = { method: "DELETE" } as const;
const post = (body: unknown = {}) => ({ method: "POST", body }) as const;

export const organizationQuery = queryOptions({
  queryKey: ["organization"],
  queryFn: ({ signal }) => ask(organization, `${base}/organization`, { signal }),
});
export const patchOrganization = (body: z.infer<typeof organizationPatch>) =>
  ask(organization, `${base}/organization`, { method: "PATCH", body });

export const quotasQuery = queryOptions({
  queryKey: ["organization", "quotas"],
  queryFn: ({ signal }) => ask(organizationQuotas, `${base}/organization/quotas`, { signal }),
});

export const membersQuery = queryOptions({
  queryKey: ["organization", "members"],
  queryFn: async ({ signal }) => (await ask(memberList, `${base}/members`, { signal })).members,
});
/** With teams, and who invited whom. */
export const membersExportUrl = `${base}/members/export`;
export const patchMember = (id: string, body: z.infer<typeof memberPatch>) =>
  tell(one("members", id), { method: "PATCH", body });
export const removeMember = (id: string) => tell(one("members", id), remove);
export const resetSecondFactor = (id: string) =>
  tell(`${one("members", id)}/reset-second-factor`, post());
export const makeResetLink = (id: string) =>
  ask(resetLink, `${one("members", id)}/reset-link`, post());
export const endSessionsOf = (id: string) => tell(`${one("members", id)}/end-sessions`, post());

export const invitationsQuery = queryOptions({
  queryKey: ["organization", "invitations"],
  queryFn: async ({ signal }) =>
    (await ask(invitationList, `${base}/invitations`, { signal })).invitations,
});
export const invite = (body: z.input<typeof newInvitation>) =>
  ask(madeInvitation, `${base}/invitations`, post(body));
export const withdrawInvitation = (id: string) => tell(one("invitations", id), remove);

export const teamsQuery = queryOptions({
  queryKey: ["organization", "teams"],
  queryFn: async ({ signal }) => (await ask(teamList, `${base}/teams`, { signal })).teams,
});
export const makeTeam = (name: string) => ask(team, `${base}/teams`, post({ name }));
export const patchTeam = (id: string, body: z.infer<typeof teamPatch>) =>
  tell(one("teams", id), { method: "PATCH", body });
export const deleteTeam = (id: string) => tell(one("teams", id), remove);

/** The keys of all members. */
export const allKeysQuery = queryOptions({
  queryKey: ["organization", "keys"],
  queryFn: async ({ signal }) => (await ask(apiKeyList, `${base}/keys`, { signal })).keys,
});
export const makeScimKey = (body: z.input<typeof newScimKey>) =>
  ask(madeApiKey, `${base}/keys`, post(body));
export const deleteKeyOfMember = (id: string) => tell(one("keys", id), remove);

type Asked = Pick<z.infer<typeof auditQuery>, "action" | "actor" | "after" | "before">;
export type AuditAsked = { readonly [N in keyof Asked]?: Asked[N] | undefined };
export const auditLogQuery = (question: AuditAsked) =>
  infiniteQueryOptions({
    queryKey: ["organization", "audit", question],
    queryFn: ({ signal, pageParam }) =>
      ask(auditList, `${base}/audit?${asked({ ...question, limit: 50, cursor: pageParam })}`, {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
export const checkAudit = () => ask(auditCheck, `${base}/audit/check`);
export const auditExportUrl = (format: "csv" | "jsonl"): string =>
  `${base}/audit/export?format=${format}`;

/** Names of everybody in the organization, and of its teams. */
export const peopleQuery = queryOptions({
  queryKey: ["people"],
  queryFn: ({ signal }) => ask(peopleList, `${base}/people`, { signal }),
  staleTime: 60_000,
});

const accessAt = (collection: string) =>
  `${base}/collections/${encodeURIComponent(collection)}/access`;
export const accessQuery = (collection: string) =>
  queryOptions({
    queryKey: ["access", collection],
    queryFn: ({ signal }) => ask(collectionAccess, accessAt(collection), { signal }),
  });
export const putAccess = (collection: string, body: z.infer<typeof collectionAccessPut>) =>
  ask(collectionAccess, accessAt(collection), { method: "PUT", body });
