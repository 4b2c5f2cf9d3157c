// Signing in at another server: who is known comes in, who is not gets an account where the provider's settings say so.
import { DIRECTORY } from "#services/contract/sign-in-providers.ts";
import { rejected } from "#services/domain/errors.ts";
import { defaultOrganization, type OrganizationId, type UserId } from "#services/domain/ids.ts";
import {
  addIdentity,
  addUser,
  changeIdentity,
  changeMember,
  changeUser,
  findIdentity,
  findMember,
  findOrganization,
  findUser,
  findUserByEmail,
  foldedEmail,
  invitationsTo,
  type LinkRow,
  listOwners,
  type MembershipRow,
  type Rows,
  type SystemRows,
  spend,
  type UserRow,
} from "#services/store/store.ts";
import type { AuditEvent } from "./audit.ts";
import { followAddress, isUnclaimed, joinAwaited } from "./awaited.ts";
import { takeForm, withinTries } from "./elsewhere-forms.ts";
import { emailNotVerified, finishLink, identityOf } from "./identities.ts";
import { join, takeOnce } from "./joining.ts";
import { newUser } from "./links.ts";
import { type AccountParts, change, type Origin, rowsOf } from "./parts.ts";
import { type PendingSignIn, wrongState } from "./pending-sign-in.ts";
import type { ProviderSignIn } from "./providers.ts";
import { tellOfChange } from "./security-mails.ts";
import { afterFirstFactor, type SignInOutcome } from "./sign-in.ts";
import { followTeams } from "./teams-by-groups.ts";
import { signedOut } from "./tokens.ts";

export type ElsewhereOutcome =
  | { readonly kind: "linked"; readonly returnTo: string }
  | (SignInOutcome & { readonly returnTo: string });

/** Whoever changes their address at the provider must not find out, or take over, an account here. */
const accountExists = () =>
  rejected("There is an account with your e-mail address here already.", {
    code: "account-exists",
    status: 409,
    hint: "Sign in with its password, then link the provider in your account.",
  });

const notInvited = () =>
  rejected("You have no account here, and no invitation to your e-mail address.", {
    code: "not-invited",
    status: 403,
    hint: "Ask an admin to invite you.",
  });

const noOwner = () =>
  rejected("Nobody owns this server yet.", {
    code: "no-owner",
    status: 409,
    hint: "Whoever runs it has to open the setup link first.",
  });

/** Who somebody is elsewhere, and what that gives them. */
export type KnownElsewhere = Pick<
  ProviderSignIn,
  "provider" | "issuer" | "subject" | "email" | "emailVerified" | "name" | "role" | "teams"
>;

interface Place {
  readonly organization: OrganizationId;
  readonly role: string;
  readonly by: UserId | null;
  readonly link: LinkRow | undefined;
}

const organizationOf = ({ providers }: AccountParts, { provider }: KnownElsewhere) =>
  providers.policy(provider).organization ?? defaultOrganization;

/**
 * A directory, and a provider of one organization, say whose an address is for that organization only: they could claim one that was
 * invited to another. Undefined: for all.
 */
const speaksFor = (
  { providers }: AccountParts,
  { provider }: KnownElsewhere,
): OrganizationId | undefined =>
  providers.policy(provider).organization ??
  (provider === DIRECTORY ? defaultOrganization : undefined);

/** Where an address is invited to. */
const invitedTo = async (
  parts: AccountParts,
  rows: SystemRows,
  email: string,
  found: KnownElsewhere,
): Promise<Place[]> => {
  const only = speaksFor(parts, found);
  return (await invitationsTo(rows, email, parts.now())).flatMap((link): Place[] =>
    link.in_organization === null || (only !== undefined && link.in_organization !== only)
      ? []
      : [
          {
            organization: link.in_organization,
            role: link.role ?? "member",
            by: link.made_by,
            link,
          },
        ],
  );
};

