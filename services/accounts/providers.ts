// Signing in at providers: Google, GitHub, and any that speaks OpenID Connect or SAML.
import { AuthorizationResponseError, ClientError, ResponseBodyError } from "openid-client";
import type { MemberRole } from "#services/contract/accounts.ts";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import type { Clock, Duration } from "#services/domain/units.ts";
import { openStrategies } from "./passport-bridge.ts";
import {
  newPendingSignIn,
  openPending,
  type PendingSignIn,
  peekPending,
  SIGN_IN_WITHIN,
  sealPending,
  wrongState,
} from "./pending-sign-in.ts";
import {
  type ProviderConfig,
  roleOfGroups,
  type TeamOfGroups,
  teamsOfGroups,
} from "./provider-config.ts";
import { providerDown } from "./provider-fetch.ts";
import {
  githubSteps,
  type Leaving,
  oidcSteps,
  type ProviderIdentity,
  providerRefused,
  type ReceivedAnswer,
  type Returning,
} from "./provider-steps.ts";
import type { SamlAnswer } from "./saml/answer.ts";
import { type SamlSteps, samlSteps } from "./saml/saml.ts";
import type { Keyring } from "./secrets.ts";

export interface ProviderSignIn extends ProviderIdentity {
  /** The id of the provider. */
  readonly provider: string;
  /** The role that the provider's groups give, where roles are configured; undefined where they give none. */
  readonly role: MemberRole | undefined;
  /** The teams that the settings name for its groups; none where they name none. */
  readonly teams: readonly TeamOfGroups[];
  /** A path of this site. */
  readonly returnTo: string;
  /** What `start` was given. */
  readonly intent: string | undefined;
}

/** Whom a provider brings, and what they may do then. */
export interface ProviderPolicy extends Pick<ProviderConfig, "name" | "organization"> {
  readonly newAccounts: "invited" | "anyone";
  /** Its groups give roles. */
  readonly givesRoles: boolean;
}

export interface Providers {
  list(): readonly Pick<ProviderConfig, "id" | "name" | "kind">[];
  /** @throws ParlanceError rejected `unknown-provider` */
  policy(id: string): ProviderPolicy;
  /** The address that the provider has to be told as the one to send people back to; exactly this one is accepted. */
  redirectUri(id: string): string;
  /**
   * Where to send the browser, and the cookie to give it: HttpOnly, Secure, SameSite=Lax (Strict ones do not come back from another
   * site), for `cookieFor` at most.
   * @throws ParlanceError rejected `unknown-provider`; unavailable `provider-down`
   */
  start(
    id: string,
    about: { readonly returnTo?: string | undefined; readonly intent?: string | undefined },
  ): Promise<{ readonly location: string; readonly cookie: string; readonly cookieFor: Duration }>;
  /** What a cookie was given with, for where to tell about a failure; undefined for one that is not of this provider. */
  peek(
    id: string,
    cookie: string | undefined,
  ): Pick<PendingSignIn, "returnTo" | "intent"> | undefined;
  /**
   * Who came back. Drop the cookie in any case.
   * @param answer the address that the browser came back to, of which only the query counts, its cookie, and what it brought before in
   * a form
   * @throws ParlanceError rejected `wrong-state`, `link-expired`, `provider-refused`, `unknown-provider`; unavailable `provider-down`
   */
  finish(
    id: string,
    answer: {
      readonly url: string;
      readonly cookie: string | undefined;
      /** Takes the sign-in that was begun, before the provider is asked: it throws for everybody but the first. */
      readonly once?: (pending: Pick<PendingSignIn, "id" | "expiresAt">) => Promise<void>;
      readonly received?: ReceivedAnswer | undefined;
    },
  ): Promise<ProviderSignIn>;
  /**
   * The answer that a form of a provider's page brought, checked; whose browser it was shows in `finish`.
   * @throws ParlanceError rejected `unknown-provider` where none of its kind sends forms, and what is wrong with the answer
   */
  receive(id: string, form: string): Promise<SamlAnswer>;
  /** How we describe ourselves to a provider, as XML. @throws ParlanceError rejected `unknown-provider` where its kind wants none */
  metadata(id: string): string;
}

/** Errors of the fetch are wrapped by the library. */
export const oursIn = (error: unknown): ParlanceError | undefined => {
  let at = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth++) {
    if (at instanceof ParlanceError) return at;
    at = at.cause;
  }
  return undefined;
};

const passing = ["temporarily_unavailable", "server_error"];

