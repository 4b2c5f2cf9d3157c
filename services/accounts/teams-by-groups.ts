// Teams that go by the groups of a provider: which of them somebody joins and leaves at a sign-in there.
import { folded } from "#services/domain/folded-name.ts";
import { teamId, type UserId } from "#services/domain/ids.ts";
import {
  addTeam,
  addTeamMembers,
  everyTeam,
  listProvisioned,
  type Rows,
  removeTeamMembers,
  teamsOf,
} from "#services/store/store.ts";
import type { AuditEvent } from "./audit.ts";
import type { AccountParts } from "./parts.ts";
import type { TeamOfGroups } from "./provider-config.ts";

interface Following {
  /** An active member. */
  readonly user: UserId;
  readonly teams: readonly TeamOfGroups[];
  readonly by: Pick<AuditEvent, "actor" | "network">;
}

const makeFor = async (
  parts: AccountParts,
  rows: Rows,
  { user, name, by }: Pick<Following, "user" | "by"> & Pick<TeamOfGroups, "name">,
): Promise<void> => {
  const id = teamId(parts.newId());
  await addTeam(rows, { id, name, created_at: parts.now() });
  await addTeamMembers(rows, id, [user]);
  const details = { name, members: user };
  await parts.audit.write(rows, parts.now(), { ...by, action: "team.make", target: id, details });
};

/**
 * Inside a transaction over accounts, one of which runs at a time: so a team is made once. Joins what the groups give, and leaves what
 * they give no more, whoever put them there. A team that SCIM keeps stays as it is: whoever sends its members says who is in it.
 */
export const followTeams = async (
  parts: AccountParts,
  rows: Rows,
  { user, teams, by }: Following,
): Promise<void> => {
  if (teams.length === 0) return;
  // By hand, two teams may get the same name: the oldest counts.
  const oldestFirst = await everyTeam(rows);
  const known = teams.map(({ name, isIn }) => ({
    name,
    isIn,
    team: oldestFirst.find((team) => folded(team.name) === folded(name)),
  }));
  const ids = known.flatMap(({ team }) => (team === undefined ? [] : [team.id]));
  const kept = new Set<string>((await listProvisioned(rows, ids)).map(({ id }) => id));
  const before = new Set(await teamsOf(rows, user));
  for (const { name, isIn, team } of known) {
    if (team === undefined) {
      if (isIn) await makeFor(parts, rows, { user, name, by });
      continue;
    }
    if (kept.has(team.id) || isIn === before.has(team.id)) continue;
    await (isIn ? addTeamMembers : removeTeamMembers)(rows, team.id, [user]);
    await parts.audit.write(rows, parts.now(), {
      ...by,
      action: "team.change",
      target: team.id,
      details: { name: team.name, [isIn ? "added" : "removed"]: user },
    });
  }
};
