// The signature of an element: what is believed is read from the very bytes that were signed, and from nothing beside them.
import { providerRefused } from "../provider-steps.ts";
import {
  digestMethods,
  exclusiveForm,
  signatureMethods,
  signatureNamespace,
  transforms,
} from "./saml-words.ts";
import { childrenOf, onlyChild, readXml, type XmlElement } from "./xml.ts";

const ds = signatureNamespace;
const algorithmOf = (element: XmlElement | undefined): string =>
  element?.attributes.get("Algorithm") ?? "";
const isOneOf = (list: readonly string[], word: string): boolean => list.includes(word);

/** Those of `list` alone. */
const allowed = <T>(
  known: Readonly<Record<string, T>>,
  list: readonly string[],
): Record<string, T> =>
  Object.fromEntries(Object.entries(known).filter(([name]) => list.includes(name)));

const safe = (list: readonly string[], algorithm: string): void => {
  if (isOneOf(list, algorithm)) return;
  if (/sha1$/u.test(algorithm))
    throw providerRefused("signs with SHA-1, which is not safe: set it to SHA-256");
  throw providerRefused(`signs in a way that is not taken (${JSON.stringify(algorithm)})`);
};

/** It signs the whole element that it stands in, by one reference, with nothing left out. @throws ParlanceError rejected `provider-refused` */
const checkForm = (signature: XmlElement, id: string | undefined): void => {
  const info = onlyChild(signature, ds, "SignedInfo");
  const reference = onlyChild(info, ds, "Reference");
  const steps = onlyChild(reference, ds, "Transforms")?.children ?? [];
  safe([exclusiveForm], algorithmOf(onlyChild(info, ds, "CanonicalizationMethod")));
  safe(signatureMethods, algorithmOf(onlyChild(info, ds, "SignatureMethod")));
  safe(digestMethods, algorithmOf(onlyChild(reference, ds, "DigestMethod")));
  const isWhole =
    id !== undefined &&
    /^[A-Za-z_][\w.-]*$/u.test(id) &&
    reference?.attributes.get("URI") === `#${id}` &&
    steps.length <= 2 &&
    steps.every((step) => step.name === "Transform" && isOneOf(transforms, algorithmOf(step))) &&
    childrenOf(signature, ds, "Object").length === 0;
  if (!isWhole) throw providerRefused("signed something else than its answer");
};

const bytesSigned = async (
  xml: string,
  signature: string,
  certificate: string,
): Promise<string | undefined> => {
  // Loaded where it is used: most servers know no provider of SAML.
  const { SignedXml } = await import("xml-crypto");
  // Never a key that the answer brings along.
  const check = new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null });
  check.SignatureAlgorithms = allowed(check.SignatureAlgorithms, signatureMethods);
  check.HashAlgorithms = allowed(check.HashAlgorithms, digestMethods);
  check.CanonicalizationAlgorithms = allowed(check.CanonicalizationAlgorithms, transforms);
  try {
    check.loadSignature(signature);
    const [signed, ...more] = check.checkSignature(xml) ? check.getSignedReferences() : [];
    return more.length === 0 ? signed : undefined;
  } catch {
    // Not with this certificate; there may be another one. That none fits is told by who called.
    return undefined;
  }
};

/**
 * What was signed of an element, read again from the bytes that the signature is of.
 * @param xml the document in which it stands
 * @throws ParlanceError rejected `provider-refused` where it is not signed with any of the certificates
 */
export const signedPart = async (
  xml: string,
  element: XmlElement,
  certificates: readonly string[],
): Promise<XmlElement> => {
  const signature = onlyChild(element, ds, "Signature");
  if (signature === undefined) throw providerRefused(`did not sign its ${element.name}`);
  checkForm(signature, element.attributes.get("ID"));
  const written = signature.write();
  for (const certificate of certificates) {
    const bytes = await bytesSigned(xml, written, certificate);
    if (bytes === undefined) continue;
    const part = readXml(bytes, "nothing else");
    const isIt =
      part.namespace === element.namespace &&
      part.name === element.name &&
      part.attributes.get("ID") === element.attributes.get("ID");
    if (!isIt) break;
    return part;
  }
  throw providerRefused(
    "signed its answer with another certificate than those of the settings, or it was changed on the way",
  );
};
