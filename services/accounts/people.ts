// What people do with their own account: name, password, second factor, sessions, the organization they work in.
import type { Account, Preferences } from "#services/contract/accounts.ts";
import { rejected } from "#services/domain/errors.ts";
import { readOrganizationId, type UserSessionId } from "#services/domain/ids.ts";
import type { Caller, Role, Scope } from "#services/domain/scope.ts";
import { checkZone } from "#services/domain/zone.ts";
import {
  changeUser,
  changeUserSession,
  countPasskeys,
  dropLinks,
  endUserSessions,
  findOrganization,
  findUser,
  listUserSessions,
  membershipsOf,
  pictureTag,
  replaceRecoveryCodes,
  takeTotpStep,
  type UserSessionRow,
} from "#services/store/store.ts";
import { factorsOf, hasSecondFactor, requireNoFactorWanted } from "./factors.ts";
import { forgetTry, takeTry } from "./limits.ts";
import type { Look } from "./looking.ts";
import { checkNewPassword } from "./new-password.ts";
import { type AccountParts, change, changeIn, type Origin, type Person } from "./parts.ts";
import { preferencesOf } from "./preferences.ts";
import { prove, userOf } from "./proof.ts";
import { totpOf } from "./sealed-for.ts";
import { tellOfChange } from "./security-mails.ts";
import { ACCESS_S, signedOut } from "./tokens.ts";
import { checkTotp, newRecoveryCodes, newTotp, recoveryHash } from "./totp.ts";

const roleOf = (caller: Caller): Role =>
  caller.kind === "user" || caller.kind === "key" ? caller.role : "owner";

const noFactor = { totp: false, passkeys: 0, recoveryCodes: 0, required: false };

/** What whoever looks as somebody else is told of them: what their pages depend on, and nothing of how they sign in. */
const accountSeen = async (
  parts: AccountParts,
  organization: Account["organization"],
  { user: id, by, until }: Look,
): Promise<Account> => {
  const { rows } = parts.database.system;
  const user = await findUser(rows, id);
  if (user === undefined) throw signedOut();
  // They may only read, whatever this person may do: nothing else is offered.
  const role = "viewer";
  return {
    user: {
      id: user.id,
      email: user.email,
      name: user.name,
      createdAt: user.created_at,
      hasPassword: false,
      picture: await pictureTag(rows, user.id),
      preferences: preferencesOf(user),
    },
    organization,
    role,
    organizations: [{ ...organization, role }],
    secondFactor: noFactor,
    session: null,
    look: { by: by.id === null ? null : by.name, until },
  };
};

/** Who asks, for the page and for programs. */
export const accountOf = async (
  parts: AccountParts,
  { organization: id, caller }: Scope,
): Promise<Account> => {
  const { rows } = parts.database.system;
  const organization = { id, name: (await findOrganization(rows, id))?.name ?? "Parlance" };
  if (caller.kind === "look") return accountSeen(parts, organization, caller);
  if (caller.kind !== "user")
    return {
      user: null,
      organization,
      role: roleOf(caller),
      organizations: [{ ...organization, role: roleOf(caller) }],
      secondFactor: noFactor,
      session: null,
      look: null,
    };
  const [user, memberships] = await Promise.all([
    userOf(parts, caller),
    membershipsOf(rows, caller.id),
  ]);
  return {
    user: {
      id: user.id,
      email: user.email,
      name: user.name,
      createdAt: user.created_at,
      hasPassword: user.password_hash !== null,
      picture: await pictureTag(rows, user.id),
      preferences: preferencesOf(user),
    },
    organization,
    role: caller.role,
    organizations: memberships
      .filter(({ state }) => state === "active")
      .map((one) => ({ id: one.organization, name: one.name, role: one.role as Role })),
    secondFactor: { ...(await factorsOf(rows, user)), required: caller.incomplete },
    session: caller.session,
    look: null,
  };
};

/** @throws ParlanceError rejected `unknown-zone` */
export const changePerson = async (
  parts: AccountParts,
  person: Person,
  given: { readonly name?: string; readonly preferences?: Partial<Preferences> },
): Promise<void> => {
  checkZone(given.preferences?.timeZone ?? undefined);
  await change(parts, async (rows) => {
    const user = await findUser(rows, person.id);
    if (user === undefined) throw signedOut();
    await changeUser(rows, person.id, {
      name: given.name ?? user.name,
      preferences: JSON.stringify({ ...preferencesOf(user), ...given.preferences }),
    });
  });
};

/** Ends all other sessions. @throws ParlanceError rejected `wrong-password` | `weak-password` */
export const changePassword = async (
  parts: AccountParts,
  { organization, person }: { organization: Scope["organization"]; person: Person },
  given: { readonly current?: string | undefined; readonly next: string },
  origin: Origin,
): Promise<void> => {
  const { address } = origin;
  const user = await prove(parts, person, { password: given.current, address });
  checkNewPassword(given.next, {
    names: [user.name, user.email],
    hasSecondFactor: hasSecondFactor(await factorsOf(parts.database.system.rows, user)),
  });
  const hash = await parts.passwords.hash(given.next);
  await changeIn(parts, organization, async (_, rows) => {
    await changeUser(rows, user.id, { password_hash: hash });
    await dropLinks(rows, { kind: "reset", user: user.id });
    const ended = { at: parts.now(), by: "password" };
    const sessions = await endUserSessions(rows, { user: user.id, but: person.session }, ended);
    return {
      result: undefined,
      event: {
        actor: { name: user.name, id: user.id },
        action: "password.change",
        target: user.id,
        details: { sessions },
        network: origin.network,
      },
    };
  });
  tellOfChange(parts, user, "password");
};

