// Members of an organization as users of SCIM: found, made, changed and removed by an identity provider.
import { type ScimUser, scimUrn } from "#services/contract/scim.ts";
import { rejected } from "#services/domain/errors.ts";
import { type OrganizationId, readUserId, type UserId } from "#services/domain/ids.ts";
import type { Role, Scope } from "#services/domain/scope.ts";
import {
  isSelected,
  mentions,
  type Resource,
  type ScimFilter,
  type Selection,
  wantedValue,
} from "#services/scim/scim.ts";
import {
  addMember,
  addUser,
  changeUser,
  countMembers,
  dropLinks,
  findMember,
  findProvisioned,
  findUser,
  findUserByEmail,
  findUsers,
  foldedEmail,
  listProvisioned,
  type MembershipRow,
  membersAmong,
  membershipsOf,
  type ProvisionedRow,
  pageOfMembers,
  provisionedAs,
  provisionedNamed,
  type Rows,
  type SystemRows,
  saveProvisioned,
  teamsOfUsers,
} from "#services/store/store.ts";
import { type AuditEvent, actorOf } from "./audit.ts";
import { isUnclaimed } from "./awaited.ts";
import { type Given, givenOf, nameGiven, readGiven, roleGiven } from "./given.ts";
import { newUser } from "./links.ts";
import { type AccountParts, change, changeIn, readingOf, rowsOf } from "./parts.ts";
import { changeStanding, hasJoined, type Inside, requireOutranking, takeOut } from "./standing.ts";

/** As many members as an organization may have for a filter that no index answers. */
const MOST = 10_000;

/** Which resources, and how much of them. */
export interface Asked extends Selection {
  readonly filter: ScimFilter | undefined;
  /** How many come before the first. */
  readonly offset: number;
  readonly limit: number;
}

/** One, by its id as it came, and how much of it. */
export interface Named {
  readonly text: string;
  readonly selection: Selection;
}

export interface Page {
  readonly total: number;
  readonly resources: readonly Resource[];
}

const unknownUser = () => rejected("There is no such user.", { code: "unknown-user", status: 404 });

const addressTaken = () =>
  rejected("Somebody has this userName already.", { code: "address-taken", status: 409 });

const idOf = (text: string): UserId => {
  const id = readUserId(text);
  if (id === undefined) throw unknownUser();
  return id;
};

/** Times as SCIM writes them. */
export const timeOf = (at: number): string => new Date(at).toISOString();

/** Of a member who was there before SCIM, or whom it does not look after. */
const givenByUs = ({ email, name }: { readonly email: string; readonly name: string }): Given => ({
  userName: email,
  displayName: name,
  emails: [{ value: email, type: "work", primary: true }],
});

const resourceOf = (
  member: MembershipRow,
  row: ProvisionedRow | undefined,
  { given, groups }: { readonly given: Given; readonly groups: Resource[] | undefined },
): Resource => ({
  schemas: [scimUrn.user],
  id: member.user_id,
  ...given,
  active: member.state !== "suspended",
  roles: [{ value: member.role, primary: true }],
  ...(groups === undefined || groups.length === 0 ? {} : { groups }),
  meta: {
    resourceType: "User",
    created: timeOf(member.joined_at),
    lastModified: timeOf(row?.changed_at ?? member.joined_at),
  },
});

const resourcesOf = async (
  { rows, all }: Pick<Inside, "rows" | "all">,
  members: readonly MembershipRow[],
  hasGroups: boolean,
): Promise<Resource[]> => {
  const ids = members.map(({ user_id }) => user_id);
  const [users, provisioned, teams] = await Promise.all([
    findUsers(all, ids),
    listProvisioned(rows, ids),
    hasGroups ? teamsOfUsers(rows, ids) : [],
  ]);
  const userById = new Map(users.map((user) => [user.id, user]));
  const rowById = new Map<string, ProvisionedRow>(provisioned.map((row) => [row.id, row]));
  const groupsById = new Map<UserId, Resource[]>();
  for (const { user_id, team_id, name } of teams)
    groupsById.set(user_id, [
      ...(groupsById.get(user_id) ?? []),
      { value: team_id, display: name },
    ]);
  return members.flatMap((member) => {
    const user = userById.get(member.user_id);
    if (user === undefined) return [];
    const row = rowById.get(member.user_id);
    const given = row === undefined ? givenByUs(user) : readGiven(row.given);
    return [resourceOf(member, row, { given, groups: groupsById.get(member.user_id) })];
  });
};

