// Tests of answers of identity providers: what is taken, and what attackers, and providers with other settings, try.
import { describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { aCertificate } from "../certificate.builders.ts";
import {
  anAnswer,
  anAssertion,
  answerUrl,
  aResponse,
  at,
  base64,
  encrypted,
  entityId,
  issuer,
  requestId,
  settings,
  signed,
  time,
} from "./answer.builders.ts";
import { readAnswer } from "./answer.ts";
import type { SamlSettings } from "./saml-settings.ts";

const ours = aCertificate("talk.example.org", 2048);
const theirs = aCertificate("evil.example", 2048);
const withKey = { ...settings, privateKey: ours.key, certificate: ours.cert };

const read = (answer: string, about: SamlSettings = settings, now = at) =>
  readAnswer(answer, about, { entityId, answerUrl }, millis(now));

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

const good = () => signed(anAssertion());
const evil = (id = "_evil") => anAssertion({ id, nameId: persistent("u-1") });
const persistent = (id: string) =>
  `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${id}</saml:NameID>`;
const signatureOf = (xml: string) => /<ds:Signature .*<\/ds:Signature>/su.exec(xml)?.[0] ?? "";
const inside = (xml: string) => base64(aResponse(xml));
const afterIssuer = (assertion: string, more: string) =>
  assertion.replace("</saml:Issuer>", `</saml:Issuer>${more}`);
const sha1 = "http://www.w3.org/2000/09/xmldsig#";
const form = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const doctype = (text: string) => (answer: string) =>
  base64(`<!DOCTYPE samlp:Response [${text}]>${Buffer.from(answer, "base64")}`);

const forged: readonly (readonly [string, () => string | Promise<string>, string])[] = [
  ["no signature", () => inside(anAssertion()), "did not sign its Assertion"],
  [
    "a signature of the response only",
    () => base64(signed(aResponse(anAssertion()), { name: "Response" })),
    "did not sign its Assertion",
  ],
  ["another key", () => inside(signed(anAssertion(), { by: theirs.key })), "another certificate"],
  [
    "a key that it brings along",
    () => {
      const cert = theirs.cert.replaceAll(/-----[^-]+-----|\s/gu, "");
      const info = `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${cert}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
      const own = signed(anAssertion(), { by: theirs.key });
      return inside(own.replace("</ds:Signature>", `${info}</ds:Signature>`));
    },
    "another certificate",
  ],
  ["another NameID", () => inside(good().replace("u-4711", "u-1")), "changed on the way"],
  ["another group", () => inside(good().replace(">staff<", ">owners<")), "changed on the way"],
  [
    "a group more",
    () =>
      inside(
        good().replace(
          "<saml:AttributeValue>",
          "<saml:AttributeValue>owners</saml:AttributeValue><saml:AttributeValue>",
        ),
      ),
    "changed on the way",
  ],
  ["another end", () => inside(good().replace(time(300), time(30_000))), "changed on the way"],
  [
    "another signature",
    () => inside(good().replace(/(<ds:SignatureValue>)..../u, "$1AAAA")),
    "changed on the way",
  ],
  [
    "an empty signature",
    () => inside(good().replace(/(<ds:SignatureValue>)[^<]+/u, "$1")),
    "changed on the way",
  ],
  [
    "SHA-1 in the signature",
    () => inside(signed(anAssertion(), { method: `${sha1}rsa-sha1` })),
    "signs with SHA-1",
  ],
  [
    "SHA-1 in the digest",
    () => inside(signed(anAssertion(), { digest: `${sha1}sha1` })),
    "signs with SHA-1",
  ],
  [
    "a secret that is the certificate",
    () => inside(good().replace(/(<ds:SignatureMethod Algorithm=")[^"]+/u, `$1${sha1}hmac-sha1`)),
    "signs with SHA-1",
  ],
  [
    "an unknown method",
    () => inside(good().replace(/(<ds:SignatureMethod Algorithm=")[^"]+/u, "$1urn:none")),
    'in a way that is not taken ("urn:none")',
  ],
  ["a second assertion before", () => inside(evil() + good()), "one assertion"],
  ["a second assertion behind", () => inside(good() + evil()), "one assertion"],
  [
    "the signed assertion inside the signature of another",
    () => {
      const own = good();
      const object = `<ds:Object>${own.replace(signatureOf(own), "")}</ds:Object></ds:Signature>`;
      return inside(afterIssuer(evil(), signatureOf(own).replace("</ds:Signature>", object)));
    },
    "something else",
  ],
  [
    "the signed assertion inside another one, with its signature taken over",
    () => {
      const own = good();
      const within = `${signatureOf(own)}<saml:Advice>${own.replace(signatureOf(own), "")}</saml:Advice>`;
      return inside(afterIssuer(evil(), within));
    },
    "something else",
  ],
  [
    "another assertion of the same id, with the signed one inside",
    () => {
      const own = good();
      const within = `${signatureOf(own)}<saml:Advice>${own.replace(signatureOf(own), "")}</saml:Advice>`;
      return inside(afterIssuer(evil("_assertion"), within));
    },
    "changed on the way",
  ],
  [
    "the signed assertion in an extension, with another one in its place",
    () => inside(`<samlp:Extensions>${good()}</samlp:Extensions>${evil()}`),
    "did not sign its Assertion",
  ],
  [
    "the signed assertion in an extension, and its signature in another one",
    () =>
      inside(
        `<samlp:Extensions>${good()}</samlp:Extensions>${afterIssuer(evil("_assertion"), signatureOf(good()))}`,
      ),
    "changed on the way",
  ],
  [
    "a signature of the response inside the assertion",
    () => {
      const whole = signed(aResponse(anAssertion()), { name: "Response" });
      const moved = afterIssuer(anAssertion(), signatureOf(whole));
      return base64(whole.replace(signatureOf(whole), "").replace(anAssertion(), moved));
    },
    "something else",
  ],
  [
    "a signature of everything",
    () => inside(good().replace('URI="#_assertion"', 'URI=""')),
    "something else",
  ],
  [
    "a signature of nothing",
    () => inside(good().replace(/<ds:Reference .*<\/ds:Reference>/su, "")),
    "in a way",
  ],
  [
    "two references",
    () => inside(good().replace(/(<ds:Reference .*<\/ds:Reference>)/su, "$1$1")),
    "in a way",
  ],
  [
    "two signatures",
    () => inside(good().replace(/(<ds:Signature .*<\/ds:Signature>)/su, "$1$1")),
    "did not sign",
  ],
  [
    "a transform that leaves parts out",
    () => inside(good().replace(enveloped, "http://www.w3.org/TR/1999/REC-xslt-19991116")),
    "something else",
  ],
  [
    "three transforms",
    () => inside(signed(anAssertion(), { transforms: [enveloped, form, form] })),
    "something else",
  ],
  [
    "a form with comments",
    () => inside(signed(anAssertion(), { form: `${form}WithComments` })),
    "in a way",
  ],
  [
    "a signature of the response that is wrong",
    () => base64(signed(aResponse(good()), { name: "Response", by: theirs.key })),
    "another certificate",
  ],
  [
    "a signature of a response that was changed",
    () =>
      base64(
        signed(aResponse(good()), { name: "Response" }).replace(
          'Version="2.0" IssueInstant',
          'Version="2.0" Consent="x" IssueInstant',
        ),
      ),
    "changed on the way",
  ],
  ["a comment in the NameID", () => inside(good().replace("u-4711", "u-47<!-- -->11")), "comments"],
  [
    "a comment in the NameID that was signed",
    () => anAnswer({ nameId: persistent("u-1<!-- -->.evil") }),
    "comments",
  ],
  [
    "a section of characters in the NameID",
    () => inside(good().replace("u-4711", "<![CDATA[u-4711]]>")),
    "comments",
  ],
  [
    "an instruction in the NameID",
    () => inside(good().replace("u-4711", "u-47<?x y?>11")),
    "comments",
  ],
  ["a document type", () => doctype("")(anAnswer()), "a document type"],
  ["an entity", () => doctype('<!ENTITY who "u-1">')(anAnswer()), "a document type"],
  [
    "an entity of a file",
    () => doctype('<!ENTITY who SYSTEM "file:///etc/passwd">')(anAnswer()),
    "a document type",
  ],
  [
    "an entity of another server",
    () => doctype('<!ENTITY % who SYSTEM "http://127.0.0.1/">%who;')(anAnswer()),
    "a document type",
  ],
  [
    "entities of entities",
    () => doctype('<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">')(anAnswer()),
    "a document type",
  ],
  ["an entity that is not there", () => inside(good().replace("u-4711", "&who;")), "is no XML"],
  ["a prefix that is not there", () => inside(`<x:y/>${good()}`), "is no XML"],
  [
    "an attribute twice",
    () => inside(good().replace('Version="2.0"', 'Version="2.0" Version="2.0"')),
    "is no XML",
  ],
  ["two roots", () => base64(aResponse(good()) + aResponse(evil())), "is no XML"],
  ["an end that is missing", () => base64(aResponse(good()).slice(0, -10)), "is no XML"],
  ["great depth", () => inside("<a>".repeat(3000) + "</a>".repeat(3000)), "nested deeper"],
  ["great length", () => inside(`<a>${"x".repeat(300_000)}</a>`), "longer than"],
  [
    "bytes that are no text",
    () => Buffer.from([0xff, 0xfe, 0x00]).toString("base64"),
    "is no text",
  ],
  ["nothing", () => "", "is no XML"],
  ["a page", () => base64("<html><body>no</body></html>"), "something else than an answer"],
  [
    "an answer of another kind",
    () => base64(aResponse(good()).replaceAll("samlp:Response", "samlp:LogoutResponse")),
    "something else than an answer",
  ],
  [
    "an assertion of another namespace",
    () => inside(good().replaceAll("tc:SAML:2.0:assertion", "tc:SAML:1.0:assertion")),
    "one assertion",
  ],
  [
    "another issuer that was signed",
    () => anAnswer({ issuer: "<saml:Issuer>https://evil.example</saml:Issuer>" }),
    "calls itself",
  ],
  [
    "another issuer of the response",
    () => base64(aResponse(good()).replace(issuer, "https://evil.example")),
    "calls itself",
  ],
  [
    "another audience",
    () =>
      anAnswer({
        restriction:
          "<saml:AudienceRestriction><saml:Audience>https://other.example</saml:Audience></saml:AudienceRestriction>",
      }),
    'answers for "https://other.example"',
  ],
  ["no audience", () => anAnswer({ restriction: "" }), "whom its answer is for"],
  [
    "two audiences at once, one of another",
    () =>
      anAnswer({
        restriction: `<saml:AudienceRestriction><saml:Audience>${entityId}</saml:Audience></saml:AudienceRestriction><saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction>`,
      }),
    'answers for "x"',
  ],
  [
    "a condition that is not known",
    () =>
      anAnswer({
        restriction: `<saml:AudienceRestriction><saml:Audience>${entityId}</saml:Audience></saml:AudienceRestriction><saml:Condition/>`,
      }),
    "not known here",
  ],
  [
    "another recipient",
    () =>
      anAnswer({
        confirmation: `Recipient="https://other.example" NotOnOrAfter="${time(300)}" InResponseTo="${requestId}"`,
      }),
    "answered to",
  ],
  [
    "no recipient",
    () => anAnswer({ confirmation: `NotOnOrAfter="${time(300)}" InResponseTo="${requestId}"` }),
    "answered to nothing",
  ],
  [
    "another destination",
    () =>
      base64(
        aResponse(good(), {
          names: `Destination="https://other.example" InResponseTo="${requestId}"`,
        }),
      ),
    "answered to",
  ],
  [
    "no destination",
    () => base64(aResponse(good(), { names: `InResponseTo="${requestId}"` })),
    "answered to nothing",
  ],
  [
    "another request than was signed",
    () => base64(aResponse(good(), { names: `Destination="${answerUrl}" InResponseTo="_other"` })),
    "for another request",
  ],
  [
    "no request in what was signed",
    () => anAnswer({ confirmation: `Recipient="${answerUrl}" NotOnOrAfter="${time(300)}"` }),
    "for another request",
  ],
  [
    "a confirmation of a key",
    () => anAnswer({ method: "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key" }),
    "no bearer",
  ],
  [
    "no end of its confirmation",
    () => anAnswer({ confirmation: `Recipient="${answerUrl}" InResponseTo="${requestId}"` }),
    "until when",
  ],
  ["a time that is none", () => anAnswer({ conditions: 'NotBefore="yesterday"' }), "no time"],
  ["no sign-in", () => anAnswer({ statement: "" }), "somebody signed in"],
  [
    "a refusal",
    () =>
      base64(
        aResponse("", {
          status:
            '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode>',
        }),
      ),
    "AuthnFailed",
  ],
  [
    "a refusal with a good assertion",
    () =>
      base64(
        aResponse(good(), {
          status: '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"/>',
        }),
      ),
    "Requester",
  ],
  [
    "encryption, where there is no key",
    async () => inside(await encrypted(good(), ours.cert)),
    "no privateKey here",
  ],
];

describe("an answer with", () => {
  it.each(forged)("%s is refused", async (_, make, reason) => {
    const answer = await make();
    await expect(read(answer)).rejects.toMatchObject({
      code: "provider-refused",
      message: expect.stringContaining(reason),
    });
  });

  it.each([
    ["for another key", async () => encrypted(good(), theirs.cert), "not for our certificate"],
    ["but not signed", async () => encrypted(anAssertion(), ours.cert), "did not sign"],
    [
      "by RSA 1.5",
      async () =>
        encrypted(good(), ours.cert, { transport: "http://www.w3.org/2001/04/xmlenc#rsa-1_5" }),
      "not taken",
    ],
    ["but no assertion", async () => encrypted("<a/>", ours.cert), "something else"],
    [
      "with a document type inside",
      async () => encrypted(`<!DOCTYPE a>${good()}`, ours.cert),
      "a document type",
    ],
    [
      "beside another that is not",
      async () => `${await encrypted(good(), ours.cert)}${evil()}`,
      "one assertion",
    ],
  ])("an assertion encrypted %s is refused", async (_, make, reason) => {
    await expect(read(inside(await make()), withKey)).rejects.toMatchObject({
      code: "provider-refused",
      message: expect.stringContaining(reason),
    });
  });

  it.each([
    [
      "that began at the provider",
      base64(aResponse(good(), { names: `Destination="${answerUrl}"` })),
      "not-begun-here",
    ],
    ["that is over", anAnswer({ conditions: `NotOnOrAfter="${time(-61)}"` }), "clock-off"],
    ["that is not yet valid", anAnswer({ conditions: `NotBefore="${time(61)}"` }), "clock-off"],
    [
      "whose bearer came late",
      anAnswer({
        confirmation: `Recipient="${answerUrl}" NotOnOrAfter="${time(-61)}" InResponseTo="${requestId}"`,
      }),
      "clock-off",
    ],
    [
      "of a session that is over",
      anAnswer({ statement: `<saml:AuthnStatement SessionNotOnOrAfter="${time(-61)}"/>` }),
      "clock-off",
    ],
    [
      "of a NameID for this visit",
      anAnswer({
        nameId:
          '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">x</saml:NameID>',
      }),
      "no-lasting-id",
    ],
    [
      "of an address as NameID",
      anAnswer({
        nameId:
          '<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">a@example.org</saml:NameID>',
      }),
      "no-lasting-id",
    ],
    ["without a NameID", anAnswer({ nameId: "" }), "no-lasting-id"],
    [
      "of a NameID with spaces around it",
      anAnswer({ nameId: persistent(" u-4711 ") }),
      "no-lasting-id",
    ],
    ["of a NameID of other letters", anAnswer({ nameId: persistent("jürgen") }), "no-lasting-id"],
    ["of a very long NameID", anAnswer({ nameId: persistent("x".repeat(257)) }), "no-lasting-id"],
    [
      "of no NameID, as the provider has none",
      base64(
        aResponse("", {
          status:
            '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy"/></samlp:StatusCode>',
        }),
      ),
      "no-lasting-id",
    ],
  ])("a sign-in %s is refused", async (_, answer, code) => {
    await expect(read(answer)).rejects.toMatchObject({ kind: "rejected", code });
  });
});
