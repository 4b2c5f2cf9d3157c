// Memberships that SCIM prepared: nobody is a member before they showed that the address is theirs.
import type { OrganizationId } from "#services/domain/ids.ts";
import {
  changeMember,
  changeUser,
  dropLinks,
  findProvisioned,
  findUserByEmail,
  foldedEmail,
  listIdentities,
  type MembershipRow,
  membershipsOf,
  type Rows,
  type SystemRows,
  setJoined,
  type UserRow,
} from "#services/store/store.ts";
import { type AccountParts, rowsOf } from "./parts.ts";

/** Made by SCIM for an address, and never used: whoever shows that the address is theirs gets it. */
export const isUnclaimed = async (
  rows: SystemRows,
  user: Pick<UserRow, "id" | "password_hash" | "verified_at">,
): Promise<boolean> =>
  user.verified_at === null &&
  user.password_hash === null &&
  (await listIdentities(rows, user.id)).length === 0;

/** Inside a transaction: the membership begins. */
export const beginMembership = async (
  parts: AccountParts,
  rows: Rows,
  { user, member }: { readonly user: UserRow; readonly member: Pick<MembershipRow, "role"> },
): Promise<void> => {
  await changeMember(rows, user.id, { role: member.role, state: "active" });
  await setJoined(rows, user.id, parts.now());
  await parts.audit.write(rows, parts.now(), {
    actor: { name: user.name, id: user.id },
    action: "member.join",
    target: user.id,
    details: { role: member.role, email: user.email, invitedBy: "SCIM" },
  });
};

/** What was just shown of somebody: that an address is theirs. */
export interface Proof {
  readonly address: string;
  /** Whoever says so says it for this organization alone; for all where none is named. */
  readonly only: OrganizationId | undefined;
}

/**
 * Inside a transaction: the memberships begin that were prepared for somebody with this address. That of the account alone does not
 * do: where no mail is sent, an admin of another organization could have made it.
 * @returns how many
 */
export const joinAwaited = async (
  parts: AccountParts,
  rows: SystemRows,
  user: UserRow,
  { address, only }: Proof,
): Promise<number> => {
  let joined = 0;
  for (const member of await membershipsOf(rows, user.id)) {
    const { state, organization } = member;
    if (state !== "invited" || (only !== undefined && organization !== only)) continue;
    const own = await rowsOf(parts, rows, organization);
    if ((await findProvisioned(own, user.id))?.name !== foldedEmail(address)) continue;
    await beginMembership(parts, own, { user, member });
    joined++;
  }
  return joined;
};

/**
 * Inside a transaction: SCIM and the provider of an organization both say that somebody has another address now. It becomes that of
 * the account where the account is in this organization alone, and nobody else has the address.
 * @returns whether it did; tell the former address after the transaction
 */
export const followAddress = async (
  parts: AccountParts,
  rows: SystemRows,
  user: UserRow,
  given: { readonly email: string; readonly organization: OrganizationId },
): Promise<boolean> => {
  const email = foldedEmail(given.email);
  if (email === user.email) return false;
  const own = await rowsOf(parts, rows, given.organization);
  if ((await findProvisioned(own, user.id))?.name !== email) return false;
  const memberships = await membershipsOf(rows, user.id);
  if (memberships.some(({ organization }) => organization !== given.organization)) return false;
  if ((await findUserByEmail(rows, email)) !== undefined) return false;
  await changeUser(rows, user.id, { email });
  // They went to the former address.
  await dropLinks(rows, { kind: "reset", user: user.id });
  await parts.audit.write(own, parts.now(), {
    actor: { name: user.name, id: user.id },
    action: "member.address",
    target: user.id,
    details: { email, before: user.email },
  });
  return true;
};
