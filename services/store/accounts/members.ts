// Organizations, their members and their teams.
import type { OrganizationId, TeamId, UserId } from "#services/domain/ids.ts";
import type { MembershipRow, OrganizationRow, TeamRow } from "../account-tables.ts";
import { keptBytes } from "../reserved-bytes.ts";
import type { Rows, SystemRows } from "../rows.ts";

export const findOrganization = (
  rows: SystemRows,
  id: OrganizationId,
): Promise<OrganizationRow | undefined> =>
  rows.selectFrom("organizations").selectAll().where("id", "=", id).executeTakeFirst();

/** With everything off that an organization can turn on. */
export const addOrganization = async (
  rows: SystemRows,
  organization: Pick<OrganizationRow, "id" | "name" | "created_at">,
): Promise<void> => {
  await rows
    .insertInto("organizations")
    .values({
      ...organization,
      requires_second_factor: 0,
      keeps_search_texts: 0,
      allows_looking: 0,
    })
    .execute();
};

export const changeOrganization = async (
  rows: SystemRows,
  id: OrganizationId,
  change: Partial<
    Pick<
      OrganizationRow,
      "name" | "requires_second_factor" | "keeps_search_texts" | "allows_looking"
    >
  >,
): Promise<void> => {
  await rows.updateTable("organizations").set(change).where("id", "=", id).execute();
};

/** All organizations, by name. */
export const everyOrganization = (rows: SystemRows): Promise<OrganizationRow[]> =>
  rows.selectFrom("organizations").selectAll().orderBy("name").execute();

export interface OrganizationUsage {
  readonly members: number;
  readonly collections: number;
  readonly messages: number;
  readonly bytes: number;
  readonly chunks: number;
  readonly jobs: number;
}

/** What each organization has, by its id. */
export const usageOf = async (
  rows: SystemRows,
): Promise<ReadonlyMap<OrganizationId, OrganizationUsage>> => {
  const [members, collections, messages, bytes, jobs] = await Promise.all([
    rows
      .selectFrom("memberships")
      .select((make) => ["org_id", make.fn.countAll<number>().as("sum")])
      .groupBy("org_id")
      .execute(),
    rows
      .selectFrom("collections")
      .select((make) => [
        "org_id",
        make.fn.countAll<number>().as("sum"),
        make.fn.sum<number>("indexed_chunks").as("chunks"),
      ])
      .where("state", "=", "active")
      .groupBy("org_id")
      .execute(),
    rows
      .selectFrom("conversations")
      .select((make) => ["org_id", make.fn.sum<number>("message_count").as("sum")])
      .where("hidden", "=", 0)
      .groupBy("org_id")
      .execute(),
    rows
      .selectFrom("uploads")
      .select((make) => ["org_id", keptBytes(make).as("sum")])
      .groupBy("org_id")
      .execute(),
    rows
      .selectFrom("jobs")
      .select((make) => ["org_id", make.fn.countAll<number>().as("sum")])
      .where("state", "in", ["waiting", "active"])
      .groupBy("org_id")
      .execute(),
  ]);
  const sumIn = (found: readonly { org_id: OrganizationId; sum: number }[], id: OrganizationId) =>
    Number(found.find(({ org_id }) => org_id === id)?.sum ?? 0);
  const all = [...members, ...collections, ...messages, ...bytes, ...jobs];
  return new Map(
    [...new Set(all.map(({ org_id }) => org_id))].map((id) => [
      id,
      {
        members: sumIn(members, id),
        collections: sumIn(collections, id),
        messages: sumIn(messages, id),
        bytes: sumIn(bytes, id),
        chunks: Number(collections.find(({ org_id }) => org_id === id)?.chunks ?? 0),
        jobs: sumIn(jobs, id),
      },
    ]),
  );
};

export const addMember = async (
  rows: Rows,
  member: Omit<MembershipRow, "invited_by"> & Partial<Pick<MembershipRow, "invited_by">>,
): Promise<void> => {
  await rows.insertInto("memberships").values(member).execute();
};

export const findMember = (rows: Rows, user: UserId): Promise<MembershipRow | undefined> =>
  rows.selectFrom("memberships").selectAll().where("user_id", "=", user).executeTakeFirst();

export const changeMember = async (
  rows: Rows,
  user: UserId,
  change: Partial<Pick<MembershipRow, "role" | "state">>,
): Promise<void> => {
  await rows.updateTable("memberships").set(change).where("user_id", "=", user).execute();
};

/** With everything that was given to them there. */
export const removeMember = async (rows: Rows, user: UserId): Promise<void> => {
  await rows.deleteFrom("team_members").where("user_id", "=", user).execute();
  await rows.deleteFrom("collection_access").where("principal", "=", user).execute();
  await rows.deleteFrom("api_keys").where("user_id", "=", user).execute();
  await rows.deleteFrom("provisioned").where("id", "=", user).execute();
  await rows.deleteFrom("shares").where("made_by", "=", user).execute();
  await rows.deleteFrom("notices").where("user_id", "=", user).execute();
  await rows.deleteFrom("own_names").where("user_id", "=", user).execute();
  await rows.deleteFrom("memberships").where("user_id", "=", user).execute();
};

