// Tries a provider that speaks OpenID Connect, with the code that signs people in: everything but a person.
import { type Configuration, genericGrantRequest } from "openid-client";
import { z } from "zod";
import type { TestStep } from "#services/contract/sign-in-providers.ts";
import { newPendingSignIn } from "../pending-sign-in.ts";
import type { OAuthConfig } from "../provider-config.ts";
import { discover, oidcSteps } from "../provider-steps.ts";
import { failed, ok, sentenceOf, shown } from "./step.ts";
import {
  type Around,
  clockStep,
  get,
  openWatchedFetch,
  pageStep,
  secretStep,
  type Watched,
} from "./web.ts";

const described = z.object({ issuer: z.string() });
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

const jsonIn = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
};

/** Why the description was not taken. */
const discoveryFailure = (error: unknown, { issuer }: OAuthConfig, { seen }: Watched) => {
  const name = "Discovery";
  if (seen.status === undefined)
    return failed(name, sentenceOf(error), "Check the address, and that this server reaches it.");
  const says = described.safeParse(jsonIn(seen.body)).data?.issuer;
  if (seen.status === 200 && says !== undefined && says !== issuer)
    return failed(
      "Issuer",
      `The provider calls itself ${shown(says)}, and here it is ${issuer}.`,
      "Write the issuer exactly as the provider does, to the last slash.",
    );
  return failed(
    name,
    seen.status === 200
      ? "What is at this address does not describe a provider."
      : `There is no description of a provider at this address (${seen.status}).`,
    "The issuer is the address before /.well-known/openid-configuration. That of Keycloak ends with /realms/NAME.",
  );
};

const keysStep = async (config: Configuration, { fetch }: Watched): Promise<TestStep> => {
  const name = "Keys";
  const { jwks_uri: address } = config.serverMetadata();
  if (address === undefined)
    return failed(name, "The provider names no keys.", "It is none that can be used here.");
  try {
    const answer = await fetch(address, get("application/json"));
    const keys = keySet.safeParse(jsonIn(await answer.text())).data?.keys ?? [];
    return keys.length > 0
      ? ok(
          name,
          `Its signatures are checked with ${keys.length === 1 ? "one key" : `${keys.length} keys`}.`,
        )
      : failed(
          name,
          `There are no keys where the provider says (${answer.status}).`,
          "Look at the provider's configuration: sign-ins cannot be checked without them.",
        );
  } catch (error) {
    return failed(name, sentenceOf(error), "Check that this server reaches the address.");
  }
};

/** What it answers to a code that it never gave: the library throws for every such answer, and what counts is what came. */
const askedWithSecret = async (
  provider: OAuthConfig,
  watched: Watched,
  around: Around,
): Promise<TestStep> => {
  const { fetch, seen } = watched;
  try {
    const config = await discover(provider, fetch);
    delete seen.status;
    await genericGrantRequest(config, "authorization_code", {
      code: "a-test-of-parlance",
      redirect_uri: around.redirectUri,
      code_verifier: newPendingSignIn({}, around.now).verifier,
    });
  } catch (error) {
    if (seen.status === undefined)
      return failed("Client secret", sentenceOf(error), "Check that this server reaches it.");
  }
  return secretStep({ status: seen.status ?? 0, body: jsonIn(seen.body) }, around);
};

export const tryOidc = async (provider: OAuthConfig, around: Around): Promise<TestStep[]> => {
  const watched = openWatchedFetch(provider, around.now);
  let config: Configuration;
  try {
    config = await discover(provider, watched.fetch);
  } catch (error) {
    return [discoveryFailure(error, provider, watched)];
  }
  const { issuer } = config.serverMetadata();
  const clock = clockStep(watched);
  const page = async (): Promise<TestStep> => {
    try {
      const pending = newPendingSignIn({}, around.now);
      const leaving = { pending, redirectUri: around.redirectUri };
      return await pageStep(watched, await oidcSteps(provider, around.now).leave(leaving), around);
    } catch (error) {
      return failed("Sign-in page", sentenceOf(error), "It has to be https.");
    }
  };
  return [
    ok("Discovery", "The provider describes itself."),
    ok("Issuer", `It calls itself ${shown(issuer)}.`),
    await keysStep(config, watched),
    await page(),
    await askedWithSecret(provider, watched, around),
    clock,
  ];
};
