// The roles of members, and the scopes of API keys, as words.
import type { Account, KeyScope, MemberRole } from "#services/contract/accounts.ts";
import type { AccessLevel } from "#services/contract/organizations.ts";
import { defaultOrganization } from "#services/domain/ids.ts";

export const roleLabels: Readonly<Record<MemberRole, string>> = {
  owner: "Owner",
  admin: "Admin",
  member: "Member",
  viewer: "Viewer",
};
export const roleTexts: Readonly<Record<MemberRole, string>> = {
  owner: "Everything, owners included",
  admin: "Members, keys and settings, and all that members do",
  member: "Imports and edits",
  viewer: "Reads and searches",
};

export const administers = (role: MemberRole): boolean => role === "owner" || role === "admin";

/** Whoever runs the server: the owners of its first organization, while they work in it. */
export const runsServer = ({ organization, role }: Account): boolean =>
  role === "owner" && organization.id === defaultOrganization;

export const scopeTexts: Readonly<Record<KeyScope, string>> = {
  read: "Read conversations, topics and figures",
  search: "Search and ask",
  import: "Import files and live sessions",
  embed: "Make embeddings",
  write: "Edit topics, labels, concepts and collections",
  admin: "Administer the organization",
  scim: "Keep members and teams by SCIM",
};

export const levelTexts: Readonly<Record<AccessLevel, string>> = {
  read: "May read",
  edit: "May edit",
  manage: "May manage",
};
