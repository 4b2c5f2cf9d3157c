// Adding, changing and removing sign-in providers, for whoever runs the server.
import type { z } from "zod";
import type {
  newSignInProvider,
  SignInProvider,
  signInProviderList,
  signInProviderPatch,
} from "#services/contract/sign-in-providers.ts";
import { rejected } from "#services/domain/errors.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import type { Caller } from "#services/domain/scope.ts";
import {
  addSignInProvider,
  changeSignInProvider,
  countByProvider,
  listOwners,
  listSignInProviders,
  peopleOnlyBy,
  removeSignInProvider,
  type SystemRows,
} from "#services/store/store.ts";
import { type AuditEvent, actorOf } from "./audit.ts";
import type { KnownProvider } from "./current-providers.ts";
import { type AccountParts, changeIn, type Origin, rowsOf } from "./parts.ts";
import { checkedProvider, knowsOthers, type ProviderParts, partsOf } from "./provider-kinds.ts";
import { providerSecretsOf } from "./sealed-for.ts";

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
  known: KnownProvider,
  counts: ReadonlyMap<string, number>,
): Promise<SignInProvider> => {
  const { id, kind, name, settings, secrets, state, row, problem } = known;
  const others = providers.ways().filter((one) => one !== id);
  const only = await peopleOnlyBy(database.system.rows, id, others);
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
    peopleOnlyByIt: only.length,
    problem,
    changedAt: row?.changed_at ?? null,
  };
};

/** Those of the settings first; and what else says who gets in. Secrets are told to nobody. */
export const shownProviders = async (
  parts: AccountParts,
): Promise<z.infer<typeof signInProviderList>> => {
  const { database, providers, registration } = parts;
  await providers.refresh();
  const counts = await countByProvider(database.system.rows);
  return {
    providers: await Promise.all(providers.known().map((one) => shown(parts, one, counts))),
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

/** @throws ParlanceError rejected `bad-provider` | `provider-exists` (409) | `too-many-providers` (409) | `needs-public-url` (409) */
export const addProvider = async (
  parts: AccountParts,
  by: By,
  given: z.infer<typeof newSignInProvider>,
): Promise<SignInProvider> => {
  const made = readParts(given);
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
    return { result: undefined, event: eventBy(by, "provider.add", made) };
  });
  return shownAgain(parts, id);
};

const shownAgain = async (parts: AccountParts, id: string): Promise<SignInProvider> => {
  parts.providers.forget();
  const known = await knownProvider(parts, id);
  return shown(parts, known, await countByProvider(parts.database.system.rows));
};

/** Where it can be changed: those of the settings are changed there. @throws ParlanceError rejected `unknown-provider` (404) | `provider-of-settings` (409) */
const addedProvider = async (parts: AccountParts, id: string) => {
  parts.providers.forget();
  const known = await knownProvider(parts, id);
  if (known.row !== undefined) return { known, row: known.row };
  throw rejected("This provider is of the settings of the server.", {
    code: "provider-of-settings",
    status: 409,
    hint:
      known.kind === "ldap"
        ? "Change PARLANCE_LDAP, and start the server again."
        : "Change PARLANCE_SIGN_IN_PROVIDERS, and start the server again.",
  });
};

/**
 * Inside the transaction that takes it away. Whoever loses their only way in is told of; and there is always an owner who can sign in.
 * @throws ParlanceError rejected `last-way-in` (409) | `locks-out` (409), with how many people, where that is not confirmed
 */
const requireWaysIn = async (
  parts: AccountParts,
  rows: SystemRows,
  id: string,
  isConfirmed: boolean,
): Promise<number> => {
  const others = parts.providers.ways().filter((one) => one !== id);
  const lockedOut = await peopleOnlyBy(rows, id, others);
  if (lockedOut.length === 0) return 0;
  const owners = await listOwners(await rowsOf(parts, rows, defaultOrganization));
  if (owners.every((owner) => lockedOut.includes(owner)))
    throw rejected("No owner of this server could sign in any more.", {
      code: "last-way-in",
      status: 409,
      hint: "Let an owner set a password or a passkey first.",
    });
  if (isConfirmed) return lockedOut.length;
  const people = lockedOut.length;
  throw rejected(
    people === 1
      ? "One person signs in only there, and could not sign in any more."
      : `${people} people sign in only there, and could not sign in any more.`,
    {
      code: "locks-out",
      status: 409,
      hint: "Confirm it, or let them set a password first.",
      data: { people },
    },
  );
};

/** Otherwise whoever signs in there is locked out already. */
const isUsed = ({ state, checked }: KnownProvider): boolean =>
  state === "on" && checked !== undefined;

/** Those that change; an empty one stays as it is. */
const withSecrets = (
  before: ProviderParts["secrets"],
  given: Readonly<Record<string, string>> = {},
): ProviderParts["secrets"] => ({
  ...before,
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")),
});

/** As it would be after a change. @throws ParlanceError rejected `bad-provider`, naming the field */
export const changedParts = (
  known: ProviderParts,
  {
    name,
    settings,
    secrets,
  }: Pick<z.infer<typeof signInProviderPatch>, "name" | "settings" | "secrets">,
): ProviderParts =>
  readParts({
    id: known.id,
    kind: known.kind,
    name: name ?? known.name,
    settings: settings ?? known.settings,
    secrets: withSecrets(known.secrets, secrets),
  });

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
    const lockedOut = takesAway ? await requireWaysIn(parts, all, id, given.confirmed === true) : 0;
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
    const lockedOut = isUsed(known) ? await requireWaysIn(parts, all, id, isConfirmed) : 0;
    if (!(await removeSignInProvider(all, row))) throw changedMeanwhile();
    return { result: undefined, event: eventBy(by, "provider.remove", known, { lockedOut }) };
  });
  parts.providers.forget();
};
