// Becoming a member: by an invitation, or by what a provider says; and links that are used once.
import { rejected } from "#services/domain/errors.ts";
import type { OrganizationId, UserId } from "#services/domain/ids.ts";
import {
  addMember,
  findLink,
  findMember,
  type LinkRow,
  type SystemRows,
  takeLink,
  type UserRow,
} from "#services/store/store.ts";
import { beginMembership } from "./awaited.ts";
import { type AccountParts, rowsOf } from "./parts.ts";

/** @param hint where another link comes from */
export const linkUsed = (hint = "Ask for a new one.") =>
  rejected("This link was used before, or its time is over.", {
    code: "link-used",
    status: 410,
    hint,
  });

/** Inside a transaction. @throws ParlanceError rejected `link-used` for everybody but the first */
export const takeOnce = async (
  parts: AccountParts,
  rows: SystemRows,
  link: LinkRow,
): Promise<void> => {
  if (!(await takeLink(rows, link.hash, parts.now()))) throw linkUsed();
};

/** Inside a transaction: a member from now on, with the role of the invitation; one who is a member already stays as they are. SCIM may have prepared the membership. */
export const join = async (
  parts: AccountParts,
  rows: SystemRows,
  joins: {
    readonly user: UserRow;
    readonly organization: OrganizationId;
    readonly role: string;
    readonly by: UserId | null;
  },
): Promise<void> => {
  const { user, organization, role, by } = joins;
  const own = await rowsOf(parts, rows, organization);
  const known = await findMember(own, user.id);
  if (known?.state === "invited") return beginMembership(parts, own, { user, member: { role } });
  if (known !== undefined) return;
  await addMember(own, {
    user_id: user.id,
    role,
    state: "active",
    joined_at: parts.now(),
    invited_by: by,
  });
  await parts.audit.write(own, parts.now(), {
    actor: { name: user.name, id: user.id },
    action: "member.join",
    target: user.id,
    details: { role, email: user.email, invitedBy: by },
  });
};

/** Inside a transaction: joins by an invitation that was accepted with the first factor. @throws ParlanceError rejected `link-used` (410) */
export const joinByInvitation = async (
  parts: AccountParts,
  rows: SystemRows,
  user: UserRow,
  hash: string,
): Promise<OrganizationId> => {
  const link = await findLink(rows, "invitation", hash, parts.now());
  if (link === undefined || link.in_organization === null) throw linkUsed();
  await takeOnce(parts, rows, link);
  const organization = link.in_organization;
  await join(parts, rows, { user, organization, role: link.role ?? "member", by: link.made_by });
  return organization;
};
