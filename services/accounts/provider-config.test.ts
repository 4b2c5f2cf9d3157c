// Tests of the list of sign-in providers: read from JSON or a file, with mistakes named by their field.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readProviders, roleOfGroups } from "./provider-config.ts";

const keycloak = {
  id: "work",
  name: "Work",
  kind: "oidc",
  issuer: "https://id.example.org/realms/work",
  clientId: "parlance",
  clientSecret: "4f1c0e3c",
  groupsClaim: "groups",
  roles: { staff: "member", chiefs: "admin" },
};
const google = { id: "google", name: "Google", kind: "google", clientId: "g", clientSecret: "s1" };
const github = { id: "github", name: "GitHub", kind: "github", clientId: "h", clientSecret: "s2" };
const read = (list: unknown) => readProviders({ PARLANCE_SIGN_IN_PROVIDERS: JSON.stringify(list) });

describe("the list of sign-in providers", () => {
  it("is empty where it is not set", () => {
    expect(readProviders({})).toEqual([]);
    expect(readProviders({ PARLANCE_SIGN_IN_PROVIDERS: "" })).toEqual([]);
  });

  it("is read from JSON and from a file", () => {
    const list = read([keycloak, google, github]);
    expect(list).toEqual([
      keycloak,
      { ...google, issuer: "https://accounts.google.com" },
      { ...github, issuer: "https://github.com" },
    ]);
    const folder = mkdtempSync(join(tmpdir(), "parlance-providers-"));
    try {
      const path = join(folder, "providers.json");
      writeFileSync(path, JSON.stringify([keycloak, google, github]));
      expect(readProviders({ PARLANCE_SIGN_IN_PROVIDERS: path })).toEqual(list);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says who gets an account, and where", () => {
    const more = { newAccounts: "anyone", organization: "org_default", verifiedEmails: true };
    expect(read([{ ...keycloak, ...more }])).toEqual([{ ...keycloak, ...more }]);
  });

  it("takes a GitHub Enterprise Server, and plain http for a provider on this machine", () => {
    const [own] = read([{ ...github, issuer: "https://git.example.org" }]);
    expect(own?.issuer).toBe("https://git.example.org");
    expect(read([{ ...keycloak, issuer: "http://127.0.0.1:8080", allowHttp: true }])).toHaveLength(
      1,
    );
  });

  it.each([
    ["[0].issuer", { ...keycloak, issuer: undefined }],
    ["[0].issuer", { ...keycloak, issuer: "id.example.org" }],
    ["[0].issuer", { ...keycloak, issuer: "http://id.example.org" }],
    ["[0].issuer", { ...keycloak, issuer: "http://id.example.org", allowHttp: true }],
    ["[0].issuer", { ...keycloak, issuer: "http://127.0.0.1:8080" }],
    ["[0].issuer", { ...keycloak, issuer: "https://u:p@id.example.org" }],
    ["[0].clientSecret", { ...keycloak, clientSecret: "" }],
    ["[0].clientSecret", { ...keycloak, clientSecret: "changeme" }],
    ["[0].clientId", { ...keycloak, clientId: 7 }],
    ["[0].id", { ...keycloak, id: "../x" }],
    ["[0].kind", { ...keycloak, kind: "saml" }],
    ["[0].roles.staff", { ...keycloak, roles: { staff: "king" } }],
    ["[0].groupsClaim", { ...keycloak, groupsClaim: undefined }],
    ["[0].groupsClaim", { ...github, groupsClaim: "orgs" }],
    ["[0].newAccounts", { ...keycloak, newAccounts: "all" }],
    ["[0].organization", { ...keycloak, organization: "Ours" }],
    ["[0].verifiedEmails", { ...github, verifiedEmails: true }],
    ["clientSecrets", { ...keycloak, clientSecrets: "x" }],
  ])("names the field %s where it is wrong", (field, entry) => {
    expect(() => read([entry])).toThrow(
      expect.objectContaining({
        kind: "rejected",
        code: "bad-setting",
        message: expect.stringContaining(field),
      }),
    );
  });

  it("names ids that are there twice, files that are missing, and JSON that is none, without quoting secrets", () => {
    expect(() => read([google, { ...github, id: "google" }])).toThrow("[1].id is there twice");
    expect(() => read({ providers: [] })).toThrow("is not a list");
    expect(() => readProviders({ PARLANCE_SIGN_IN_PROVIDERS: "/nowhere.json" })).toThrow("ENOENT");
    for (const text of ['[{"clientSecret": "s3cr3t-of-ours", oops}]', '["s3cr3t-of-ours"'])
      try {
        readProviders({ PARLANCE_SIGN_IN_PROVIDERS: text });
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: "bad-setting" });
        expect(`${error} ${(error as Error).cause}`).not.toContain("s3cr3t");
      }
  });
});

describe("the role of groups", () => {
  it("is the most powerful that any of them gives", () => {
    expect(roleOfGroups({ roles: { a: "viewer", b: "admin", c: "member" } }, ["c", "b"])).toBe(
      "admin",
    );
    expect(roleOfGroups({ roles: { a: "viewer" } }, ["x", "constructor"])).toBeUndefined();
    expect(roleOfGroups({ roles: undefined }, ["a"])).toBeUndefined();
  });
});
