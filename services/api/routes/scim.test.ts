// Tests of SCIM over HTTP: what stays in one organization, who is put out, what is limited, and what the log says.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { madeApiKey } from "#services/contract/accounts.ts";
import { auditList, memberList, teamList } from "#services/contract/organizations.ts";
import { organizationId } from "#services/domain/ids.ts";
import { addOrganization } from "#services/store/store.ts";
import {
  type AccountsApi,
  goodPassword,
  openAccountsApi,
  ownersEmail,
  type TestBrowser,
} from "../accounts.builders.ts";
import { aScimClient, aUser, made, patchOf, type ScimClient, scimKeyOf } from "../scim.builders.ts";

let api: AccountsApi;
let scim: ScimClient;
beforeAll(async () => {
  api = await openAccountsApi();
  scim = aScimClient(api, await scimKeyOf(api.owner));
});
afterAll(() => api.close());

const inactive = patchOf({ op: "replace", path: "active", value: false });
const active = patchOf({ op: "replace", path: "active", value: true });
const idOf = async (email: string): Promise<string> => {
  const filter = encodeURIComponent(`userName eq "${email}"`);
  const [found] = (await scim("GET", `/Users?filter=${filter}`)).body.Resources ?? [];
  if (found === undefined) throw new Error(`There is no ${email}.`);
  return found.id;
};
const entries = async (action: string) =>
  (await api.owner.read(auditList, `/api/v1/audit?action=${action}`)).entries;

/** The owner of another organization. */
const anotherOwner = async (name: string): Promise<TestBrowser> => {
  const { parts, callers } = await api.instance.accounts();
  const { rows } = parts.database.system;
  const organization = organizationId(name);
  await addOrganization(rows, { id: organization, name, created_at: 1 });
  const email = `${name}@example.org`;
  const person = await api.join(email, "member");
  await rows
    .updateTable("memberships")
    .set({ role: "owner", org_id: organization as never })
    .where("user_id", "=", (await idOf(email)) as never)
    .execute();
  callers.forget();
  await person.refresh();
  return person;
};

describe("what the server says of itself", () => {
  it("are its abilities, its resources and their attributes", async () => {
    const config = await scim("GET", "/ServiceProviderConfig");
    expect(config.body).toMatchObject({
      patch: { supported: true },
      filter: { supported: true, maxResults: 500 },
      bulk: { supported: false },
    });
    for (const path of ["/ResourceTypes", "/Schemas"]) {
      const { body } = await scim("GET", path);
      expect(body.totalResults).toBe(2);
      for (const one of body.Resources ?? [])
        expect((await scim("GET", `${path}/${one.id}`)).body).toEqual(one);
      expect((await scim("GET", `${path}/none`)).status).toBe(404);
    }
    const nothing = await scim("GET", "/Bulk");
    expect([nothing.status, nothing.type]).toEqual([404, "application/scim+json"]);
  });
});

