// What each kind of sign-in provider is asked for in the form: its fields by name, as the server reads them.
import type { SignInKind } from "#services/contract/sign-in-providers.ts";

export interface ProviderField {
  /** As in the settings of a provider. */
  readonly name: string;
  readonly label: string;
  readonly about?: string;
  /** secret: never shown again; long: several lines; roles: group → role; teams: group → name of a team. */
  readonly type:
    | "text"
    | "secret"
    | "long"
    | "switch"
    | "newcomers"
    | "roles"
    | "teams"
    | "organization";
  readonly placeholder?: string;
  /** Where nothing is said. */
  readonly byDefault?: string | boolean;
  /** Behind “More”. */
  readonly isSeldom?: true;
}

const clientId: ProviderField = { name: "clientId", label: "Client ID", type: "text" };
const clientSecret: ProviderField = {
  name: "clientSecret",
  label: "Client secret",
  type: "secret",
};
const newcomers = (byDefault: "invited" | "anyone"): ProviderField => ({
  name: "newAccounts",
  label: "Who gets an account",
  about: "An invitation counts for an address that is verified there.",
  type: "newcomers",
  byDefault,
});
const organization: ProviderField = {
  name: "organization",
  label: "They become members of",
  type: "organization",
};
const roles = (about: string): ProviderField => ({
  name: "roles",
  label: "Roles of groups",
  about,
  type: "roles",
});
const teams: ProviderField = {
  name: "teams",
  label: "Teams of groups",
  about:
    "Set at each sign-in: whoever is in none of a team's groups leaves it, also if put there by hand. A missing team is made. Teams that SCIM keeps do not change.",
  type: "teams",
};

export const providerFields: Readonly<Record<SignInKind, readonly ProviderField[]>> = {
  oidc: [
    { name: "issuer", label: "Issuer", type: "text", about: "The address of the provider." },
    clientId,
    clientSecret,
    newcomers("invited"),
    organization,
    {
      name: "groupsClaim",
      label: "Claim with the groups",
      type: "text",
      placeholder: "groups",
      about:
        "Such as groups, or realm_access.roles. Empty where groups give neither roles nor teams.",
      isSeldom: true,
    },
    { ...roles("Set at each sign-in. Whoever is in none of them may read only."), isSeldom: true },
    { ...teams, isSeldom: true },
    {
      name: "verifiedEmails",
      label: "Its e-mail addresses count as verified",
      about: "Only where people cannot choose their address there: Entra does not say it itself.",
      type: "switch",
      byDefault: false,
      isSeldom: true,
    },
  ],
  google: [clientId, clientSecret, newcomers("invited"), organization],
  github: [
    {
      name: "issuer",
      label: "Address",
      type: "text",
      placeholder: "https://github.com",
      about: "Another one for a GitHub Enterprise Server.",
    },
    clientId,
    clientSecret,
    newcomers("invited"),
    organization,
  ],
  saml: [
    {
      name: "metadata",
      label: "Metadata of the provider",
      type: "long",
      placeholder: "<EntityDescriptor …>",
      about: "As XML. It holds the entity id, the sign-in address and the certificates.",
    },
    newcomers("invited"),
    organization,
    {
      name: "groupsAttribute",
      label: "Attribute with the groups",
      type: "text",
      placeholder: "groups",
      about: "The usual names are found by themselves.",
      isSeldom: true,
    },
    { ...roles("Set at each sign-in. Whoever is in none of them may read only."), isSeldom: true },
    { ...teams, isSeldom: true },
    {
      name: "emailAttribute",
      label: "Attribute with the e-mail address",
      type: "text",
      placeholder: "email",
      isSeldom: true,
    },
    {
      name: "nameAttribute",
      label: "Attribute with the name",
      type: "text",
      placeholder: "displayName",
      isSeldom: true,
    },
    {
      name: "subjectAttribute",
      label: "Attribute that never changes",
      type: "text",
      about: "Where the provider has no persistent NameID.",
      isSeldom: true,
    },
    {
      name: "entityId",
      label: "Our entity id",
      type: "text",
      about: "Empty for the address of our metadata.",
      isSeldom: true,
    },
    {
      name: "verifiedEmails",
      label: "Its e-mail addresses count as verified",
      about: "Only where people cannot choose their address there. SAML does not say it itself.",
      type: "switch",
      byDefault: false,
      isSeldom: true,
    },
  ],
  ldap: [
    {
      name: "url",
      label: "Address",
      type: "text",
      placeholder: "ldaps://ldap.example.org",
    },
    {
      name: "base",
      label: "Base",
      type: "text",
      placeholder: "ou=people,dc=example,dc=org",
      about: "People are looked for below it.",
    },
    {
      name: "bindDn",
      label: "Who looks people up",
      type: "text",
      placeholder: "cn=parlance,dc=example,dc=org",
      about: "Empty where anybody may.",
    },
    { name: "bindPassword", label: "Password of that account", type: "secret" },
    newcomers("anyone"),
    organization,
    roles("Set at each sign-in. Whoever is in none of them may read only."),
    teams,
    {
      name: "filter",
      label: "Filter",
      type: "text",
      placeholder: "(mail={login})",
      about: "Finds one person; {login} is what was typed.",
      isSeldom: true,
    },
    {
      name: "emailAttribute",
      label: "Attribute with the e-mail address",
      type: "text",
      placeholder: "mail",
      isSeldom: true,
    },
    {
      name: "nameAttribute",
      label: "Attribute with the name",
      type: "text",
      placeholder: "cn",
      isSeldom: true,
    },
    {
      name: "subjectAttribute",
      label: "Attribute that never changes",
      type: "text",
      placeholder: "entryUUID",
      about: "objectGUID of Active Directory is bytes: take another, such as employeeID.",
      isSeldom: true,
    },
    {
      name: "groupsAttribute",
      label: "Attribute with the groups",
      type: "text",
      placeholder: "memberOf",
      isSeldom: true,
    },
    {
      name: "startTls",
      label: "Encrypt ldap:// with StartTLS",
      about: "ldaps:// is encrypted from the start.",
      type: "switch",
      byDefault: true,
      isSeldom: true,
    },
    {
      name: "caCertificate",
      label: "Certificate of its authority",
      type: "long",
      placeholder: "-----BEGIN CERTIFICATE-----",
      about: "As PEM, where it is not one that everybody trusts.",
      isSeldom: true,
    },
  ],
};

