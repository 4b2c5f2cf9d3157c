// The requests that Microsoft Entra sends, in the order of its published examples and of its validator.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AccountsApi, openAccountsApi } from "../accounts.builders.ts";
import { aScimClient, made, patchOf, type ScimClient, scimKeyOf, urn } from "../scim.builders.ts";

let api: AccountsApi;
let entra: ScimClient;
beforeAll(async () => {
  api = await openAccountsApi();
  entra = aScimClient(api, await scimKeyOf(api.owner));
});
afterAll(() => api.close());

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const aPerson = (userName: string) => ({
  schemas: [urn("User"), enterprise],
  externalId: randomUUID(),
  userName,
  active: true,
  emails: [{ primary: true, type: "work", value: userName }],
  meta: { resourceType: "User" },
  name: { formatted: "Given Family", familyName: "Family", givenName: "Given" },
  title: "Baker",
  roles: [],
  [enterprise]: { department: "Ovens", manager: { value: "none" } },
});
const where = (filter: string, more = "") => `?filter=${encodeURIComponent(filter)}${more}`;

describe("users", () => {
  it("are asked for before anything else, by a name that nobody has", async () => {
    const { status, body } = await entra("GET", `/Users${where(`userName eq "${randomUUID()}"`)}`);
    expect([status, body]).toEqual([
      200,
      {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        totalResults: 0,
        startIndex: 1,
        itemsPerPage: 0,
        Resources: [],
      },
    ]);
  });

  it("are made, and found by each of what they can be matched by", async () => {
    const person = aPerson("Test_User_ab6490ee@testuser.com");
    const { status, body } = await entra("POST", "/Users", person);
    expect(status).toBe(201);
    const { externalId, userName, emails, name } = person;
    expect(body).toMatchObject({ externalId, userName, emails, name, active: true });
    expect(body).not.toHaveProperty("title");
    for (const filter of [
      `userName eq "${userName}"`,
      `userName Eq "${userName.toLowerCase()}"`,
      `externalId eq "${externalId}"`,
      `id eq "${body.id}"`,
      `emails[type eq "work"].value eq "${userName}"`,
      `externalId eq "${externalId}" and active eq true`,
    ]) {
      const found = await entra("GET", `/Users${where(filter)}`);
      expect(
        found.body.Resources?.map(({ id }) => id),
        filter,
      ).toEqual([body.id]);
    }
    const none = await entra(
      "GET",
      `/Users${where(`externalId eq "${externalId.toUpperCase()}"`)}`,
    );
    expect(none.body.totalResults).toBe(0);
    expect((await entra("POST", "/Users", person)).status).toBe(409);
  });

  it("are changed by operations with capitals, paths with filters, and words for truth", async () => {
    const id = await made(entra("POST", "/Users", aPerson("changing@testuser.com")));
    const changed = await entra(
      "PATCH",
      `/Users/${id}`,
      patchOf(
        { op: "Replace", path: 'emails[type eq "work"].value', value: "updated@testuser.com" },
        { op: "Replace", path: "name.familyName", value: "Updated" },
        { op: "Add", path: `${enterprise}:department`, value: "Flour" },
        { op: "Add", path: "displayName", value: "Given Updated" },
      ),
    );
    expect(changed).toMatchObject({
      status: 200,
      body: {
        displayName: "Given Updated",
        name: { familyName: "Updated", givenName: "Given" },
        emails: [{ value: "updated@testuser.com", type: "work", primary: true }],
      },
    });
    const single = await entra(
      "PATCH",
      `/Users/${id}`,
      patchOf({ op: "Replace", path: "userName", value: "5b50642d@testuser.com" }),
    );
    expect(single).toMatchObject({ status: 200, body: { userName: "5b50642d@testuser.com" } });
    const found = await entra("GET", `/Users${where('userName eq "5B50642D@testuser.com"')}`);
    expect(found.body.Resources?.map((one) => one.id)).toEqual([id]);
    for (const [value, active] of [
      ["False", false],
      ["True", true],
      [false, false],
      [true, true],
    ] as const) {
      const operation = { op: "Replace", path: "active", value };
      const { body } = await entra("PATCH", `/Users/${id}`, patchOf(operation));
      expect(body["active"]).toBe(active);
    }
    const object = { op: "replace", value: { active: "False", "name.givenName": "G." } };
    expect((await entra("PATCH", `/Users/${id}`, patchOf(object))).body).toMatchObject({
      active: false,
      name: { givenName: "G." },
    });
  });

  it("are not given the name of another, nor one that is no address", async () => {
    const one = await made(entra("POST", "/Users", aPerson("first@testuser.com")));
    await made(entra("POST", "/Users", aPerson("second@testuser.com")));
    const rename = (value: string) =>
      entra("PATCH", `/Users/${one}`, patchOf({ op: "Replace", path: "userName", value }));
    expect((await rename("Second@testuser.com")).body).toMatchObject({
      status: "409",
      scimType: "uniqueness",
    });
    expect((await rename("second")).body).toMatchObject({
      status: "400",
      scimType: "invalidValue",
    });
    expect((await entra("GET", `/Users/${one}`)).body["userName"]).toBe("first@testuser.com");
  });

  it("are deleted, and gone", async () => {
    const id = await made(entra("POST", "/Users", aPerson("leaving@testuser.com")));
    expect((await entra("DELETE", `/Users/${id}`)).status).toBe(204);
    expect((await entra("GET", `/Users/${id}`)).status).toBe(404);
    expect((await entra("DELETE", `/Users/${id}`)).status).toBe(404);
    await made(entra("POST", "/Users", aPerson("leaving@testuser.com")));
  });
});

