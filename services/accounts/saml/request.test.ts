// Tests of what we send an identity provider: the request in the address, its signature, and our metadata.
import { createPublicKey, verify } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { aCertificate } from "../certificate.builders.ts";
import { answerUrl, at, entityId, settings } from "./answer.builders.ts";
import { ourMetadata, signInAddress } from "./request.ts";
import { onlyChild, readXml } from "./xml.ts";

const ours = aCertificate("talk.example.org", 2048);
const withKey = { ...settings, privateKey: ours.key, certificate: ours.cert };
const our = { entityId, answerUrl };
const asked = { id: "_r1", relayState: "state/of+this", at: millis(at) };

const requestIn = (url: URL) =>
  readXml(
    inflateRawSync(Buffer.from(url.searchParams.get("SAMLRequest") ?? "", "base64")).toString(),
    "nothing else",
  );

describe("a request to sign somebody in", () => {
  it("says who asks, where the answer goes, and that it wants a lasting NameID", () => {
    const url = signInAddress(settings, our, asked);
    expect(`${url.origin}${url.pathname}`).toBe(settings.signInUrl);
    expect(url.searchParams.get("RelayState")).toBe("state/of+this");
    expect(url.searchParams.has("Signature")).toBe(false);
    const request = requestIn(url);
    expect(Object.fromEntries(request.attributes)).toMatchObject({
      ID: "_r1",
      Version: "2.0",
      IssueInstant: "2026-03-01T12:00:00.000Z",
      Destination: settings.signInUrl,
      AssertionConsumerServiceURL: answerUrl,
    });
    const protocol = "urn:oasis:names:tc:SAML:2.0:protocol";
    const policy = onlyChild(request, protocol, "NameIDPolicy");
    expect(policy?.attributes.get("Format")).toMatch(/persistent$/u);
    const by = { ...settings, subjectAttribute: "objectid" };
    const any = onlyChild(requestIn(signInAddress(by, our, asked)), protocol, "NameIDPolicy");
    expect(any?.attributes.has("Format")).toBe(false);
  });

  it("keeps what stands in the provider's address, and writes nothing into the XML that is not text", () => {
    const odd = { ...settings, signInUrl: 'https://id.example.org/in?app=1&x="><a>' };
    const url = signInAddress(odd, { ...our, entityId: "urn:a<b>&c" }, asked);
    expect(url.searchParams.get("app")).toBe("1");
    const issuer = onlyChild(requestIn(url), "urn:oasis:names:tc:SAML:2.0:assertion", "Issuer");
    expect(issuer?.text).toBe("urn:a<b>&c");
  });

  it("is signed with our key, over the words of the address as they stand there", () => {
    const { search, searchParams } = signInAddress(withKey, our, asked);
    const [words = ""] = search.slice(1).split("&Signature=");
    const signature = Buffer.from(searchParams.get("Signature") ?? "", "base64");
    const key = createPublicKey(ours.cert);
    expect(verify("sha256", Buffer.from(words), key, signature)).toBe(true);
    const others = createPublicKey(aCertificate("x", 2048).cert);
    expect(verify("sha256", Buffer.from(words), others, signature)).toBe(false);
  });
});

describe("our metadata", () => {
  it("names our addresses, and our certificate where we have one", () => {
    const plain = readXml(ourMetadata(settings, our), "comments");
    expect(plain.attributes.get("entityID")).toBe(entityId);
    const [role] = plain.children;
    expect(role?.attributes.get("WantAssertionsSigned")).toBe("true");
    expect(role?.attributes.get("AuthnRequestsSigned")).toBe("false");
    expect(role?.children.map(({ name }) => name)).toEqual([
      "NameIDFormat",
      "AssertionConsumerService",
    ]);
    const keyed = readXml(ourMetadata(withKey, our), "comments").children[0];
    expect(keyed?.attributes.get("AuthnRequestsSigned")).toBe("true");
    expect(keyed?.children.map(({ attributes }) => attributes.get("use"))).toEqual([
      "signing",
      "encryption",
      undefined,
      undefined,
    ]);
  });
});
