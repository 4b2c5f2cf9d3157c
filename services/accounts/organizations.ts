// All organizations of a server, for whoever runs it: what they have and may use, and new ones.
import type { z } from "zod";
import type { newOrganization } from "#services/contract/organizations.ts";
import type { OrganizationQuotas } from "#services/contract/quotas.ts";
import { type OrganizationId, organizationId } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import { addOrganization, everyOrganization, storedBytes, usageOf } from "#services/store/store.ts";
import { actorOf } from "./audit.ts";
import { invite, readOrganization } from "./organization.ts";
import { type AccountParts, change, type Origin, readingOf, rowsOf } from "./parts.ts";
import type { QuotaWatch } from "./quotas.ts";

/** By name, with what they have. */
export const organizationsOf = async ({ database }: AccountParts, watch: QuotaWatch) => {
  const { rows } = database.system;
  const [all, usage] = await Promise.all([everyOrganization(rows), usageOf(rows)]);
  const quotasOfOne = await watch.shown(
    all.map(({ id }) => id),
    (id) => usage.get(id)?.bytes ?? 0,
  );
  return all.map(({ id, ...row }) => {
    const { chunks = 0, ...used } = usage.get(id) ?? {};
    return {
      id,
      name: row.name,
      requiresSecondFactor: row.requires_second_factor === 1,
      keepsSearchTexts: row.keeps_search_texts === 1,
      allowsLooking: row.allows_looking === 1,
      createdAt: row.created_at,
      members: 0,
      collections: 0,
      messages: 0,
      bytes: 0,
      jobs: 0,
      ...used,
      embeddings: chunks,
      quotas: quotasOfOne(id),
    };
  });
};

/** What one organization may use and has used. */
export const quotasOf = async (
  parts: AccountParts,
  watch: QuotaWatch,
  organization: OrganizationId,
): Promise<OrganizationQuotas> => {
  const bytes = await storedBytes(readingOf(parts, organization));
  return (await watch.shown([organization], () => bytes))(organization);
};

/** A new organization, and an invitation for its first owner. @throws as `invite` */
export const makeOrganization = async (
  parts: AccountParts,
  { caller }: Scope,
  made: z.infer<typeof newOrganization>,
  origin: Origin,
) => {
  const id = organizationId(parts.newId());
  await change(parts, async (rows) => {
    await addOrganization(rows, {
      id,
      name: made.name,
      created_at: parts.now(),
    });
    await parts.audit.write(await rowsOf(parts, rows, id), parts.now(), {
      actor: actorOf(caller),
      action: "organization.make",
      target: id,
      details: { name: made.name },
      network: origin.network,
    });
  });
  // In its own name: whoever makes it is no member of it.
  const scope: Scope = { organization: id, caller: { kind: "operator" }, collections: [] };
  const invitation = await invite(parts, scope, { email: made.owner, role: "owner" }, origin);
  return { organization: await readOrganization(parts, id), invitation };
};