/** Of settings whose name is no English word; fields of several kinds that share a name share their label. */
const labels: ReadonlyMap<string, string> = new Map(
  Object.values(providerFields)
    .flat()
    .filter(({ name }) => /[A-Z]/u.test(name))
    .map(({ name, label }) => [name, label]),
);

/** A sentence of the server about settings, with the labels of the form instead of their names. */
export const inLabels = (text: string): string =>
  text.replaceAll(/\b[a-z]+[A-Z][A-Za-z]*\b/gu, (name) => {
    const label = labels.get(name);
    return label === undefined ? name : `“${label}”`;
  });

/** What a form holds: texts, switches, and the role and the team of each group. */
export type FormValues = Record<string, unknown> & { readonly id: string; readonly name: string };

/** An empty list of groups and empty texts say nothing. */
const isSaid = (value: unknown): boolean =>
  value !== "" &&
  value !== undefined &&
  !(typeof value === "object" && value !== null && Object.keys(value).length === 0);

/** What is asked for at first: what there is, or what holds where nothing is said. */
export const firstValues = (
  kind: SignInKind,
  of: {
    readonly id: string;
    readonly name: string;
    readonly settings: Readonly<Record<string, unknown>>;
  },
): FormValues => ({
  ...Object.fromEntries(
    providerFields[kind].map(({ name, type, byDefault }) => [
      name,
      of.settings[name] ?? byDefault ?? (type === "roles" || type === "teams" ? {} : ""),
    ]),
  ),
  id: of.id,
  name: of.name,
});

/** As the server is told: fields that the form does not have stay as they were. */
export const toldValues = (
  kind: SignInKind,
  values: FormValues,
  before: Readonly<Record<string, unknown>> = {},
) => {
  const fields = providerFields[kind];
  const asked = new Set(fields.map(({ name }) => name));
  const trimmed = ({ name }: ProviderField): [string, unknown] => {
    const value = values[name];
    return [name, typeof value === "string" ? value.trim() : value];
  };
  const said = (isSecret: boolean) =>
    Object.fromEntries(
      fields
        .filter(({ type }) => (type === "secret") === isSecret)
        .map(trimmed)
        .filter(([, value]) => isSaid(value)),
    );
  const settings: Record<string, unknown> = {
    ...Object.fromEntries(Object.entries(before).filter(([name]) => !asked.has(name))),
    ...said(false),
  };
  // An entity id of SAML is a name, which may begin with http and is asked nowhere.
  if (kind === "saml") return { name: values.name.trim(), settings, secrets: {} };
  // Plain http is taken of a provider on the server's own machine only, which the server checks.
  const { issuer } = settings;
  if (typeof issuer === "string" && /^http:/iu.test(issuer)) settings["allowHttp"] = true;
  else delete settings["allowHttp"];
  return {
    name: values.name.trim(),
    settings,
    secrets: said(true) as Record<string, string>,
  };
};
