// What the storing of a provider has to know of each kind: which fields are secrets, by which people are known, and what checks them.
import { DIRECTORY, type SignInKind, secretFields } from "#services/contract/sign-in-providers.ts";
import { wrongField } from "./bad-provider.ts";
import { checkDirectory, type DirectoryConfig, directoryIssuerOf } from "./directory.ts";
import { checkProvider, type ProviderConfig } from "./provider-config.ts";
import { samlIssuerOf } from "./saml/saml.ts";
import { fromMetadata } from "./saml/saml-settings.ts";

/** The fields by which people are known: with another value in one of them nobody is found any more. */
const knownBy: Readonly<Record<ProviderConfig["kind"] | SignInKind, readonly string[]>> = {
  oidc: ["issuer"],
  google: ["issuer"],
  github: ["issuer"],
  saml: ["issuer", "subjectAttribute"],
  ldap: ["url", "base", "subjectAttribute"],
};

export type Fields = Readonly<Record<string, unknown>>;

/** A provider in parts, as it is stored and shown. */
export interface ProviderParts {
  readonly id: string;
  readonly kind: SignInKind;
  readonly name: string;
  readonly settings: Fields;
  readonly secrets: Readonly<Record<string, string>>;
}

export type CheckedProvider =
  | { readonly sends: "to a page"; readonly config: ProviderConfig }
  | { readonly sends: "a password"; readonly config: DirectoryConfig };

const isSecret = (kind: SignInKind, field: string): boolean => secretFields[kind].includes(field);

/** In parts, from what was checked: fields without a value are left out. */
export const partsOf = (
  { id, kind, name }: Pick<ProviderParts, "id" | "kind" | "name">,
  fields: object,
): ProviderParts => {
  const rest = Object.entries(fields).filter(
    ([field, value]) => value !== undefined && !["id", "kind", "name"].includes(field),
  );
  return {
    id,
    kind,
    name,
    settings: Object.fromEntries(rest.filter(([field]) => !isSecret(kind, field))),
    secrets: Object.fromEntries(rest.filter(([field]) => isSecret(kind, field))),
  };
};

/** People copy this from the console of their provider. */
const withoutSuffix = (issuer: unknown): unknown =>
  typeof issuer === "string"
    ? issuer.trim().replace(/\/\.well-known\/openid-configuration\/?$/u, "")
    : issuer;

/** Empty fields of a form say nothing. */
const filled = (fields: Fields): [string, unknown][] =>
  Object.entries(fields).filter(([, value]) => value !== "" && value !== null);

/** @throws ParlanceError rejected `bad-provider`, naming the field */
export const checkedProvider = ({
  id,
  kind,
  name,
  settings,
  secrets,
}: ProviderParts): CheckedProvider => {
  if ((kind === "ldap") !== (id === DIRECTORY))
    throw wrongField(
      "id",
      kind === "ldap"
        ? `of a directory is “${DIRECTORY}”`
        : `“${DIRECTORY}” is for a directory (ldap)`,
    );
  const fields = Object.fromEntries([...filled(settings), ...filled(secrets)]);
  if (kind === "ldap") return { sends: "a password", config: checkDirectory({ ...fields, name }) };
  // Kept is what stood in the metadata of before, which the new one replaces.
  if (kind === "saml" && fields["metadata"] !== undefined)
    for (const name of fromMetadata) delete fields[name];
  if (fields["issuer"] !== undefined) fields["issuer"] = withoutSuffix(fields["issuer"]);
  return { sends: "to a page", config: checkProvider({ ...fields, id, kind, name }) };
};

/** A provider, and how it calls itself in what it says of people. */
export interface WayIn {
  readonly id: string;
  isIssuer(issuer: string): boolean;
}

/** As a URL is written, and whether it ends with a slash, is the same to those who check it. */
const sameAddress = (one: string, other: string): boolean => {
  const plain = (address: string) => (URL.parse(address)?.href ?? address).replace(/\/+$/u, "");
  return plain(one) === plain(other);
};

/** Entra without the id of one tenant, and its kin for customers, call themselves by the id of the tenant that somebody is of. */
const goesByTenant = (own: string, issuer: string): boolean => {
  const url = URL.parse(own);
  if (url === null || URL.parse(issuer)?.host !== url.host) return false;
  const isEntra =
    url.host === "login.microsoftonline.com" && !/^\/[\da-f-]{36}\//iu.test(url.pathname);
  return isEntra || url.host.endsWith(".b2clogin.com");
};

/** Whom a provider knows with these settings. */
export const wayInOf = ({
  id,
  kind,
  settings,
}: Pick<ProviderParts, "id" | "kind" | "settings">): WayIn => {
  const text = (field: string) => String(settings[field] ?? "");
  const own = text("issuer");
  switch (kind) {
    case "saml":
      return { id, isIssuer: (issuer) => issuer === samlIssuerOf(id, own) };
    case "ldap": {
      const directory = directoryIssuerOf({ url: text("url"), base: text("base") });
      return { id, isIssuer: (issuer) => issuer === directory };
    }
    case "oidc":
    case "google":
    case "github":
      return {
        id,
        isIssuer: (issuer) => sameAddress(issuer, own) || goesByTenant(own, issuer),
      };
  }
};

/** Whether people who are known by one of them are not known by the other. */
export const knowsOthers = (kind: SignInKind, before: Fields, after: Fields): boolean =>
  knownBy[kind].some((field) => before[field] !== after[field]);