describe("another organization", () => {
  it("sees none of it: its ids are as unknown as those that nobody has", async () => {
    const other = await anotherOwner("elsewhere");
    const foreign = aScimClient(api, await scimKeyOf(other));
    const user = await made(
      scim("POST", "/Users", aUser("ours@example.org", { externalId: "X1" })),
    );
    const member = { members: [{ value: user }] };
    const group = await made(scim("POST", "/Groups", { displayName: "Ours", ...member }));
    const shown = async ([method, path, body]: readonly [string, string, unknown?]) => {
      const answer = await foreign(method, path, body);
      return [
        method,
        answer.status,
        JSON.stringify(answer.body).replaceAll(user, "").replaceAll(group, ""),
      ];
    };
    for (const [name, mine, missing, body] of [
      ["Users", user, "usr_0000000000000000", aUser("x@example.org")],
      ["Groups", group, "tea_0000000000000000", { displayName: "X" }],
    ] as const)
      for (const [method, sent] of [
        ["GET", undefined],
        ["PUT", body],
        ["PATCH", patchOf({ op: "add", path: "externalId", value: "Y" })],
        ["DELETE", undefined],
      ] as const) {
        const asked = await shown([method, `/${name}/${mine}`, sent]);
        expect(asked[1]).toBe(404);
        expect(asked).toEqual(await shown([method, `/${name}/${missing}`, sent]));
      }
    for (const filter of [
      'externalId eq "X1"',
      `id eq "${user}"`,
      'userName eq "ours@example.org"',
    ])
      expect(
        (await foreign("GET", `/Users?filter=${encodeURIComponent(filter)}`)).body.totalResults,
      ).toBe(0);
    const theirs = await foreign("POST", "/Groups", { displayName: "Ours", ...member });
    expect(theirs).toMatchObject({ status: 201, body: { members: [] } });
    const patched = patchOf({ op: "add", path: "members", value: [{ value: user }] });
    const after = await foreign("PATCH", `/Groups/${theirs.body.id}`, patched);
    expect(after.body).toMatchObject({ members: [] });
    expect((await scim("GET", `/Groups/${group}`)).body.members).toHaveLength(1);
  });

  it("is told the same of an address that has an account and of one that has none", async () => {
    const other = await anotherOwner("curious");
    const foreign = aScimClient(api, await scimKeyOf(other));
    await api.join("known@example.org", "member");
    const answers = [];
    for (const email of ["known@example.org", "nobody@example.org"]) {
      const { status, body } = await foreign("POST", "/Users", aUser(email, { displayName: "K" }));
      const text = JSON.stringify(body)
        .replaceAll(body.id ?? "", "ID")
        .replaceAll(email, "EMAIL");
      answers.push([status, text]);
    }
    expect(answers[0]).toEqual(answers[1]);
    const { members } = await other.read(memberList, "/api/v1/members");
    const shown = members
      .filter(({ name }) => name === "K")
      .map(({ id: _, email: __, ...one }) => one);
    expect(shown).toHaveLength(2);
    expect(shown[0]).toEqual(shown[1]);
    expect(shown[0]).toMatchObject({ state: "invited", keptByScim: true, lastSeenAt: null });
    const known = members.find(({ email }) => email === "known@example.org");
    for (const path of ["reset-link", "reset-second-factor"]) {
      const refused = await other.ask(`/api/v1/members/${known?.id}/${path}`, { method: "POST" });
      expect([refused.status, refused.code]).toEqual([409, "not-joined"]);
    }
    const let_in = { method: "PATCH", body: { state: "suspended" } };
    await other.ask(`/api/v1/members/${known?.id}`, let_in);
    await other.ask(`/api/v1/members/${known?.id}`, { method: "PATCH", body: { state: "active" } });
    const again = await other.read(memberList, "/api/v1/members");
    expect(again.members.find(({ id }) => id === known?.id)?.state).toBe("invited");
    const rename = patchOf({ op: "replace", path: "displayName", value: "Taken over" });
    await foreign("PATCH", `/Users/${known?.id}`, rename);
    const { members: ours } = await api.owner.read(memberList, "/api/v1/members");
    expect(ours.find(({ email }) => email === "known@example.org")?.name).toBe("known");
  });
});

describe("being put out and let in", () => {
  it("takes a member out at once, with sessions and keys, and lets them sign in again", async () => {
    const person = await api.join("tess@example.org", "member");
    const { secret } = await person.read(madeApiKey, "/api/v1/account/keys", {
      body: { name: "k", scopes: ["read"] },
    });
    const id = await idOf("tess@example.org");
    expect((await scim("PATCH", `/Users/${id}`, inactive)).body["active"]).toBe(false);
    expect((await person.ask("/api/v1/collections")).status).toBe(401);
    const byKey = { headers: { authorization: `Bearer ${secret}` } };
    expect((await api.ask("/api/v1/collections", byKey)).status).toBe(401);
    expect((await person.signIn("tess@example.org")).code).toBe("suspended");
    const [entry] = await entries("member.suspended");
    expect(entry).toMatchObject({ actor: "key Provider", target: id });
    expect((await scim("PATCH", `/Users/${id}`, active)).body["active"]).toBe(true);
    expect((await person.signIn("tess@example.org")).status).toBe(200);
    expect((await person.ask("/api/v1/collections")).status).toBe(200);
  });

  it("keeps the last owner", async () => {
    const id = await idOf(ownersEmail);
    for (const asked of [
      scim("PATCH", `/Users/${id}`, inactive),
      scim("PUT", `/Users/${id}`, aUser(ownersEmail, { active: false })),
      scim(
        "PATCH",
        `/Users/${id}`,
        patchOf({ op: "replace", path: "roles", value: [{ value: "member" }] }),
      ),
      scim("DELETE", `/Users/${id}`),
    ]) {
      const { status, body } = await asked;
      expect([status, body.detail]).toEqual([
        409,
        "The last owner stays one. Make somebody else an owner first.",
      ]);
    }
    expect((await api.owner.ask("/api/v1/account")).status).toBe(200);
  });

  it("leaves what a removed member owned to the owner", async () => {
    const person = await api.join("paul@example.org", "member");
    await person.ask("/api/v1/collections", { body: { name: "Paul's" } });
    expect((await scim("DELETE", `/Users/${await idOf("paul@example.org")}`)).status).toBe(204);
    expect((await api.owner.ask("/api/v1/collections")).text).toContain("Paul's");
    const [entry] = await entries("member.remove");
    expect(entry).toMatchObject({ actor: "key Provider", details: { collections: 1 } });
  });
});

