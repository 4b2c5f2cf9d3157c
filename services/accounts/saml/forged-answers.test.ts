// Tests of answers that were forged: unsigned, signed by others or otherwise, changed, wrapped, and XML that two readers read differently.
import { describe, expect, it } from "vitest";
import {
  anAnswer,
  anAssertion,
  aResponse,
  base64,
  encrypted,
  good,
  inside,
  ours,
  persistent,
  read,
  signed,
  theirs,
  time,
  withKey,
} from "./answer.builders.ts";

const evil = (id = "_evil") => anAssertion({ id, nameId: persistent("u-1") });
const signatureOf = (xml: string) => /<ds:Signature .*<\/ds:Signature>/su.exec(xml)?.[0] ?? "";
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
  ["great depth", () => inside("<a>".repeat(1000) + "</a>".repeat(1000)), "nested deeper"],
  ["many elements", () => inside("<a/>".repeat(3000)), "more than 3000"],
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
];

describe("a forged answer with", () => {
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
});
