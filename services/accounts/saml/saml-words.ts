// The names of SAML 2.0 and XML signatures that are read and written here.

export const assertionNamespace = "urn:oasis:names:tc:SAML:2.0:assertion";
export const protocolNamespace = "urn:oasis:names:tc:SAML:2.0:protocol";
export const metadataNamespace = "urn:oasis:names:tc:SAML:2.0:metadata";
export const signatureNamespace = "http://www.w3.org/2000/09/xmldsig#";
export const encryptionNamespace = "http://www.w3.org/2001/04/xmlenc#";

export const redirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
export const postBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
export const bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

export const statusPrefix = "urn:oasis:names:tc:SAML:2.0:status:";
export const persistentId = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
export const transientId = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

export const rsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
/** With SHA-256 and more; of SHA-1 two texts with one digest can be made. */
export const signatureMethods = [
  rsaSha256,
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
  "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
] as const;
export const digestMethods = [
  "http://www.w3.org/2001/04/xmlenc#sha256",
  "http://www.w3.org/2001/04/xmlenc#sha512",
] as const;
export const exclusiveForm = "http://www.w3.org/2001/10/xml-exc-c14n#";
/** What may be done to an element before its digest is made: nothing that leaves a part of it out. */
export const transforms = [`${signatureNamespace}enveloped-signature`, exclusiveForm] as const;

/**
 * RSA with OAEP only: whoever may ask often whether an answer is well formed can open what RSA 1.5 closed. AES in CBC is taken, as
 * most providers have it set; that an assertion is unchanged shows by the signature inside.
 */
export const keyTransports = [
  `${encryptionNamespace}rsa-oaep-mgf1p`,
  "http://www.w3.org/2009/xmlenc11#rsa-oaep",
] as const;
export const contentCiphers = [
  "http://www.w3.org/2009/xmlenc11#aes256-gcm",
  "http://www.w3.org/2009/xmlenc11#aes128-gcm",
  `${encryptionNamespace}aes256-cbc`,
  `${encryptionNamespace}aes128-cbc`,
] as const;
