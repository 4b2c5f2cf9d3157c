// Adding, changing and removing sign-in providers, for whoever runs the server.
import type { z } from "zod";
import {
  addressFields,
  type newSignInProvider,
  type SignInProvider,
  type signInProviderList,
  type signInProviderPatch,
} from "#services/contract/sign-in-providers.ts";
import { rejected } from "#services/domain/errors.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import type { Caller } from "#services/domain/scope.ts";
import {
  addSignInProvider,
  changeSignInProvider,
  countByProvider,
  listSignInProviders,
  peopleByProvidersOnly,
  removeSignInProvider,
} from "#services/store/store.ts";
import { type AuditEvent, actorOf } from "./audit.ts";
import { wrongField } from "./bad-provider.ts";
import { isUsed, type KnownProvider } from "./current-providers.ts";
import { type AccountParts, changeIn, type Origin } from "./parts.ts";
import {
  checkedProvider,
  knowsOthers,
  type ProviderParts,
  partsOf,
  wayInOf,
} from "./provider-kinds.ts";
import { providerSecretsOf } from "./sealed-for.ts";
import { peopleOnlyBy, requireWaysIn } from "./ways-in.ts";

/** Google, GitHub and more than anybody has. */
const MOST = 20;

/** Who changes something, and from where. */
export interface By {
  readonly caller: Caller;
  readonly origin: Origin;
}

const unknownProvider = () =>
  rejected("There is no such sign-in provider here.", { code: "unknown-provider", status: 404 });

const providerExists = () =>
  rejected("There is a sign-in provider with this id already.", {
    code: "provider-exists",
    status: 409,
    hint: "Choose another id, or change that one.",
  });

const changedMeanwhile = () =>
  rejected("Somebody else changed this provider at the same time.", {
    code: "provider-changed",
    status: 409,
    hint: "Look at it again, then change it.",
  });

/** One of them. @throws ParlanceError rejected `unknown-provider` (404) */
export const knownProvider = async (
  { providers }: AccountParts,
  id: string,
): Promise<KnownProvider> => {
  await providers.refresh();
  const all = providers.known().filter((one) => one.id === id);
  // Of two with the same id the one that was added is the one that can be changed.
  const found = all.at(-1);
  if (found === undefined) throw unknownProvider();
  return found;
};

const shown = async (
  { database, providers }: AccountParts,
  all: readonly KnownProvider[],
): Promise<SignInProvider[]> => {
  const { rows } = database.system;
  const [counts, ways, people] = await Promise.all([
    countByProvider(rows),
    providers.waysIn(rows),
    peopleByProvidersOnly(rows),
  ]);
  return all.map((known) => {
    const { id, kind, name, settings, secrets, state, row, problem } = known;
    const others = ways.filter((one) => one.id !== id);
    return {
      id,
      kind,
      name,
      source: row === undefined ? "setting" : "added",
      state,
      settings: { ...settings },
      secrets: Object.keys(secrets),
      redirectUri: kind === "ldap" ? null : (providers.redirectUriOf(id) ?? null),
      people: counts.get(id) ?? 0,
      peopleOnlyByIt: peopleOnlyBy(people, wayInOf(known), others).length,
      problem,
      changedAt: row?.changed_at ?? null,
    };
  });
};

/** Those of the settings first; and what else says who gets in. Secrets are told to nobody. */
export const shownProviders = async (
  parts: AccountParts,
): Promise<z.infer<typeof signInProviderList>> => {
  const { providers, registration } = parts;
  await providers.refresh();
  return {
    providers: await shown(parts, providers.known()),
    redirectUri: providers.redirectUriOf("{id}") ?? null,
    registration: registration === undefined ? null : { domains: [...registration] },
  };
};

const sealedOf = ({ keyring }: AccountParts, { id, secrets }: ProviderParts): string | null =>
  Object.keys(secrets).length === 0
    ? null
    : keyring.seal(JSON.stringify(secrets), providerSecretsOf(id));

/** What the log says of one: where people are sent, and never a secret. */
const about = ({ kind, name, settings }: ProviderParts): NonNullable<AuditEvent["details"]> => ({
  kind,
  name,
  at: String(settings["issuer"] ?? settings["url"] ?? ""),
});

