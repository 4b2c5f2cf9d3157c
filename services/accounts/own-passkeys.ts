// Passkeys of people: made for an account, used to sign in without anything else or to confirm who one is, listed, renamed, removed.
import { z } from "zod";
import { rejected } from "#services/domain/errors.ts";
import type { OrganizationId } from "#services/domain/ids.ts";
import {
  addPasskey,
  changeUserSession,
  endUserSessions,
  findPasskey,
  findUser,
  listPasskeys,
  type PasskeyRow,
  removePasskey,
  renamePasskey,
  replaceRecoveryCodes,
  type SystemRows,
  spend,
  takePasskeyCounter,
} from "#services/store/store.ts";
import { factorsOf, hasSecondFactor, requireNoFactorWanted, requireWayIn } from "./factors.ts";
import { watchDevice } from "./new-devices.ts";
import {
  type AccountParts,
  change,
  changeIn,
  hashOf,
  minutes,
  type Origin,
  type Person,
} from "./parts.ts";
import type { RelyingParty } from "./passkeys.ts";
import { prove, userOf } from "./proof.ts";
import { beginSession, type Signed } from "./sessions.ts";
import { homeOf } from "./sign-in.ts";
import { newRecoveryCodes, recoveryHash } from "./totp.ts";

const WITHIN_MS = minutes(5);
const MOST_PASSKEYS = 20;

/** Loaded when somebody has a passkey: it takes longer than all the rest. */
const library = () => import("./passkeys.ts");

/** @throws ParlanceError rejected `no-passkeys-here` (409) */
const siteAt = async (url: string): Promise<RelyingParty> => {
  const site = (await library()).relyingPartyOf(url);
  if (site !== undefined) return site;
  throw rejected("Browsers use no passkeys at this address.", {
    code: "no-passkeys-here",
    status: 409,
    hint: "Reach this server by its name over https (PARLANCE_PUBLIC_URL), or as http://localhost.",
  });
};

const refused = (cause?: unknown) =>
  rejected("This passkey was not accepted.", {
    code: "passkey-refused",
    hint: "Try again, with a passkey that was set up for this site.",
    cause,
  });

const challenged = z.object({ challenge: z.string(), until: z.number() });

/** What a browser was asked to sign goes with it, sealed, and comes back: nothing is kept until it was used. */
const sealChallenge = (
  { keyring, now }: AccountParts,
  challenge: string,
  context: readonly string[],
): string => keyring.seal(JSON.stringify({ challenge, until: now() + WITHIN_MS }), context);

/** @throws ParlanceError rejected `passkey-refused` */
const openChallenge = (
  { keyring, now }: AccountParts,
  token: string,
  context: readonly string[],
): z.infer<typeof challenged> => {
  try {
    const opened = challenged.parse(JSON.parse(keyring.open(token, context)));
    if (opened.until > now()) return opened;
  } catch (cause) {
    throw refused(cause);
  }
  throw rejected("This took too long.", { code: "link-expired", hint: "Begin again." });
};

const spent = ({ challenge }: { readonly challenge: string }) => `passkey ${hashOf(challenge)}`;

const forNew = (person: Person) => ["passkey", "new", person.id];
const forSignIn = ["passkey", "sign-in"];
const forProof = ({ id, session }: Person) => ["passkey", "proof", id, session];

const shown = ({ id, name, site, created_at, used_at }: PasskeyRow) => ({
  id,
  name,
  site,
  createdAt: created_at,
  lastUsedAt: used_at,
});

export const passkeysOf = async (parts: AccountParts, person: Person) =>
  (await listPasskeys(parts.database.system.rows, person.id)).map(shown);

const transportsIn = (text: string) => text.split(" ").filter(Boolean);

/** Those that browsers can use at a site, as they are named to them. */
const usableAt = (site: RelyingParty, passkeys: readonly PasskeyRow[]) =>
  passkeys
    .filter((one) => one.site === site.id)
    .map(({ credential, transports }) => ({
      id: credential,
      transports: transportsIn(transports),
    }));

/**
 * What the browser has to be asked for. @throws ParlanceError as `prove`; rejected `no-passkeys-here` | `too-many-passkeys` (409)
 */
