// How other servers know the people here: linking one to an account, listing them, taking one away.
import { rejected } from "#services/domain/errors.ts";
import {
  type OrganizationId,
  readUserId,
  readUserSessionId,
  type UserId,
} from "#services/domain/ids.ts";
import {
  addIdentity,
  findIdentity,
  findUser,
  findUserSession,
  type IdentityRow,
  listIdentities,
  removeIdentity,
  type SystemRows,
} from "#services/store/store.ts";
import { requireWayIn } from "./factors.ts";
import { type AccountParts, change, changeIn, type Origin, type Person, rowsOf } from "./parts.ts";
import { prove } from "./proof.ts";
import { providerRefused } from "./provider-steps.ts";
import type { ProviderSignIn } from "./providers.ts";
import { signedOut } from "./tokens.ts";
import { isWayIn } from "./ways-in.ts";

export const emailNotVerified = () =>
  rejected("The sign-in provider did not say that it has verified your e-mail address.", {
    code: "email-not-verified",
    status: 403,
    hint: "Confirm your address there, or sign in another way.",
  });

const hasIdentity = () =>
  rejected("Your account is linked to this provider already.", {
    code: "has-identity",
    status: 409,
    hint: "Remove the link first.",
  });

/** All that every database keeps as it is, and tells from any other. */
const isKeepable = (text: string): boolean =>
  text.length <= 300 && text.isWellFormed() && !text.includes("\0");

/** @throws ParlanceError rejected `provider-refused` where the name that somebody has there cannot be kept */
export const identityOf = (
  { now }: Pick<AccountParts, "now">,
  {
    issuer,
    subject,
    provider,
    email,
    role,
  }: Pick<ProviderSignIn, "issuer" | "subject" | "provider" | "email" | "role">,
): Omit<IdentityRow, "user_id"> => {
  if (!isKeepable(issuer) || !isKeepable(subject))
    throw providerRefused("knows you by a name that is too long, or is no text");
  return {
    issuer,
    subject,
    provider,
    email: email ?? null,
    role: role ?? null,
    created_at: now(),
  };
};

/** Dead: the provider had other settings then, or its id was that of another one, so that it does not know them. */
const linkTo = async (
  { providers }: AccountParts,
  rows: SystemRows,
  { user, provider }: { readonly user: UserId; readonly provider: string },
): Promise<"none" | "works" | "dead"> => {
  const links = (await listIdentities(rows, user)).filter((one) => one.provider === provider);
  if (links.length === 0) return "none";
  const ways = await providers.waysIn(rows);
  return links.some((one) => isWayIn(ways, one)) ? "works" : "dead";
};

/**
 * Where to send somebody who wants to sign in there from now on, and the cookie to give them.
 * @throws ParlanceError as `prove`; rejected `has-identity` (409) | `unknown-provider` (404); unavailable `provider-down`
 */
export const startLink = async (
  parts: AccountParts,
  person: Person,
  given: {
    readonly provider: string;
    readonly password: string | undefined;
    readonly returnTo: string;
  },
  address: string,
) => {
  const { provider, returnTo } = given;
  await parts.providers.refresh();
  parts.providers.policy(provider);
  const user = await prove(parts, person, { password: given.password, address });
  const { rows } = parts.database.system;
  if ((await linkTo(parts, rows, { user: user.id, provider })) === "works") throw hasIdentity();
  return parts.providers.start(provider, { returnTo, intent: `link ${user.id} ${person.session}` });
};

/**
 * The provider has told who came back: from now on they are this person here. The browser that began has the sealed intent.
 * @throws ParlanceError rejected `signed-out` (401) where the session ended meanwhile | `email-not-verified` (403) |
 * `identity-taken` (409) | `has-identity` (409)
 */
export const finishLink = async (
  parts: AccountParts,
  found: ProviderSignIn,
  origin: Origin,
): Promise<void> => {
  const [, user, session] = /^link (\S+) (\S+)$/u.exec(found.intent ?? "") ?? [];
  const [userId, sessionId] = [readUserId(user ?? ""), readUserSessionId(session ?? "")];
  if (userId === undefined || sessionId === undefined) throw signedOut();
  await change(parts, async (rows) => {
    const going = await findUserSession(rows, sessionId, parts.now());
    const owner = await findUser(rows, userId);
    if (going?.user_id !== userId || owner === undefined) throw signedOut();
    if (!found.emailVerified || owner.verified_at === null) throw emailNotVerified();
    const known = await findIdentity(rows, found.issuer, found.subject);
    if (known?.user_id === userId) return;
    if (known !== undefined)
      throw rejected("Somebody else here signs in with this account of the provider.", {
        code: "identity-taken",
        status: 409,
        hint: "Sign in there with another account.",
      });
    const link = await linkTo(parts, rows, { user: userId, provider: found.provider });
    if (link === "works") throw hasIdentity();
    if (link === "dead") await removeIdentity(rows, userId, found.provider);
    await addIdentity(rows, { ...identityOf(parts, found), role: null, user_id: userId });
    const own = await rowsOf(parts, rows, going.in_organization);
    await parts.audit.write(own, parts.now(), {
      actor: { name: owner.name, id: owner.id },
      action: "identity.link",
      target: owner.id,
      details: { provider: found.provider },
      network: origin.network,
    });
  });
};

export const identitiesOf = async (parts: AccountParts, person: Person) => {
  await parts.providers.refresh();
  const names = new Map(parts.providers.list().map(({ id, name }) => [id, name]));
  const known = await listIdentities(parts.database.system.rows, person.id);
  return known.map(({ provider, email, created_at }) => ({
    provider,
    name: names.get(provider) ?? provider,
    email,
    createdAt: created_at,
  }));
};

/** @throws ParlanceError as `prove`; rejected `unknown-identity` (404) | `last-way-in` (409) */
export const unlink = async (
  parts: AccountParts,
  { organization, person }: { readonly organization: OrganizationId; readonly person: Person },
  given: { readonly provider: string; readonly password: string | undefined },
  origin: Origin,
): Promise<void> => {
  const { address, network } = origin;
  const user = await prove(parts, person, { password: given.password, address });
  await parts.providers.refresh();
  await changeIn(parts, organization, async (_, rows) => {
    if (!(await removeIdentity(rows, user.id, given.provider)))
      throw rejected("There is no such identity.", { code: "unknown-identity", status: 404 });
    await requireWayIn(parts, rows, user);
    return {
      result: undefined,
      event: {
        actor: { name: user.name, id: user.id },
        action: "identity.unlink",
        target: user.id,
        details: { provider: given.provider },
        network,
      },
    };
  });
};
