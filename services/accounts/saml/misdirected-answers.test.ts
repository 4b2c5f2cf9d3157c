// Tests of answers that were signed, but for others, for another request or another time, and of those that say no lasting id.
import { describe, expect, it } from "vitest";
import {
  anAnswer,
  answerUrl,
  aResponse,
  base64,
  encrypted,
  entityId,
  good,
  inside,
  issuer,
  ours,
  persistent,
  read,
  requestId,
  time,
} from "./answer.builders.ts";

const misdirected: readonly (readonly [string, () => string | Promise<string>, string])[] = [
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
  it.each(misdirected)("%s is refused", async (_, make, reason) => {
    const answer = await make();
    await expect(read(answer)).rejects.toMatchObject({
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