const oneOf = async (
  inside: Pick<Inside, "rows" | "all">,
  id: UserId,
  hasGroups = true,
): Promise<Resource> => {
  const member = await findMember(inside.rows, id);
  const [resource] = member === undefined ? [] : await resourcesOf(inside, [member], hasGroups);
  if (resource === undefined) throw unknownUser();
  return resource;
};

/** Members who have this address, as SCIM knows them or as they sign in. */
const membersAt = async (
  { rows, all }: Pick<Inside, "rows" | "all">,
  address: string,
): Promise<MembershipRow[]> => {
  const email = foldedEmail(address);
  const [named, user] = await Promise.all([
    provisionedNamed(rows, email),
    findUserByEmail(all, email),
  ]);
  const ids = new Set([...usersIn(named), ...(user === undefined ? [] : [user.id])]);
  return membersAmong(rows, [...ids]);
};

const usersIn = (ids: readonly string[]): UserId[] => ids.flatMap((id) => readUserId(id) ?? []);

/** Those whom a filter can match, by an index where it names something that has one. */
const candidates = async (
  inside: Pick<Inside, "rows" | "all">,
  filter: ScimFilter,
): Promise<MembershipRow[]> => {
  const address = wantedValue(filter, "userName");
  if (address !== undefined) return membersAt(inside, address);
  const externalId = wantedValue(filter, "externalId");
  const ids =
    externalId === undefined
      ? wantedValue(filter, "id")?.split(" ")
      : await provisionedAs(inside.rows, externalId);
  if (ids !== undefined) return membersAmong(inside.rows, usersIn(ids));
  return pageOfMembers(inside.rows, { offset: 0, limit: MOST });
};

export const listPeople = async (
  parts: AccountParts,
  organization: OrganizationId,
  asked: Asked,
): Promise<Page> => {
  const inside = { rows: readingOf(parts, organization), all: parts.database.system.rows };
  const { filter, offset, limit } = asked;
  const hasGroups = isSelected(asked, "groups");
  if (filter === undefined) {
    const [total, members] = await Promise.all([
      countMembers(inside.rows),
      limit === 0 ? [] : pageOfMembers(inside.rows, { offset, limit }),
    ]);
    return { total, resources: await resourcesOf(inside, members, hasGroups) };
  }
  const members = await candidates(inside, filter);
  const found = await resourcesOf(inside, members, hasGroups || mentions(filter, "groups"));
  const matching = found.filter(filter.matches);
  return { total: matching.length, resources: matching.slice(offset, offset + limit) };
};

/** @throws ParlanceError rejected `unknown-user` (404) */
export const readPerson = async (
  parts: AccountParts,
  organization: OrganizationId,
  { text, selection }: Named,
): Promise<Resource> => {
  const inside = { rows: readingOf(parts, organization), all: parts.database.system.rows };
  return oneOf(inside, idOf(text), isSelected(selection, "groups"));
};

/**
 * Expects somebody: the membership begins once they showed that the address is theirs. Whether there is an account with it already
 * makes no difference to the answer.
 * @throws ParlanceError rejected `address-taken` (409) where a member has it | `unknown-role` | `not-allowed` (403)
 */
export const makePerson = (
  parts: AccountParts,
  { organization, caller }: Scope,
  made: ScimUser,
): Promise<Resource> =>
  changeIn(parts, organization, async (rows, all) => {
    const inside = { rows, all };
    const role = roleGiven(made) ?? "member";
    requireOutranking(caller, role);
    if ((await membersAt(inside, made.userName)).length > 0) throw addressTaken();
    const email = foldedEmail(made.userName);
    const given = givenOf(made);
    const known = await findUserByEmail(all, email);
    const shown = { name: nameGiven(given), password_hash: null, verified_at: null };
    const user = known ?? newUser(parts, { email, ...shown });
    if (known === undefined) await addUser(all, user);
    const now = parts.now();
    const state = made.active ? "invited" : "suspended";
    await addMember(rows, { user_id: user.id, role, state, joined_at: now });
    await saveProvisioned(rows, { ...rowOf(user.id, given), joined_at: null, changed_at: now });
    return {
      result: await oneOf(inside, user.id),
      event: {
        actor: actorOf(caller),
        action: `member.${state}`,
        target: user.id,
        details: { role, state, email },
      },
    };
  });

const rowOf = (id: UserId, given: Given): Omit<ProvisionedRow, "joined_at" | "changed_at"> => ({
  id,
  external_id: given.externalId ?? null,
  name: foldedEmail(given.userName),
  given: JSON.stringify(given),
});