/** @param here the session of whoever asks */
export const shownSession = (one: UserSessionRow, here: UserSessionId | undefined) => ({
  id: one.id,
  device: one.device,
  network: one.network,
  createdAt: one.created_at,
  lastUsedAt: one.used_at,
  current: one.id === here,
});

export const sessionsOf = async (parts: AccountParts, person: Person) => {
  const sessions = await listUserSessions(parts.database.system.rows, person.id, parts.now());
  return sessions.map((one) => shownSession(one, person.session));
};

/** The organization that this session works in from now on. @throws ParlanceError rejected `unknown-organization` (404) */
export const switchOrganization = async (parts: AccountParts, person: Person, text: string) => {
  const id = readOrganizationId(text);
  const { rows } = parts.database.system;
  const mine = (await membershipsOf(rows, person.id)).find(
    ({ organization, state }) => organization === id && state === "active",
  );
  if (id === undefined || mine === undefined)
    throw rejected("There is no such organization.", { code: "unknown-organization", status: 404 });
  await changeUserSession(rows, person.session, { in_organization: id });
  const access = await parts.tokens.access({
    user: person.id,
    session: person.session,
    organization: id,
  });
  return { kind: "signed-in" as const, access, expiresIn: ACCESS_S };
};

const hasFactor = () =>
  rejected("You have a second factor already.", {
    code: "has-second-factor",
    status: 409,
    hint: "Remove it first.",
  });

/** A new secret, which counts once a code of it was typed. @throws ParlanceError rejected `wrong-password` | `has-second-factor` */
export const beginTotp = async (
  parts: AccountParts,
  person: Person,
  password: string | undefined,
  address: string,
) => {
  if ((await userOf(parts, person)).totp !== null) throw hasFactor();
  const user = await prove(parts, person, { password, address });
  const made = newTotp({ email: user.email, issuer: "Parlance" });
  await changeUser(parts.database.system.rows, user.id, {
    totp_pending: parts.keyring.seal(made.secret, totpOf(user.id)),
  });
  return made;
};

const wrongCode = () =>
  rejected("This code is wrong, or was used before.", {
    code: "wrong-code",
    hint: "Is the clock of your phone right? Type the code that it shows now.",
  });

/** @returns recovery codes, shown this once. @throws ParlanceError rejected `wrong-code` | `has-second-factor` */
export const confirmTotp = async (
  parts: AccountParts,
  { organization, person }: { organization: Scope["organization"]; person: Person },
  code: string,
  origin: Origin,
): Promise<string[]> => {
  const user = await userOf(parts, person);
  if (user.totp !== null) throw hasFactor();
  const tried = { kind: "second-factor", account: user.id, address: origin.address } as const;
  await takeTry(parts, tried);
  const secret =
    user.totp_pending === null ? undefined : parts.keyring.open(user.totp_pending, totpOf(user.id));
  const step = secret && checkTotp(secret, code, { at: parts.now(), lastStep: user.totp_step });
  if (step === undefined || step === "") throw wrongCode();
  const codes = newRecoveryCodes();
  await forgetTry(parts, tried);
  await changeIn(parts, organization, async (_, rows) => {
    if (!(await takeTotpStep(rows, user.id, step))) throw wrongCode();
    await changeUser(rows, user.id, { totp: user.totp_pending, totp_pending: null });
    await replaceRecoveryCodes(rows, user.id, codes.map(recoveryHash));
    await endUserSessions(
      rows,
      { user: user.id, but: person.session },
      { at: parts.now(), by: "second factor" },
    );
    return {
      result: undefined,
      event: {
        actor: { name: user.name, id: user.id },
        action: "second-factor.add",
        target: user.id,
        network: origin.network,
      },
    };
  });
  return codes;
};

/** New recovery codes instead of those that are left. @throws ParlanceError rejected `wrong-password` | `no-second-factor` */
export const renewRecoveryCodes = async (
  parts: AccountParts,
  { organization, person }: { organization: Scope["organization"]; person: Person },
  password: string | undefined,
  origin: Origin,
): Promise<string[]> => {
  const user = await userOf(parts, person);
  if (!hasSecondFactor(await factorsOf(parts.database.system.rows, user)))
    throw rejected("You have no second factor.", { code: "no-second-factor", status: 409 });
  await prove(parts, person, { password, address: origin.address });
  const codes = newRecoveryCodes();
  await changeIn(parts, organization, async (_, rows) => {
    await replaceRecoveryCodes(rows, user.id, codes.map(recoveryHash));
    return {
      result: undefined,
      event: {
        actor: { name: user.name, id: user.id },
        action: "recovery-codes.renew",
        target: user.id,
        network: origin.network,
      },
    };
  });
  return codes;
};

/** @throws ParlanceError rejected `wrong-password` | `second-factor-required` (403) where the organization wants one */
export const removeTotp = async (
  parts: AccountParts,
  { organization, person }: { organization: Scope["organization"]; person: Person },
  password: string | undefined,
  origin: Origin,
): Promise<void> => {
  const user = await prove(parts, person, { password, address: origin.address });
  await changeIn(parts, organization, async (_, rows) => {
    // Passkeys are second factors too, and recovery codes for when they are lost.
    if ((await countPasskeys(rows, user.id)) === 0) {
      await requireNoFactorWanted(rows, user);
      await replaceRecoveryCodes(rows, user.id, []);
    }
    await changeUser(rows, user.id, { totp: null, totp_pending: null });
    return {
      result: undefined,
      event: {
        actor: { name: user.name, id: user.id },
        action: "second-factor.remove",
        target: user.id,
        network: origin.network,
      },
    };
  });
  tellOfChange(parts, user, "factor");
};
