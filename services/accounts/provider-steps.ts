// What is done at each kind of provider: OpenID Connect (Google among them), and GitHub, which has OAuth and an API of its own.
import * as client from "openid-client";
import { z } from "zod";
import { rejected } from "#services/domain/errors.ts";
import type { Clock } from "#services/domain/units.ts";
import type { Steps } from "./passport-bridge.ts";
import type { PendingSignIn } from "./pending-sign-in.ts";
import { mayAsk, type OAuthConfig } from "./provider-config.ts";
import { openProviderFetch, providerDown } from "./provider-fetch.ts";

/** Whom a provider vouches for. Who it is here goes by issuer and subject, never by the e-mail address alone. */
export interface ProviderIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | undefined;
  /** The provider has verified that the address is theirs. */
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  readonly groups: readonly string[];
}

export interface Leaving {
  readonly pending: PendingSignIn;
  readonly redirectUri: string;
}
export interface Returning extends Leaving {
  /** The address that the browser came back to has these. */
  readonly answer: URLSearchParams;
  /** What came by a form before, checked. */
  readonly received: ReceivedAnswer | undefined;
}
/** Who signed in, and the request that this answers. */
export interface ReceivedAnswer {
  readonly found: ProviderIdentity;
  readonly requestId: string;
}
export type ProviderSteps = Steps<Leaving, Returning, ProviderIdentity>;

const TIMEOUT_SECONDS = 10;
/** Providers change their keys and addresses, seldom. */
const KNOWN_FOR_MS = 3_600_000;
const MAX_GROUPS = 500;

export const providerRefused = (what: string, cause?: unknown) =>
  rejected(`The sign-in provider ${what}.`, {
    code: "provider-refused",
    hint: "Begin again from the sign-in page, or sign in another way.",
    cause,
  });

/** Which way of sending the client's secret the provider takes; it is known only after its metadata were read. */
const clientSecret =
  (secret: string): client.ClientAuth =>
  (server, metadata, body, headers) => {
    const supported = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const send = supported.includes("client_secret_post")
      ? client.ClientSecretPost(secret)
      : client.ClientSecretBasic(secret);
    send(server, metadata, body, headers);
  };

const prepared = (config: client.Configuration, provider: OAuthConfig): client.Configuration => {
  config[client.customFetch] = openProviderFetch({ allowHttp: provider.allowHttp });
  config.timeout = TIMEOUT_SECONDS;
  if (provider.allowHttp === true) client.allowInsecureRequests(config);
  return config;
};

/** The address to send the browser to; with PKCE, also where the provider does not say that it knows it. */
const authorizationUrl = async (
  config: client.Configuration,
  { pending, redirectUri }: Leaving,
  more: Readonly<Record<string, string>>,
): Promise<URL> =>
  client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    state: pending.state,
    code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: "S256",
    ...more,
  });

/** The address that the provider was told, with what the browser brought: whatever else stands in the browser's address is not asked. */
const cameBackTo = ({ redirectUri, answer }: Returning): URL => {
  const url = new URL(redirectUri);
  for (const [name, value] of answer) url.searchParams.append(name, value);
  return url;
};

export const trimmed = (value: unknown, max: number): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, max) : undefined;
export const addressIn = (value: unknown): string | undefined =>
  z.email().max(254).safeParse(value).data;

type Claims = Readonly<Record<string, unknown>>;

const valueAt = (claims: Claims, path: string): unknown =>
  Object.hasOwn(claims, path)
    ? claims[path]
    : path
        .split(".")
        .reduce<unknown>(
          (at, part) =>
            typeof at === "object" && at !== null && Object.hasOwn(at, part)
              ? (at as Claims)[part]
              : undefined,
          claims,
        );

/** The groups in a claim: a list of names, or one name. */
export const groupsIn = (claims: Claims, path: string | undefined): readonly string[] => {
  const value = path === undefined ? undefined : valueAt(claims, path);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list
    .filter((group) => typeof group === "string" && group !== "" && group.length <= 500)
    .slice(0, MAX_GROUPS) as string[];
};

/** From the ID token where it says enough, otherwise from what the user info adds to it. */
const identityIn = (provider: OAuthConfig, token: Claims & { sub: string }, more: Claims) => {
  const all: Claims = { ...more, ...token };
  // Whether an address is verified is said by whoever names it.
  const { email, email_verified: verified } = token["email"] === undefined ? more : token;
  return {
    issuer: String(token["iss"]),
    subject: token.sub,
    email: addressIn(email),
    // Some send it as text.
    emailVerified: verified === true || verified === "true",
    name: trimmed(all["name"], 100) ?? trimmed(all["preferred_username"], 100),
    groups: groupsIn(all, provider.groupsClaim),
  } satisfies ProviderIdentity;
};