/** Owners who can sign in; the one who is longest there first. */
export const listOwners = async (rows: Rows): Promise<UserId[]> =>
  (
    await rows
      .selectFrom("memberships")
      .select("user_id")
      .where("role", "=", "owner")
      .where("state", "=", "active")
      .orderBy("joined_at")
      .execute()
  ).map(({ user_id }) => user_id);

export interface ListedMember extends MembershipRow {
  /** Of their picture; null where they have none. */
  readonly picture: string | null;
  readonly email: string;
  readonly name: string;
  readonly totp: boolean;
  readonly passkeys: boolean;
  readonly seenAt: number | null;
}

/** By name. Memberships are read within the organization, their people by id. */
export const listMembers = async (rows: Rows, all: SystemRows): Promise<ListedMember[]> => {
  const members = await rows.selectFrom("memberships").selectAll().limit(10_000).execute();
  const ids = members.map(({ user_id }) => user_id);
  if (ids.length === 0) return [];
  const [users, seen, passkeys, pictures] = await Promise.all([
    all
      .selectFrom("users")
      .select(["id", "email", "name", "totp"])
      .where("id", "in", ids)
      .execute(),
    all
      .selectFrom("user_sessions")
      .select((make) => ["user_id", make.fn.max("used_at").as("at")])
      .where("user_id", "in", ids)
      .groupBy("user_id")
      .execute(),
    all.selectFrom("passkeys").select("user_id").distinct().where("user_id", "in", ids).execute(),
    all.selectFrom("pictures").select(["user_id", "tag"]).where("user_id", "in", ids).execute(),
  ]);
  const pictureTags = new Map(pictures.map((one) => [one.user_id, one.tag]));
  const havePasskeys = new Set(passkeys.map(({ user_id }) => user_id));
  const byId = new Map(users.map((user) => [user.id, user]));
  const seenAt = new Map(seen.map(({ user_id, at }) => [user_id, at === null ? null : Number(at)]));
  return members
    .map(({ user_id, role, state, joined_at, invited_by }) => ({
      user_id,
      role,
      state,
      joined_at,
      invited_by,
      picture: pictureTags.get(user_id) ?? null,
      email: byId.get(user_id)?.email ?? "",
      name: byId.get(user_id)?.name ?? "",
      totp: byId.get(user_id)?.totp != null,
      passkeys: havePasskeys.has(user_id),
      seenAt: seenAt.get(user_id) ?? null,
    }))
    .sort((a, b) => a.name.localeCompare(b.name) || (a.user_id < b.user_id ? -1 : 1));
};

export const addTeam = async (rows: Rows, team: TeamRow): Promise<void> => {
  await rows.insertInto("teams").values(team).execute();
};

export const findTeam = (rows: Rows, id: TeamId): Promise<TeamRow | undefined> =>
  rows.selectFrom("teams").selectAll().where("id", "=", id).executeTakeFirst();

export const renameTeam = async (rows: Rows, id: TeamId, name: string): Promise<void> => {
  await rows.updateTable("teams").set({ name }).where("id", "=", id).execute();
};

/** Its members are these from now on; whoever is no member of the organization is left out. */
export const setTeamMembers = async (
  rows: Rows,
  team: TeamId,
  users: readonly UserId[],
): Promise<void> => {
  await rows.deleteFrom("team_members").where("team_id", "=", team).execute();
  if (users.length === 0) return;
  const known = await rows
    .selectFrom("memberships")
    .select("user_id")
    .where("user_id", "in", [...users])
    .execute();
  if (known.length > 0)
    await rows
      .insertInto("team_members")
      .values(known.map(({ user_id }) => ({ team_id: team, user_id })))
      .execute();
};

/** With what was given to it. */
export const removeTeam = async (rows: Rows, team: TeamId): Promise<void> => {
  await rows.deleteFrom("team_members").where("team_id", "=", team).execute();
  await rows.deleteFrom("collection_access").where("principal", "=", team).execute();
  await rows.deleteFrom("provisioned").where("id", "=", team).execute();
  await rows.deleteFrom("teams").where("id", "=", team).execute();
};

export interface ListedTeam extends TeamRow {
  readonly members: readonly UserId[];
}

/** By name. */
export const listTeams = async (rows: Rows): Promise<ListedTeam[]> => {
  const [teams, members] = await Promise.all([
    rows.selectFrom("teams").selectAll().orderBy("name").execute(),
    rows.selectFrom("team_members").select(["team_id", "user_id"]).execute(),
  ]);
  return teams.map(({ id, name, created_at }) => ({
    id,
    name,
    created_at,
    members: members.flatMap(({ team_id, user_id }) => (team_id === id ? [user_id] : [])),
  }));
};

export const teamsOf = async (rows: Rows, user: UserId): Promise<TeamId[]> =>
  (
    await rows.selectFrom("team_members").select("team_id").where("user_id", "=", user).execute()
  ).map(({ team_id }) => team_id);