export const eventBy = (
  { caller, origin }: By,
  action: string,
  provider: ProviderParts,
  more: AuditEvent["details"] = {},
): AuditEvent => ({
  actor: actorOf(caller),
  action,
  target: provider.id,
  details: { ...about(provider), ...more },
  network: origin.network,
});

/**
 * In parts as it is kept, from what was written.
 * @throws ParlanceError rejected `bad-provider`, naming the field
 */
export const readParts = (written: ProviderParts): ProviderParts =>
  partsOf(written, checkedProvider(written).config);

/** @throws ParlanceError rejected `needs-public-url` (409) */
const requireAddress = ({ providers }: AccountParts, { id, kind }: ProviderParts): void => {
  if (kind === "ldap" || providers.redirectUriOf(id) !== undefined) return;
  throw rejected("This server does not know how people reach it.", {
    code: "needs-public-url",
    status: 409,
    hint: "Set PARLANCE_PUBLIC_URL: providers send people back to an address that they were told before.",
  });
};

/** People stay linked to a provider that is removed. */
const knowsPeople = (people: number) =>
  rejected(
    people === 1
      ? "A provider with this id was here before. One person is linked to it, and can sign in again if this is the same provider."
      : `A provider with this id was here before. ${people} people are linked to it, and can sign in again if this is the same provider.`,
    {
      code: "knows-people",
      status: 409,
      hint: "Confirm it, or choose another id.",
      data: { people },
    },
  );

/**
 * @throws ParlanceError rejected `bad-provider` | `provider-exists` (409) | `too-many-providers` (409) | `needs-public-url` (409) |
 * `knows-people` (409), with how many, where that is not confirmed
 */
export const addProvider = async (
  parts: AccountParts,
  by: By,
  given: z.infer<typeof newSignInProvider>,
): Promise<SignInProvider> => {
  const { confirmed = false, ...written } = given;
  const made = readParts(written);
  requireAddress(parts, made);
  const { id, kind, name } = made;
  const ofSettings = parts.providers.known().filter(({ row }) => row === undefined);
  await changeIn(parts, defaultOrganization, async (_, all) => {
    const added = await listSignInProviders(all);
    if ([...ofSettings, ...added].some((one) => one.id === id)) throw providerExists();
    if (added.length >= MOST)
      throw rejected(`There are ${MOST} sign-in providers here already.`, {
        code: "too-many-providers",
        status: 409,
        hint: "Remove one that nobody uses.",
      });
    const people = (await countByProvider(all)).get(id) ?? 0;
    if (people > 0 && !confirmed) throw knowsPeople(people);
    const at = parts.now();
    await addSignInProvider(all, {
      id,
      kind,
      name,
      state: "on",
      settings: JSON.stringify(made.settings),
      sealed: sealedOf(parts, made),
      revision: 1,
      created_at: at,
      changed_at: at,
    });
    const details = people === 0 ? {} : { knows: people };
    return { result: undefined, event: eventBy(by, "provider.add", made, details) };
  });
  return shownAgain(parts, id);
};

const shownAgain = async (parts: AccountParts, id: string): Promise<SignInProvider> => {
  parts.providers.forget();
  const known = await knownProvider(parts, id);
  const [made] = await shown(parts, [known]);
  if (made === undefined) throw unknownProvider();
  return made;
};

/** Those of the settings are changed there. */
export const isOfSettings = ({ kind }: Pick<ProviderParts, "kind">) =>
  rejected("This provider is of the settings of the server.", {
    code: "provider-of-settings",
    status: 409,
    hint:
      kind === "ldap"
        ? "Change PARLANCE_LDAP, and start the server again."
        : "Change PARLANCE_SIGN_IN_PROVIDERS, and start the server again.",
  });

/** Where it can be changed. @throws ParlanceError rejected `unknown-provider` (404) | `provider-of-settings` (409) */
const addedProvider = async (parts: AccountParts, id: string) => {
  parts.providers.forget();
  const known = await knownProvider(parts, id);
  if (known.row === undefined) throw isOfSettings(known);
  return { known, row: known.row };
};

/** Those that change; an empty one stays as it is. */
const withSecrets = (
  before: ProviderParts["secrets"],
  given: Readonly<Record<string, string>> = {},
): ProviderParts["secrets"] => ({
  ...before,
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")),
});

