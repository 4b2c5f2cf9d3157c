// The settings of a provider that speaks SAML: the identity provider's metadata, or what stands in it, and what its attributes hold.
import { z } from "zod";
import { certificatePem, keyPem } from "./certificates.ts";
import { MAX_CERTIFICATES, readIdpMetadata } from "./idp-metadata.ts";

export interface SamlSettings {
  /** The entity id of the identity provider. */
  readonly issuer: string;
  /** Where people are sent to sign in. */
  readonly signInUrl: string;
  /** What the provider signs with, as PEM; several while it changes from one to the next. */
  readonly certificates: readonly string[];
  /** Ours; the address of our metadata where nothing is said. */
  readonly entityId?: string | undefined;
  /** Ours, as PEM: signs requests, and opens assertions that were encrypted. A secret. */
  readonly privateKey?: string | undefined;
  /** Of that key, as PEM. */
  readonly certificate?: string | undefined;
  /** The names of attributes, where they are none of those that are looked for by themselves. */
  readonly emailAttribute?: string | undefined;
  readonly nameAttribute?: string | undefined;
  readonly groupsAttribute?: string | undefined;
  /** An attribute that never changes, by which people are known instead of by their NameID. */
  readonly subjectAttribute?: string | undefined;
}

/** It is kept in a column of 300 letters of ASCII, behind the provider's id. */
const entityId = z
  .string()
  .regex(/^[\x21-\x7e]{1,250}$/u, "has 1 to 250 letters of ASCII, and no spaces");
const attribute = z.string().trim().min(1, "is missing").max(300).optional();

/** Fields in JSON; errors continue a sentence that names the field. */
export const samlFields = {
  /** XML; instead of the next three. */
  metadata: z.string().optional(),
  issuer: entityId.optional(),
  signInUrl: z.string().max(2000).optional(),
  certificates: z
    .array(z.string(), { error: "is not a list" })
    .min(1)
    .max(MAX_CERTIFICATES)
    .optional(),
  entityId: entityId.optional(),
  privateKey: z.string().optional(),
  certificate: z.string().optional(),
  emailAttribute: attribute,
  nameAttribute: attribute,
  groupsAttribute: attribute,
  subjectAttribute: attribute,
};

type Given = z.infer<z.ZodObject<typeof samlFields>>;
/** Tells what is wrong with a field. */
export type Wrong = (field: string, message: string) => undefined;

/** What metadata holds: given one by one, or as metadata. */
export const fromMetadata = ["issuer", "signInUrl", "certificates"] as const;

/** Whatever `read` makes; undefined where it throws, which `wrong` is told. */
const readOrTell = <T>(field: string, wrong: Wrong, read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    wrong(field, (error as Error).message);
    return undefined;
  }
};

const providerIn = (given: Given, wrong: Wrong) => {
  const { metadata } = given;
  if (metadata !== undefined) {
    const twice = fromMetadata.find((field) => given[field] !== undefined);
    if (twice !== undefined) return wrong(twice, "is in the metadata already");
    return readOrTell("metadata", wrong, () => readIdpMetadata(metadata));
  }
  const { issuer, signInUrl, certificates } = given;
  if (issuer === undefined) return wrong("issuer", "is missing: give it, or metadata");
  if (signInUrl === undefined) return wrong("signInUrl", "is missing");
  if (certificates === undefined) return wrong("certificates", "is missing");
  const read = readOrTell("certificates", wrong, () => certificates.map(certificatePem));
  return read && { issuer, signInUrl, certificates: read };
};

const ownKeyIn = ({ privateKey, certificate }: Given, wrong: Wrong) => {
  if (privateKey === undefined && certificate === undefined) return {};
  if (privateKey === undefined) return wrong("privateKey", "is missing: it belongs to certificate");
  if (certificate === undefined)
    return wrong("certificate", "is missing: it belongs to privateKey");
  const pem = readOrTell("certificate", wrong, () => certificatePem(certificate));
  const key = pem && readOrTell("privateKey", wrong, () => keyPem(privateKey, pem));
  return pem && key ? { certificate: pem, privateKey: key } : undefined;
};

/** What was given, complete and checked; undefined where `wrong` was told something. */
export const samlSettingsIn = <T extends Given>(
  { metadata, issuer, signInUrl, certificates, privateKey, certificate, ...given }: T,
  wrong: Wrong,
) => {
  const all = { metadata, issuer, signInUrl, certificates, privateKey, certificate };
  const provider = providerIn(all, wrong);
  const own = ownKeyIn(all, wrong);
  return provider && own && { ...given, ...provider, ...own };
};
