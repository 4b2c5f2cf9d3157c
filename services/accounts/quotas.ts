// How much somebody may use: requests in a minute, embedded tokens in a day, bytes that are kept.
import type { Quotas } from "#services/config/account-settings.ts";
import type { OrganizationQuotas } from "#services/contract/quotas.ts";
import type { Counter, Limit } from "#services/counters/counters.ts";
import { rejected } from "#services/domain/errors.ts";
import type { OrganizationId, ShareId } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import { placeOf } from "./limits.ts";
import { type KnownLimits, openKnownLimits } from "./organization-quotas.ts";
import { type AccountParts, days, hashOf, minutes } from "./parts.ts";
import { type Policy, refusedBy } from "./refused-by.ts";

/** What a shared link opens is searched for and put together: so often a minute from one address. */
const STRANGERS_REQUESTS = 60;
/** Checks of one shared link within a minute: each page that shows what it opened asks every two minutes. */
const LINK_CHECKS = 600;
/** Files of one shared conversation within a minute, for all who read it: a page of it may hold some hundred pictures. */
const LINK_FILES = 600;

/** What is left of a limit, for the headers of an answer. */
export interface Left extends Policy {
  readonly remaining: number;
  /** Until it begins anew, in seconds. */
  readonly resetSeconds: number;
}

export interface QuotaWatch extends Pick<KnownLimits, "limitsOf" | "forget"> {
  /**
   * Counts a request.
   * @returns what is left of each limit, the one of which least is left first; none where nothing is limited
   * @throws ParlanceError rejected `too-many-requests` (429)
   */
  request(scope: Scope): Promise<readonly Left[]>;
  /** Counts a request of a stranger, by where they come from. @throws ParlanceError rejected `too-many-requests` (429) */
  stranger(address: string): Promise<void>;
  /** Counts a check of a shared link that works, wherever it comes from. @throws ParlanceError rejected `too-many-requests` (429) */
  linkCheck(share: ShareId): Promise<void>;
  /** The same for the files of what a link shares. */
  linkFile(share: ShareId): Promise<void>;
  /** @throws ParlanceError rejected `quota-used` (429) where the day's tokens are used up */
  checkTokens(scope: Scope): Promise<void>;
  embedded(scope: Scope, tokens: number): Promise<void>;
  /** What each of these organizations may use and has used. @param bytesOf what one keeps */
  shown(
    organizations: readonly OrganizationId[],
    bytesOf: (organization: OrganizationId) => number,
  ): Promise<(organization: OrganizationId) => OrganizationQuotas>;
}

type Named = Limit & Pick<Policy, "policy">;

const whoseName = ({ caller, organization }: Scope): string | undefined => {
  switch (caller.kind) {
    case "user":
    case "key":
      return `${organization} ${caller.kind} ${caller.id}`;
    // Of whoever looks, not of the person who knows nothing of it.
    case "look":
      return `${organization} user ${caller.by.id ?? "operator"}`;
    default:
      return undefined;
  }
};

export const openQuotas = (parts: AccountParts, settings: Quotas): QuotaWatch => {
  const { usage } = parts.counters;
  const known = openKnownLimits(parts, settings);
  const counter = (name: string, length: number): Counter => {
    const now = parts.now();
    const since = now - (now % length);
    return { name, since, until: since + length };
  };
  const requestsOf = (organization: OrganizationId) =>
    counter(`${organization} requests`, minutes(1));
  const tokensOf = (organization: OrganizationId) => counter(`${organization} embedded`, days(1));
  const secondsTo = (until: number) => Math.max(1, Math.ceil((until - parts.now()) / 1000));

  const take = async (limits: readonly Named[]): Promise<readonly Left[]> => {
    const taken = await usage.take(limits);
    if (taken.kind === "full") {
      const { limit, count } = taken;
      const policy = limits.find(({ name }) => name === limit.name)?.policy ?? "caller";
      const seconds = secondsTo(count.until);
      throw rejected(
        policy === "organization"
          ? `More than ${limit.most} requests in a minute, of your whole organization.`
          : `More than ${limit.most} requests in a minute.`,
        {
          code: "too-many-requests",
          status: 429,
          hint: `Ask again in ${seconds} seconds.`,
          data: refusedBy({ policy, limit: limit.most, seconds: 60 }, seconds),
        },
      );
    }
    return taken.counts
      .flatMap(({ count, until }, place) => {
        const limit = limits[place];
        if (limit === undefined) return [];
        const { policy, most } = limit;
        return [
          {
            policy,
            limit: most,
            seconds: 60,
            remaining: most - count,
            resetSeconds: secondsTo(until),
          },
        ];
      })
      .toSorted((one, other) => one.remaining - other.remaining);
  };
  return {
    limitsOf: known.limitsOf,
    forget: known.forget,
    async request(scope) {
      const name = whoseName(scope);
      if (name === undefined) return [];
      const { requestsPerMinute } = await known.limitsOf(scope.organization);
      const limits: Named[] = [
        {
          ...requestsOf(scope.organization),
          most: requestsPerMinute,
          policy: "organization" as const,
        },
        {
          ...counter(name, minutes(1)),
          most: settings.requestsPerMinute,
          policy: "caller" as const,
        },
      ].filter(({ most }) => most > 0);
      return limits.length === 0 ? [] : take(limits);
    },
    async stranger(address) {
      await take([
        {
          ...counter(`stranger ${hashOf(placeOf(address))}`, minutes(1)),
          most: STRANGERS_REQUESTS,
          policy: "strangers",
        },
      ]);
    },
    async linkCheck(share) {
      await take([{ ...counter(`link ${share}`, minutes(1)), most: LINK_CHECKS, policy: "link" }]);
    },
    async linkFile(share) {
      const counted = counter(`link files ${share}`, minutes(1));
      await take([{ ...counted, most: LINK_FILES, policy: "link" }]);
    },
    async checkTokens({ organization }) {
      const { tokensPerDay: limit } = await known.limitsOf(organization);
      if (limit === 0) return;
      const tokens = tokensOf(organization);
      const [used = 0] = await usage.read([tokens]);
      if (used < limit) return;
      throw rejected(`The ${limit} tokens that may be embedded in a day are used up.`, {
        code: "quota-used",
        status: 429,
        hint: "They are there again tomorrow (UTC).",
        data: refusedBy(
          { policy: "tokens", limit, seconds: days(1) / 1000 },
          secondsTo(tokens.until),
        ),
      });
    },
    embedded: ({ organization }, tokens) => usage.add(tokensOf(organization), tokens),
    async shown(organizations, bytesOf) {
      const all = await known.everyLimit(organizations);
      const counters = organizations.flatMap((one) => [requestsOf(one), tokensOf(one)]);
      const counts = await usage.read(counters);
      const used = new Map(counters.map(({ name }, place) => [name, counts[place] ?? 0]));
      return (organization) => {
        const { requestsPerMinute, tokensPerDay, storedBytes } = all(organization);
        const usedOf = ({ name }: Counter) => used.get(name) ?? 0;
        return {
          requestsPerMinute: {
            ...requestsPerMinute,
            // Requests are counted where they are limited.
            used: requestsPerMinute.limit === 0 ? null : usedOf(requestsOf(organization)),
          },
          tokensPerDay: { ...tokensPerDay, used: usedOf(tokensOf(organization)) },
          storedBytes: { ...storedBytes, used: bytesOf(organization) },
        };
      };
    },
  };
};
