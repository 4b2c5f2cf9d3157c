// Links that do one thing once: the first owner, an invitation, a new password, an address that is confirmed.
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import {
  defaultOrganization,
  type InvitationId,
  invitationId,
  userId,
} from "#services/domain/ids.ts";
import {
  addLink,
  addMember,
  addOrganization,
  addUser,
  adoptCollections,
  adoptOwnNames,
  changeUser,
  dropLinks,
  endUserSessions,
  findLink,
  findOrganization,
  findSealedLink,
  findUser,
  findUserByEmail,
  foldedEmail,
  type LinkRow,
  listOwners,
  membershipsOf,
  type SystemRows,
  type UserRow,
} from "#services/store/store.ts";
import { isUnclaimed, joinAwaited } from "./awaited.ts";
import { factorsOf, hasSecondFactor } from "./factors.ts";
import { join, joinByInvitation, linkUsed, takeOnce } from "./joining.ts";
import { resetLetter } from "./letters.ts";
import { takeTry } from "./limits.ts";
import { checkNewPassword } from "./new-password.ts";
import {
  type AccountParts,
  change,
  days,
  hashOf,
  minutes,
  type Origin,
  randomToken,
  readingOf,
  rowsOf,
  warnOf,
} from "./parts.ts";
import { setupToken } from "./sealed-for.ts";
import { tellOfChange } from "./security-mails.ts";
import { beginSession, type Signed } from "./sessions.ts";
import { afterFirstFactor, checkSignIn, type SignInOutcome } from "./sign-in.ts";

export type LinkKind = "setup" | "invitation" | "reset" | "verify";

const lives: Readonly<Record<LinkKind, number>> = {
  setup: days(2),
  invitation: days(7),
  reset: minutes(60),
  verify: days(2),
};

/** Behind "#", so that the token is in no log of a server or proxy. */
const linkTo = (url: string, kind: LinkKind, token: string): string =>
  `${url}/${kind}#token=${token}`;

export interface MadeLink {
  readonly id: InvitationId;
  readonly link: string;
  readonly row: LinkRow;
}

export const makeLink = async (
  { now, newId }: Pick<AccountParts, "now" | "newId">,
  rows: SystemRows,
  {
    token = randomToken(),
    ...made
  }: Pick<LinkRow, "in_organization" | "user_id" | "email" | "role" | "made_by"> & {
    readonly kind: LinkKind;
    readonly sealed?: string;
    readonly token?: string;
  },
  url: string,
): Promise<MadeLink> => {
  const row: LinkRow = {
    sealed: null,
    ...made,
    hash: hashOf(token),
    id: invitationId(newId()),
    created_at: now(),
    until: now() + lives[made.kind],
    used_at: null,
  };
  await addLink(rows, row);
  return { id: row.id, link: linkTo(url, made.kind, token), row };
};

/** The first owner has nobody to ask. */
const setupHint = "On the machine of the server `parlance accounts setup-link` prints a new one.";

/** @throws ParlanceError rejected `link-used` (410) */
export const linkOf = async (
  parts: AccountParts,
  kind: LinkKind,
  token: string,
): Promise<LinkRow> => {
  const link = await findLink(parts.database.system.rows, kind, hashOf(token), parts.now());
  if (link === undefined) throw linkUsed(kind === "setup" ? setupHint : undefined);
  return link;
};

export const newUser = (
  { now, newId }: Pick<AccountParts, "now" | "newId">,
  made: Pick<UserRow, "email" | "name" | "password_hash" | "verified_at">,
): UserRow => ({
  id: userId(newId()),
  state: "active",
  created_at: now(),
  totp: null,
  totp_pending: null,
  totp_step: 0,
  preferences: "{}",
  ...made,
});

/** So long a setup link is good at least when it is shown. */
const SETUP_LEFT_MS = days(1);

/** Inside a transaction: one that is good for long enough, as it was made; undefined where there is none that can be opened. */
const knownSetupToken = async (
  { keyring, now }: AccountParts,
  rows: SystemRows,
): Promise<string | undefined> => {
  const sealed = await findSealedLink(rows, "setup", now() + SETUP_LEFT_MS);
  try {
    return sealed === undefined ? undefined : keyring.open(sealed, setupToken);
  } catch (error) {
    // Sealed by a server with another secret: a new link takes its place.
    if (!(error instanceof ParlanceError) || error.kind !== "corrupt") throw error;
    return undefined;
  }
};

/**
 * The link that makes the first owner; undefined where there is one. Only one is good at a time.
 * @param which "known": the same as before, for servers that start and print it; "new": those made before do not work any more
 */
