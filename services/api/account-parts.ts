// What the routes of accounts work with, and how their requests are read: where they come from, the cookie of the session, who asks.
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type {
  AccountParts,
  Accounts,
  Person,
  Signed,
  SignInOutcome,
} from "#services/accounts/accounts.ts";
import { rejected } from "#services/domain/errors.ts";
import type { Variables } from "./guard.ts";
import { originOf, type Reach } from "./origin.ts";

export interface AccountRouteParts {
  readonly accounts: () => Promise<Accounts>;
  readonly reach: Reach;
}

type Asked = Context<{ Variables: Variables }>;

/** Browsers take the first only over TLS, and from this host alone. */
const SECURE_COOKIE = "__Host-parlance";
const PLAIN_COOKIE = "parlance_session";
const COOKIE_S = 60 * 86_400;

/**
 * A page of another site can make a browser send the cookie, but not this header, nor JSON: asking for either needs our leave.
 * @throws ParlanceError rejected `not-from-app` (403)
 */
export const requireApp = (c: Asked): void => {
  const isJson = /^application\/json\b/iu.test(c.req.header("content-type") ?? "");
  if (c.req.header("x-parlance-client") !== undefined && isJson) return;
  throw rejected("This address is for the app.", {
    code: "not-from-app",
    status: 403,
    hint: "Send JSON, and the header `x-parlance-client`. Programs use an API key instead.",
  });
};

/** Over plain HTTP there is no protected cookie; one without its mark is better than none. */
const nameFor = (isSecure: boolean) => (isSecure ? SECURE_COOKIE : PLAIN_COOKIE);

export const cookieOf = (c: Asked, { reach }: AccountRouteParts): string | undefined =>
  getCookie(c, nameFor(originOf(c, reach).isSecure));

export const giveCookie = (c: Asked, { reach }: AccountRouteParts, refresh: string): void => {
  const { isSecure } = originOf(c, reach);
  setCookie(c, nameFor(isSecure), refresh, {
    path: "/",
    httpOnly: true,
    secure: isSecure,
    sameSite: "Strict",
    maxAge: COOKIE_S,
  });
};

export const takeCookie = (c: Asked, { reach }: AccountRouteParts): void => {
  const { isSecure } = originOf(c, reach);
  deleteCookie(c, nameFor(isSecure), { path: "/", secure: isSecure });
};

/** Nobody signs in where there is nothing to sign in to. @throws ParlanceError rejected `no-accounts` (409) */
export const opened = async ({ accounts }: AccountRouteParts): Promise<AccountParts> => {
  const all = await accounts();
  if (await all.isOn()) {
    await all.parts.providers.refresh();
    return all.parts;
  }
  throw rejected("Nobody signs in here: whoever reaches this server is its owner.", {
    code: "no-accounts",
    status: 409,
    hint: "`parlance accounts enable` turns accounts on.",
  });
};

/** The answer to a sign-in: the refresh token goes into the cookie and nowhere else. */
export const signedAnswer = (
  c: Asked,
  parts: AccountRouteParts,
  { access, expiresIn, refresh }: Signed,
) => {
  giveCookie(c, parts, refresh);
  return { kind: "signed-in" as const, access, expiresIn };
};

export const outcomeAnswer = (c: Asked, parts: AccountRouteParts, found: SignInOutcome) =>
  found.kind === "second-factor" ? found : signedAnswer(c, parts, found);

/** @throws ParlanceError rejected `no-accounts` (409) where nobody signs in here; the rules let no key come here */
export const personOf = (c: Asked): Person => {
  const { caller } = c.get("scope");
  if (caller.kind === "user") return caller;
  throw rejected("This is for people who signed in.", {
    code: "no-accounts",
    status: 409,
    hint: "`parlance accounts enable` turns accounts on.",
  });
};
