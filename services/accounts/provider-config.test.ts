// Tests of the list of sign-in providers: read from JSON or a file, with mistakes named by their field.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { aCertificate } from "./certificate.builders.ts";
import { readProviders, roleOfGroups, teamsOfGroups } from "./provider-config.ts";

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
    const [server] = read([{ ...github, issuer: "https://git.example.org" }]);
    expect(server?.issuer).toBe("https://git.example.org");
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
    ["[0].kind", { ...keycloak, kind: "ldap" }],
    ["[0].kind", { ...keycloak, kind: undefined }],
    ["[0].roles.staff", { ...keycloak, roles: { staff: "king" } }],
    ["[0].groupsClaim", { ...keycloak, groupsClaim: undefined }],
    [
      "[0].groupsClaim",
      { ...keycloak, groupsClaim: undefined, roles: undefined, teams: { a: "b" } },
    ],
    ["[0].teams maps groups", { ...keycloak, teams: ["staff"] }],
    ["[0].teams.staff is no name", { ...keycloak, teams: { staff: " " } }],
    ["[0].teams.staff is no name", { ...keycloak, teams: { staff: 7 } }],
    ["[0].teams is not for Google", { ...google, groupsClaim: "groups", teams: { a: "b" } }],
    ["[0].teams is not for Google", { ...github, teams: { a: "b" } }],
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

const idp = aCertificate("id.example.org", 2048);
const next = aCertificate("id.example.org", 2048);
const ours = aCertificate("talk.example.org", 2048);
const short = (pem: string) => pem.replaceAll(/-----[^-]+-----|\s/gu, "");
const keyFor = (use: string, cert: string) =>
  `<KeyDescriptor${use}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${short(cert)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`;
const door = (binding: string, path: string) =>
  `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${binding}" Location="https://id.example.org/${path}"/>`;
const keys = keyFor(' use="signing"', idp.cert) + keyFor("", next.cert);
const doors = door("POST", "post") + door("Redirect", "in");
const metadata = (inside = keys + keyFor(' use="encryption"', ours.cert) + doors) =>
  `<?xml version="1.0"?><!-- of the test --><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://id.example.org">
   <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${inside}</IDPSSODescriptor></EntityDescriptor>`;
const saml = { id: "company", name: "Company", kind: "saml" };
const known = {
  issuer: "https://id.example.org",
  signInUrl: "https://id.example.org/in",
  certificates: [idp.cert, next.cert],
};
const own = { privateKey: ours.key, certificate: ours.cert };

describe("a provider of SAML", () => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-saml-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is read from the metadata of the identity provider, or from what stands in it", () => {
    expect(read([{ ...saml, metadata: metadata() }])).toEqual([{ ...saml, ...known }]);
    const certificates = [short(idp.cert), next.cert];
    expect(read([{ ...saml, ...known, certificates, ...own }])).toEqual([
      { ...saml, ...known, ...own },
    ]);
    // What was read can be read again.
    const [config] = read([{ ...saml, metadata: metadata(), ...own }]);
    expect(read([config])).toEqual([config]);
  });

  it("takes metadata and keys from files", () => {
    const at = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const files = {
      metadataFile: at("idp.xml", metadata()),
      privateKeyFile: at("key.pem", ours.key),
      certificateFile: at("cert.pem", ours.cert),
    };
    expect(read([{ ...saml, ...files }])).toEqual([{ ...saml, ...known, ...own }]);
    expect(() => read([{ ...saml, metadataFile: "/nowhere.xml" }])).toThrow("ENOENT");
  });

  it.each([
    ["[0].issuer is missing", saml],
    ["[0].signInUrl is missing", { ...saml, ...known, signInUrl: undefined }],
    ["[0].signInUrl names an address", { ...saml, ...known, signInUrl: "http://id.example.org" }],
    ["[0].signInUrl is no address", { ...saml, ...known, signInUrl: "id.example.org" }],
    ["[0].certificates is missing", { ...saml, ...known, certificates: undefined }],
    ["[0].certificates is no certificate", { ...saml, ...known, certificates: ["AAAA"] }],
    [
      "[0].certificates is not of an RSA key",
      { ...saml, ...known, certificates: [aCertificate().cert] },
    ],
    [
      "[0].certificates is not of an RSA key",
      { ...saml, ...known, certificates: [aCertificate("x", 1024).cert] },
    ],
    ["[0].metadata is no XML", { ...saml, metadata: "https://id.example.org/metadata" }],
    ["[0].metadata has a document type", { ...saml, metadata: `<!DOCTYPE a>${metadata()}` }],
    ["[0].metadata is not the XML of SAML 2.0", { ...saml, metadata: "<EntityDescriptor/>" }],
    [
      "[0].metadata is not that of an identity provider",
      { ...saml, metadata: metadata().replaceAll("IDPSSO", "SPSSO") },
    ],
    ["[0].metadata names no address", { ...saml, metadata: metadata(keys + door("POST", "post")) }],
    ["[0].metadata holds no certificate", { ...saml, metadata: metadata(doors) }],
    [
      "[0].signInUrl is in the metadata already",
      { ...saml, metadata: metadata(), signInUrl: "https://x.example" },
    ],
    ["[0].certificate is missing", { ...saml, ...known, privateKey: ours.key }],
    ["[0].privateKey is missing", { ...saml, ...known, certificate: ours.cert }],
    ["[0].privateKey is no private key", { ...saml, ...known, ...own, privateKey: "secret" }],
    [
      "[0].privateKey is not that of the certificate",
      { ...saml, ...known, ...own, privateKey: idp.key },
    ],
    ["[0].entityId has", { ...saml, ...known, entityId: "our server" }],
    ["clientSecret", { ...saml, ...known, clientSecret: "x" }],
  ])("says %s", (message, entry) => {
    expect(() => read([entry])).toThrow(
      expect.objectContaining({
        code: "bad-setting",
        message: expect.stringContaining(message),
      }),
    );
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

describe("the teams of groups", () => {
  it("are all that are named, each once, however it is written, and tell who is in them", () => {
    const teams = { cooks: "Kitchen", helpers: "KITCHEN", bakers: "Bakery" };
    expect(teamsOfGroups({ teams }, ["helpers", "constructor"])).toEqual([
      { name: "Kitchen", isIn: true },
      { name: "Bakery", isIn: false },
    ]);
    expect(teamsOfGroups({ teams }, ["cooks", "bakers"]).map(({ isIn }) => isIn)).toEqual([
      true,
      true,
    ]);
    expect(teamsOfGroups({ teams: undefined }, ["cooks"])).toEqual([]);
  });
});
