// The metadata of an identity provider: its entity id, where people sign in, and the certificates that it signs with.
import { certificatePem } from "./certificates.ts";
import { metadataNamespace, redirectBinding, signatureNamespace } from "./saml-words.ts";
import { childrenOf, onlyChild, readXml, type XmlElement } from "./xml.ts";

export interface IdpMetadata {
  readonly issuer: string;
  readonly signInUrl: string;
  /** PEM; several while it changes from one to the next. */
  readonly certificates: readonly string[];
}

/** Each is tried at every answer: one of now, one of before, and one of what comes next. */
export const MAX_CERTIFICATES = 4;

const providersIn = (root: XmlElement): readonly XmlElement[] =>
  (root.name === "EntitiesDescriptor"
    ? childrenOf(root, metadataNamespace, "EntityDescriptor")
    : [root]
  ).filter((entity) => onlyChild(entity, metadataNamespace, "IDPSSODescriptor") !== undefined);

const certificatesOf = (role: XmlElement): readonly string[] =>
  childrenOf(role, metadataNamespace, "KeyDescriptor")
    // Without a use it is for everything.
    .filter(({ attributes }) => (attributes.get("use") ?? "signing") === "signing")
    .flatMap((key) => childrenOf(key, signatureNamespace, "KeyInfo"))
    .flatMap((info) => childrenOf(info, signatureNamespace, "X509Data"))
    .flatMap((data) => childrenOf(data, signatureNamespace, "X509Certificate"))
    .map(({ text }) => certificatePem(text));

/** @throws Error that goes on a sentence about the metadata */
export const readIdpMetadata = (xml: string): IdpMetadata => {
  const root = readXml(xml, "comments");
  if (root.namespace !== metadataNamespace) throw new Error("is not the XML of SAML 2.0 metadata");
  const [provider, ...more] = providersIn(root);
  if (provider === undefined) throw new Error("is not that of an identity provider");
  if (more.length > 0) throw new Error("is of several identity providers");
  const role = onlyChild(provider, metadataNamespace, "IDPSSODescriptor");
  const door = childrenOf(role, metadataNamespace, "SingleSignOnService").find(
    ({ attributes }) => attributes.get("Binding") === redirectBinding,
  );
  const issuer = provider.attributes.get("entityID");
  const signInUrl = door?.attributes.get("Location");
  if (issuer === undefined || issuer === "") throw new Error("names no entity id");
  if (signInUrl === undefined) throw new Error("names no address to sign in at by redirect");
  const certificates = role === undefined ? [] : [...new Set(certificatesOf(role))];
  if (certificates.length === 0) throw new Error("holds no certificate for signatures");
  if (certificates.length > MAX_CERTIFICATES)
    throw new Error(`holds more than ${MAX_CERTIFICATES} certificates for signatures`);
  return { issuer, signInUrl, certificates };
};