/** Inside a transaction: joins, and takes the invitations that led there. Of several to one organization the newest counts. */
const joinAll = async (
  parts: AccountParts,
  rows: SystemRows,
  user: UserRow,
  places: readonly Place[],
): Promise<void> => {
  for (const { link, ...place } of places) {
    if (link !== undefined) await takeOnce(parts, rows, link);
    await join(parts, rows, { user, ...place });
  }
};

/** Where somebody new becomes a member: where they were invited to, and where the provider's people belong. */
const placesOf = async (
  parts: AccountParts,
  rows: SystemRows,
  email: string,
  found: KnownElsewhere,
): Promise<Place[]> => {
  const invited = await invitedTo(parts, rows, email, found);
  const { newAccounts, givesRoles } = parts.providers.policy(found.provider);
  const organization = organizationOf(parts, found);
  if (newAccounts !== "anyone" || invited.some((place) => place.organization === organization))
    return invited;
  if ((await findOrganization(rows, organization)) === undefined) throw noOwner();
  // Where groups give the roles, whoever is in none of them may only read.
  const role = found.role ?? (givesRoles ? "viewer" : "member");
  return [...invited, { organization, role, by: null, link: undefined }];
};

const newPerson = (parts: AccountParts, found: KnownElsewhere): Promise<UserRow> => {
  if (found.email === undefined || !found.emailVerified) throw emailNotVerified();
  const email = foldedEmail(found.email);
  return change(parts, async (rows) => {
    const prepared = await findUserByEmail(rows, email);
    if (prepared !== undefined && !(await isUnclaimed(rows, prepared))) throw accountExists();
    const places = await placesOf(parts, rows, email, found);
    const name = found.name ?? email.split("@")[0] ?? email;
    const shown = { verified_at: parts.now() };
    const user = prepared ?? newUser(parts, { email, name, password_hash: null, ...shown });
    if (prepared === undefined) await addUser(rows, user);
    else await changeUser(rows, user.id, shown);
    await addIdentity(rows, { ...identityOf(parts, found), role: null, user_id: user.id });
    await joinAll(parts, rows, user, places);
    const joined = await joinAwaited(parts, rows, user, {
      address: email,
      only: speaksFor(parts, found),
    });
    if (places.length + joined === 0) throw notInvited();
    return user;
  });
};

/** The account of somebody whom a provider, or the directory, knows; a new one where its settings say so. @throws as `finishElsewhere` */
export const personBehind = async (
  parts: AccountParts,
  found: KnownElsewhere,
): Promise<UserRow> => {
  const { rows } = parts.database.system;
  const known = await findIdentity(rows, found.issuer, found.subject);
  if (known === undefined) return newPerson(parts, found);
  const user = await findUser(rows, known.user_id);
  if (user === undefined) throw signedOut("This account was deleted.");
  const isMoved = await change(parts, async (inside) => {
    // Whoever has no password here accepts an invitation by signing in.
    if (user.password_hash === null)
      await joinAll(parts, inside, user, await invitedTo(parts, inside, user.email, found));
    const { email } = found;
    if (email === undefined || !found.emailVerified) return false;
    await joinAwaited(parts, inside, user, { address: email, only: speaksFor(parts, found) });
    return followAddress(parts, inside, user, {
      email,
      organization: organizationOf(parts, found),
    });
  });
  // At the former address: whoever did not change it has to hear of it there.
  if (isMoved) tellOfChange(parts, user, "address");
  return user;
};

/**
 * The role that somebody's groups give. Whoever got one from them and is in none of these groups any more may only read; a role
 * that an admin gave stays. Undefined: it stays as it is.
 */
const roleNow = (found: KnownElsewhere, before: string | null, has: string): string | undefined =>
  found.role ?? (before !== null && before === has ? "viewer" : undefined);

/** How the log names the provider that somebody signed in at, and from where. */
type By = Pick<AuditEvent, "actor" | "network">;

/**
 * Inside a transaction: the role that somebody's groups give. The last owner stays one.
 * @returns what is noted of it with the identity
 */
