// What admins do: the organization, its members and invitations.
import type { z } from "zod";
import type { MemberRole } from "#services/contract/accounts.ts";
import type { member } from "#services/contract/organizations.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  type OrganizationId,
  readInvitationId,
  readUserId,
  type UserId,
} from "#services/domain/ids.ts";
import type { Caller, Role, Scope } from "#services/domain/scope.ts";
import {
  changeOrganization,
  changeUser,
  dropInvitation,
  dropLinks,
  endUserSessions,
  findMember,
  findOrganization,
  findUser,
  findUserByEmail,
  foldedEmail,
  forgetSearchTexts,
  listInvitations,
  type MembershipRow,
  membershipsOf,
  removePasskeys,
  replaceRecoveryCodes,
} from "#services/store/store.ts";
import { actorOf } from "./audit.ts";
import { knownMembers } from "./known-members.ts";
import { invitationLetter } from "./letters.ts";
import { takeTry } from "./limits.ts";
import { makeLink, makeResetLink } from "./links.ts";
import { type AccountParts, changeIn, type Origin } from "./parts.ts";
import { tellOfChange } from "./security-mails.ts";
import {
  changeStanding,
  hasJoined,
  type Inside,
  requirePerson,
  requireRank,
  takeOut,
} from "./standing.ts";

type Member = z.infer<typeof member>;

const unknown = (what: string) =>
  rejected(`There is no such ${what}.`, { code: `unknown-${what}`, status: 404 });

export const readOrganization = async (parts: AccountParts, id: OrganizationId) => {
  const row = await findOrganization(parts.database.system.rows, id);
  return {
    id,
    name: row?.name ?? "Parlance",
    requiresSecondFactor: row?.requires_second_factor === 1,
    keepsSearchTexts: row?.keeps_search_texts === 1,
    allowsLooking: row?.allows_looking === 1,
    createdAt: row?.created_at ?? 0,
  };
};

export const changeTheOrganization = async (
  parts: AccountParts,
  { organization, caller }: Scope,
  given: {
    readonly name?: string | undefined;
    readonly requiresSecondFactor?: boolean | undefined;
    readonly keepsSearchTexts?: boolean | undefined;
    readonly allowsLooking?: boolean | undefined;
  },
): Promise<void> =>
  changeIn(parts, organization, async (rows, all) => {
    const before = await findOrganization(all, organization);
    if (before === undefined) throw unknown("organization");
    const wanted = given.requiresSecondFactor;
    const texts = given.keepsSearchTexts;
    const looking = given.allowsLooking;
    // It opens what people keep private: no admin gives that to themselves.
    if (looking !== undefined && Number(looking) !== before.allows_looking)
      requireRank(caller, "owner");
    if (texts === false) await forgetSearchTexts(rows);
    await changeOrganization(all, organization, {
      name: given.name ?? before.name,
      keeps_search_texts: texts === undefined ? before.keeps_search_texts : Number(texts),
      allows_looking: looking === undefined ? before.allows_looking : Number(looking),
      requires_second_factor: wanted === undefined ? before.requires_second_factor : Number(wanted),
    });
    return {
      result: undefined,
      event: {
        actor: actorOf(caller),
        action: "organization.change",
        target: organization,
        details: {
          ...(given.name === undefined ? {} : { name: given.name }),
          ...(wanted === undefined ? {} : { requiresSecondFactor: wanted }),
          ...(texts === undefined ? {} : { keepsSearchTexts: texts }),
          ...(looking === undefined ? {} : { allowsLooking: looking }),
        },
      },
    };
  });

export const membersOf = async (
  parts: AccountParts,
  organization: OrganizationId,
): Promise<Member[]> =>
  (await knownMembers(parts, organization)).map((one) => ({
    id: one.user_id,
    email: one.email,
    name: one.name,
    role: one.role as MemberRole,
    state: one.state as Member["state"],
    keptByScim: one.keptByScim,
    secondFactor: one.totp || one.passkeys,
    joinedAt: one.joined_at,
    lastSeenAt: one.seenAt,
    picture: one.picture,
  }));

