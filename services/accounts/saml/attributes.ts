// What the attributes of an assertion say of somebody: address, name and groups, under the names that providers give them.
import { addressIn, groupsIn, trimmed } from "../provider-steps.ts";
import type { SamlSettings } from "./saml-settings.ts";
import { assertionNamespace } from "./saml-words.ts";
import { childrenOf, type XmlElement } from "./xml.ts";

/** By name; several values where it has several. */
export type Attributes = Readonly<Record<string, readonly string[]>>;

const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const microsoft = "http://schemas.microsoft.com";

/** Of Okta and what is set by hand, of Entra and ADFS, and the numbers of X.500 that Shibboleth and Keycloak use. */
const emailNames = [
  ...["email", "mail", "emailAddress", `${claims}/emailaddress`],
  ...["urn:oid:0.9.2342.19200300.100.1.3", "urn:oid:1.2.840.113549.1.9.1"],
];
const nameNames = [
  ...["displayName", `${microsoft}/identity/claims/displayname`],
  ...["urn:oid:2.16.840.1.113730.3.1.241", "name", "cn", "urn:oid:2.5.4.3"],
];
const firstNames = ["givenName", "firstName", `${claims}/givenname`, "urn:oid:2.5.4.42"];
const lastNames = ["surname", "lastName", "sn", `${claims}/surname`, "urn:oid:2.5.4.4"];
const groupNames = [
  ...["groups", "group", "memberOf", `${microsoft}/ws/2008/06/identity/claims/groups`],
  "http://schemas.xmlsoap.org/claims/Group",
];

export const attributesOf = (assertion: XmlElement): Attributes => {
  const all = new Map<string, string[]>();
  for (const statement of childrenOf(assertion, assertionNamespace, "AttributeStatement"))
    for (const { attributes, children } of childrenOf(statement, assertionNamespace, "Attribute")) {
      const name = attributes.get("Name") ?? "";
      const values = children
        .filter((value) => value.name === "AttributeValue" && value.children.length === 0)
        .map(({ text }) => text.trim());
      all.set(name, [...(all.get(name) ?? []), ...values]);
    }
  return Object.fromEntries(all);
};

const valuesOf = (attributes: Attributes, name: string): readonly string[] =>
  Object.hasOwn(attributes, name) ? (attributes[name] ?? []) : [];

/** The first value of the first of these names that has one. */
const firstOf = (attributes: Attributes, names: readonly string[]): string | undefined =>
  names.flatMap((name) => valuesOf(attributes, name)).find((value) => value !== "");

/** The only value of an attribute; undefined where it has none or several. */
export const onlyValue = (attributes: Attributes, name: string): string | undefined => {
  const [first, ...more] = valuesOf(attributes, name);
  return more.length === 0 && first !== "" ? first : undefined;
};

const wholeName = (attributes: Attributes): string | undefined =>
  [firstOf(attributes, firstNames), firstOf(attributes, lastNames)]
    .filter((part) => part !== undefined)
    .join(" ");

/** SAML has no word for whether an address was verified; Keycloak can be told to send what it knows. */
const verifiedNames = ["email_verified", "emailVerified"];

export const personIn = (
  attributes: Attributes,
  { emailAttribute, nameAttribute, groupsAttribute }: SamlSettings,
) => {
  const own = (name: string | undefined, names: readonly string[]) =>
    name === undefined ? names : [name];
  const groupsName = own(groupsAttribute, groupNames).find(
    (name) => valuesOf(attributes, name).length > 0,
  );
  return {
    email: addressIn(firstOf(attributes, own(emailAttribute, emailNames))),
    emailVerified: firstOf(attributes, verifiedNames) === "true",
    name:
      trimmed(firstOf(attributes, own(nameAttribute, nameNames)), 100) ??
      trimmed(wholeName(attributes), 100),
    groups: groupsIn(attributes, groupsName),
  };
};
