// An assertion that was encrypted for us, as XML again.
import { providerRefused } from "../provider-steps.ts";
import { contentCiphers, encryptionNamespace, keyTransports } from "./saml-words.ts";
import { onlyChild, type XmlElement } from "./xml.ts";

/** All elements of this name inside another, however deep. */
const within = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.flatMap((child) => [
    ...(child.namespace === encryptionNamespace && child.name === name ? [child] : []),
    ...within(child, name),
  ]);

const methodOf = (element: XmlElement | undefined): string =>
  onlyChild(element, encryptionNamespace, "EncryptionMethod")?.attributes.get("Algorithm") ?? "";

const cannotBeOpened = (cause?: unknown) =>
  providerRefused("encrypted its answer, but not for our certificate", cause);

/** @throws ParlanceError rejected `provider-refused` */
export const openedAssertion = async (
  encrypted: XmlElement,
  privateKey: string | undefined,
): Promise<string> => {
  if (privateKey === undefined)
    throw providerRefused(
      "encrypts its answers, but there is no privateKey here: give one, or turn encryption off there",
    );
  const data = onlyChild(encrypted, encryptionNamespace, "EncryptedData");
  const isTaken =
    (contentCiphers as readonly string[]).includes(methodOf(data)) &&
    within(encrypted, "EncryptedKey").every((key) =>
      (keyTransports as readonly string[]).includes(methodOf(key)),
    );
  if (!isTaken)
    throw providerRefused("encrypts in a way that is not taken: set it to AES-GCM and RSA-OAEP");
  const { decrypt } = await import("xml-encryption");
  return new Promise((resolve, reject) => {
    const options = {
      key: privateKey,
      // Those that are not safe were refused; the library counts CBC among them.
      disallowDecryptionWithInsecureAlgorithm: false,
      warnInsecureAlgorithm: false,
    };
    decrypt(encrypted.write(), options, (error, xml) =>
      error ? reject(cannotBeOpened(error)) : resolve(xml),
    );
  });
};
