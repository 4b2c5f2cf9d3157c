// Testing a sign-in provider before anybody signs in there, as it is or as it would be.
import type { z } from "zod";
import type {
  newSignInProviderTest,
  signInProviderTest,
  TestedProvider,
} from "#services/contract/sign-in-providers.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import {
  type By,
  changedParts,
  eventBy,
  isOfSettings,
  knownProvider,
  readParts,
} from "./managed-providers.ts";
import { type AccountParts, changeIn } from "./parts.ts";
import { type CheckedProvider, checkedProvider, type ProviderParts } from "./provider-kinds.ts";
import { redirectUriAt } from "./providers.ts";
import { tryDirectory } from "./try/directory.ts";
import { tryGithub } from "./try/github.ts";
import { tryOidc } from "./try/oidc.ts";
import { trySaml } from "./try/saml.ts";

const stepsOf = (
  { providers, now }: AccountParts,
  checked: CheckedProvider,
  sample: string | undefined,
) => {
  if (checked.sends === "a password") return tryDirectory(checked.config, sample);
  const { config } = checked;
  const redirectUri = providers.redirectUriOf(config.id) ?? redirectUriAt("https://…", config.id);
  const around = { redirectUri, now };
  if (config.kind === "saml") return trySaml(config, around);
  return config.kind === "github" ? tryGithub(config, around) : tryOidc(config, around);
};

/** The log says which address is asked, before it is. */
const tested = async (
  parts: AccountParts,
  by: By,
  trial: { readonly provider: ProviderParts; readonly checked: CheckedProvider },
  sample: string | undefined,
): Promise<TestedProvider> => {
  await changeIn(parts, defaultOrganization, async () => ({
    result: undefined,
    event: eventBy(by, "provider.test", trial.provider),
  }));
  const steps = await stepsOf(parts, trial.checked, sample);
  return { ok: steps.every(({ state }) => state !== "failed"), steps };
};

/** As it would be, before it is added. @throws ParlanceError rejected `bad-provider`, naming the field */
export const testNewProvider = (
  parts: AccountParts,
  by: By,
  { sample, ...given }: z.infer<typeof newSignInProviderTest>,
): Promise<TestedProvider> => {
  const provider = readParts(given);
  return tested(parts, by, { provider, checked: checkedProvider(provider) }, sample);
};

/**
 * As it is, or as it would be after a change: one of the settings only as it is.
 * @throws ParlanceError rejected `unknown-provider` (404) | `provider-of-settings` (409) | `bad-provider`, naming the field
 */
export const testProvider = async (
  parts: AccountParts,
  by: By,
  id: string,
  { sample, ...change }: z.infer<typeof signInProviderTest>,
): Promise<TestedProvider> => {
  const known = await knownProvider(parts, id);
  const isAsItIs = change.settings === undefined && change.secrets === undefined;
  // One of the settings was checked as settings are.
  if (isAsItIs && known.checked !== undefined)
    return tested(parts, by, { provider: known, checked: known.checked }, sample);
  if (!isAsItIs && known.row === undefined) throw isOfSettings(known);
  const provider = changedParts(known, change);
  return tested(parts, by, { provider, checked: checkedProvider(provider) }, sample);
};