export const makeSetupLink = (
  parts: AccountParts,
  url: string,
  which: "known" | "new",
): Promise<string | undefined> =>
  change(parts, async (rows) => {
    if ((await listOwners(await rowsOf(parts, rows, defaultOrganization))).length > 0)
      return undefined;
    const known = which === "known" ? await knownSetupToken(parts, rows) : undefined;
    if (known !== undefined) return linkTo(url, "setup", known);
    await dropLinks(rows, { kind: "setup" });
    const nobody = { in_organization: null, user_id: null, email: null, role: null, made_by: null };
    const token = randomToken();
    const sealed = parts.keyring.seal(token, setupToken);
    const made = { kind: "setup", ...nobody, token, sealed } as const;
    return (await makeLink(parts, rows, made, url)).link;
  });

export interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

/** Inside a transaction: the first owner, who gets everything that is there. */
export const makeOwner = async (
  parts: AccountParts,
  rows: SystemRows,
  person: Omit<NewPerson, "password"> & { readonly hash: string },
): Promise<UserRow> => {
  const now = parts.now();
  if ((await findOrganization(rows, defaultOrganization)) === undefined)
    await addOrganization(rows, {
      id: defaultOrganization,
      name: "Parlance",
      created_at: now,
    });
  const user = newUser(parts, {
    email: person.email,
    name: person.name,
    password_hash: person.hash,
    verified_at: now,
  });
  const own = await rowsOf(parts, rows, defaultOrganization);
  if ((await listOwners(own)).length > 0)
    throw rejected("This server has an owner already.", { code: "has-owner", status: 409 });
  await dropLinks(rows, { kind: "setup" });
  await addUser(rows, user);
  await addMember(own, { user_id: user.id, role: "owner", state: "active", joined_at: now });
  const collections = await adoptCollections(own, user.id);
  await adoptOwnNames(own, user.id);
  await parts.audit.write(own, now, {
    actor: { name: user.name, id: user.id },
    action: "owner.made",
    target: user.id,
    details: { collections },
  });
  return user;
};

const password = async (parts: AccountParts, person: NewPerson): Promise<string> => {
  checkNewPassword(person.password, {
    names: [person.name, person.email],
    hasSecondFactor: false,
  });
  return parts.passwords.hash(person.password);
};

/** @throws ParlanceError rejected `link-used` (410) | `weak-password` | `has-owner` (409) */
export const setUp = async (
  parts: AccountParts,
  given: NewPerson & { readonly token: string },
  origin: Origin,
): Promise<Signed> => {
  const link = await linkOf(parts, "setup", given.token);
  const hash = await password(parts, given);
  return change(parts, async (rows) => {
    await takeOnce(parts, rows, link);
    const user = await makeOwner(parts, rows, { email: given.email, name: given.name, hash });
    const who = {
      user: user.id,
      name: user.name,
      organization: defaultOrganization,
      by: "setup link",
    };
    return beginSession(parts, rows, who, origin);
  });
};

/** Who is invited to what. @throws ParlanceError rejected `link-used` (410) */
export const readInvitation = async (parts: AccountParts, token: string) => {
  const link = await linkOf(parts, "invitation", token);
  const { rows } = parts.database.system;
  const [organization, by, user] = await Promise.all([
    link.in_organization === null ? undefined : findOrganization(rows, link.in_organization),
    link.made_by === null ? undefined : findUser(rows, link.made_by),
    findUserByEmail(rows, link.email ?? ""),
  ]);
  if (organization === undefined) throw linkUsed();
  return {
    link,
    organization,
    invitedBy: by?.name ?? null,
    hasAccount: user !== undefined && !(await isUnclaimed(rows, user)),
  };
};

/**
 * Somebody new gets an account; somebody who has one proves it by its password, and its second factor.
 * @throws ParlanceError rejected `link-used` (410) | `weak-password` | `wrong-sign-in` | `name-missing`
 */