describe("members and teams", () => {
  it("are marked as kept by SCIM, with the role that was given", async () => {
    const roles = [{ value: "Viewer", primary: true }];
    const id = await made(scim("POST", "/Users", aUser("vera@example.org", { roles })));
    const { members } = await api.owner.read(memberList, "/api/v1/members");
    expect(members.find((one) => one.id === id)).toMatchObject({
      role: "viewer",
      state: "invited",
      keptByScim: true,
    });
    expect(members.find(({ email }) => email === ownersEmail)?.keptByScim).toBe(false);
    const wrong = await scim(
      "POST",
      "/Users",
      aUser("w@example.org", { roles: [{ value: "chief" }] }),
    );
    expect(wrong.body).toMatchObject({ status: "400", scimType: "invalidValue" });
    const [entry] = await entries("member.invited");
    expect(entry).toMatchObject({ target: id, details: { role: "viewer" } });
  });

  it("are shared with like any other", async () => {
    const id = await made(scim("POST", "/Users", aUser("gus@example.org")));
    const group = { displayName: "Gardeners", members: [{ value: id }] };
    const team = await made(scim("POST", "/Groups", group));
    const { teams } = await api.owner.read(teamList, "/api/v1/teams");
    expect(teams.find((one) => one.id === team)).toMatchObject({
      name: "Gardeners",
      keptByScim: true,
      members: [{ id }],
    });
    expect((await scim("GET", `/Users/${id}`)).body["groups"]).toEqual([
      { value: team, display: "Gardeners" },
    ]);
  });

  it("are chains that hold in the log", async () => {
    const check = (await api.owner.ask("/api/v1/audit/check")).json();
    expect(check).toMatchObject({ ok: true });
  });
});

describe("what is not understood or too much", () => {
  it.each([
    ["POST", "/Users", { userName: "no address" }, 400, "invalidValue"],
    ["POST", "/Users", {}, 400, "invalidValue"],
    [
      "POST",
      "/Users",
      aUser("x@example.org", { displayName: "x".repeat(300) }),
      400,
      "invalidValue",
    ],
    ["POST", "/Users", aUser("x@example.org", { active: "perhaps" }), 400, "invalidValue"],
    ["POST", "/Groups", { displayName: "" }, 400, "invalidValue"],
    ["GET", "/Users?filter=userName", undefined, 400, "invalidFilter"],
    ["GET", `/Users?filter=${"x".repeat(3000)}`, undefined, 400, "invalidValue"],
    ["GET", "/Users?startIndex=x", undefined, 400, "invalidValue"],
    [
      "POST",
      "/Groups",
      { displayName: "g", members: Array(10_001).fill({ value: "x" }) },
      400,
      "invalidValue",
    ],
    ["POST", "/Users", { userName: `${"x".repeat(1_100_000)}@example.org` }, 413, undefined],
  ])("is refused: %s %s", async (method, path, body, status, scimType) => {
    const answer = await scim(method, path, body);
    expect([answer.status, answer.body.scimType]).toEqual([status, scimType]);
  });

  it("changes nothing where one operation of several is wrong", async () => {
    const id = await made(
      scim("POST", "/Users", aUser("whole@example.org", { displayName: "Before" })),
    );
    const answer = await scim(
      "PATCH",
      `/Users/${id}`,
      patchOf(
        { op: "replace", path: "displayName", value: "After" },
        { op: "replace", path: "userName", value: "nonsense" },
      ),
    );
    expect(answer.status).toBe(400);
    expect((await scim("GET", `/Users/${id}`)).body["displayName"]).toBe("Before");
    const many = Array(1001).fill({ op: "replace", path: "active", value: true });
    expect((await scim("PATCH", `/Users/${id}`, patchOf(...many))).status).toBe(400);
    const body = '{"userName":"a@example.org","__proto__":{"active":false}}';
    const headers = {
      authorization: `Bearer ${await scimKeyOf(api.owner)}`,
      "content-type": "application/scim+json",
    };
    expect((await api.ask("/scim/v2/Users", { method: "POST", headers, body })).status).toBe(400);
  });
});

it("a shell that nobody used is gone with its membership, and its address is free", async () => {
  const id = await made(scim("POST", "/Users", aUser("brief@example.org")));
  await scim("DELETE", `/Users/${id}`);
  const person = await api.join("brief@example.org", "member");
  expect((await person.ask("/api/v1/account")).status).toBe(200);
  expect(await idOf("brief@example.org")).not.toBe(id);
});

it("whoever is expected joins by an invitation too, and is one member", async () => {
  const id = await made(scim("POST", "/Users", aUser("ivy@example.org", { displayName: "Ivy" })));
  const person = await api.join("ivy@example.org", "member");
  const account = (await person.ask("/api/v1/account")).json() as { user: { id: string } };
  expect(account.user.id).toBe(id);
  expect((await person.signIn("ivy@example.org", goodPassword)).status).toBe(200);
  const { members } = await api.owner.read(memberList, "/api/v1/members");
  expect(members.filter(({ email }) => email === "ivy@example.org")).toMatchObject([
    { state: "active", keptByScim: true },
  ]);
});
