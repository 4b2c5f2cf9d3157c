// Which failed requests are sent again, how often, and how long to wait before.
import { ProblemError } from "./plain-request.ts";

/** A server that answers 503 is busy: it is asked again so many times. */
export const maxBusyRetries = 3;
const maxWaitMs = 30_000;

/** The server answered 503: it is busy, or a part of it is not available at present. */
export const isBusy = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && error.problem.status === 503;

/** The server answered 429: more was asked for than is allowed within some time. */
const isLimited = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && error.problem.status === 429;

/**
 * Any other refusal (4xx, 500) is final. A server that does not answer is asked by `reachability.ts`, and everything is
 * requested again once it does.
 * @param failures failed tries before this one, from 0
 */
export const shouldRetry = (failures: number, error: unknown): boolean =>
  isBusy(error) && failures < maxBusyRetries;

/** A page may hold more pictures than may be asked for in a minute: a 429 is no final answer about one. */
export const shouldRetryFile = (failures: number, error: unknown): boolean =>
  (isBusy(error) || isLimited(error)) && failures < maxBusyRetries;

/** Milliseconds to wait: what the server's Retry-After says, else 1 s, 2 s, 4 s …; 30 s at most. */
export const retryDelayMs = (failures: number, error: unknown): number => {
  const asked = isBusy(error) || isLimited(error) ? error.retryAfterMs : undefined;
  return Math.min(maxWaitMs, asked ?? 1000 * 2 ** failures);
};