/** @throws ParlanceError rejected `unknown-member` (404) */
export const memberId = (text: string): UserId => {
  const id = readUserId(text);
  if (id === undefined) throw unknown("member");
  return id;
};

/** Changes one member, with what everybody who does so may and may not. */
export const changeOne = async <T>(
  parts: AccountParts,
  { organization, caller }: Scope,
  text: string,
  work: (
    inside: Inside,
    known: MembershipRow,
  ) => Promise<{
    readonly result: T;
    readonly action: string;
    readonly details?: Readonly<Record<string, string | number | boolean | null>>;
    readonly network?: string;
  }>,
): Promise<T> => {
  const id = memberId(text);
  const result = await changeIn(parts, organization, async (rows, all) => {
    const known = await findMember(rows, id);
    if (known === undefined) throw unknown("member");
    requireRank(caller, known.role as Role);
    const done = await work({ rows, all, organization }, known);
    return {
      result: done.result,
      event: {
        actor: actorOf(caller),
        action: done.action,
        target: id,
        ...(done.details === undefined ? {} : { details: done.details }),
        network: done.network ?? null,
      },
    };
  });
  return result as T;
};

/** @throws ParlanceError rejected `unknown-member` (404) | `not-allowed` (403) | `last-owner` (409) */
export const changeTheMember = (
  parts: AccountParts,
  scope: Scope,
  text: string,
  given: { readonly role?: Role | undefined; readonly state?: "active" | "suspended" | undefined },
): Promise<void> =>
  changeOne(parts, scope, text, async (inside, known) => {
    requireRank(scope.caller, given.role ?? (known.role as Role));
    const { role, state } = await changeStanding(parts, inside, known, given);
    return {
      result: undefined,
      // Told as what it is: a new role is not to hide behind a state that stays.
      action: role === known.role ? `member.${state}` : "member.role",
      details: { role, state, before: known.role },
    };
  });

/** They lose what was given to them here; the account stays. @throws as `changeTheMember` */
export const removeTheMember = (parts: AccountParts, scope: Scope, text: string): Promise<void> =>
  changeOne(parts, scope, text, async (inside, known) => {
    const collections = await takeOut(parts, inside, known);
    return { result: undefined, action: "member.remove", details: { collections } };
  });

/**
 * An account that is in several organizations is not one admin's to open: it would open the others too. Nor is that of somebody whom
 * SCIM expects and who never came: the account may be older, or the address somebody else's.
 * @throws ParlanceError rejected `member-elsewhere` | `not-joined` (409)
 */
const requireOnlyHere = async (
  { rows, all }: Inside,
  caller: Caller,
  known: MembershipRow,
): Promise<void> => {
  if (caller.kind === "operator") return;
  if (!(await hasJoined(rows, known)))
    throw rejected("This person has not joined yet.", {
      code: "not-joined",
      status: 409,
      hint: "They join by signing in at your identity provider, or by an invitation.",
    });
  if ((await membershipsOf(all, known.user_id)).length < 2) return;
  throw rejected("This person is in another organization too.", {
    code: "member-elsewhere",
    status: 409,
    hint: "They can do it themselves by mail; otherwise ask whoever runs this server.",
  });
};

/** For somebody who lost it. @throws as `changeTheMember`; rejected `member-elsewhere` (409) */
export const resetSecondFactor = (parts: AccountParts, scope: Scope, text: string): Promise<void> =>
  changeOne(parts, scope, text, async (inside, known) => {
    requirePerson(scope.caller);
    await requireOnlyHere(inside, scope.caller, known);
    const { all } = inside;
    const id = known.user_id;
    await changeUser(all, id, { totp: null, totp_pending: null });
    await replaceRecoveryCodes(all, id, []);
    const passkeys = await removePasskeys(all, id);
    await endUserSessions(all, { user: id }, { at: parts.now(), by: "second factor" });
    const user = await findUser(all, id);
    return { result: user, action: "second-factor.reset", details: { passkeys } };
  }).then((user) => tellOfChange(parts, user, "factor"));