const failure = (error: unknown): ParlanceError => {
  const ours = oursIn(error);
  if (ours !== undefined) return ours;
  if (error instanceof AuthorizationResponseError) {
    if (passing.includes(error.error)) return providerDown("is out of order", error);
    return error.error === "access_denied"
      ? providerRefused("did not let you in, or you turned back", error)
      : providerRefused("did not accept the request", error);
  }
  if (error instanceof ResponseBodyError)
    return error.error === "invalid_client"
      ? providerRefused(
          "does not know this server; its operator has to check clientId and clientSecret",
          error,
        )
      : providerRefused("did not accept the sign-in", error);
  if (error instanceof ClientError && /^OAUTH_(TIMEOUT|ABORT)$/u.test(error.code ?? ""))
    return providerDown("did not answer in time", error);
  return providerRefused("answered with something that does not belong to this sign-in", error);
};

/** Where its description cannot be read, no sign-in can begin: that is nothing the person can mend. */
const startFailure = (error: unknown): ParlanceError => {
  const ours = oursIn(error);
  return ours ?? providerDown("does not describe itself as expected", error);
};

/** The address that a provider with this id is told, whether it is there or not. */
export const redirectUriAt = (publicUrl: string, id: string): string =>
  `${publicUrl.replace(/\/+$/u, "")}/api/v1/auth/providers/${id}/callback`;

/**
 * Opens no connection yet.
 * @param around `publicUrl` is the address of this server as browsers know it
 */
export const openProviders = (
  configs: readonly ProviderConfig[],
  around: {
    readonly publicUrl: string;
    readonly keyring: Pick<Keyring, "seal" | "open">;
    readonly now: Clock;
    /** What is asked elsewhere than in a browser, by its id. */
    readonly further?: Readonly<Record<string, ProviderPolicy>>;
  },
): Providers => {
  const { keyring, now } = around;
  const strategies = openStrategies<Leaving, Returning, ProviderIdentity>();
  const sendingForms = new Map<string, SamlSteps>();
  for (const config of configs)
    if (config.kind === "saml") {
      const steps = samlSteps(config, now);
      sendingForms.set(config.id, steps);
      strategies.add(config.id, steps);
    } else
      strategies.add(
        config.id,
        config.kind === "github" ? githubSteps(config) : oidcSteps(config, now),
      );
  const unknownProvider = () =>
    rejected("There is no such sign-in provider here.", { code: "unknown-provider", status: 404 });
  const formsOf = (id: string): SamlSteps => {
    const steps = sendingForms.get(id);
    if (steps === undefined) throw unknownProvider();
    return steps;
  };
  const configOf = (id: string): ProviderConfig => {
    const config = configs.find((other) => other.id === id);
    if (config === undefined) throw unknownProvider();
    return config;
  };
  const redirectUri = (id: string): string => redirectUriAt(around.publicUrl, configOf(id).id);
  return {
    list: () => configs.map(({ id, name, kind }) => ({ id, name, kind })),
    policy: (id) => {
      const further = around.further?.[id];
      if (further !== undefined) return further;
      const { name, organization, newAccounts = "invited", roles } = configOf(id);
      return { name, organization, newAccounts, givesRoles: roles !== undefined };
    },
    redirectUri,
    peek: (id, cookie) => peekPending(keyring, id, cookie),
    start: async (id, about) => {
      const leaving = { pending: newPendingSignIn(about, now), redirectUri: redirectUri(id) };
      const decision = await strategies.run(id, { kind: "leaving", leaving }).catch((error) => {
        throw startFailure(error);
      });
      if (decision.kind !== "redirect") throw providerDown("leads nowhere");
      return {
        location: decision.location,
        cookie: sealPending(keyring, id, leaving.pending),
        cookieFor: SIGN_IN_WITHIN,
      };
    },
    receive: async (id, form) => formsOf(id).receive(form, redirectUri(id)),
    metadata: (id) => formsOf(id).metadata(redirectUri(id)),
    finish: async (id, { url, cookie, once, received }) => {
      const config = configOf(id);
      const answer = URL.parse(url, around.publicUrl)?.searchParams;
      if (answer === undefined) throw wrongState();
      const state = answer.get("state");
      const pending = openPending(keyring, id, { state, cookie, at: now() });
      await once?.(pending);
      const returning = { pending, redirectUri: redirectUri(id), answer, received };
      const decision = await strategies.run(id, { kind: "returning", returning }).catch((error) => {
        throw failure(error);
      });
      if (decision.kind !== "success") throw providerRefused("did not say who signed in");
      const { returnTo, intent } = pending;
      return {
        ...decision.found,
        emailVerified: decision.found.emailVerified || config.verifiedEmails === true,
        provider: id,
        role: roleOfGroups(config, decision.found.groups),
        teams: teamsOfGroups(config, decision.found.groups),
        returnTo,
        intent,
      };
    },
  };
};
