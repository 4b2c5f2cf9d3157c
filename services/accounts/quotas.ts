// How much somebody may use: requests in a minute, embedded tokens in a day, bytes that are kept.
import type { Quotas } from "#services/config/account-settings.ts";
import { rejected } from "#services/domain/errors.ts";
import type { Scope } from "#services/domain/scope.ts";
import { size } from "#services/domain/size.ts";
import { addUsed, storedBytes } from "#services/store/store.ts";
import { type AccountParts, change, days, hashOf, minutes, readingOf } from "./parts.ts";

/**
 * Each server counts in memory and adds what it counted to the database once in so long, where it learns what the others counted: a
 * limit may be passed by what all servers answer within that time. On SQLite there is one server, whose memory is exact.
 */
const SHARE_MS = 1000;
/** What a shared link opens is searched for and put together: so often a minute from one address. */
const STRANGERS_REQUESTS = 60;

interface Counter {
  readonly since: number;
  readonly until: number;
  /** Of all servers, as far as is known. */
  sum: number;
  /** Of it, what the database has not heard of. */
  own: number;
}

/** What is left of a limit, for the headers of an answer. */
export interface Left {
  readonly limit: number;
  readonly remaining: number;
  /** Until it begins anew, in seconds. */
  readonly resetSeconds: number;
}

export interface QuotaWatch {
  /** Counts a request. @returns what is left; undefined where nothing is limited. @throws ParlanceError rejected `too-many-requests` (429) */
  request(scope: Scope): Left | undefined;
  /** Counts a request of a stranger, by where they come from. @throws ParlanceError rejected `too-many-requests` (429) */
  stranger(address: string): void;
  /** @throws ParlanceError rejected `quota-used` (429) where the day's tokens are used up */
  checkTokens(scope: Scope): Promise<void>;
  embedded(scope: Scope, tokens: number): void;
  /** @param bytes of a file that is to be kept, as far as it is known. @throws ParlanceError rejected `quota-used` (403) */
  checkStored(scope: Scope, bytes: number): Promise<void>;
  close(): Promise<void>;
}

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

export const openQuotas = (parts: AccountParts, quotas: Quotas): QuotaWatch => {
  const counters = new Map<string, Counter>();
  const isShared = parts.database.kind !== "sqlite";
  const counterOf = (name: string, length: number): Counter => {
    const now = parts.now();
    const since = now - (now % length);
    const known = counters.get(name);
    if (known?.since === since) return known;
    const fresh = { since, until: since + length, sum: 0, own: 0 };
    counters.set(name, fresh);
    return fresh;
  };
  const share = async (name: string, counter: Counter): Promise<void> => {
    const { own, since, until } = counter;
    if (own === 0) return;
    counter.own = 0;
    try {
      const sum = await change(parts, (rows) => addUsed(rows, { name, since, until, count: own }));
      counter.sum = sum + counter.own;
    } catch {
      // Told at the next time: until then this server's own count holds.
      counter.own += own;
    }
  };
  const shareAll = async () => {
    const now = parts.now();
    for (const [name, counter] of counters) {
      // A minute's requests are of interest to other servers only; a day's tokens also after a start.
      if (isShared || counter.until - counter.since > minutes(1)) await share(name, counter);
      if (counter.until < now) counters.delete(name);
    }
  };
  let sharing = Promise.resolve();
  const timer = setInterval(() => {
    sharing = sharing.then(shareAll);
  }, SHARE_MS).unref();

  const take = (name: string, limit: number): Left => {
    const counter = counterOf(name, minutes(1));
    const resetSeconds = Math.max(1, Math.ceil((counter.until - parts.now()) / 1000));
    if (counter.sum >= limit)
      throw rejected(`More than ${limit} requests in a minute.`, {
        code: "too-many-requests",
        status: 429,
        hint: `Ask again in ${resetSeconds} seconds.`,
        data: { retryAfterSeconds: resetSeconds, limit },
      });
    counter.sum++;
    counter.own++;
    return { limit, remaining: limit - counter.sum, resetSeconds };
  };
  const tokensOf = ({ organization }: Scope) => counterOf(`${organization} embedded`, days(1));
  return {
    request(scope) {
      const name = whoseName(scope);
      if (name === undefined) return undefined;
      const { requestsPerMinute: own, organizationRequestsPerMinute: all } = quotas;
      const whole = all > 0 ? take(`${scope.organization} requests`, all) : undefined;
      const left = own > 0 ? take(name, own) : undefined;
      if (whole === undefined || left === undefined) return left ?? whole;
      return left.remaining <= whole.remaining ? left : whole;
    },
    stranger: (address) => {
      take(`stranger ${hashOf(address)}`, STRANGERS_REQUESTS);
    },
    async checkTokens(scope) {
      const limit = quotas.embeddedTokensPerDay;
      if (limit === 0) return;
      const counter = tokensOf(scope);
      // After a start it is not known yet what was used today.
      if (counter.sum === 0)
        counter.sum = await change(parts, (rows) =>
          addUsed(rows, {
            name: `${scope.organization} embedded`,
            since: counter.since,
            until: counter.until,
            count: 0,
          }),
        );
      if (counter.sum < limit) return;
      const retryAfterSeconds = Math.max(1, Math.ceil((counter.until - parts.now()) / 1000));
      throw rejected(`The ${limit} tokens that may be embedded in a day are used up.`, {
        code: "quota-used",
        status: 429,
        hint: "They are there again tomorrow (UTC).",
        data: { retryAfterSeconds, limit },
      });
    },
    embedded(scope, tokens) {
      if (quotas.embeddedTokensPerDay === 0) return;
      const counter = tokensOf(scope);
      counter.sum += tokens;
      counter.own += tokens;
    },
    async checkStored({ organization }, bytes) {
      const limit = quotas.storedBytes;
      if (limit === 0) return;
      const used = await storedBytes(readingOf(parts, organization));
      if (used + bytes <= limit) return;
      throw rejected(`Your organization may keep ${size(limit)} of files, and has ${size(used)}.`, {
        code: "quota-used",
        status: 403,
        hint: "Delete uploads that are not needed, or ask whoever runs this server for more.",
        data: { limit, used },
      });
    },
    async close() {
      clearInterval(timer);
      await sharing;
      await shareAll();
    },
  };
};
