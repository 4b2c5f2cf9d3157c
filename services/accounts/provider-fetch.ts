// Requests to sign-in providers: https, no redirects, ten seconds, one megabyte.
import type { CustomFetch } from "openid-client";
import { ParlanceError, unavailable } from "#services/domain/errors.ts";
import { type Duration, seconds } from "#services/domain/units.ts";
import { mayAsk } from "./provider-config.ts";

export interface FetchLimits {
  readonly allowHttp?: boolean | undefined;
  readonly timeout?: Duration;
  readonly maxBytes?: number;
}

const TIMEOUT = seconds(10);
const MAX_BYTES = 1 << 20;
const withoutBody = [204, 205, 304];

/** What the provider sent is not told to anybody: it may hold codes and tokens. */
export const providerDown = (what: string, cause?: unknown): ParlanceError =>
  unavailable(`The sign-in provider ${what}.`, {
    code: "provider-down",
    hint: "Try again in a few minutes, or sign in another way.",
    cause,
  });

const read = async (response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> => {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > maxBytes) throw providerDown("answered with more than belongs to a sign-in");
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
};

/**
 * A `fetch` for openid-client. The whole answer is read within the limits before it is handed on.
 * @throws ParlanceError unavailable `provider-down`, also for answers that say the provider is out of order
 */
export const openProviderFetch =
  (limits: FetchLimits = {}): CustomFetch =>
  async (address, options) => {
    const url = URL.parse(address);
    if (url === null || !mayAsk(url, limits.allowHttp))
      throw providerDown("names an address that is not https");
    const limit = AbortSignal.timeout(limits.timeout ?? TIMEOUT);
    const signal = options.signal ? AbortSignal.any([limit, options.signal]) : limit;
    try {
      const response = await fetch(url, {
        method: options.method,
        headers: options.headers,
        body: options.body ?? null,
        redirect: "manual",
        signal,
      });
      const body = await read(response, limits.maxBytes ?? MAX_BYTES);
      if (response.status >= 500 || response.status === 429)
        throw providerDown(`is out of order (it answered ${response.status})`);
      return new Response(withoutBody.includes(response.status) ? null : body, {
        status: response.status,
        headers: response.headers,
      });
    } catch (cause) {
      if (cause instanceof ParlanceError) throw cause;
      throw providerDown(signal.aborted ? "did not answer in time" : "cannot be reached", cause);
    }
  };
