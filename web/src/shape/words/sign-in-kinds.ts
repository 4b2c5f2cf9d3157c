// The products that people sign in with: their names, and what to do in the console of each.
import type { SignInKind } from "#services/contract/sign-in-providers.ts";

export const kindNames: Readonly<Record<SignInKind, string>> = {
  oidc: "OpenID Connect",
  google: "Google",
  github: "GitHub",
  saml: "SAML",
  ldap: "LDAP directory",
};

/** What somebody looks for who adds one. */
export interface SignInProduct {
  readonly label: string;
  readonly kind: SignInKind;
  /** What the button says, and the id, unless somebody writes something else. */
  readonly name: string;
  readonly id: string;
  /** Such as its address is. */
  readonly issuer?: string;
  /** What to do there, in order. */
  readonly steps: readonly string[];
}

export const signInProducts: readonly SignInProduct[] = [
  {
    label: "Keycloak",
    kind: "oidc",
    name: "Keycloak",
    id: "keycloak",
    issuer: "https://login.example.org/realms/NAME",
    steps: [
      "Open Clients, then Create client, of the type OpenID Connect, with a client ID of your choice.",
      "Turn Client authentication on, and put the redirect address into Valid redirect URIs.",
      "The secret is under Credentials.",
      "For roles and teams from groups, add a mapper of the type Group Membership, with the claim groups and without the full path.",
    ],
  },
  {
    label: "Authentik",
    kind: "oidc",
    name: "Authentik",
    id: "authentik",
    issuer: "https://login.example.org/application/o/NAME/",
    steps: [
      "Open Applications, then Create with provider, of the type OAuth2/OpenID, confidential.",
      "Add the redirect address as a strict one.",
      "The page of the provider shows client ID, secret and issuer, with the slash at its end. Groups are in the claim groups.",
    ],
  },
  {
    label: "Microsoft Entra ID",
    kind: "oidc",
    name: "Microsoft",
    id: "microsoft",
    issuer: "https://login.microsoftonline.com/TENANT-ID/v2.0",
    steps: [
      "In the Entra admin center open App registrations, then New registration, with a redirect URI of the type Web.",
      "Overview shows the client ID, and the tenant ID for the issuer.",
      "Under Certificates & secrets make a client secret, and copy its value. It ends after a time: note when.",
      "Entra does not say whether an address is verified: where only your admins give addresses, say so below.",
    ],
  },
  {
    label: "Okta",
    kind: "oidc",
    name: "Okta",
    id: "okta",
    issuer: "https://NAME.okta.com",
    steps: [
      "Open Applications, then Create App Integration, OIDC, Web Application.",
      "Add the redirect address under Sign-in redirect URIs, and assign the people who may come.",
      "Client ID and secret are under Client Credentials. For roles and teams from groups, add a groups claim under Sign On.",
    ],
  },
  {
    label: "Google",
    kind: "google",
    name: "Google",
    id: "google",
    steps: [
      "In the Google Cloud console open APIs & Services, then Credentials, then Create credentials, OAuth client ID, Web application.",
      "Add the redirect address under Authorized redirect URIs.",
      "Under Audience choose Internal, where only people of your Workspace may come.",
    ],
  },
  {
    label: "GitHub",
    kind: "github",
    name: "GitHub",
    id: "github",
    issuer: "https://github.com",
    steps: [
      "Open the settings of your organization, then Developer settings, OAuth Apps, New OAuth app.",
      "Put the redirect address into Authorization callback URL.",
      "Generate a client secret. For a GitHub Enterprise Server write its address below.",
    ],
  },
  {
    label: "OpenID Connect (any other provider)",
    kind: "oidc",
    name: "",
    id: "",
    issuer: "https://login.example.org",
    steps: [
      "Register a confidential web client with the authorization code flow.",
      "Enter the redirect address there, exactly as it is here.",
      "The issuer is the address before /.well-known/openid-configuration.",
    ],
  },
  {
    label: "SAML 2.0 (Entra, Okta, Keycloak, ADFS …)",
    kind: "saml",
    name: "Company",
    id: "company",
    steps: [
      "Make an application for SAML 2.0. Its reply address (assertion consumer service) is the redirect address.",
      "Its identifier (entity id, audience) is the same address with metadata in place of callback.",
      "Sign assertions with RSA-SHA256, send a persistent NameID, and attributes with the e-mail address and the name.",
      "Copy the provider's metadata, as XML, to here.",
    ],
  },
  {
    label: "LDAP directory",
    kind: "ldap",
    name: "Directory",
    id: "directory",
    steps: [
      "Make an account that may look people up, and may do nothing else.",
      "People then give the password of the directory on the sign-in page; it is not kept. Whoever has a password here goes on with that one.",
    ],
  },
];
