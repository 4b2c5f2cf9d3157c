// How much each organization may use: what is set for it, or what the server's settings say.
import type { Quotas } from "#services/config/account-settings.ts";
import type { Quota, QuotaName, QuotasPatch } from "#services/contract/quotas.ts";
import { rejected } from "#services/domain/errors.ts";
import { type OrganizationId, readOrganizationId } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import {
  everyQuotas,
  findOrganization,
  findQuotas,
  type QuotaRow,
  saveQuotas,
} from "#services/store/store.ts";
import { actorOf } from "./audit.ts";
import { type AccountParts, changeIn, type Origin, readingOf } from "./parts.ts";

/** What is set holds on all servers after so long. */
const KNOWN_MS = 2000;

/** 0 for any number. */
export type EffectiveLimits = Readonly<Record<QuotaName, number>>;
type Limits = Readonly<Record<QuotaName, Omit<Quota, "used">>>;

export interface KnownLimits {
  /** What holds for an organization, as it was two seconds ago at the earliest. */
  limitsOf(organization: OrganizationId): Promise<EffectiveLimits>;
  /** What holds for each of these now, and why. */
  everyLimit(
    organizations: readonly OrganizationId[],
  ): Promise<(organization: OrganizationId) => Limits>;
  /** Something was set: it is read again. */
  forget(): void;
}

const nothing: QuotaRow = { requests_per_minute: null, tokens_per_day: null, stored_bytes: null };

const limitsIn = (row: QuotaRow, settings: Quotas): Limits => {
  const of = (own: number | null, server: number) => ({ limit: own ?? server, own, server });
  return {
    requestsPerMinute: of(row.requests_per_minute, settings.organizationRequestsPerMinute),
    tokensPerDay: of(row.tokens_per_day, settings.embeddedTokensPerDay),
    storedBytes: of(row.stored_bytes, settings.storedBytes),
  };
};

export const openKnownLimits = (parts: AccountParts, settings: Quotas): KnownLimits => {
  const known = new Map<
    OrganizationId,
    { readonly at: number; readonly limits: Promise<EffectiveLimits> }
  >();
  const read = async (organization: OrganizationId): Promise<EffectiveLimits> => {
    const row = await findQuotas(readingOf(parts, organization));
    const { requestsPerMinute, tokensPerDay, storedBytes } = limitsIn(row ?? nothing, settings);
    return {
      requestsPerMinute: requestsPerMinute.limit,
      tokensPerDay: tokensPerDay.limit,
      storedBytes: storedBytes.limit,
    };
  };
  return {
    limitsOf(organization) {
      const at = performance.now();
      const found = known.get(organization);
      if (found !== undefined && at - found.at < KNOWN_MS) return found.limits;
      const limits = read(organization);
      known.set(organization, { at, limits });
      // Where the database does not answer: asked again.
      limits.catch(() => known.delete(organization));
      return limits;
    },
    async everyLimit(organizations) {
      const [one] = organizations;
      if (one !== undefined && organizations.length === 1) {
        const limits = limitsIn((await findQuotas(readingOf(parts, one))) ?? nothing, settings);
        return () => limits;
      }
      const rows = await everyQuotas(parts.database.system.rows);
      return (organization) => limitsIn(rows.get(organization) ?? nothing, settings);
    },
    forget: () => known.clear(),
  };
};

const unknown = () =>
  rejected("There is no such organization.", { code: "unknown-organization", status: 404 });

/** Sets what one organization may use; its log tells of it. @throws ParlanceError rejected `unknown-organization` (404) */
export const changeQuotas = async (
  parts: AccountParts,
  { caller }: Scope,
  change: { readonly organization: string; readonly set: QuotasPatch },
  origin: Origin,
): Promise<OrganizationId> => {
  const id = readOrganizationId(change.organization);
  if (id === undefined) throw unknown();
  await changeIn(parts, id, async (rows, all) => {
    if ((await findOrganization(all, id)) === undefined) throw unknown();
    const before = (await findQuotas(rows)) ?? nothing;
    const { requestsPerMinute, tokensPerDay, storedBytes } = change.set;
    const now: QuotaRow = {
      requests_per_minute:
        requestsPerMinute === undefined ? before.requests_per_minute : requestsPerMinute,
      tokens_per_day: tokensPerDay === undefined ? before.tokens_per_day : tokensPerDay,
      stored_bytes: storedBytes === undefined ? before.stored_bytes : storedBytes,
    };
    await saveQuotas(rows, now);
    return {
      result: undefined,
      event: {
        actor: actorOf(caller),
        action: "organization.quotas",
        target: id,
        // Null: as the server's settings say.
        details: Object.fromEntries(
          Object.entries(change.set).filter(
            (entry): entry is [string, number | null] => entry[1] !== undefined,
          ),
        ),
        network: origin.network,
      },
    };
  });
  return id;
};
