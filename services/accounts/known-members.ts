// The members of an organization as its people may know them: of somebody who has not joined yet only what SCIM said of them.
import type { OrganizationId } from "#services/domain/ids.ts";
import {
  foldedEmail,
  type ListedMember,
  listMembers,
  listProvisioned,
} from "#services/store/store.ts";
import { nameGiven, readGiven } from "./given.ts";
import { type AccountParts, readingOf } from "./parts.ts";

export interface KnownMember extends ListedMember {
  readonly keptByScim: boolean;
}

/** By name. */
export const knownMembers = async (
  parts: AccountParts,
  organization: OrganizationId,
): Promise<KnownMember[]> => {
  const rows = readingOf(parts, organization);
  const [members, provisioned] = await Promise.all([
    listMembers(rows, parts.database.system.rows),
    listProvisioned(rows),
  ]);
  const byId = new Map<string, (typeof provisioned)[number]>(
    provisioned.map((row) => [row.id, row]),
  );
  return members
    .map((member): KnownMember => {
      const row = byId.get(member.user_id);
      if (row === undefined || row.joined_at !== null)
        return { ...member, keptByScim: row !== undefined };
      // Their account may be older than this organization's interest in them: that it is there is not told.
      const given = readGiven(row.given);
      const told = { name: nameGiven(given), email: foldedEmail(given.userName), picture: null };
      const nothing = { totp: false, passkeys: false, seenAt: null };
      return { ...member, ...told, ...nothing, keptByScim: true };
    })
    .sort((a, b) => a.name.localeCompare(b.name) || (a.user_id < b.user_id ? -1 : 1));
};
