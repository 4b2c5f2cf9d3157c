// The headers that say how much of a limit is left, and when it begins anew: on answers within it, and on those that it refuses.
import type { Left, Policy } from "#services/accounts/accounts.ts";
import type { ParlanceError } from "#services/domain/errors.ts";

type Headers = Readonly<Record<string, string>>;

const isPolicy = (
  data: Readonly<Record<string, unknown>>,
): data is Readonly<Record<string, unknown>> & Policy =>
  typeof data["policy"] === "string" &&
  typeof data["limit"] === "number" &&
  typeof data["seconds"] === "number";

/**
 * As draft-ietf-httpapi-ratelimit-headers has them since its eighth version, each limit by its name; and the three fields of the
 * drafts before it, which most clients read, for the limit of which least is left.
 */
export const rateHeaders = (limits: readonly Left[]): Headers => {
  const [first] = limits;
  if (first === undefined) return {};
  return {
    "ratelimit-policy": limits
      .map(({ policy, limit, seconds }) => `"${policy}";q=${limit};w=${seconds}`)
      .join(", "),
    ratelimit: limits
      .map(({ policy, remaining, resetSeconds }) => `"${policy}";r=${remaining};t=${resetSeconds}`)
      .join(", "),
    "ratelimit-limit": String(first.limit),
    "ratelimit-remaining": String(first.remaining),
    "ratelimit-reset": String(first.resetSeconds),
  };
};

/** Of an answer with status 429 or 503: when to ask again, and by which limit it was refused. */
export const refusedHeaders = (status: number, { data }: ParlanceError): Headers => {
  if (status !== 429 && status !== 503) return {};
  const seconds = Number(data["retryAfterSeconds"] ?? 1);
  return {
    ...(isPolicy(data) ? rateHeaders([{ ...data, remaining: 0, resetSeconds: seconds }]) : {}),
    "retry-after": String(seconds),
  };
};
