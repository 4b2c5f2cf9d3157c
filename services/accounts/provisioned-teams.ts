// Teams of an organization as groups of SCIM: found, made, changed and removed by an identity provider.
import { type ScimGroup, scimUrn } from "#services/contract/scim.ts";
import { rejected } from "#services/domain/errors.ts";
import { folded } from "#services/domain/folded-name.ts";
import {
  type OrganizationId,
  readTeamId,
  readUserId,
  type TeamId,
  teamId,
  type UserId,
} from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import { isSelected, mentions, type Resource, wantedValue } from "#services/scim/scim.ts";
import {
  addTeam,
  addTeamMembers,
  everyTeam,
  findTeam,
  listProvisioned,
  membersAmong,
  membersOfTeams,
  type ProvisionedRow,
  provisionedAs,
  type Rows,
  removeTeam,
  removeTeamMembers,
  renameTeam,
  saveProvisioned,
  type TeamRow,
} from "#services/store/store.ts";
import { type AuditDetails, actorOf } from "./audit.ts";
import { type AccountParts, changeIn, readingOf } from "./parts.ts";
import { type Asked, type Named, type Page, timeOf } from "./provisioned-people.ts";
import { adoptByOwner } from "./standing.ts";

const unknownGroup = () =>
  rejected("There is no such group.", { code: "unknown-group", status: 404 });

const nameTaken = () =>
  rejected("There is a team with this name already.", { code: "name-taken", status: 409 });

const idOf = (text: string): TeamId => {
  const id = readTeamId(text);
  if (id === undefined) throw unknownGroup();
  return id;
};

const resourceOf = (
  team: TeamRow,
  row: ProvisionedRow | undefined,
  members: readonly UserId[] | undefined,
): Resource => ({
  schemas: [scimUrn.group],
  id: team.id,
  displayName: team.name,
  ...(row?.external_id == null ? {} : { externalId: row.external_id }),
  ...(members === undefined ? {} : { members: members.map((value) => ({ value, type: "User" })) }),
  meta: {
    resourceType: "Group",
    created: timeOf(team.created_at),
    lastModified: timeOf(row?.changed_at ?? team.created_at),
  },
});

const resourcesOf = async (
  rows: Rows,
  teams: readonly TeamRow[],
  hasMembers: boolean,
): Promise<Resource[]> => {
  const ids = teams.map(({ id }) => id);
  const [provisioned, members] = await Promise.all([
    listProvisioned(rows, ids),
    hasMembers ? membersOfTeams(rows, ids) : [],
  ]);
  const rowById = new Map<string, ProvisionedRow>(provisioned.map((row) => [row.id, row]));
  const membersById = new Map<TeamId, UserId[]>(ids.map((id) => [id, []]));
  for (const { team_id, user_id } of members) membersById.get(team_id)?.push(user_id);
  return teams.map((team) =>
    resourceOf(team, rowById.get(team.id), hasMembers ? membersById.get(team.id) : undefined),
  );
};

export const listGroups = async (
  parts: AccountParts,
  organization: OrganizationId,
  asked: Asked,
): Promise<Page> => {
  const rows = readingOf(parts, organization);
  const { filter, offset, limit } = asked;
  const hasMembers = isSelected(asked, "members");
  const teams = await everyTeam(rows);
  if (filter === undefined) {
    const resources = await resourcesOf(rows, teams.slice(offset, offset + limit), hasMembers);
    return { total: teams.length, resources };
  }
  const name = wantedValue(filter, "displayName");
  const externalId = wantedValue(filter, "externalId");
  const known = externalId === undefined ? undefined : await provisionedAs(rows, externalId);
  const candidates = teams.filter(
    (team) =>
      (name === undefined || folded(team.name) === folded(name)) &&
      (known === undefined || known.includes(team.id)),
  );
  const found = await resourcesOf(rows, candidates, hasMembers || mentions(filter, "members"));
  const matching = found.filter(filter.matches);
  return { total: matching.length, resources: matching.slice(offset, offset + limit) };
};

const oneOf = async (rows: Rows, id: TeamId, hasMembers = true): Promise<Resource> => {
  const team = await findTeam(rows, id);
  const [resource] = team === undefined ? [] : await resourcesOf(rows, [team], hasMembers);
  if (resource === undefined) throw unknownGroup();
  return resource;
};

