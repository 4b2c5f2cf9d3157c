// For tests: answers of an identity provider, put together piece by piece, so that each piece can be wrong.
import { SignedXml } from "xml-crypto";
import { encrypt } from "xml-encryption";
import { millis } from "#services/domain/units.ts";
import { aCertificate } from "../certificate.builders.ts";
import { readAnswer } from "./answer.ts";
import type { SamlSettings } from "./saml-settings.ts";

export const entityId = "https://talk.example.org/api/v1/auth/providers/work/metadata";
export const answerUrl = "https://talk.example.org/api/v1/auth/providers/work/callback";
export const issuer = "https://id.example.org/saml";
export const requestId = "_request-of-this-browser";

const pair = aCertificate("id.example.org", 2048);
export const ours = aCertificate("talk.example.org", 2048);
export const theirs = aCertificate("evil.example", 2048);
export const settings: SamlSettings = {
  issuer,
  signInUrl: "https://id.example.org/saml/sign-in",
  certificates: [pair.cert],
};

export const at = Date.parse("2026-03-01T12:00:00Z");
/** @param seconds after the moment of the tests */
export const time = (seconds: number): string => new Date(at + seconds * 1000).toISOString();

const p = "urn:oasis:names:tc:SAML:2.0:protocol";
const a = "urn:oasis:names:tc:SAML:2.0:assertion";

export const persistent = (id: string): string =>
  `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${id}</saml:NameID>`;
const attribute = (name: string, values: readonly string[]) =>
  `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join("")}</saml:Attribute>`;

const pieces = {
  id: "_assertion",
  issuer: `<saml:Issuer>${issuer}</saml:Issuer>`,
  nameId: persistent("u-4711"),
  method: "urn:oasis:names:tc:SAML:2.0:cm:bearer",
  confirmation: `Recipient="${answerUrl}" NotOnOrAfter="${time(300)}" InResponseTo="${requestId}"`,
  conditions: `NotBefore="${time(-5)}" NotOnOrAfter="${time(300)}"`,
  restriction: `<saml:AudienceRestriction><saml:Audience>${entityId}</saml:Audience></saml:AudienceRestriction>`,
  statement: `<saml:AuthnStatement AuthnInstant="${time(-5)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
  attributes: [
    attribute("email", ["ada@example.org"]),
    attribute("displayName", ["Dr Ada"]),
    attribute("groups", ["staff", "chiefs"]),
  ].join(""),
};
export type Pieces = typeof pieces;

export const anAssertion = (more: Partial<Pieces> = {}): string => {
  const one = { ...pieces, ...more };
  return (
    `<saml:Assertion xmlns:saml="${a}" ID="${one.id}" Version="2.0" IssueInstant="${time(-5)}">${one.issuer}` +
    `<saml:Subject>${one.nameId}<saml:SubjectConfirmation Method="${one.method}"><saml:SubjectConfirmationData ${one.confirmation}/>` +
    `</saml:SubjectConfirmation></saml:Subject><saml:Conditions ${one.conditions}>${one.restriction}</saml:Conditions>` +
    `${one.statement}<saml:AttributeStatement>${one.attributes}</saml:AttributeStatement></saml:Assertion>`
  );
};

const success = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>`;

export const aResponse = (
  inside: string,
  { names = `Destination="${answerUrl}" InResponseTo="${requestId}"`, status = success } = {},
): string =>
  `<samlp:Response xmlns:samlp="${p}" ID="_response" Version="2.0" IssueInstant="${time(-5)}" ${names}>` +
  `<saml:Issuer xmlns:saml="${a}">${issuer}</saml:Issuer><samlp:Status>${status}</samlp:Status>${inside}</samlp:Response>`;

const sha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
const whole = [
  "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
  "http://www.w3.org/2001/10/xml-exc-c14n#",
];

/** Signs the outermost element of a kind, and puts the signature behind its issuer. */
export const signed = (
  xml: string,
  {
    name = "Assertion",
    by = pair.key,
    method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    digest = sha256,
    transforms = whole,
    form = "http://www.w3.org/2001/10/xml-exc-c14n#",
  } = {},
): string => {
  const signature = new SignedXml({
    privateKey: by,
    signatureAlgorithm: method,
    canonicalizationAlgorithm: form,
  });
  const xpath = `//*[local-name(.)='${name}']`;
  signature.addReference({ xpath, digestAlgorithm: digest, transforms });
  const location = { reference: `${xpath}/*[local-name(.)='Issuer']`, action: "after" as const };
  signature.computeSignature(xml, { location, prefix: "ds" });
  return signature.getSignedXml();
};

export const base64 = (xml: string): string => Buffer.from(xml).toString("base64");

/** A signed assertion in a response. */
export const anAnswer = (more: Partial<Pieces> = {}): string =>
  base64(aResponse(signed(anAssertion(more))));

/** Encrypted for a certificate of ours. */
export const encrypted = (
  assertion: string,
  cert: string,
  {
    cipher = "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    transport = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
  } = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = {
      rsa_pub: cert,
      pem: cert,
      encryptionAlgorithm: cipher as "http://www.w3.org/2009/xmlenc11#aes256-gcm",
      keyEncryptionAlgorithm: transport as "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
      disallowEncryptionWithInsecureAlgorithm: false,
      warnInsecureAlgorithm: false,
    };
    encrypt(assertion, options, (error, xml) =>
      error
        ? reject(error)
        : resolve(`<saml:EncryptedAssertion xmlns:saml="${a}">${xml}</saml:EncryptedAssertion>`),
    );
  });

/** An answer, read as by a server with these settings at this moment. */
export const read = (answer: string, about: SamlSettings = settings, now = at) =>
  readAnswer(answer, about, { entityId, answerUrl }, millis(now));

/** With a key of ours, for answers that are encrypted. */
export const withKey: SamlSettings = { ...settings, privateKey: ours.key, certificate: ours.cert };

/** An assertion with a good signature, and a response with whatever stands in it. */
export const good = (): string => signed(anAssertion());
export const inside = (xml: string): string => base64(aResponse(xml));
