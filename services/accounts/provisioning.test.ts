// Members and teams that SCIM brings, on every kind of database: many of them, found, grouped, changed and removed.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scimGroup, scimUser } from "#services/contract/scim.ts";
import { apiKeyId, defaultOrganization, organizationId, userId } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import { readFilter } from "#services/scim/scim.ts";
import {
  addOrganization,
  findMember,
  findPicture,
  findUser,
  setPicture,
} from "#services/store/store.ts";
import {
  anOrigin,
  aPassword,
  secretOf,
  someAccounts,
  type TestAccounts,
} from "./accounts.builders.ts";
import { makeResetLink, readInvitation, resetPassword } from "./links.ts";
import { invite } from "./organization.ts";
import {
  type Asked,
  changePersonTo,
  listPeople,
  makePerson,
  removePerson,
} from "./provisioned-people.ts";
import { changeGroupTo, listGroups, makeGroup, removeGroup } from "./provisioned-teams.ts";

/** How many are brought; 1,000 is what decision 0037 tells of. */
const PEOPLE = Number(process.env["PARLANCE_TEST_PROVISIONED"] ?? 60);

let held: TestAccounts;
const scope: Scope = {
  organization: defaultOrganization,
  caller: {
    kind: "key",
    id: apiKeyId("scim"),
    name: "Provider",
    user: userId("olga"),
    role: "owner",
    scopes: ["scim"],
    incomplete: false,
  },
  collections: [],
};
beforeAll(async () => {
  held = await someAccounts();
});
afterAll(() => held.remove());

const addressOf = (at: number) => `Person${at}@example.org`;
const asked = (filter: string | undefined, offset = 0, limit = 100): Asked => ({
  filter: filter === undefined ? undefined : readFilter(filter),
  offset,
  limit,
});
const people = (filter?: string, offset?: number, limit?: number) =>
  listPeople(held.accounts.parts, scope.organization, asked(filter, offset, limit));
const groups = (filter?: string) =>
  listGroups(held.accounts.parts, scope.organization, asked(filter));
const ids: string[] = [];