/** Reads the provider's metadata. */
export const discover = (
  provider: OAuthConfig,
  fetch = openProviderFetch({ allowHttp: provider.allowHttp }),
): Promise<client.Configuration> =>
  client.discovery(
    new URL(provider.issuer),
    provider.clientId,
    undefined,
    clientSecret(provider.clientSecret),
    {
      [client.customFetch]: fetch,
      timeout: TIMEOUT_SECONDS,
      // Its answers come over TLS; their signatures are verified all the same.
      execute: [
        client.enableNonRepudiationChecks,
        ...(provider.allowHttp === true ? [client.allowInsecureRequests] : []),
      ],
    },
  );

/** Reads the provider's metadata when first needed, so that a provider that is down keeps no server from starting. */
const discovered = (provider: OAuthConfig, now: Clock) => {
  let known: { readonly config: Promise<client.Configuration>; readonly at: number } | undefined;
  return (): Promise<client.Configuration> => {
    if (known !== undefined && now() - known.at < KNOWN_FOR_MS) return known.config;
    const config = discover(provider);
    known = { config, at: now() };
    config.catch(() => {
      if (known?.config === config) known = undefined;
    });
    return config;
  };
};

/** OpenID Connect: authorization code with PKCE, a signed ID token with our nonce, and user info for what it does not say. */
export const oidcSteps = (provider: OAuthConfig, now: Clock): ProviderSteps => {
  const configuration = discovered(provider, now);
  return {
    leave: async (leaving) => {
      const url = await authorizationUrl(await configuration(), leaving, {
        scope: "openid email profile",
        nonce: leaving.pending.nonce,
        // Otherwise whoever has one account signed in there is never asked which.
        ...(provider.kind === "google" ? { prompt: "select_account" } : {}),
      });
      if (!mayAsk(url, provider.allowHttp))
        throw providerDown("names an address that is not https");
      return url;
    },
    arrive: async (returning) => {
      const config = await configuration();
      const { nonce, state, verifier } = returning.pending;
      const tokens = await client.authorizationCodeGrant(config, cameBackTo(returning), {
        expectedNonce: nonce,
        expectedState: state,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw providerRefused("did not say who signed in");
      const lacks =
        claims["email"] === undefined ||
        (provider.groupsClaim !== undefined && valueAt(claims, provider.groupsClaim) === undefined);
      const more: Claims =
        lacks && config.serverMetadata().userinfo_endpoint !== undefined
          ? await client.fetchUserInfo(config, tokens.access_token, claims.sub)
          : {};
      return identityIn(provider, claims, more);
    },
  };
};

const githubUser = z.object({
  id: z.number().int().positive(),
  login: z.string(),
  name: z.string().nullish(),
});
const githubEmails = z.array(
  z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }),
);

/** The site and its API: of github.com, or of a GitHub Enterprise Server. */
export const githubAddresses = ({ issuer }: OAuthConfig) => {
  const site = issuer.replace(/\/+$/u, "");
  return { site, api: site === "https://github.com" ? "https://api.github.com" : `${site}/api/v3` };
};

/** GitHub signs nothing: it is asked who the code is of, over TLS, and which of their addresses is primary and verified. */
export const githubSteps = (provider: OAuthConfig): ProviderSteps => {
  const { site, api } = githubAddresses(provider);
  const config = prepared(
    new client.Configuration(
      {
        issuer: `${site}/login/oauth`,
        authorization_endpoint: `${site}/login/oauth/authorize`,
        token_endpoint: `${site}/login/oauth/access_token`,
      },
      provider.clientId,
      undefined,
      client.ClientSecretPost(provider.clientSecret),
    ),
    provider,
  );
  const ask = async <T>(token: string, path: string, shape: z.ZodType<T>): Promise<T> => {
    const headers = new Headers({
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      "user-agent": "Parlance",
    });
    const url = new URL(`${api}${path}`);
    const response = await client.fetchProtectedResource(config, token, url, "GET", null, headers);
    if (!response.ok) throw providerRefused(`did not tell who signed in (${response.status})`);
    const answer = shape.safeParse(await response.json());
    if (!answer.success) throw providerRefused("answered in an unknown form", answer.error);
    return answer.data;
  };
  return {
    leave: (leaving) => authorizationUrl(config, leaving, { scope: "read:user user:email" }),
    arrive: async (returning) => {
      const { access_token: token } = await client.authorizationCodeGrant(
        config,
        cameBackTo(returning),
        {
          expectedState: returning.pending.state,
          pkceCodeVerifier: returning.pending.verifier,
        },
      );
      const user = await ask(token, "/user", githubUser);
      const emails = await ask(token, "/user/emails", githubEmails);
      const primary = emails.find((email) => email.primary && email.verified);
      return {
        issuer: site,
        subject: String(user.id),
        email: addressIn(primary?.email),
        emailVerified: primary !== undefined,
        name: trimmed(user.name, 100) ?? trimmed(user.login, 100),
        groups: [],
      };
    },
  };
};
