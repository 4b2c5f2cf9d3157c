// The members of an organization as a table, for a program of tables.
import type { OrganizationId } from "#services/domain/ids.ts";
import { listTeams, namesOf } from "#services/store/store.ts";
import { knownMembers } from "./known-members.ts";
import { type AccountParts, readingOf } from "./parts.ts";

/** With headings; times as ISO 8601. */
export const membersTable = async (
  parts: AccountParts,
  organization: OrganizationId,
): Promise<string[][]> => {
  const rows = readingOf(parts, organization);
  const all = parts.database.system.rows;
  const [members, teams] = await Promise.all([knownMembers(parts, organization), listTeams(rows)]);
  const ids = members.flatMap(({ invited_by }) => (invited_by === null ? [] : [invited_by]));
  const inviters = await namesOf(all, [...new Set(ids)]);
  const time = (at: number | null) => (at === null ? "" : new Date(at).toISOString());
  return [
    [
      "name",
      "address",
      "role",
      "teams",
      "state",
      "second factor",
      "last seen",
      "joined",
      "invited by",
    ],
    ...members.map((one) => [
      one.name,
      one.email,
      one.role,
      teams
        .filter((team) => team.members.includes(one.user_id))
        .map(({ name }) => name)
        .join("; "),
      one.state,
      one.totp || one.passkeys ? "yes" : "no",
      time(one.seenAt),
      time(one.joined_at),
      one.invited_by === null ? "" : (inviters.get(one.invited_by) ?? ""),
    ]),
  ];
};