/** A link for a new password, to be passed on. @throws as `resetSecondFactor` */
export const resetLinkFor = async (
  parts: AccountParts,
  scope: Scope,
  text: string,
  url: string,
): Promise<string> => {
  requirePerson(scope.caller);
  const user = await changeOne(parts, scope, text, async (inside, known) => {
    await requireOnlyHere(inside, scope.caller, known);
    const user = await findUser(inside.all, known.user_id);
    if (user === undefined) throw unknown("member");
    return { result: user, action: "reset-link.make" };
  });
  return makeResetLink(parts, user, url);
};

const shownInvitation = (row: {
  id: string;
  email: string | null;
  role: string | null;
  created_at: number;
  until: number;
}) => ({
  id: row.id,
  email: row.email ?? "",
  role: (row.role ?? "member") as Role,
  createdAt: row.created_at,
  expiresAt: row.until,
});

export const invitationsOf = async (parts: AccountParts, organization: OrganizationId) =>
  (await listInvitations(parts.database.system.rows, organization, parts.now())).map(
    shownInvitation,
  );

/** The first organization is made with the first owner: before, nobody could use an invitation to it. */
const noOwner = () =>
  rejected("Nobody owns this server yet, so that nobody can be invited.", {
    code: "no-owner",
    status: 409,
    hint: "Make the first owner: `parlance accounts enable` prints the link, and `parlance accounts setup-link` where accounts are on.",
  });

/** @throws ParlanceError rejected `is-member` (409) | `no-owner` (409) | `not-allowed` (403); unavailable `mail-failed` */
export const invite = async (
  parts: AccountParts,
  { organization, caller }: Scope,
  given: { readonly email: string; readonly role: Role },
  origin: Origin,
) => {
  requireRank(caller, given.role);
  const email = foldedEmail(given.email);
  await takeTry(parts, { kind: "invitation", account: email, address: origin.address });
  const by = caller.kind === "user" ? caller.id : null;
  const made = await changeIn(parts, organization, async (rows, all) => {
    if ((await findOrganization(all, organization)) === undefined) throw noOwner();
    const known = await findUserByEmail(all, email);
    const member = known && (await findMember(rows, known.id));
    if (member !== undefined && member.state !== "invited")
      throw rejected("This person is a member already.", { code: "is-member", status: 409 });
    // The newest invitation counts: an earlier one may give more.
    await dropLinks(all, { kind: "invitation", email, organization });
    const link = await makeLink(
      parts,
      all,
      {
        kind: "invitation",
        in_organization: organization,
        user_id: null,
        email,
        role: given.role,
        made_by: by,
      },
      origin.url,
    );
    return {
      result: link,
      event: {
        actor: actorOf(caller),
        action: "invitation.make",
        target: link.id,
        details: { email, role: given.role },
        network: origin.network,
      },
    };
  });
  const invitation = shownInvitation(made.row);
  if (parts.mail === undefined) return { invitation, link: made.link };
  const { name } = await readOrganization(parts, organization);
  const invitedBy = caller.kind === "user" ? caller.name : undefined;
  await parts.mail.send(
    invitationLetter({ to: email, organization: name, invitedBy, link: made.link, days: 7 }),
  );
  return { invitation, link: null };
};

/** @throws ParlanceError rejected `unknown-invitation` (404) */
export const withdraw = (
  parts: AccountParts,
  { organization, caller }: Scope,
  text: string,
): Promise<void> => {
  const id = readInvitationId(text);
  return changeIn(parts, organization, async (_, all) => {
    if (id === undefined || !(await dropInvitation(all, organization, id)))
      throw unknown("invitation");
    return {
      result: undefined,
      event: { actor: actorOf(caller), action: "invitation.withdraw", target: id },
    };
  });
};
