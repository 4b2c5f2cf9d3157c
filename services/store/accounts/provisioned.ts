// Members and teams that another server looks after by SCIM: what it says of them, and how they are found by it.
import type { TeamId, UserId } from "#services/domain/ids.ts";
import type { MembershipRow, ProvisionedRow, TeamRow, UserRow } from "../account-tables.ts";
import type { Rows, SystemRows } from "../rows.ts";

export const findProvisioned = (
  rows: Rows,
  id: UserId | TeamId,
): Promise<ProvisionedRow | undefined> =>
  rows.selectFrom("provisioned").selectAll().where("id", "=", id).executeTakeFirst();

/** Those of these; all where none are named. */
export const listProvisioned = async (
  rows: Rows,
  ids?: readonly (UserId | TeamId)[],
): Promise<ProvisionedRow[]> => {
  if (ids?.length === 0) return [];
  let query = rows.selectFrom("provisioned").selectAll().limit(20_000);
  if (ids !== undefined) query = query.where("id", "in", [...ids]);
  return query.execute();
};

/** Instead of what was known of it. */
export const saveProvisioned = async (rows: Rows, row: ProvisionedRow): Promise<void> => {
  await rows.deleteFrom("provisioned").where("id", "=", row.id).execute();
  await rows.insertInto("provisioned").values(row).execute();
};

export const setJoined = async (rows: Rows, id: UserId, at: number): Promise<void> => {
  await rows.updateTable("provisioned").set({ joined_at: at }).where("id", "=", id).execute();
};

/** Users and teams with this id of the other server. */
export const provisionedAs = async (
  rows: Rows,
  externalId: string,
): Promise<ProvisionedRow["id"][]> =>
  (
    await rows
      .selectFrom("provisioned")
      .select("id")
      .where("external_id", "=", externalId)
      .limit(1000)
      .execute()
  ).map(({ id }) => id);

/** The users whom the other server knows by this address. @param name folded */
export const provisionedNamed = async (rows: Rows, name: string): Promise<ProvisionedRow["id"][]> =>
  (await rows.selectFrom("provisioned").select("id").where("name", "=", name).execute()).map(
    ({ id }) => id,
  );

export const countMembers = async (rows: Rows): Promise<number> => {
  const found = await rows
    .selectFrom("memberships")
    .select((make) => make.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(found.count);
};

/** Who is longest there first: those who come later are on later pages. */
export const pageOfMembers = (
  rows: Rows,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<MembershipRow[]> =>
  rows
    .selectFrom("memberships")
    .selectAll()
    .orderBy("joined_at")
    .orderBy("user_id")
    .limit(limit)
    .offset(offset)
    .execute();

/** Those of these users who are members, whatever their state. */
export const membersAmong = async (
  rows: Rows,
  users: readonly UserId[],
): Promise<MembershipRow[]> =>
  users.length === 0
    ? []
    : rows
        .selectFrom("memberships")
        .selectAll()
        .where("user_id", "in", [...users])
        .execute();

export const findUsers = async (
  rows: SystemRows,
  users: readonly UserId[],
): Promise<Pick<UserRow, "id" | "email" | "name">[]> =>
  users.length === 0
    ? []
    : rows
        .selectFrom("users")
        .select(["id", "email", "name"])
        .where("id", "in", [...users])
        .execute();

export interface TeamOfUser {
  readonly user_id: UserId;
  readonly team_id: TeamId;
  readonly name: string;
}

export const teamsOfUsers = async (
  rows: Rows,
  users: readonly UserId[],
): Promise<readonly TeamOfUser[]> =>
  users.length === 0
    ? []
    : rows
        .selectFrom("team_members as m")
        .innerJoin("teams as t", "t.id", "m.team_id")
        .select(["m.user_id", "m.team_id", "t.name"])
        .where("m.user_id", "in", [...users])
        .orderBy("t.name")
        .execute();

/** The oldest first, without their members. */
export const everyTeam = (rows: Rows): Promise<TeamRow[]> =>
  rows
    .selectFrom("teams")
    .select(["id", "name", "created_at"])
    .orderBy("created_at")
    .orderBy("id")
    .execute();

export const membersOfTeams = async (
  rows: Rows,
  teams: readonly TeamId[],
): Promise<readonly { readonly team_id: TeamId; readonly user_id: UserId }[]> =>
  teams.length === 0
    ? []
    : rows
        .selectFrom("team_members")
        .select(["team_id", "user_id"])
        .where("team_id", "in", [...teams])
        .orderBy("user_id")
        .execute();

/** @param users members of the organization who are not in the team */
export const addTeamMembers = async (
  rows: Rows,
  team: TeamId,
  users: readonly UserId[],
): Promise<void> => {
  if (users.length === 0) return;
  await rows
    .insertInto("team_members")
    .values(users.map((user_id) => ({ team_id: team, user_id })))
    .execute();
};

export const removeTeamMembers = async (
  rows: Rows,
  team: TeamId,
  users: readonly UserId[],
): Promise<void> => {
  if (users.length === 0) return;
  await rows
    .deleteFrom("team_members")
    .where("team_id", "=", team)
    .where("user_id", "in", [...users])
    .execute();
};