describe("groups", () => {
  const aGroup = (displayName: string) => ({
    schemas: [
      urn("Group"),
      "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
    ],
    externalId: randomUUID(),
    displayName,
    meta: { resourceType: "Group" },
  });

  it("are made without members, and found without them", async () => {
    const group = aGroup("Group1DisplayName");
    const { status, body } = await entra("POST", "/Groups", group);
    expect(status).toBe(201);
    expect(body).toMatchObject({ displayName: group.displayName, externalId: group.externalId });
    const one = await entra("GET", `/Groups/${body.id}?excludedAttributes=members`);
    expect(one.body).not.toHaveProperty("members");
    const byName = where('displayName eq "group1displayname"', "&excludedAttributes=members");
    const found = await entra("GET", `/Groups${byName}`);
    expect(found.body.Resources).toEqual([one.body]);
    const byExternal = await entra("GET", `/Groups${where(`externalId eq "${group.externalId}"`)}`);
    expect(byExternal.body.Resources?.map(({ id }) => id)).toEqual([body.id]);
  });

  it("are renamed, and given and taken members", async () => {
    const id = await made(entra("POST", "/Groups", aGroup("Bakers")));
    const at = `/Groups/${id}`;
    const ann = await made(entra("POST", "/Users", aPerson("ann@testuser.com")));
    const bob = await made(entra("POST", "/Users", aPerson("bob@testuser.com")));
    const change = (operation: unknown) => entra("PATCH", at, patchOf(operation));
    const members = async () =>
      (await entra("GET", at)).body.members?.map(({ value }) => value).toSorted();
    const rename = { op: "Replace", path: "displayName", value: "Ovens" };
    expect((await change(rename)).body["displayName"]).toBe("Ovens");
    const both = [{ $ref: null, value: ann }, { value: bob }];
    await change({ op: "Add", path: "members", value: both });
    expect(await members()).toEqual([ann, bob].toSorted());
    const isIn = await entra("GET", `/Groups${where(`id eq "${id}" and members eq "${ann}"`)}`);
    expect(isIn.body.totalResults).toBe(1);
    const valued = await entra("GET", `/Groups${where(`members[value eq "${ann}"]`)}`);
    expect(valued.body.Resources?.map((one) => one.id)).toEqual([id]);
    await change({ op: "Remove", path: "members", value: [{ $ref: null, value: ann }] });
    expect(await members()).toEqual([bob]);
    await change({ op: "Remove", path: `members[value eq "${bob}"]` });
    expect(await members()).toEqual([]);
    expect((await entra("GET", `/Users/${bob}`)).body).not.toHaveProperty("groups");
    expect((await entra("DELETE", at)).status).toBe(204);
  });
});
