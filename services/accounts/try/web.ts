// What is tried alike at each provider that a browser is sent to: its sign-in page, our secret, its clock.
import { z } from "zod";
import type { TestStep } from "#services/contract/sign-in-providers.ts";
import type { Clock } from "#services/domain/units.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { openProviderFetch } from "../provider-fetch.ts";
import { failed, ok, sentenceOf, shown, unclear } from "./step.ts";

export interface Around {
  /** The address that the provider has to know. */
  readonly redirectUri: string;
  readonly now: Clock;
}

/** ID tokens are refused whose time is further off. */
const CLOCK_SECONDS = 30;

/** A fetch that remembers what the last answer said of the time, and its status. */
export const openWatchedFetch = (provider: Pick<ProviderConfig, "allowHttp">, now: Clock) => {
  const fetch = openProviderFetch({ allowHttp: provider.allowHttp });
  const seen: { status?: number; secondsAhead?: number; body?: string } = {};
  const watched: typeof fetch = async (address, options) => {
    const response = await fetch(address, options);
    seen.status = response.status;
    seen.body = await response.clone().text();
    const date = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(date)) seen.secondsAhead = Math.round((date - now()) / 1000);
    return response;
  };
  return { fetch: watched, seen };
};
export type Watched = ReturnType<typeof openWatchedFetch>;

export const get = (accept: string) =>
  ({ method: "GET", headers: { accept }, body: undefined, redirect: "manual" }) as const;

export const clockStep = ({ seen: { secondsAhead } }: Watched): TestStep => {
  if (secondsAhead === undefined) return unclear("Clock", "The provider does not say its time.");
  const difference = Math.abs(secondsAhead);
  const detail =
    difference < 2
      ? "The clocks agree."
      : `The provider's clock is ${difference} s ${secondsAhead > 0 ? "ahead of" : "behind"} this server's.`;
  return difference <= CLOCK_SECONDS
    ? ok("Clock", detail)
    : failed(
        "Clock",
        detail,
        `Set both clocks by NTP: sign-ins fail where they differ by more than ${CLOCK_SECONDS} s.`,
      );
};

const enter = (redirectUri: string): string =>
  `Enter this redirect address at the provider, exactly so: ${redirectUri}`;

/** Asks for the page that a browser would be sent to; nobody signs in. */
export const pageStep = async (
  { fetch }: Watched,
  page: URL,
  { redirectUri }: Around,
): Promise<TestStep> => {
  const name = "Sign-in page";
  try {
    const answer = await fetch(page.href, get("text/html"));
    const back = URL.parse(answer.headers.get("location") ?? "", page.href);
    const error = back?.searchParams.get("error");
    if (back?.href.startsWith(redirectUri) && error)
      return failed(
        name,
        `The provider refuses the request (${shown(error)}).`,
        enter(redirectUri),
      );
    return answer.status < 400
      ? ok(
          name,
          "The provider shows its sign-in page.",
          `It has to know this redirect address, which not every provider looks at yet: ${redirectUri}`,
        )
      : failed(
          name,
          `The provider refuses the request (${answer.status}): it does not know the client ID, or not this redirect address.`,
          enter(redirectUri),
        );
  } catch (error) {
    return failed(name, sentenceOf(error), "Open the address of the provider in a browser.");
  }
};

const told = z.object({ error: z.string() });
const badSecrets = new Set([
  "invalid_client",
  "unauthorized_client",
  "incorrect_client_credentials",
]);
/** The code that we send is none of theirs: that it is the code which they refuse shows that they took the secret. */
const badCodes = new Set(["invalid_grant", "bad_verification_code"]);

/** The answer to a code that the provider never gave. */
export const secretStep = (
  { status, body }: { readonly status: number; readonly body: unknown },
  { redirectUri }: Around,
): TestStep => {
  const name = "Client secret";
  const error = told.safeParse(body).data?.error;
  if (error !== undefined && badCodes.has(error))
    return ok(name, "The provider takes the client ID and the secret.");
  if (error === "redirect_uri_mismatch")
    return failed(name, "The provider does not know the redirect address.", enter(redirectUri));
  if (status === 401 || (error !== undefined && badSecrets.has(error)))
    return failed(
      name,
      "The provider does not take the client ID and the secret.",
      "Copy both again from the provider's console. Some secrets end after a time: make a new one.",
    );
  return unclear(
    name,
    `The provider answered ${shown(error ?? String(status))}: whether it takes the secret shows at the first sign-in.`,
  );
};
