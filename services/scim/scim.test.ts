// Tests of what SCIM's requests mean: filters, patches in the forms that providers send, and parts of resources.
import { describe, expect, it } from "vitest";
import { scimPatch } from "#services/contract/scim.ts";
import { patched, readFilter, selected, spelled, wantedValue } from "./scim.ts";

const anna = {
  id: "usr_A",
  userName: "Anna@Example.org",
  externalId: "X-1",
  active: true,
  name: { givenName: "Anna", familyName: "Berg" },
  emails: [
    { value: "anna@example.org", type: "work", primary: true },
    { value: "anna@home.example", type: "home" },
  ],
};
const matches = (filter: string) => readFilter(filter).matches(anna);

describe("a filter", () => {
  it.each([
    ['userName eq "anna@example.ORG"', true],
    ['USERNAME Eq "anna@example.org"', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "anna@example.org"', true],
    ['externalId eq "X-1"', true],
    ['externalId eq "x-1"', false],
    ['id eq "usr_a"', false],
    ['emails[type eq "work" and value eq "anna@example.org"]', true],
    ['emails[type eq "home" and primary eq true]', false],
    ['emails.value co "HOME"', true],
    ['name.familyName sw "be" and not (active eq false)', true],
    ['userName eq "eva@example.org" or externalId pr', true],
    ["title pr", false],
    ['userName ne "anna@example.org"', false],
  ])("%s is %s", (filter, is) => expect(matches(filter)).toBe(is));

  it.each([
    "",
    "userName",
    "userName eq",
    "userName is 1",
    '(userName eq "a"',
    'userName eq "a" and',
    "userName eq {}",
    `userName eq "a${"\n".repeat(60)}`,
    "(".repeat(1500),
    `${"not ".repeat(400)}active eq true`,
    "emails[type eq",
  ])("that is not one is refused at once: %#", (text) => {
    const started = performance.now();
    expect(() => readFilter(text)).toThrow("The filter is not understood.");
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("tells what an attribute has to be, where it can be only one thing", () => {
    const wanted = (text: string) => wantedValue(readFilter(text), "userName");
    expect(wanted('userName eq "a@b.c"')).toBe("a@b.c");
    expect(wanted('active eq true and username eq "a@b.c"')).toBe("a@b.c");
    expect(wanted('userName eq "a@b.c" or active eq true')).toBeUndefined();
    expect(wanted('not (userName eq "a@b.c")')).toBeUndefined();
  });
});

const patch = (resource: Record<string, unknown>, ...Operations: unknown[]) =>
  patched(resource, scimPatch.parse(spelled({ Operations })).Operations);

describe("a patch", () => {
  it("takes an object instead of a path, as Okta sends it", () => {
    expect(patch(anna, { op: "replace", value: { active: false } })).toEqual({
      ...anna,
      active: false,
    });
    const group = { id: "tea_1", displayName: "Bakers", members: [{ value: "usr_1" }] };
    expect(patch(group, { op: "replace", value: { id: "tea_9", displayName: "Ovens" } })).toEqual({
      ...group,
      displayName: "Ovens",
    });
  });

  it("takes words in other cases, and paths as names of an object, as Entra sends them", () => {
    const made = patch(
      anna,
      { op: "Replace", path: "ACTIVE", value: "False" },
      {
        op: "Add",
        value: {
          "name.givenName": "Ann",
          'emails[type eq "work"].value': "ann@example.org",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Ovens",
        },
      },
    );
    expect(made).toEqual({
      ...anna,
      active: "False",
      name: { givenName: "Ann", familyName: "Berg" },
      emails: [{ value: "ann@example.org", type: "work", primary: true }, anna.emails[1]],
    });
  });

  it("makes the item that a path with a filter finds nothing for", () => {
    expect(
      patch({}, { op: "replace", path: 'emails[type eq "work"].value', value: "a@b.c" }),
    ).toEqual({ emails: [{ type: "work", value: "a@b.c" }] });
    expect(() =>
      patch(anna, { op: "replace", path: 'emails[type eq "other"]', value: { value: "x" } }),
    ).toThrow("There is nothing at this path");
  });

  it("removes members by a filter, by a list of values, or all of them", () => {
    const team = { members: ["usr_1", "usr_2", "usr_3"].map((value) => ({ value, type: "User" })) };
    const left = (operation: unknown) =>
      (patch(team, operation)["members"] as { value: string }[] | undefined)?.map(
        ({ value }) => value,
      );
    expect(left({ op: "remove", path: 'members[value eq "usr_2"]' })).toEqual(["usr_1", "usr_3"]);
    expect(
      left({ op: "Remove", path: "members", value: [{ value: "usr_1" }, { value: "usr_9" }] }),
    ).toEqual(["usr_2", "usr_3"]);
    expect(left({ op: "remove", path: "members" })).toBeUndefined();
    expect(
      left({ op: "add", path: "members", value: [{ value: "usr_3" }, { value: "usr_4" }] }),
    ).toEqual(["usr_1", "usr_2", "usr_3", "usr_4"]);
    expect(left({ op: "replace", path: "members", value: [{ value: "usr_9" }] })).toEqual([
      "usr_9",
    ]);
  });

  it("removes one attribute, one part of one, and what is replaced by nothing", () => {
    expect(patch(anna, { op: "remove", path: "externalId" })).not.toHaveProperty("externalId");
    expect(patch(anna, { op: "remove", path: "name.givenName" })["name"]).toEqual({
      familyName: "Berg",
    });
    expect(patch(anna, { op: "replace", path: "displayName", value: null })).toEqual(anna);
  });

  it("reaches nothing that is no attribute", () => {
    for (const path of ["constructor.prototype", "prototype.polluted", "meta.created"])
      expect(patch(anna, { op: "add", path, value: "yes" })).toEqual(anna);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    for (const path of ["__proto__.polluted", "name..x", "[a eq 1]", "emails[type eq", "a b"])
      expect(() => patch(anna, { op: "add", path, value: 1 })).toThrow("is not understood");
    expect(() => patch(anna, { op: "remove" })).toThrow("There is nothing at this path");
    expect(() => patch(anna, { op: "move", path: "active", value: 1 })).toThrow();
  });
});

it("a resource is sent in part where that is asked for, its id in any case", () => {
  expect(Object.keys(selected(anna, { attributes: "username,name.familyName" }))).toEqual([
    "id",
    "userName",
    "name",
  ]);
  expect(selected(anna, { excludedAttributes: "emails, NAME,id" })).toEqual({
    id: "usr_A",
    userName: anna.userName,
    externalId: "X-1",
    active: true,
  });
});
