// Tests of teams that go by the groups of a real OpenID Connect provider: who joins and leaves them at a sign-in, and what stays as it is.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readingOf } from "#services/accounts/parts.ts";
import { account, madeApiKey } from "#services/contract/accounts.ts";
import { collection, collectionList } from "#services/contract/collections.ts";
import { team, teamList } from "#services/contract/organizations.ts";
import { organizationId } from "#services/domain/ids.ts";
import { addOrganization, listTeams } from "#services/store/store.ts";
import { aBrowser, type Browser } from "../browsers.builders.ts";
import { type Elsewhere, openElsewhere } from "../elsewhere.builders.ts";
import { aScimClient, aUser, made, patchOf } from "../scim.builders.ts";

let all: Elsewhere;
beforeAll(async () => {
  all = await openElsewhere();
});
afterAll(() => all.close());

/** A new session of somebody who has these groups now. */
const signedIn = (login: string, groups: readonly string[], id = "teams"): Promise<Browser> => {
  all.groups.set(login, groups);
  return all.entered(id, login);
};
const teams = async () => (await all.admin.read(teamList, "/api/v1/teams")).teams;
/** The names of the members of each team with this name; one list, where there is one such team. */
const peopleIn = async (name: string) =>
  (await teams()).flatMap((one) =>
    one.name === name ? [one.members.map((member) => member.name)] : [],
  );
const idOf = async (login: string) => (await all.memberNamed(`${login}@example.org`))?.id;
const makeTeam = (name: string) => all.admin.read(team, "/api/v1/teams", { body: { name } });
const put = (id: string, members: readonly unknown[]) =>
  all.admin.ask(`/api/v1/teams/${id}`, { method: "PATCH", body: { members } });
const change = (id: unknown, body: object) =>
  all.admin.ask(`/api/v1/members/${id}`, { method: "PATCH", body });

