// A sign-in between leaving for a provider and coming back: sealed in a cookie, so that it belongs to one browser and one provider.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { randomPKCECodeVerifier } from "openid-client";
import { z } from "zod";
import { type ParlanceError, rejected } from "#services/domain/errors.ts";
import { type Clock, type Duration, type Millis, millis, seconds } from "#services/domain/units.ts";
import type { Keyring } from "./secrets.ts";

export const SIGN_IN_WITHIN: Duration = seconds(600);
const MAX_RETURN_ADDRESS = 1000;

const pendingSignIn = z.object({
  /** To be used once: the caller remembers it until it expires. */
  id: z.string(),
  /** Sent to the provider and back. */
  state: z.string(),
  /** In the provider's signed answer. */
  nonce: z.string(),
  /** Of PKCE: a code that was stolen on the way is worth nothing without it. */
  verifier: z.string(),
  returnTo: z.string(),
  intent: z.string().optional(),
  expiresAt: z.number().transform(millis),
});
export type PendingSignIn = z.infer<typeof pendingSignIn>;

type Sealing = Pick<Keyring, "seal" | "open">;

export const wrongState = (cause?: unknown): ParlanceError =>
  rejected(
    "This answer of the sign-in provider does not belong to a sign-in begun in this browser.",
    {
      code: "wrong-state",
      hint: "Begin again from the sign-in page. Cookies must be allowed.",
      cause,
    },
  );

/**
 * An address to return to after signing in: a path of this site, or "/" where it is anything else. Browsers skip tabs and line
 * breaks and take \ for /, so "/\evil.example" and "/<tab>/evil.example" would lead elsewhere.
 */
export const returnAddress = (given: string | undefined): string => {
  if (
    given === undefined ||
    given.length > MAX_RETURN_ADDRESS ||
    !/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/u.test(given)
  )
    return "/";
  const here = "https://parlance.invalid";
  const url = URL.parse(given, here);
  const path = url === null ? "" : `${url.pathname}${url.search}${url.hash}`;
  // "/x/..//evil.example" has become "//evil.example".
  return url?.origin === here && /^\/(?!\/)/u.test(path) ? path : "/";
};

const context = (provider: string) => ["sign-in", provider];
const random = () => randomBytes(32).toString("base64url");

/** @param about `returnTo` as the browser asked; `intent` is given back as it is, such as whose account is to be linked */
export const newPendingSignIn = (
  about: { readonly returnTo?: string | undefined; readonly intent?: string | undefined },
  now: Clock,
): PendingSignIn => ({
  id: randomBytes(16).toString("base64url"),
  state: random(),
  nonce: random(),
  verifier: randomPKCECodeVerifier(),
  returnTo: returnAddress(about.returnTo),
  ...(about.intent === undefined ? {} : { intent: about.intent }),
  expiresAt: millis(now() + SIGN_IN_WITHIN),
});

export const sealPending = (keyring: Sealing, provider: string, pending: PendingSignIn): string =>
  keyring.seal(JSON.stringify(pending), context(provider));

const opened = (keyring: Sealing, provider: string, cookie: string): PendingSignIn => {
  try {
    return pendingSignIn.parse(JSON.parse(keyring.open(cookie, context(provider))));
  } catch (cause) {
    throw wrongState(cause);
  }
};

/** What a cookie holds, whatever the answer is; undefined for one that is not of this provider. */
export const peekPending = (
  keyring: Sealing,
  provider: string,
  cookie: string | undefined,
): PendingSignIn | undefined => {
  try {
    return opened(keyring, provider, cookie ?? "");
  } catch {
    // Of no sign-in that began here: there is nothing to know.
    return undefined;
  }
};

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * The sign-in that an answer belongs to.
 * @param answer the state in the answer's address, and the cookie of the browser that brought it
 * @throws ParlanceError rejected `wrong-state`, `link-expired`
 */
export const openPending = (
  keyring: Sealing,
  provider: string,
  answer: {
    readonly state: string | null;
    readonly cookie: string | undefined;
    readonly at: Millis;
  },
): PendingSignIn => {
  if (answer.cookie === undefined || answer.cookie === "" || answer.state === null)
    throw wrongState();
  const pending = opened(keyring, provider, answer.cookie);
  if (!timingSafeEqual(digest(pending.state), digest(answer.state))) throw wrongState();
  if (answer.at >= pending.expiresAt)
    throw rejected("This sign-in took too long.", {
      code: "link-expired",
      hint: "Begin again from the sign-in page.",
    });
  return pending;
};
