// What the server says of itself: what it can do, which resources it has, and which attributes they have.

import { roleNames } from "#services/contract/accounts.ts";
import { MAX_PAGE, SCIM_BASE, scimUrn } from "#services/contract/scim.ts";
import type { Resource } from "./selected.ts";

const metaOf = (resourceType: string, location: string) => ({ resourceType, location });

/** @param url scheme and host under which the server is reached */
export const providerConfig = (url: string): Resource => ({
  schemas: [scimUrn.config],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MAX_PAGE },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [
    {
      type: "oauthbearertoken",
      name: "API key",
      description: "An API key with the scope “scim”, as `Authorization: Bearer …`",
      primary: true,
    },
  ],
  meta: metaOf("ServiceProviderConfig", `${url}${SCIM_BASE}/ServiceProviderConfig`),
});

const typeNamed = (url: string, name: "User" | "Group", description: string): Resource => ({
  schemas: [scimUrn.resourceType],
  id: name,
  name,
  endpoint: `/${name}s`,
  description,
  schema: name === "User" ? scimUrn.user : scimUrn.group,
  schemaExtensions: [],
  meta: metaOf("ResourceType", `${url}${SCIM_BASE}/ResourceTypes/${name}`),
});

export const resourceTypes = (url: string): readonly Resource[] => [
  typeNamed(url, "User", "A member of the organization"),
  typeNamed(url, "Group", "A team of the organization"),
];

interface Given {
  readonly type?: "string" | "boolean" | "complex" | "reference";
  readonly multiValued?: boolean;
  readonly required?: boolean;
  readonly caseExact?: boolean;
  readonly mutability?: "readWrite" | "readOnly" | "immutable";
  readonly uniqueness?: "none" | "server";
  readonly canonicalValues?: readonly string[];
  readonly subAttributes?: readonly Resource[];
}

const attribute = (name: string, description: string, given: Given = {}): Resource => ({
  name,
  type: "string",
  multiValued: false,
  description,
  required: false,
  caseExact: false,
  mutability: "readWrite",
  returned: "default",
  uniqueness: "none",
  ...given,
});

const values = (what: string, canonicalValues?: readonly string[]) => [
  attribute("value", what, canonicalValues === undefined ? {} : { canonicalValues }),
  attribute("display", "Its name"),
  attribute("type", "What kind it is of"),
  attribute("primary", "Whether it is the first of them", { type: "boolean" }),
];

const references = (what: string, mutability: "readOnly" | "immutable") => [
  attribute("value", what, { mutability, caseExact: true }),
  attribute("display", "Its name", { mutability: "readOnly" }),
];

const externalId = attribute("externalId", "What the identity provider calls it", {
  caseExact: true,
});

const ofUser = [
  attribute("userName", "The e-mail address under which they sign in", {
    required: true,
    uniqueness: "server",
  }),
  externalId,
  attribute("displayName", "The name that others see"),
  attribute("name", "The parts of the name", {
    type: "complex",
    subAttributes: [
      attribute("formatted", "The whole name"),
      attribute("familyName", "The family name"),
      attribute("givenName", "The given name"),
      attribute("middleName", "The middle name"),
    ],
  }),
  attribute("active", "Whether they may use the organization", { type: "boolean" }),
  attribute("emails", "Addresses, kept as they are given", {
    type: "complex",
    multiValued: true,
    subAttributes: values("An e-mail address"),
  }),
  attribute("roles", "The role of the member; of several the most powerful counts", {
    type: "complex",
    multiValued: true,
    subAttributes: values("A role", roleNames),
  }),
  attribute("groups", "The teams that they are in", {
    type: "complex",
    multiValued: true,
    mutability: "readOnly",
    subAttributes: references("The id of a team", "readOnly"),
  }),
];

const ofGroup = [
  attribute("displayName", "The name of the team", { required: true, uniqueness: "server" }),
  externalId,
  attribute("members", "Its members", {
    type: "complex",
    multiValued: true,
    subAttributes: references("The id of a user", "immutable"),
  }),
];

const schema = (
  url: string,
  id: string,
  name: string,
  attributes: readonly Resource[],
): Resource => ({
  schemas: [scimUrn.schema],
  id,
  name,
  description: name === "User" ? "A member of the organization" : "A team of the organization",
  attributes,
  meta: metaOf("Schema", `${url}${SCIM_BASE}/Schemas/${id}`),
});

export const schemas = (url: string): readonly Resource[] => [
  schema(url, scimUrn.user, "User", ofUser),
  schema(url, scimUrn.group, "Group", ofGroup),
];