describe("teams that the settings name for groups", () => {
  it("are made where they are missing, joined by whoever has the group, and left without it", async () => {
    await signedIn("ada", ["cooks"]);
    expect(await peopleIn("Kitchen")).toEqual([["Dr ada"]]);
    expect(await peopleIn("Bakery")).toEqual([]);
    const ada = await idOf("ada");
    expect((await all.entries("team.make"))[0]).toMatchObject({
      actor: "provider The teams",
      actorId: null,
      details: { name: "Kitchen", members: ada },
    });
    await signedIn("ben", ["helpers", "bakers"]);
    const ben = await idOf("ben");
    // `kitchen` is the same team: who is in it is told by id, whose order is that of chance.
    expect((await peopleIn("Kitchen")).map((people) => people.sort())).toEqual([
      ["Dr ada", "Dr ben"],
    ]);
    expect(await peopleIn("Bakery")).toEqual([["Dr ben"]]);
    const [joined] = await all.entries("team.change");
    expect(joined).toMatchObject({ details: { name: "Kitchen", added: ben } });
    await signedIn("ben", ["bakers"]);
    expect(await peopleIn("Kitchen")).toEqual([["Dr ada"]]);
    expect(await peopleIn("Bakery")).toEqual([["Dr ben"]]);
    const [left] = await all.entries("team.change");
    expect(left).toMatchObject({
      actor: "provider The teams",
      target: joined?.target,
      details: { name: "Kitchen", removed: ben },
    });
    const before = (await all.entries("team.change")).length;
    await signedIn("ben", ["bakers"]);
    expect(await all.entries("team.change")).toHaveLength(before);
  });

  it("open what is shared with them at once, and nothing of it to whoever left", async () => {
    const { id } = await all.admin.read(collection, "/api/v1/collections", {
      body: { name: "Recipes" },
    });
    const kitchen = (await teams()).find(({ name }) => name === "Kitchen");
    const { user } = await all.admin.read(account, "/api/v1/account");
    const grants = [
      { kind: "team", id: kitchen?.id, level: "read" },
      { kind: "user", id: user?.id, level: "manage" },
    ];
    const access = { method: "PUT", body: { everybody: null, grants } };
    expect((await all.admin.ask(`/api/v1/collections/${id}/access`, access)).status).toBeLessThan(
      300,
    );
    const seenBy = async (browser: Browser) =>
      (await browser.read(collectionList, "/api/v1/collections")).collections.map((one) => one.id);
    expect(await seenBy(await signedIn("cleo", ["cooks"]))).toEqual([id]);
    expect(await seenBy(await signedIn("cleo", ["bakers"]))).toEqual([]);
  });

  it("are the only ones that change, and only for whoever signs in there", async () => {
    await signedIn("dan", ["cooks"]);
    await signedIn("eva", []);
    const [dan, eva] = [await idOf("dan"), await idOf("eva")];
    const choir = await makeTeam("Choir");
    await put(choir.id, [dan]);
    const bakery = (await teams()).find(({ name }) => name === "Bakery");
    await put(bakery?.id ?? "", [dan, eva]);
    await signedIn("dan", ["cooks", "choir", "unknown"]);
    expect(await peopleIn("Choir")).toEqual([["Dr dan"]]);
    expect(await peopleIn("Bakery")).toEqual([["Dr eva"]]);
    // A provider that names no teams changes none.
    await all.entered("open", "fay");
    await put(bakery?.id ?? "", [await idOf("fay")]);
    await all.entered("open", "fay");
    expect(await peopleIn("Bakery")).toEqual([["Dr fay"]]);
  });

  it("stay as they are where SCIM keeps them", async () => {
    const { secret } = await all.admin.read(madeApiKey, "/api/v1/keys", { body: { name: "IdP" } });
    const scim = aScimClient(all.api, secret);
    const kept = await made(scim("POST", "/Groups", { displayName: "kept", members: [] }));
    await signedIn("gil", ["keepers"]);
    expect(await peopleIn("kept")).toEqual([[]]);
    expect(await peopleIn("Kept")).toEqual([]);
    const value = [{ value: await idOf("gil") }];
    await scim("PATCH", `/Groups/${kept}`, patchOf({ op: "add", path: "members", value }));
    await signedIn("gil", ["bakers"]);
    expect(await peopleIn("kept")).toEqual([["Dr gil"]]);
    // Whoever SCIM brings is in the teams of their groups as others are.
    await made(scim("POST", "/Users", aUser("hal@example.org", { displayName: "Hal" })));
    await signedIn("hal", ["bakers"]);
    expect((await peopleIn("Bakery")).flat()).toContain("Hal");
  });

  it("are not for whoever is suspended, or not a member yet", async () => {
    await signedIn("ida", ["bakers"]);
    const ida = await idOf("ida");
    await change(ida, { state: "suspended" });
    const refused = "/sign-in?problem=suspended&provider=teams";
    all.groups.set("ida", ["cooks"]);
    expect(await all.go(aBrowser(all.api), "teams", "ida")).toBe(refused);
    const { rows } = (await all.parts()).database.system;
    await rows
      .updateTable("memberships")
      .set({ state: "invited" })
      .where("user_id", "=", ida as never)
      .execute();
    expect(await all.go(aBrowser(all.api), "teams", "ida")).toBe(refused);
    expect((await peopleIn("Kitchen")).flat()).not.toContain("Dr ida");
    expect((await peopleIn("Bakery")).flat()).toContain("Dr ida");
    // From the next sign-in on, once they may come in again.
    await rows
      .updateTable("memberships")
      .set({ state: "active" })
      .where("user_id", "=", ida as never)
      .execute();
    await all.entered("teams", "ida");
    expect((await peopleIn("Kitchen")).flat()).toContain("Dr ida");
    expect((await peopleIn("Bakery")).flat()).not.toContain("Dr ida");
  });

  it("are those of the provider's organization, whatever others call theirs", async () => {
    const parts = await all.parts();
    const guests = organizationId("guests");
    await addOrganization(parts.database.system.rows, {
      id: guests,
      name: "Guests",
      created_at: 1,
    });
    const sizes = async () =>
      (await listTeams(readingOf(parts, guests))).map(({ name, members }) => [
        name,
        members.length,
      ]);
    const before = await teams();
    await signedIn("kim", ["cooks"], "guests");
    await signedIn("leo", ["cooks"], "guests");
    expect(await sizes()).toEqual([["Kitchen", 2]]);
    await signedIn("kim", [], "guests");
    expect(await sizes()).toEqual([["Kitchen", 1]]);
    expect(await teams()).toEqual(before);
    await signedIn("max", ["cooks"]);
    expect((await peopleIn("Kitchen")).flat()).toContain("Dr max");
    expect(await sizes()).toEqual([["Kitchen", 1]]);
    const check = (await all.admin.ask("/api/v1/audit/check")).json();
    expect(await check).toMatchObject({ ok: true });
  });
});