export const acceptInvitation = async (
  parts: AccountParts,
  given: { readonly token: string; readonly name?: string | undefined; readonly password: string },
  origin: Origin,
): Promise<SignInOutcome> => {
  const { link, organization, hasAccount } = await readInvitation(parts, given.token);
  const email = link.email ?? "";
  const role = link.role ?? "member";
  const joining = { organization: organization.id, role, by: link.made_by };
  if (hasAccount) {
    const user = await checkSignIn(parts, { email, password: given.password }, origin.address);
    const factors = await factorsOf(parts.database.system.rows, user);
    // Whoever has a second factor joins with it, and not before.
    if (hasSecondFactor(factors))
      return afterFirstFactor(parts, user, { by: "password", invitation: link.hash }, origin);
    await change(parts, (rows) => joinByInvitation(parts, rows, user, link.hash));
    return afterFirstFactor(parts, user, { by: "password" }, origin);
  }
  const { name } = given;
  if (name === undefined)
    throw rejected("Your name is missing.", { code: "name-missing", hint: "Type your name." });
  const hash = await password(parts, { email, name, password: given.password });
  const signed = await change(parts, async (rows) => {
    await takeOnce(parts, rows, link);
    // The link came to this address: that it is theirs is shown.
    const given = { name, password_hash: hash, verified_at: parts.now() };
    const unclaimed = await findUserByEmail(rows, email);
    if (unclaimed !== undefined && !(await isUnclaimed(rows, unclaimed))) throw linkUsed();
    const made = { ...(unclaimed ?? newUser(parts, { email, ...given })), ...given };
    if (unclaimed === undefined) await addUser(rows, made);
    else await changeUser(rows, made.id, given);
    await join(parts, rows, { user: made, ...joining });
    const who = { user: made.id, name, organization: organization.id, by: "invitation" };
    return beginSession(parts, rows, who, origin);
  });
  return { kind: "signed-in", ...signed };
};

/** Sends a link for a new password, where there is such an account; says nothing about whether there is. */
export const forgot = async (parts: AccountParts, email: string, origin: Origin): Promise<void> => {
  const tried = { kind: "mail", account: foldedEmail(email), address: origin.address } as const;
  await takeTry(parts, tried);
  const { mail } = parts;
  if (mail === undefined) return;
  const user = await findUserByEmail(parts.database.system.rows, email);
  if (user === undefined) return;
  // Not waited for: the time that it takes would tell that there is an account. Links of before stay good: nobody is to end them
  // who only knows the address.
  makeResetLink(parts, user, origin.url)
    .then((link) => mail.send(resetLetter({ to: user.email, link, minutes: 60 })))
    .catch(warnOf(parts));
};

/** @param user as whoever asks for the link knows them: it does not work once they have another address */
export const makeResetLink = (
  parts: AccountParts,
  { id, email }: Pick<UserRow, "id" | "email">,
  url: string,
): Promise<string> =>
  change(parts, async (rows) => {
    const of = { in_organization: null, user_id: id, email, role: null, made_by: null };
    return (await makeLink(parts, rows, { kind: "reset", ...of }, url)).link;
  });

/** Whoever answers a link for a new password shows that its address is theirs, and no other. @throws ParlanceError rejected `link-used` (410) */
const userOfReset = async (rows: SystemRows, link: LinkRow): Promise<UserRow> => {
  const user = link.user_id === null ? undefined : await findUser(rows, link.user_id);
  if (user === undefined || user.email !== link.email) throw linkUsed();
  return user;
};

/**
 * A new password ends all sessions. A second factor is asked for all the same.
 * @throws ParlanceError rejected `link-used` (410) | `weak-password`
 */
export const resetPassword = async (
  parts: AccountParts,
  given: { readonly token: string; readonly password: string },
  origin: Origin,
): Promise<SignInOutcome> => {
  const link = await linkOf(parts, "reset", given.token);
  const known = await userOfReset(parts.database.system.rows, link);
  checkNewPassword(given.password, {
    names: [known.name, known.email],
    hasSecondFactor: known.totp !== null,
  });
  const hash = await parts.passwords.hash(given.password);
  const user = await change(parts, async (rows) => {
    await takeOnce(parts, rows, link);
    // Their address may have become another one since.
    const user = await userOfReset(rows, link);
    await changeUser(rows, user.id, {
      password_hash: hash,
      verified_at: user.verified_at ?? parts.now(),
    });
    // The mail came to the address, which nobody had shown to be theirs: what waits for it begins.
    if (user.verified_at === null)
      await joinAwaited(parts, rows, user, { address: user.email, only: undefined });
    const ended = { at: parts.now(), by: "password" };
    const sessions = await endUserSessions(rows, { user: user.id }, ended);
    for (const { organization, state } of await membershipsOf(rows, user.id)) {
      if (state === "invited") continue;
      await parts.audit.write(await rowsOf(parts, rows, organization), parts.now(), {
        actor: { name: user.name, id: user.id },
        action: "password.reset",
        target: user.id,
        details: { sessions },
        network: origin.network,
      });
    }
    return user;
  });
  tellOfChange(parts, user, "password");
  return afterFirstFactor(parts, user, { by: "new password" }, origin);
};

/** Whether anybody owns this server. */
export const hasOwner = async (parts: AccountParts): Promise<boolean> =>
  (await listOwners(readingOf(parts, defaultOrganization))).length > 0;
