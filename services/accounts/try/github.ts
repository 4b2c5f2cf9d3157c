// Tries GitHub, or a GitHub Enterprise Server, as far as that goes without a person.
import type { TestStep } from "#services/contract/sign-in-providers.ts";
import { newPendingSignIn } from "../pending-sign-in.ts";
import type { OAuthConfig } from "../provider-config.ts";
import { githubAddresses, githubSteps } from "../provider-steps.ts";
import { failed, ok, sentenceOf } from "./step.ts";
import {
  type Around,
  clockStep,
  get,
  openWatchedFetch,
  pageStep,
  secretStep,
  type Watched,
} from "./web.ts";

const apiStep = async (api: string, { fetch }: Watched): Promise<TestStep> => {
  try {
    const { status } = await fetch(`${api}/`, {
      ...get("application/vnd.github+json"),
      headers: { accept: "application/vnd.github+json", "user-agent": "Parlance" },
    });
    return status === 404
      ? failed(
          "API",
          "There is no API of GitHub at this address.",
          "Write the address of the site.",
        )
      : ok("API", "The API answers.");
  } catch (error) {
    return failed("API", sentenceOf(error), `Check that this server reaches ${api}.`);
  }
};

/** GitHub answers a wrong code with 200 and an error. */
const tokenStep = async (
  provider: OAuthConfig,
  { fetch }: Watched,
  around: Around,
): Promise<TestStep> => {
  try {
    const answer = await fetch(`${githubAddresses(provider).site}/login/oauth/access_token`, {
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({
        client_id: provider.clientId,
        client_secret: provider.clientSecret,
        code: "a-test-of-parlance",
        redirect_uri: around.redirectUri,
      }),
      redirect: "manual",
    });
    // GitHub knows no client with this ID.
    const status = answer.status === 404 ? 401 : answer.status;
    return secretStep({ status, body: await answer.json().catch(() => undefined) }, around);
  } catch (error) {
    return failed("Client secret", sentenceOf(error), "Try again in a few minutes.");
  }
};

export const tryGithub = async (provider: OAuthConfig, around: Around): Promise<TestStep[]> => {
  const watched = openWatchedFetch(provider, around.now);
  const pending = newPendingSignIn({}, around.now);
  const url = await githubSteps(provider).leave({ pending, redirectUri: around.redirectUri });
  const page = await pageStep(watched, url, around);
  return [
    page,
    await tokenStep(provider, watched, around),
    await apiStep(githubAddresses(provider).api, watched),
    clockStep(watched),
  ];
};
