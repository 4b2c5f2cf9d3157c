// What belongs to one person: what they alone manage, everything that is kept about them, and the end of their account.
import type { z } from "zod";
import type { accountDeletion, accountExport, ownedList } from "#services/contract/own-data.ts";
import { rejected } from "#services/domain/errors.ts";
import { type CollectionId, type OrganizationId, readUserId } from "#services/domain/ids.ts";
import { type Scope, workerScope } from "#services/domain/scope.ts";
import {
  deleteUser,
  dropLinksTo,
  endUserSessions,
  everyOwnName,
  findMember,
  giveAccess,
  listOwners,
  type MembershipOf,
  managedAlone,
  membershipsOf,
  type Rows,
  requestCollectionErasure,
  type SystemRows,
  type UserRow,
} from "#services/store/store.ts";
import { identitiesOf } from "./identities.ts";
import { shownKeys } from "./keys.ts";
import { noticesOf } from "./notices.ts";
import { passkeysOf } from "./own-passkeys.ts";
import { type AccountParts, change, type Origin, type Person, readingOf, rowsOf } from "./parts.ts";
import { accountOf, sessionsOf } from "./people.ts";
import { pictureUrl } from "./pictures.ts";
import { prove } from "./proof.ts";
import { sharesBy } from "./shares.ts";
import { adoptByOwner, hasJoined } from "./standing.ts";

type Choice = z.infer<typeof accountDeletion>["owned"];

/** Whoever was put out, or has not come yet, decides nothing there. */
const isActive = ({ state }: MembershipOf): boolean => state === "active";

/** Collections that nobody else manages, in all organizations that somebody may come into. */
export const ownedBy = async (
  parts: AccountParts,
  person: Person,
): Promise<z.infer<typeof ownedList>["collections"]> => {
  const memberships = await membershipsOf(parts.database.system.rows, person.id);
  const owned = await Promise.all(
    memberships.filter(isActive).map(async ({ organization, name }) =>
      (await managedAlone(readingOf(parts, organization), person.id)).map((one) => ({
        id: one.id,
        name: one.name,
        organization: name,
      })),
    ),
  );
  return owned.flat();
};

/** Everything that is kept about somebody, without secrets. */
export const exportOf = async (
  parts: AccountParts,
  scope: Scope,
  person: Person,
): Promise<z.infer<typeof accountExport>> => ({
  account: await accountOf(parts, scope),
  picture: await pictureUrl(parts, person),
  sessions: await sessionsOf(parts, person),
  identities: await identitiesOf(parts, person),
  passkeys: await passkeysOf(parts, person),
  keys: await shownKeys(parts, scope.organization, person.id),
  shares: await sharesBy(parts, scope, person),
  notices: await noticesOf(parts, scope, person),
  ownNames: (await everyOwnName(parts.database.within(scope).rows, person.id)).map(
    ({ collection_id: collection, source, name, mine }) => ({
      collection,
      source,
      name,
      mine: mine === 1,
    }),
  ),
});

/** Inside a transaction. @throws ParlanceError rejected `last-owner` (409) */
const requireAnotherOwner = async (own: Rows, { role, state }: MembershipOf): Promise<void> => {
  if (role === "owner" && state === "active" && (await listOwners(own)).length < 2)
    throw rejected("You are the last owner of an organization.", {
      code: "last-owner",
      status: 409,
      hint: "Make somebody else an owner first.",
    });
};

/** Inside a transaction: to the member who was chosen, where they are one. */
const give = async (
  own: Rows,
  collections: readonly { readonly id: CollectionId }[],
  choice: Choice,
): Promise<void> => {
  const to = choice.kind === "give" ? readUserId(choice.to) : undefined;
  const member = to && (await findMember(own, to));
  if (member?.state !== "active" || member.role === "viewer") return;
  for (const { id } of collections)
    await giveAccess(own, id, { principal: member.user_id, level: 3 });
};

interface Erased {
  readonly organization: OrganizationId;
  readonly collection: CollectionId;
}

/** Inside a transaction: leaves one organization. @returns what is to be erased there */
const leave = async (
  parts: AccountParts,
  rows: SystemRows,
  left: { readonly membership: MembershipOf; readonly user: UserRow; readonly choice: Choice },
  origin: Origin,
): Promise<Erased[]> => {
  const { membership, user, choice } = left;
  const { organization } = membership;
  const own = await rowsOf(parts, rows, organization);
  await requireAnotherOwner(own, membership);
  // Whoever has not joined was never here: nothing of their account is told.
  if (!(await hasJoined(own, membership))) return [];
  const owned = await managedAlone(own, user.id);
  const chosen: Choice = isActive(membership) ? choice : { kind: "pass-on" };
  await give(own, owned, chosen);
  await parts.audit.write(own, parts.now(), {
    actor: { name: user.name, id: user.id },
    action: "account.delete",
    target: user.id,
    details: { collections: owned.length, owned: chosen.kind },
    network: origin.network,
  });
  return chosen.kind === "erase" ? owned.map(({ id }) => ({ organization, collection: id })) : [];
};

/** @throws ParlanceError rejected `unknown-member` (404) where they share no organization that both may come into */
const requireHeir = async (parts: AccountParts, person: Person, choice: Choice): Promise<void> => {
  if (choice.kind !== "give") return;
  const to = readUserId(choice.to);
  const { rows } = parts.database.system;
  const mine = new Set(
    (await membershipsOf(rows, person.id)).filter(isActive).map(({ organization }) => organization),
  );
  const theirs = to === undefined || to === person.id ? [] : await membershipsOf(rows, to);
  const isHeir = ({ organization, state, role }: MembershipOf) =>
    mine.has(organization) && state === "active" && role !== "viewer";
  if (!theirs.some(isHeir))
    throw rejected("This person cannot take the collections over.", {
      code: "unknown-member",
      status: 404,
      hint: "Name an active member who may make collections.",
    });
};

/**
 * Ends the account. What nobody else manages is passed on, or erased in the background: wake the bus afterwards.
 * @throws ParlanceError rejected `wrong-password` | `last-owner` (409) | `unknown-member` (404)
 */
export const deletePerson = async (
  parts: AccountParts,
  person: Person,
  given: { readonly password?: string | undefined; readonly owned: Choice },
  origin: Origin,
): Promise<void> => {
  const user = await prove(parts, person, { password: given.password, address: origin.address });
  const choice = given.owned;
  await requireHeir(parts, person, choice);
  const erased = await change(parts, async (rows) => {
    const memberships = await membershipsOf(rows, user.id);
    const found: Erased[] = [];
    for (const membership of memberships)
      found.push(...(await leave(parts, rows, { membership, user, choice }, origin)));
    await endUserSessions(rows, { user: user.id }, { at: parts.now(), by: "deleted" });
    await deleteUser(rows, user.id);
    await dropLinksTo(rows, user.email);
    // Also what is to be erased: it is nobody's for no moment, whatever happens before.
    for (const { organization } of memberships)
      await adoptByOwner(await rowsOf(parts, rows, organization));
    return found;
  });
  for (const { organization, collection } of erased)
    await requestCollectionErasure(parts.database.within(workerScope(organization)), collection);
};