/** @throws ParlanceError rejected `unknown-group` (404) */
export const readGroup = async (
  parts: AccountParts,
  organization: OrganizationId,
  { text, selection }: Named,
): Promise<Resource> =>
  oneOf(readingOf(parts, organization), idOf(text), isSelected(selection, "members"));

const requireFreeName = async (rows: Rows, name: string, but?: TeamId): Promise<void> => {
  const teams = await everyTeam(rows);
  if (teams.some((team) => team.id !== but && folded(team.name) === folded(name)))
    throw nameTaken();
};

/** Whoever is no member of the organization is left out: another one's ids are as unknown as those that nobody has. */
const membersIn = async (rows: Rows, { members }: ScimGroup): Promise<UserId[]> => {
  const ids = new Set(members.flatMap(({ value }) => readUserId(value) ?? []));
  return (await membersAmong(rows, [...ids])).map(({ user_id }) => user_id);
};

const rowOf = (
  { now }: Pick<AccountParts, "now">,
  id: TeamId,
  { externalId }: ScimGroup,
): ProvisionedRow => ({
  id,
  external_id: externalId ?? null,
  name: null,
  given: "{}",
  joined_at: null,
  changed_at: now(),
});

/** @throws ParlanceError rejected `name-taken` (409) */
export const makeGroup = (
  parts: AccountParts,
  { organization, caller }: Scope,
  made: ScimGroup,
): Promise<Resource> =>
  changeIn(parts, organization, async (rows) => {
    await requireFreeName(rows, made.displayName);
    const id = teamId(parts.newId());
    await addTeam(rows, { id, name: made.displayName, created_at: parts.now() });
    await saveProvisioned(rows, rowOf(parts, id, made));
    const members = await membersIn(rows, made);
    await addTeamMembers(rows, id, members);
    const details = { name: made.displayName, members: members.join(" ") };
    return {
      result: await oneOf(rows, id),
      event: { actor: actorOf(caller), action: "team.make", target: id, details },
    };
  });

/** Only who comes and who goes is written: a team of thousands changes by one as quickly as a small one. */
const changeMembers = async (
  rows: Rows,
  id: TeamId,
  next: ScimGroup,
): Promise<{ readonly added: readonly UserId[]; readonly removed: readonly UserId[] }> => {
  const before = new Set((await membersOfTeams(rows, [id])).map(({ user_id }) => user_id));
  const after = new Set(await membersIn(rows, next));
  const added = [...after].filter((user) => !before.has(user));
  const removed = [...before].filter((user) => !after.has(user));
  await addTeamMembers(rows, id, added);
  await removeTeamMembers(rows, id, removed);
  return { added, removed };
};

/**
 * @param next what it is to be, told from what it is
 * @throws ParlanceError rejected `unknown-group` (404) | `name-taken` (409)
 */
export const changeGroupTo = (
  parts: AccountParts,
  { organization, caller }: Scope,
  text: string,
  next: (now: Resource) => ScimGroup,
): Promise<Resource> =>
  changeIn(parts, organization, async (rows) => {
    const id = idOf(text);
    const before = await oneOf(rows, id);
    const wanted = next(before);
    const { displayName: name } = wanted;
    if (name !== before["displayName"]) {
      await requireFreeName(rows, name, id);
      await renameTeam(rows, id, name);
    }
    const { added, removed } = await changeMembers(rows, id, wanted);
    await saveProvisioned(rows, rowOf(parts, id, wanted));
    const details: AuditDetails = {
      name,
      ...(added.length === 0 ? {} : { added: added.join(" ") }),
      ...(removed.length === 0 ? {} : { removed: removed.join(" ") }),
    };
    return {
      result: await oneOf(rows, id),
      event: { actor: actorOf(caller), action: "team.change", target: id, details },
    };
  });

/** As when an admin removes a team. @throws ParlanceError rejected `unknown-group` (404) */
export const removeGroup = (
  parts: AccountParts,
  { organization, caller }: Scope,
  text: string,
): Promise<void> =>
  changeIn(parts, organization, async (rows) => {
    const id = idOf(text);
    if ((await findTeam(rows, id)) === undefined) throw unknownGroup();
    await removeTeam(rows, id);
    const collections = await adoptByOwner(rows);
    return {
      result: undefined,
      event: {
        actor: actorOf(caller),
        action: "team.remove",
        target: id,
        details: { collections },
      },
    };
  });
