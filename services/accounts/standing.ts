// What becomes of a member, inside a transaction: another role, out for a while, in again, or gone; and who may do so.
import { rejected } from "#services/domain/errors.ts";
import type { OrganizationId, UserId } from "#services/domain/ids.ts";
import type { Caller, Role } from "#services/domain/scope.ts";
import {
  adoptCollections,
  adoptOwnNames,
  changeMember,
  deleteUser,
  endUserSessions,
  findProvisioned,
  findUser,
  listOwners,
  type MembershipRow,
  membershipsOf,
  type Rows,
  removeMember,
  type SystemRows,
} from "#services/store/store.ts";
import { isUnclaimed } from "./awaited.ts";
import type { AccountParts } from "./parts.ts";
import { rank } from "./rights.ts";

/** Of a transaction: the rows of one organization, and those of all. */
export interface Inside {
  readonly rows: Rows;
  readonly all: SystemRows;
  readonly organization: OrganizationId;
}

const rankOf = (caller: Caller): number =>
  caller.kind === "user" || caller.kind === "key" ? rank[caller.role] : rank.owner;

/** A key looks after members and viewers only: it opens no account, and makes nobody powerful. */
export const requirePerson = (caller: Caller): void => {
  if (caller.kind === "key")
    throw rejected("API keys may not do this.", {
      code: "not-allowed",
      status: 403,
      hint: "Sign in, and do it in the app.",
    });
};

/** A key for SCIM does to admins and owners too what its owner could: that somebody left has no exceptions. */
export const requireOutranking = (caller: Caller, role: Role): void => {
  if (rankOf(caller) < rank[role])
    throw rejected(`Only an ${role} may do this.`, { code: "not-allowed", status: 403 });
};

/** Nobody gives, or takes away, more than they have. */
export const requireRank = (caller: Caller, role: Role): void => {
  if (rank[role] >= rank.admin) requirePerson(caller);
  requireOutranking(caller, role);
};

const lastOwner = () =>
  rejected("The last owner stays one.", {
    code: "last-owner",
    status: 409,
    hint: "Make somebody else an owner first.",
  });

const requireAnotherOwner = async (rows: Rows, known: MembershipRow): Promise<void> => {
  const isOwner = known.role === "owner" && known.state === "active";
  if (isOwner && (await listOwners(rows)).length < 2) throw lastOwner();
};

/** Nobody but themselves makes somebody a member who was made by SCIM and never came. */
export const hasJoined = async (rows: Rows, { user_id, state }: MembershipRow): Promise<boolean> =>
  state !== "invited" && (await findProvisioned(rows, user_id))?.joined_at !== null;

export interface Standing {
  readonly role: string;
  readonly state: string;
}

/** @returns what they are now. @throws ParlanceError rejected `last-owner` (409) */
export const changeStanding = async (
  { now }: Pick<AccountParts, "now">,
  { rows, all, organization }: Inside,
  known: MembershipRow,
  given: { readonly role?: Role | undefined; readonly state?: "active" | "suspended" | undefined },
): Promise<Standing> => {
  const role = given.role ?? known.role;
  const wanted = given.state ?? known.state;
  const state = wanted === "active" && !(await hasJoined(rows, known)) ? "invited" : wanted;
  if (role !== "owner" || state !== "active") await requireAnotherOwner(rows, known);
  await changeMember(rows, known.user_id, { role, state });
  if (state === "suspended")
    await endUserSessions(
      all,
      { user: known.user_id, inOrganization: organization },
      { at: now(), by: "suspended" },
    );
  return { role, state };
};

/**
 * Collections that nobody manages any more go to the owner who is longest there: nobody could see or delete them otherwise.
 * @returns how many
 */
export const adoptByOwner = async (rows: Rows): Promise<number> => {
  const [owner] = await listOwners(rows);
  return owner === undefined ? 0 : adoptCollections(rows, owner);
};

/** Once people sign in: what was made, and who somebody said they are, while nobody did. */
export const adoptByFirstOwner = async (rows: Rows): Promise<void> => {
  const [owner] = await listOwners(rows);
  if (owner === undefined) return;
  await adoptCollections(rows, owner);
  await adoptOwnNames(rows, owner);
};

/** An account that SCIM made, that nobody ever used and that is in no organization is of no use: its address is free again. */
const forgetUnclaimed = async (all: SystemRows, id: UserId): Promise<void> => {
  const user = await findUser(all, id);
  if (user === undefined || !(await isUnclaimed(all, user))) return;
  if ((await membershipsOf(all, id)).length === 0) await deleteUser(all, id);
};

/** They lose what was given to them here; their account stays. @returns how many collections an owner got. @throws as `changeStanding` */
export const takeOut = async (
  { now }: Pick<AccountParts, "now">,
  { rows, all, organization }: Inside,
  known: MembershipRow,
): Promise<number> => {
  await requireAnotherOwner(rows, known);
  await removeMember(rows, known.user_id);
  await endUserSessions(
    all,
    { user: known.user_id, inOrganization: organization },
    { at: now(), by: "removed" },
  );
  await forgetUnclaimed(all, known.user_id);
  return adoptByOwner(rows);
};
