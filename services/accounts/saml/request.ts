// What we send an identity provider: a request to sign somebody in, by redirect, and the metadata that describes us to it.
import { sign } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { escapedHtml } from "#services/domain/html.ts";
import type { Millis } from "#services/domain/units.ts";
import { withoutPemLines } from "./certificates.ts";
import type { SamlSettings } from "./saml-settings.ts";
import {
  assertionNamespace,
  contentCiphers,
  metadataNamespace,
  persistentId,
  postBinding,
  protocolNamespace,
  rsaSha256,
  signatureNamespace,
} from "./saml-words.ts";

/** How a provider knows us. */
export interface OurSide {
  readonly entityId: string;
  /** Where answers are sent to. */
  readonly answerUrl: string;
}

export interface AskedSignIn {
  /** Of the request: the answer names it. */
  readonly id: string;
  /** Comes back beside the answer. */
  readonly relayState: string;
  readonly at: Millis;
}

const requestXml = (
  { signInUrl, subjectAttribute }: SamlSettings,
  { entityId, answerUrl }: OurSide,
  { id, at }: AskedSignIn,
): string => {
  // Where an attribute says who somebody is, any NameID will do.
  const format = subjectAttribute === undefined ? ` Format="${persistentId}"` : "";
  return (
    `<samlp:AuthnRequest xmlns:samlp="${protocolNamespace}" xmlns:saml="${assertionNamespace}" ID="${id}" Version="2.0"` +
    ` IssueInstant="${new Date(at).toISOString()}" Destination="${escapedHtml(signInUrl)}"` +
    ` AssertionConsumerServiceURL="${escapedHtml(answerUrl)}" ProtocolBinding="${postBinding}">` +
    `<saml:Issuer>${escapedHtml(entityId)}</saml:Issuer><samlp:NameIDPolicy${format} AllowCreate="true"/></samlp:AuthnRequest>`
  );
};

/** Where to send the browser; the request is signed where we have a key. */
export const signInAddress = (settings: SamlSettings, our: OurSide, asked: AskedSignIn): URL => {
  const url = new URL(settings.signInUrl);
  const words = new URLSearchParams({
    SAMLRequest: deflateRawSync(requestXml(settings, our, asked)).toString("base64"),
    RelayState: asked.relayState,
  });
  if (settings.privateKey !== undefined) {
    words.set("SigAlg", rsaSha256);
    // The signature is of the very characters that stand in the address.
    const signature = sign("sha256", Buffer.from(String(words)), settings.privateKey);
    words.set("Signature", signature.toString("base64"));
  }
  url.search = url.search === "" ? String(words) : `${url.search}&${words}`;
  return url;
};

const keyXml = (use: string, certificate: string, more = ""): string =>
  `<KeyDescriptor use="${use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${withoutPemLines(certificate)}` +
  `</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${more}</KeyDescriptor>`;

/** Ours, to be imported at the identity provider. */
export const ourMetadata = (
  { certificate, subjectAttribute }: SamlSettings,
  { entityId, answerUrl }: OurSide,
): string => {
  const ciphers = contentCiphers.map((cipher) => `<EncryptionMethod Algorithm="${cipher}"/>`);
  const keys =
    certificate === undefined
      ? ""
      : keyXml("signing", certificate) + keyXml("encryption", certificate, ciphers.join(""));
  const format =
    subjectAttribute === undefined ? `<NameIDFormat>${persistentId}</NameIDFormat>` : "";
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<EntityDescriptor xmlns="${metadataNamespace}" xmlns:ds="${signatureNamespace}" entityID="${escapedHtml(entityId)}">` +
    `<SPSSODescriptor AuthnRequestsSigned="${certificate !== undefined}" WantAssertionsSigned="true"` +
    ` protocolSupportEnumeration="${protocolNamespace}">${keys}${format}` +
    `<AssertionConsumerService index="0" isDefault="true" Binding="${postBinding}" Location="${escapedHtml(answerUrl)}"/>` +
    `</SPSSODescriptor></EntityDescriptor>\n`
  );
};
