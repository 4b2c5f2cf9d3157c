// Requests about all organizations of the server, for whoever runs it.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  madeOrganization,
  type newOrganization,
  organizationList,
} from "#services/contract/organizations.ts";
import { organizationQuotas, type QuotasPatch } from "#services/contract/quotas.ts";
import { base } from "./plain-request.ts";
import { ask } from "./request.ts";

const at = `${base}/organizations`;

export const organizationsQuery = queryOptions({
  queryKey: ["organizations"],
  queryFn: async ({ signal }) => (await ask(organizationList, at, { signal })).organizations,
});
export const patchQuotas = (id: string, body: QuotasPatch) =>
  ask(organizationQuotas, `${at}/${encodeURIComponent(id)}/quotas`, { method: "PATCH", body });
export const makeOrganization = (body: z.infer<typeof newOrganization>) =>
  ask(madeOrganization, at, { method: "POST", body });