describe("an identity provider", () => {
  it(`brings ${PEOPLE} people, each looked for first`, async () => {
    const { parts } = held.accounts;
    const started = performance.now();
    const before = process.cpuUsage();
    for (let at = 0; at < PEOPLE; at++) {
      expect((await people(`userName eq "${addressOf(at)}"`)).total).toBe(0);
      const given = { userName: addressOf(at), externalId: `x-${at}`, displayName: `Person ${at}` };
      ids.push(String((await makePerson(parts, scope, scimUser.parse(given)))["id"]));
    }
    const ms = Math.round(performance.now() - started);
    const { user, system } = process.cpuUsage(before);
    const busy = Math.round((user + system) / 1000);
    const { kind } = parts.database;
    process.stdout.write(`${PEOPLE} people in ${ms} ms on ${kind}, ${busy} ms of them busy\n`);
    expect(new Set(ids).size).toBe(PEOPLE);
  }, 600_000);

  it("finds each by what it knows of them, whatever the case of the address", async () => {
    const last = PEOPLE - 1;
    for (const filter of [
      `userName eq "${addressOf(last).toUpperCase()}"`,
      `externalId eq "x-${last}"`,
      `id eq "${ids[last]}"`,
      `displayName eq "person ${last}"`,
    ])
      expect((await people(filter)).resources.map(({ id }) => id)).toEqual([ids[last]]);
    expect((await people(`externalId eq "X-${last}"`)).total).toBe(0);
  });

  it("goes through all of them, each once", async () => {
    const seen = new Set<unknown>();
    for (let offset = 0; offset <= PEOPLE; offset += 25)
      for (const { id } of (await people(undefined, offset, 25)).resources) seen.add(id);
    // The owner is a member too.
    expect(seen.size).toBe(PEOPLE + 1);
    expect(await people(undefined, 0, 0)).toEqual({ total: PEOPLE + 1, resources: [] });
  });

  it("fills a team with all of them, and takes one out", async () => {
    const { parts } = held.accounts;
    const members = ids.map((value) => ({ value }));
    const made = await makeGroup(
      parts,
      scope,
      scimGroup.parse({ displayName: "Äll", externalId: "g-1", members }),
    );
    const id = String(made["id"]);
    expect(made["members"]).toHaveLength(PEOPLE);
    const changed = await changeGroupTo(parts, scope, id, (now) =>
      scimGroup.parse({ ...now, displayName: "ÄLL", members: members.slice(1) }),
    );
    expect(changed["members"]).toHaveLength(PEOPLE - 1);
    expect((await groups('displayName eq "äll"')).resources).toMatchObject([{ id }]);
    expect((await groups(`members eq "${ids[0]}"`)).total).toBe(0);
    expect((await groups(`externalId eq "g-1" and members eq "${ids[1]}"`)).total).toBe(1);
    const first = await people(`id eq "${ids[1]}"`);
    expect(first.resources[0]?.["groups"]).toEqual([{ value: id, display: "ÄLL" }]);
    await removeGroup(parts, scope, id);
    expect((await groups()).total).toBe(0);
  });

  it("suspends, renames and removes somebody", async () => {
    const { parts } = held.accounts;
    const id = ids[0] ?? "";
    const changed = await changePersonTo(parts, scope, id, (now) =>
      scimUser.parse({ ...now, active: false, userName: "renamed@example.org" }),
    );
    expect(changed).toMatchObject({ active: false, userName: "renamed@example.org" });
    expect((await people('userName eq "RENAMED@example.org"')).total).toBe(1);
    expect((await people("active eq false")).total).toBe(1);
    await removePerson(parts, scope, id);
    expect((await people('userName eq "renamed@example.org"')).total).toBe(0);
    const log = await parts.audit.check(parts.database.within({ ...scope }).rows);
    expect(log.ok).toBe(true);
  });

  it("has a member once somebody answered a mail to the address, and not before", async () => {
    const { parts } = held.accounts;
    const made = await makePerson(parts, scope, scimUser.parse({ userName: "mail@example.org" }));
    const rows = parts.database.within({ ...scope, collections: "all" }).rows;
    const id = userId(String(made["id"]).slice("usr_".length));
    expect((await findMember(rows, id))?.state).toBe("invited");
    const user = { id, email: "mail@example.org" };
    const token = secretOf(await makeResetLink(parts, user, anOrigin.url));
    const outcome = await resetPassword(parts, { token, password: aPassword }, anOrigin);
    expect(outcome.kind).toBe("signed-in");
    expect((await findMember(rows, id))?.state).toBe("active");
  });

  it("does not move a link for a new password, whoever made it, to the address that it gives", async () => {
    const { parts } = held.accounts;
    const { rows } = parts.database.system;
    const made = await makePerson(parts, scope, scimUser.parse({ userName: "own@example.com" }));
    const id = userId(String(made["id"]).slice("usr_".length));
    const link = async (email: string) =>
      secretOf(await makeResetLink(parts, { id, email }, anOrigin.url));
    const use = (token: string) => resetPassword(parts, { token, password: aPassword }, anOrigin);
    const before = await link("own@example.com");
    await changePersonTo(parts, scope, String(made["id"]), (now) =>
      scimUser.parse({ ...now, userName: "theirs@example.org" }),
    );
    await expect(use(before)).rejects.toMatchObject({ code: "link-used" });
    // Asked for before the change, made after it.
    await expect(use(await link("own@example.com"))).rejects.toMatchObject({ code: "link-used" });
    expect((await findUser(rows, id))?.password_hash).toBeNull();
    expect((await use(await link("theirs@example.org"))).kind).toBe("signed-in");
  });

  it("takes nothing from other organizations with an account that nobody used", async () => {
    const { parts } = held.accounts;
    const email = "newcomer@example.org";
    const made = await makePerson(parts, scope, scimUser.parse({ userName: email }));
    const other = organizationId("bakers");
    await addOrganization(parts.database.system.rows, {
      id: other,
      name: "Bakers",
      created_at: 1,
    });
    const there: Scope = { ...scope, organization: other };
    const { link } = await invite(parts, there, { email, role: "member" }, anOrigin);
    await removePerson(parts, scope, String(made["id"]));
    expect((await readInvitation(parts, secretOf(link))).organization.id).toBe(other);
    // What somebody wrote for the account at that moment goes with the next sweep.
    const { rows } = parts.database.system;
    const user_id = userId(String(made["id"]).slice("usr_".length));
    const picture = { tag: "t", type: "image/png", bytes: Buffer.from("x"), changed_at: 1 };
    await setPicture(rows, { user_id, ...picture });
    await held.accounts.sweep();
    expect(await findPicture(rows, user_id)).toBeUndefined();
  });

  it("makes one of many that it sends at the same moment", async () => {
    const { parts } = held.accounts;
    const given = scimUser.parse({ userName: "once@example.org" });
    const made = await Promise.allSettled(
      Array.from({ length: 10 }, () => makePerson(parts, scope, given)),
    );
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await people('userName eq "once@example.org"')).total).toBe(1);
  });
});
