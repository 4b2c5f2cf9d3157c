// Certificates and keys of SAML: RSA, as XML signatures use it.
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

const LEAST_BITS = 2048;

const checked = (key: KeyObject): void => {
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== "rsa" || modulusLength < LEAST_BITS)
    throw new Error(`is not of an RSA key of ${LEAST_BITS} bits or more`);
};

const pemBody = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/u;

/** @param text PEM, or the base64 inside it. @throws Error that goes on a sentence */
const certificateIn = (text: string): X509Certificate => {
  const base64 = (pemBody.exec(text)?.[1] ?? text).replaceAll(/\s/gu, "");
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(Buffer.from(base64, "base64"));
  } catch (cause) {
    throw new Error("is no certificate", { cause });
  }
  checked(certificate.publicKey);
  return certificate;
};

/** As PEM. @throws Error that goes on a sentence */
export const certificatePem = (text: string): string => certificateIn(text).toString();

/** The base64 inside PEM, as metadata holds it. */
export const withoutPemLines = (pem: string): string =>
  (pemBody.exec(pem)?.[1] ?? "").replaceAll(/\s/gu, "");

/** Our own pair, as PEM. @throws Error that goes on a sentence about the key */
export const keyPem = (key: string, certificate: string): string => {
  let read: KeyObject;
  try {
    read = createPrivateKey(key);
  } catch (cause) {
    throw new Error("is no private key in PEM without a password", { cause });
  }
  checked(read);
  if (!certificateIn(certificate).checkPrivateKey(read))
    throw new Error("is not that of the certificate");
  return String(read.export({ type: "pkcs8", format: "pem" }));
};
