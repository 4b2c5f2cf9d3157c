// The requests that Okta sends, in the order of its published test of SCIM servers and of its life with an application.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AccountsApi, openAccountsApi, ownersEmail } from "../accounts.builders.ts";
import { aScimClient, made, patchOf, type ScimClient, scimKeyOf, urn } from "../scim.builders.ts";

let api: AccountsApi;
let okta: ScimClient;
beforeAll(async () => {
  api = await openAccountsApi();
  okta = aScimClient(api, await scimKeyOf(api.owner));
});
afterAll(() => api.close());

const email = "Isaac.Brock@example.com";
const isaac = {
  schemas: [urn("User")],
  userName: email,
  name: { givenName: "Isaac", familyName: "Brock" },
  emails: [{ primary: true, value: email, type: "work" }],
  displayName: "Isaac Brock",
  locale: "en-US",
  externalId: "00ujl29u0le5T6Aj10h7",
  groups: [],
  password: "1mz050nq",
  active: true,
};
const byName = (name: string) =>
  `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}&startIndex=1&count=100`;

it("finds the users, one of them, and nobody where there is nobody", async () => {
  const users = await okta("GET", "/Users?count=1&startIndex=1");
  expect(users).toMatchObject({ status: 200, type: "application/scim+json" });
  expect(users.body).toMatchObject({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    itemsPerPage: 1,
    startIndex: 1,
    totalResults: 1,
  });
  const [first] = users.body.Resources ?? [];
  expect(first).toMatchObject({ userName: ownersEmail, active: true });
  const one = await okta("GET", `/Users/${first?.id}`);
  expect(one.status).toBe(200);
  expect(one.body).toEqual(first);
  const found = await okta("GET", byName(ownersEmail));
  expect(found.body.Resources?.map(({ id }) => id)).toEqual([first?.id]);
  const nobody = await okta("GET", byName("abcdefgh@example.com"));
  expect([nobody.status, nobody.body.totalResults, nobody.body.Resources]).toEqual([200, 0, []]);
  const missing = await okta("GET", "/Users/010101001010101011001010101011");
  expect(missing).toMatchObject({
    status: 404,
    type: "application/scim+json",
    body: {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: "404",
      detail: "There is no such user.",
    },
  });
});

it("makes a user once, and finds that it is there", async () => {
  expect((await okta("GET", byName(email))).body.totalResults).toBe(0);
  const answer = await okta("POST", "/Users", isaac);
  expect(answer.status).toBe(201);
  const { groups: _, password: __, locale: ___, ...kept } = isaac;
  expect(answer.body).toMatchObject(kept);
  expect(answer.body).not.toHaveProperty("password");
  expect(answer.location).toBe(`http://localhost/scim/v2/Users/${answer.body.id}`);
  const again = await okta("POST", "/Users", isaac);
  expect([again.status, again.body.scimType]).toEqual([409, "uniqueness"]);
  const upper = await okta("POST", "/Users", { ...isaac, userName: email.toUpperCase() });
  expect(upper.status).toBe(409);
  const found = await okta("GET", byName(email.toLowerCase()));
  expect(found.body.Resources).toMatchObject([{ id: answer.body.id, userName: email }]);
});

it("changes the profile by PUT, leaves and returns by PATCH", async () => {
  const found = await okta("GET", byName(email));
  const [user] = found.body.Resources ?? [];
  const at = `/Users/${user?.id}`;
  const name = { givenName: "Isaac Kristofer", familyName: "Brock" };
  const put = await okta("PUT", at, { ...user, name, displayName: "I. K. Brock" });
  expect(put).toMatchObject({ status: 200, body: { name, displayName: "I. K. Brock" } });
  const out = await okta("PATCH", at, patchOf({ op: "replace", value: { active: false } }));
  expect(out).toMatchObject({ status: 200, body: { active: false, name } });
  expect((await okta("GET", at)).body["active"]).toBe(false);
  const back = await okta("PUT", at, { ...isaac, id: user?.id });
  expect(back).toMatchObject({ status: 200, body: { active: true, displayName: "Isaac Brock" } });
});

it("pushes a group, renames it, and changes its members", async () => {
  const [user] = (await okta("GET", byName(email))).body.Resources ?? [];
  const other = await made(okta("POST", "/Users", { ...isaac, userName: "eva@example.com" }));
  expect((await okta("GET", "/Groups?startIndex=1&count=100")).body.totalResults).toBe(0);
  const group = await okta("POST", "/Groups", {
    schemas: [urn("Group")],
    displayName: "Test SCIMv2",
    members: [{ value: user?.id, display: email }],
  });
  expect(group).toMatchObject({ status: 201, body: { members: [{ value: user?.id }] } });
  const at = `/Groups/${group.body.id}`;
  const members = async () => (await okta("GET", at)).body.members?.map(({ value }) => value);
  const rename = { id: group.body.id, displayName: "Test SCIMv2 B" };
  const renamed = await okta("PATCH", at, patchOf({ op: "replace", value: rename }));
  expect(renamed).toMatchObject({ status: 200, body: { displayName: "Test SCIMv2 B" } });
  const removes = { op: "remove", path: `members[value eq "${user?.id}"]` };
  const adds = { op: "add", path: "members", value: [{ value: other, display: "eva" }] };
  await okta("PATCH", at, patchOf(removes, adds));
  expect(await members()).toEqual([other]);
  const replaces = { op: "replace", path: "members", value: [{ value: user?.id }] };
  await okta("PATCH", at, patchOf(replaces));
  expect(await members()).toEqual([user?.id]);
  const twice = await okta("POST", "/Groups", { displayName: "test scimv2 b" });
  expect([twice.status, twice.body.scimType]).toEqual([409, "uniqueness"]);
  const put = { schemas: [urn("Group")], id: group.body.id, displayName: "Bands", members: [] };
  expect(await okta("PUT", at, put)).toMatchObject({ status: 200, body: { members: [] } });
  expect((await okta("DELETE", at)).status).toBe(204);
  expect((await okta("GET", at)).status).toBe(404);
  expect((await okta("DELETE", at)).status).toBe(404);
});

it("goes through the users in pages", async () => {
  for (let at = 0; at < 5; at++)
    await made(okta("POST", "/Users", { ...isaac, userName: `page${at}@example.com` }));
  const seen: string[] = [];
  const { totalResults = 0 } = (await okta("GET", "/Users?count=0")).body;
  expect(totalResults).toBe(8);
  for (let startIndex = 1; startIndex <= totalResults; startIndex += 3) {
    const { body } = await okta("GET", `/Users?startIndex=${startIndex}&count=3`);
    expect(body).toMatchObject({ totalResults, startIndex });
    seen.push(...(body.Resources ?? []).map(({ id }) => id));
  }
  expect(new Set(seen).size).toBe(totalResults);
  const filtered = await okta(
    "GET",
    `/Users?count=2&startIndex=4&filter=${encodeURIComponent('userName sw "PAGE"')}`,
  );
  expect(filtered.body).toMatchObject({ totalResults: 5, startIndex: 4, itemsPerPage: 2 });
});