/** What SCIM says of somebody becomes that of the account, as far as the account is this organization's alone. @throws as `changePersonTo` */
const shapeAccount = async (
  { rows, all, organization }: Inside,
  member: MembershipRow,
  given: Given,
): Promise<void> => {
  const user = await findUser(all, member.user_id);
  if (user === undefined) throw unknownUser();
  const email = foldedEmail(given.userName);
  const at = await membersAt({ rows, all }, email);
  if (at.some(({ user_id }) => user_id !== user.id)) throw addressTaken();
  const memberships = await membershipsOf(all, user.id);
  if (memberships.some((one) => one.organization !== organization)) return;
  const isFree = await isUnclaimed(all, user);
  if (!isFree && !(await hasJoined(rows, member))) return;
  await changeUser(all, user.id, { name: nameGiven(given) });
  // Who signs in with an address keeps it until they show that the other one is theirs: see followAddress.
  if (!isFree || email === user.email) return;
  if ((await findUserByEmail(all, email)) !== undefined) throw addressTaken();
  await changeUser(all, user.id, { email });
  // Whoever asked for a new password showed nothing of the new address.
  await dropLinks(all, { kind: "reset", user: user.id });
};

/** In again, out, or as they are. */
const stateWanted = (isActive: boolean, state: string): "active" | "suspended" | undefined => {
  if (!isActive) return state === "suspended" ? undefined : "suspended";
  return state === "suspended" ? "active" : undefined;
};

const changeState = async (
  parts: AccountParts,
  inside: Inside,
  member: MembershipRow,
  next: ScimUser,
): Promise<Omit<AuditEvent, "actor" | "target">[]> => {
  const role = roleGiven(next);
  const state = stateWanted(next.active, member.state);
  if (state === undefined && (role ?? member.role) === member.role) return [];
  const now = await changeStanding(parts, inside, member, { role, state });
  const details = { ...now, before: member.role };
  return [
    ...(now.state === member.state ? [] : [{ action: `member.${now.state}`, details }]),
    ...(now.role === member.role ? [] : [{ action: "member.role", details }]),
  ];
};

const changeGiven = async (
  parts: AccountParts,
  inside: Inside,
  member: MembershipRow,
  next: ScimUser,
): Promise<Omit<AuditEvent, "actor" | "target">[]> => {
  const given = givenOf(next);
  const before = await findProvisioned(inside.rows, member.user_id);
  const row = rowOf(member.user_id, given);
  if (before?.given === row.given) return [];
  await shapeAccount(inside, member, given);
  const joined_at = before === undefined ? member.joined_at : before.joined_at;
  await saveProvisioned(inside.rows, { ...row, joined_at, changed_at: parts.now() });
  const details = { email: row.name, name: nameGiven(given), externalId: row.external_id };
  return [{ action: "member.change", details }];
};

/**
 * @param next what they are to be, told from what they are
 * @throws ParlanceError rejected `unknown-user` (404) | `address-taken` | `last-owner` (409) | `unknown-role` | `not-allowed` (403)
 */
export const changePersonTo = (
  parts: AccountParts,
  { organization, caller }: Scope,
  text: string,
  next: (now: Resource) => ScimUser,
): Promise<Resource> =>
  change(parts, async (all) => {
    const rows: Rows = await rowsOf(parts, all, organization);
    const inside: Inside = { rows, all, organization };
    const id = idOf(text);
    const member = await findMember(rows, id);
    if (member === undefined) throw unknownUser();
    requireOutranking(caller, member.role as Role);
    const wanted = next(await oneOf(inside, id, false));
    requireOutranking(caller, roleGiven(wanted) ?? (member.role as Role));
    const events = [
      ...(await changeGiven(parts, inside, member, wanted)),
      ...(await changeState(parts, inside, member, wanted)),
    ];
    for (const event of events)
      await parts.audit.write(rows, parts.now(), {
        ...event,
        actor: actorOf(caller),
        target: id,
      });
    return oneOf(inside, id);
  });

/** As when an admin removes a member. @throws ParlanceError rejected `unknown-user` (404) | `last-owner` (409) | `not-allowed` (403) */
export const removePerson = (
  parts: AccountParts,
  { organization, caller }: Scope,
  text: string,
): Promise<void> =>
  changeIn(parts, organization, async (rows, all: SystemRows) => {
    const id = idOf(text);
    const member = await findMember(rows, id);
    if (member === undefined) throw unknownUser();
    requireOutranking(caller, member.role as Role);
    const collections = await takeOut(parts, { rows, all, organization }, member);
    return {
      result: undefined,
      event: {
        actor: actorOf(caller),
        action: "member.remove",
        target: id,
        details: { collections },
      },
    };
  });
