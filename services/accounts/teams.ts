// Teams of an organization, and who may open a collection.
import type { z } from "zod";
import type { collectionAccessPut, grant } from "#services/contract/organizations.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  type CollectionId,
  type OrganizationId,
  readTeamId,
  readUserId,
  type TeamId,
  teamId,
} from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import {
  accessTo,
  addTeam,
  EVERYBODY,
  findMember,
  findTeam,
  findUser,
  listProvisioned,
  listTeams,
  removeTeam,
  renameTeam,
  replaceAccess,
  setTeamMembers,
} from "#services/store/store.ts";
import { actorOf } from "./audit.ts";
import { knownMembers } from "./known-members.ts";
import { type AccountParts, changeIn, readingOf } from "./parts.ts";
import { levelNamed, levelNumber } from "./rights.ts";
import { adoptByOwner, type Inside } from "./standing.ts";

const unknown = (what: string) =>
  rejected(`There is no such ${what}.`, { code: `unknown-${what}`, status: 404 });

/** People and teams by name, for choosing whom to share with. */
export const peopleOf = async (parts: AccountParts, organization: OrganizationId) => {
  const [members, teams] = await Promise.all([
    knownMembers(parts, organization),
    listTeams(readingOf(parts, organization)),
  ]);
  return {
    people: members
      .filter(({ state }) => state !== "suspended")
      .map(({ user_id, name, picture }) => ({ id: user_id as string, name, picture })),
    teams: teams.map(({ id, name }) => ({ id: id as string, name })),
  };
};

export const teamsIn = async (parts: AccountParts, organization: OrganizationId) => {
  const rows = readingOf(parts, organization);
  const [teams, members, provisioned] = await Promise.all([
    listTeams(rows),
    knownMembers(parts, organization),
    listProvisioned(rows),
  ]);
  const names = new Map(members.map(({ user_id, name }) => [user_id, name]));
  const kept = new Set<string>(provisioned.map(({ id }) => id));
  return teams.map((team) => ({
    id: team.id as string,
    name: team.name,
    keptByScim: kept.has(team.id),
    members: team.members.map((id) => ({ id: id as string, name: names.get(id) ?? "" })),
  }));
};

export const makeTeam = (
  parts: AccountParts,
  { organization, caller }: Scope,
  name: string,
): Promise<TeamId> =>
  changeIn(parts, organization, async (rows) => {
    const id = teamId(parts.newId());
    await addTeam(rows, { id, name, created_at: parts.now() });
    const event = { actor: actorOf(caller), action: "team.make", target: id, details: { name } };
    return { result: id, event };
  });

/** @throws ParlanceError rejected `unknown-team` (404) */
export const changeTeam = (
  parts: AccountParts,
  { organization, caller }: Scope,
  text: string,
  given:
    | { readonly name?: string | undefined; readonly members?: readonly string[] | undefined }
    | "remove",
): Promise<TeamId> => {
  const id = readTeamId(text);
  return changeIn(parts, organization, async (rows) => {
    const known = id && (await findTeam(rows, id));
    if (id === undefined || known === undefined) throw unknown("team");
    const actor = actorOf(caller);
    if (given === "remove") {
      await removeTeam(rows, id);
      const collections = await adoptByOwner(rows);
      const event = { actor, action: "team.remove", target: id, details: { collections } };
      return { result: id, event };
    }
    if (given.name !== undefined) await renameTeam(rows, id, given.name);
    const members = given.members?.flatMap((one) => readUserId(one) ?? []);
    if (members !== undefined) await setTeamMembers(rows, id, members);
    const details = {
      name: given.name ?? known.name,
      ...(members === undefined ? {} : { members: members.join(" ") }),
    };
    return { result: id, event: { actor, action: "team.change", target: id, details } };
  });
};

export const accessOfCollection = async (
  parts: AccountParts,
  organization: OrganizationId,
  collection: CollectionId,
) => {
  const rows = readingOf(parts, organization);
  const [access, members, teams] = await Promise.all([
    accessTo(rows, collection),
    knownMembers(parts, organization),
    listTeams(rows),
  ]);
  const names = new Map<string, string>([
    ...members.map(({ user_id, name }): [string, string] => [user_id, name]),
    ...teams.map(({ id, name }): [string, string] => [id, name]),
  ]);
  const everybody = access.find(({ principal }) => principal === EVERYBODY);
  return {
    everybody:
      everybody === undefined ? null : everybody.level >= 2 ? ("edit" as const) : ("read" as const),
    grants: access
      .filter(({ principal }) => principal !== EVERYBODY)
      .map(({ principal, level }) => ({
        kind: readTeamId(principal) === undefined ? ("user" as const) : ("team" as const),
        id: principal,
        level: levelNamed(level),
        name: names.get(principal) ?? "",
      })),
  };
};

/**
 * @param before the level that they have
 * @throws ParlanceError rejected `unknown-member` | `unknown-team` (404) | `viewers-only-read` (409)
 */
const checkGrant = async (
  { rows, all }: Pick<Inside, "rows" | "all">,
  { kind, id, level }: z.infer<typeof grant>,
  before: number | undefined,
): Promise<void> => {
  if (kind === "team") {
    const team = readTeamId(id);
    if (team === undefined || (await findTeam(rows, team)) === undefined) throw unknown("team");
    return;
  }
  const user = readUserId(id);
  const member = user && (await findMember(rows, user));
  if (member === undefined) throw unknown("member");
  // What they were given as a member stays: it has an effect again when they are one.
  if (member.role !== "viewer" || level === "read" || before === levelNumber(level)) return;
  const name = (await findUser(all, member.user_id))?.name ?? "This person";
  throw rejected(`${name} is a viewer, who can only read: more would have no effect.`, {
    code: "viewers-only-read",
    status: 409,
    hint: "Let them read, or ask an admin to make them a member first.",
  });
};

/** @throws ParlanceError rejected `unknown-member` | `unknown-team` (404) | `nobody-manages` | `viewers-only-read` (409) */
export const setAccess = (
  parts: AccountParts,
  { organization, caller }: Scope,
  collection: CollectionId,
  given: z.infer<typeof collectionAccessPut>,
): Promise<void> =>
  changeIn(parts, organization, async (rows, all) => {
    const before = new Map(
      (await accessTo(rows, collection)).map((one) => [one.principal, one.level]),
    );
    const access = new Map<string, number>();
    for (const grant of given.grants) {
      await checkGrant({ rows, all }, grant, before.get(grant.id));
      access.set(grant.id, levelNumber(grant.level));
    }
    if (given.everybody === null && ![...access.values()].includes(3))
      throw rejected("Somebody has to manage a collection that is not open to everybody.", {
        code: "nobody-manages",
        status: 409,
        hint: "Give one person or team the level “manage”.",
      });
    if (given.everybody !== null) access.set(EVERYBODY, levelNumber(given.everybody));
    const granted = [...access].map(([principal, level]) => ({ principal, level }));
    await replaceAccess(rows, collection, granted);
    const details = Object.fromEntries(
      granted.map(({ principal, level }) => [principal, levelNamed(level)]),
    );
    return {
      result: undefined,
      event: { actor: actorOf(caller), action: "collection.access", target: collection, details },
    };
  });