export const beginPasskey = async (
  parts: AccountParts,
  person: Person,
  password: string | undefined,
  origin: Origin,
) => {
  const site = await siteAt(origin.url);
  const user = await prove(parts, person, { password, address: origin.address });
  const known = await listPasskeys(parts.database.system.rows, user.id);
  if (known.length >= MOST_PASSKEYS)
    throw rejected(`You have ${known.length} passkeys already.`, {
      code: "too-many-passkeys",
      status: 409,
      hint: "Remove one first.",
    });
  const options = await (await library()).askForNewPasskey(site, user, usableAt(site, known));
  return { options, token: sealChallenge(parts, options.challenge, forNew(person)) };
};

/**
 * Keeps the passkey that a browser made. The first second factor ends all other sessions and comes with recovery codes.
 * @throws ParlanceError rejected `passkey-refused` | `link-expired`
 */
export const finishPasskey = async (
  parts: AccountParts,
  { organization, person }: { readonly organization: OrganizationId; readonly person: Person },
  given: { readonly token: string; readonly response: unknown; readonly name: string },
  origin: Origin,
) => {
  const site = await siteAt(origin.url);
  const asked = openChallenge(parts, given.token, forNew(person));
  const { response, name } = given;
  const { challenge } = asked;
  const made = await (await library()).takeNewPasskey(site, { response, challenge, name });
  const user = await userOf(parts, person);
  const row: PasskeyRow = {
    id: hashOf(made.id),
    user_id: user.id,
    credential: made.id,
    public_key: made.publicKey,
    counter: made.counter,
    transports: made.transports.filter((one) => /^[a-z-]+$/u.test(one)).join(" "),
    site: site.id,
    name,
    created_at: parts.now(),
    used_at: null,
  };
  const codes = newRecoveryCodes();
  const isFirst = await changeIn(parts, organization, async (_, rows) => {
    if (!(await spend(rows, spent(asked), asked.until))) throw refused();
    if ((await findPasskey(rows, row.id)) !== undefined) throw refused();
    const first = !hasSecondFactor(await factorsOf(rows, user));
    await addPasskey(rows, row);
    if (first) {
      await replaceRecoveryCodes(rows, user.id, codes.map(recoveryHash));
      const others = { user: user.id, but: person.session };
      await endUserSessions(rows, others, { at: parts.now(), by: "second factor" });
    }
    return {
      result: first,
      event: {
        actor: { name: user.name, id: user.id },
        action: "passkey.add",
        target: user.id,
        details: { name, site: site.id },
        network: origin.network,
      },
    };
  });
  return { passkey: shown(row), recoveryCodes: isFirst ? codes : null };
};

const unknownPasskey = () =>
  rejected("There is no such passkey.", { code: "unknown-passkey", status: 404 });

/** @throws ParlanceError rejected `unknown-passkey` (404) */
export const nameThePasskey = (
  parts: AccountParts,
  { organization, person }: { readonly organization: OrganizationId; readonly person: Person },
  given: { readonly id: string; readonly name: string },
  { network }: Origin,
) =>
  changeIn(parts, organization, async (_, rows) => {
    const known = await findPasskey(rows, given.id);
    if (known === undefined || !(await renamePasskey(rows, person.id, given)))
      throw unknownPasskey();
    return {
      result: shown({ ...known, name: given.name }),
      event: {
        actor: { name: person.name, id: person.id },
        action: "passkey.rename",
        target: person.id,
        details: { name: given.name, before: known.name, site: known.site },
        network,
      },
    };
  });

/**
 * @throws ParlanceError as `prove`; rejected `unknown-passkey` (404) | `last-way-in` (409) | `second-factor-required` (403) where the
 * organization wants one
 */
export const deletePasskey = async (
  parts: AccountParts,
  { organization, person }: { readonly organization: OrganizationId; readonly person: Person },
  given: { readonly id: string; readonly password: string | undefined },
  origin: Origin,
): Promise<void> => {
  const { address, network } = origin;
  const user = await prove(parts, person, { password: given.password, address });
  await changeIn(parts, organization, async (_, rows) => {
    const known = await findPasskey(rows, given.id);
    if (known === undefined || !(await removePasskey(rows, user.id, given.id)))
      throw unknownPasskey();
    await requireWayIn(parts, rows, user);
    if (!hasSecondFactor(await factorsOf(rows, user))) {
      await requireNoFactorWanted(rows, user);
      await replaceRecoveryCodes(rows, user.id, []);
    }
    return {
      result: undefined,
      event: {
        actor: { name: user.name, id: user.id },
        action: "passkey.remove",
        target: user.id,
        details: { name: known.name, site: known.site },
        network,
      },
    };
  });
};

