// Tests of answers of identity providers that are taken: how they are signed and encrypted, and how providers name things.
import { describe, expect, it } from "vitest";
import {
  anAnswer,
  anAssertion,
  aResponse,
  at,
  base64,
  encrypted,
  issuer,
  ours,
  read,
  requestId,
  settings,
  signed,
  theirs,
  withKey,
} from "./answer.builders.ts";

const ada = {
  issuer,
  subject: "u-4711",
  email: "ada@example.org",
  emailVerified: false,
  name: "Dr Ada",
  groups: ["staff", "chiefs"],
};

describe("an answer of an identity provider", () => {
  it("tells who signed in, for which request, and until when", async () => {
    expect(await read(anAnswer())).toEqual({
      found: ada,
      requestId,
      assertionId: "_assertion",
      until: at + 360_000,
    });
  });

  it("may be signed as a whole, besides its assertion", async () => {
    const both = signed(aResponse(signed(anAssertion())), { name: "Response" });
    expect(await read(base64(both))).toMatchObject({ found: ada });
  });

  it.each(["sha256-rsa-MGF1", "rsa-sha512"])("may be signed with %s", async (name) => {
    const year = name === "rsa-sha512" ? "2001/04" : "2007/05";
    const method = `http://www.w3.org/${year}/xmldsig-more#${name}`;
    const digest = "http://www.w3.org/2001/04/xmlenc#sha512";
    const answer = base64(aResponse(signed(anAssertion(), { method, digest })));
    expect(await read(answer)).toMatchObject({ found: ada });
  });

  it("is taken with any of several certificates, while one follows the other", async () => {
    const next = { ...settings, certificates: [theirs.cert, ...settings.certificates] };
    expect(await read(anAnswer(), next)).toMatchObject({ found: ada });
  });

  it.each([
    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
  ])("may be encrypted for us with %s", async (cipher) => {
    const inside = await encrypted(signed(anAssertion()), ours.cert, { cipher });
    expect(await read(base64(aResponse(inside)), withKey)).toMatchObject({ found: ada });
  });

  it("may have line ends of Windows, also inside its signature", async () => {
    const lines = aResponse(signed(anAssertion())).replaceAll("><", ">\n<");
    const spaced = signed(anAssertion().replaceAll("><", ">\n<"));
    expect(await read(base64(aResponse(spaced).replaceAll("\n", "\r\n")))).toMatchObject({
      found: ada,
    });
    await expect(read(base64(lines))).rejects.toMatchObject({ code: "provider-refused" });
    const value = /(<ds:SignatureValue>)(.{76})/u;
    const wrapped = aResponse(signed(anAssertion())).replace(value, "$1$2&#13;\n");
    expect(await read(base64(wrapped))).toMatchObject({ found: ada });
  });

  it("lets the clocks of two servers differ by a minute", async () => {
    expect(await read(anAnswer(), settings, at + 359_000)).toMatchObject({ found: ada });
    expect(await read(anAnswer(), settings, at - 64_000)).toMatchObject({ found: ada });
  });

  it("knows people by an attribute instead, where the settings name one", async () => {
    const attributes = `<saml:Attribute Name="objectid"><saml:AttributeValue>0f-1</saml:AttributeValue></saml:Attribute>`;
    const nameId = `<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ada@example.org</saml:NameID>`;
    const by = { ...settings, subjectAttribute: "objectid" };
    const answer = anAnswer({ attributes, nameId });
    expect((await read(answer, by)).found).toMatchObject({ subject: "0f-1", groups: [] });
    await expect(read(anAnswer(), by)).rejects.toMatchObject({ code: "no-lasting-id" });
  });

  it("is read as Entra, Keycloak and ADFS name their attributes, or as the settings say", async () => {
    const one = (name: string, value: string) =>
      `<saml:Attribute Name="${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`;
    const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
    const entra = [
      one(`${claims}/emailaddress`, "ada@example.org"),
      one(`${claims}/givenname`, "Ada"),
      one(`${claims}/surname`, "Lovelace"),
      one("http://schemas.microsoft.com/ws/2008/06/identity/claims/groups", "0f-2"),
    ].join("");
    expect((await read(anAnswer({ attributes: entra }))).found).toMatchObject({
      email: "ada@example.org",
      name: "Ada Lovelace",
      groups: ["0f-2"],
    });
    const keycloak = [
      one("urn:oid:1.2.840.113549.1.9.1", "ada@example.org"),
      one("emailVerified", "true"),
      one("memberOf", "/staff"),
    ].join("");
    expect((await read(anAnswer({ attributes: keycloak }))).found).toMatchObject({
      email: "ada@example.org",
      emailVerified: true,
      name: undefined,
      groups: ["/staff"],
    });
    const own = [one("Post", "a@b.example"), one("Wer", "Ada"), one("Rollen", "x")].join("");
    const names = { emailAttribute: "Post", nameAttribute: "Wer", groupsAttribute: "Rollen" };
    expect((await read(anAnswer({ attributes: own }), { ...settings, ...names })).found).toEqual({
      ...ada,
      email: "a@b.example",
      name: "Ada",
      groups: ["x"],
    });
  });
});