const isMoved = ({ settings: before }: ProviderParts, { settings: after }: ProviderParts) =>
  addressFields.some((field) => before[field] !== after[field]);

/**
 * As it would be after a change. A secret is kept only for the address that it was given for: otherwise whoever may change the address
 * could have it sent to them.
 * @throws ParlanceError rejected `bad-provider`, naming the field
 */
export const changedParts = (
  known: ProviderParts,
  {
    name,
    settings,
    secrets,
  }: Pick<z.infer<typeof signInProviderPatch>, "name" | "settings" | "secrets">,
): ProviderParts => {
  const isGiven = (field: string) =>
    [secrets?.[field], settings?.[field]].some((value) => value !== undefined && value !== "");
  const kept = Object.entries(known.secrets).filter(([field]) => !isGiven(field));
  const made = readParts({
    id: known.id,
    kind: known.kind,
    name: name ?? known.name,
    settings: settings ?? known.settings,
    secrets: withSecrets(Object.fromEntries(kept), secrets),
  });
  const [field] = isMoved(known, made) ? (kept[0] ?? []) : [];
  if (field === undefined) return made;
  throw wrongField(
    field,
    "has to be given again: the address changes, and it was given for the one before",
  );
};

const namesOfChanged = (before: ProviderParts, after: ProviderParts): string[] => {
  const fieldsOf = ({ name, settings, secrets }: ProviderParts): Record<string, unknown> => ({
    name,
    ...settings,
    ...secrets,
  });
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]),
  );
};

/**
 * @throws ParlanceError rejected `unknown-provider` (404) | `provider-of-settings` (409) | `bad-provider` | `provider-changed` (409) |
 * `locks-out` (409) | `last-way-in` (409): of a change after which people are not known any more too
 */
export const changeProvider = async (
  parts: AccountParts,
  by: By,
  id: string,
  given: z.infer<typeof signInProviderPatch>,
): Promise<SignInProvider> => {
  const { known, row } = await addedProvider(parts, id);
  const isTurned = given.state !== undefined && given.state !== known.state;
  const isRewritten =
    given.name !== undefined || given.settings !== undefined || given.secrets !== undefined;
  // One that nobody could use as it is can be turned off all the same.
  const made = isRewritten ? changedParts(known, given) : known;
  const takesAway =
    isUsed(known) &&
    (given.state === "off" || knowsOthers(known.kind, known.settings, made.settings));
  await changeIn(parts, defaultOrganization, async (_, all) => {
    const lockedOut = takesAway
      ? await requireWaysIn(parts, all, wayInOf(known), given.confirmed === true)
      : 0;
    const isChanged = await changeSignInProvider(all, row, {
      name: made.name,
      settings: JSON.stringify(made.settings),
      ...(isRewritten ? { sealed: sealedOf(parts, made) } : {}),
      state: given.state ?? known.state,
      changed_at: parts.now(),
    });
    if (!isChanged) throw changedMeanwhile();
    const changed = namesOfChanged(known, made).join(", ");
    const details = { ...(changed === "" ? {} : { changed }), lockedOut };
    const action = isTurned ? `provider.${given.state}` : "provider.change";
    return { result: undefined, event: eventBy(by, action, made, details) };
  });
  return shownAgain(parts, id);
};

/**
 * The links of people to it stay: added again with the same address, it knows them.
 * @throws ParlanceError rejected `unknown-provider` (404) | `provider-of-settings` (409) | `provider-changed` (409) | `locks-out` (409) |
 * `last-way-in` (409)
 */
export const removeProvider = async (
  parts: AccountParts,
  by: By,
  id: string,
  isConfirmed: boolean,
): Promise<void> => {
  const { known, row } = await addedProvider(parts, id);
  await changeIn(parts, defaultOrganization, async (_, all) => {
    const lockedOut = isUsed(known)
      ? await requireWaysIn(parts, all, wayInOf(known), isConfirmed)
      : 0;
    if (!(await removeSignInProvider(all, row))) throw changedMeanwhile();
    return { result: undefined, event: eventBy(by, "provider.remove", known, { lockedOut }) };
  });
  parts.providers.forget();
};