/** Any passkey of this site: the browser lets people choose. @throws ParlanceError rejected `no-passkeys-here` (409) */
export const askToSignIn = async (parts: AccountParts, origin: Origin) => {
  const site = await siteAt(origin.url);
  const options = await (await library()).askForPasskey(site);
  return { options, token: sealChallenge(parts, options.challenge, forSignIn) };
};

/** The count that a passkey came with, once its signature is verified. */
const checked = async (
  site: RelyingParty,
  given: { readonly response: unknown; readonly challenge: string },
  row: PasskeyRow,
): Promise<number> => {
  const passkey = {
    id: row.credential,
    publicKey: row.public_key,
    counter: row.counter,
    transports: transportsIn(row.transports),
    name: row.name,
  };
  const about = { ...given, passkey, userId: row.user_id };
  return (await (await library()).checkPasskey(site, about)).counter;
};

/** Whose passkey an answer is of, its signature verified. @throws ParlanceError rejected `passkey-refused` */
const verified = async (
  parts: AccountParts,
  site: RelyingParty,
  given: { readonly response: unknown; readonly challenge: string },
) => {
  const { rows } = parts.database.system;
  const credential = (await library()).passkeyIdOf(given.response);
  const row = credential === undefined ? undefined : await findPasskey(rows, hashOf(credential));
  const user = row && (await findUser(rows, row.user_id));
  if (row === undefined || user === undefined) throw refused();
  return { row, user, counter: await checked(site, given, row) };
};

/** Inside a transaction: an answer counts once, and not after a later one. @throws ParlanceError rejected `passkey-refused` */
const takeAnswer = async (
  parts: AccountParts,
  rows: SystemRows,
  asked: z.infer<typeof challenged>,
  { row, counter }: { readonly row: PasskeyRow; readonly counter: number },
): Promise<void> => {
  if (!(await spend(rows, spent(asked), asked.until))) throw refused();
  if (!(await takePasskeyCounter(rows, row.id, { counter, at: parts.now() }))) throw refused();
};

interface Answer {
  readonly token: string;
  readonly response: unknown;
}

/**
 * Signs in. The device has verified who uses it: a passkey is both factors.
 * @throws ParlanceError rejected `passkey-refused` | `link-expired` | `suspended` (403)
 */
export const signInByPasskey = async (
  parts: AccountParts,
  { token, response }: Answer,
  origin: Origin,
): Promise<Signed> => {
  const site = await siteAt(origin.url);
  const asked = openChallenge(parts, token, forSignIn);
  const found = await verified(parts, site, { response, challenge: asked.challenge });
  const { user } = found;
  const organization = await homeOf(parts, user.id);
  const tellOfDevice = await watchDevice(parts, user, origin);
  const signed = await change(parts, async (rows) => {
    await takeAnswer(parts, rows, asked, found);
    const who = { user: user.id, name: user.name, organization, by: "passkey" };
    return beginSession(parts, rows, who, origin);
  });
  tellOfDevice();
  return signed;
};

/** One's own passkeys of this site. @throws ParlanceError rejected `no-passkeys-here` | `no-passkey` (409) */
export const askForProof = async (parts: AccountParts, person: Person, origin: Origin) => {
  const site = await siteAt(origin.url);
  const own = usableAt(site, await listPasskeys(parts.database.system.rows, person.id));
  if (own.length === 0)
    throw rejected("You have no passkey for this site.", {
      code: "no-passkey",
      status: 409,
      hint: "Sign out and in again instead.",
    });
  const options = await (await library()).askForPasskey(site, own);
  return { options, token: sealChallenge(parts, options.challenge, forProof(person)) };
};

/**
 * It is still them: for a quarter of an hour this session counts as proved (proof.ts).
 * @throws ParlanceError rejected `passkey-refused` | `link-expired`
 */
export const proveByPasskey = async (
  parts: AccountParts,
  person: Person,
  { token, response }: Answer,
  origin: Origin,
): Promise<void> => {
  const site = await siteAt(origin.url);
  const asked = openChallenge(parts, token, forProof(person));
  const found = await verified(parts, site, { response, challenge: asked.challenge });
  if (found.user.id !== person.id) throw refused();
  await change(parts, async (rows) => {
    await takeAnswer(parts, rows, asked, found);
    await changeUserSession(rows, person.session, { proved_at: parts.now() });
  });
};