const followRole = async (
  parts: AccountParts,
  rows: Rows,
  {
    member,
    found,
    before,
    by,
  }: {
    readonly member: MembershipRow;
    readonly found: KnownElsewhere;
    /** What was noted the last time. */
    readonly before: string | null;
    readonly by: By;
  },
): Promise<string | null> => {
  const role = roleNow(found, before, member.role);
  const isLastOwner =
    member.role === "owner" &&
    member.state === "active" &&
    role !== undefined &&
    role !== "owner" &&
    (await listOwners(rows)).length < 2;
  // Looked at again at the next sign-in, when there may be another owner.
  if (isLastOwner) return before;
  if (role !== undefined && role !== member.role) {
    await changeMember(rows, member.user_id, { role });
    await parts.audit.write(rows, parts.now(), {
      ...by,
      action: "member.role",
      target: member.user_id,
      details: { role, before: member.role },
    });
  }
  return found.role ?? null;
};

/** What the provider says now: the address that it knows, and the role and the teams that its groups give. */
export const follow = (
  parts: AccountParts,
  user: UserRow,
  found: KnownElsewhere,
  origin: Origin,
): Promise<void> =>
  change(parts, async (rows) => {
    const known = await findIdentity(rows, found.issuer, found.subject);
    if (known?.user_id !== user.id) throw signedOut();
    const { givesRoles, name } = parts.providers.policy(found.provider);
    const by: By = { actor: { name: `provider ${name}`, id: null }, network: origin.network };
    const own = await rowsOf(parts, rows, organizationOf(parts, found));
    const member = await findMember(own, user.id);
    const role =
      givesRoles && member !== undefined
        ? await followRole(parts, own, { member, found, before: known.role, by })
        : known.role;
    await changeIdentity(rows, known, {
      provider: found.provider,
      email: found.email ?? null,
      role,
    });
    if (member?.state === "active")
      await followTeams(parts, own, { user: user.id, teams: found.teams, by });
  });

/** @throws ParlanceError rejected `unknown-provider` (404); unavailable `provider-down` */
export const startElsewhere = (
  { providers }: AccountParts,
  provider: string,
  returnTo: string | undefined,
) => providers.start(provider, { returnTo });

/** Who came back, as the provider says; within the limits, where it would be asked. */
const returned = async (
  parts: AccountParts,
  provider: string,
  answer: Parameters<AccountParts["providers"]["finish"]>[1],
  address: string,
): Promise<ProviderSignIn> => {
  const { providers } = parts;
  if (providers.peek(provider, answer.cookie) === undefined)
    return providers.finish(provider, answer);
  return withinTries(parts, { provider, address }, async () =>
    providers.finish(provider, { ...answer, received: await takeForm(parts, provider, answer) }),
  );
};

/**
 * Somebody comes back from a provider: signs them in, asks for their second factor, or links the provider to the account that began it.
 * @throws ParlanceError rejected `wrong-state` | `link-expired` | `provider-refused` | `account-exists` (409) | `not-invited` (403) |
 * `email-not-verified` (403) | `no-owner` (409) | `suspended` (403) | `too-many-tries` (429), and what `finishLink` throws; unavailable `provider-down`
 */
export const finishElsewhere = async (
  parts: AccountParts,
  provider: string,
  answer: { readonly url: string; readonly cookie: string | undefined },
  origin: Origin,
): Promise<ElsewhereOutcome> => {
  // Before the provider is asked: a code that is used a second time makes it take back what the first one got.
  const once = async ({ id, expiresAt }: Pick<PendingSignIn, "id" | "expiresAt">) => {
    const isFirst = await change(parts, (rows) => spend(rows, `elsewhere ${id}`, expiresAt));
    if (!isFirst) throw wrongState();
  };
  const found = await returned(parts, provider, { ...answer, once }, origin.address);
  const { returnTo } = found;
  if (found.intent !== undefined) {
    await finishLink(parts, found, origin);
    return { kind: "linked", returnTo };
  }
  const user = await personBehind(parts, found);
  await follow(parts, user, found, origin);
  return {
    ...(await afterFirstFactor(parts, user, { by: `provider ${provider}` }, origin)),
    returnTo,
  };
};
