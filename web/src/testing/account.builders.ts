// Answers of the server about accounts and organizations, for tests of pages. Each is parsed by the contract's schema.
import {
  account,
  apiKey,
  authState,
  type SignedIn,
  signedIn,
  userSession,
} from "#services/contract/accounts.ts";
import {
  auditEntry,
  collectionAccess,
  invitation,
  member,
  organization,
  team,
} from "#services/contract/organizations.ts";
import { organizationQuotas } from "#services/contract/quotas.ts";
import { at, type Given } from "./answers.builders.ts";
import type { Answers } from "./web-app.builders.tsx";

/** Without accounts where a test says nothing. */
export const anAuthState = (given: Given<typeof authState> = {}) =>
  authState.parse({
    accounts: false,
    needsOwner: false,
    registration: null,
    mail: false,
    providers: [],
    passwordLength: 12,
    ...given,
  });

export const aToken = (access = "access-1", expiresIn = 600): SignedIn =>
  signedIn.parse({ kind: "signed-in", access, expiresIn });

const organizations = [{ id: "org_a", name: "Bakers", role: "owner" as const }];

export const anAccount = (given: Given<typeof account> = {}) =>
  account.parse({
    user: {
      id: "usr_a",
      email: "mira@example.org",
      name: "Mira Okafor",
      createdAt: at(1, 5),
      hasPassword: true,
      picture: null,
      preferences: {
        timeZone: null,
        language: null,
        colorScheme: "auto",
        searchMode: null,
        collection: null,
        countSearches: true,
        notices: {
          imports: { app: true, mail: true },
          alerts: { app: true, mail: "off" },
          devices: { mail: true },
        },
      },
    },
    organization: { id: "org_a", name: "Bakers" },
    role: "owner",
    organizations,
    secondFactor: { totp: false, passkeys: 0, recoveryCodes: 0, required: false },
    session: "ses_a",
    look: null,
    ...given,
  });

export const aUserSession = (given: Given<typeof userSession> = {}) =>
  userSession.parse({
    id: "ses_a",
    device: "Firefox on Linux",
    network: "192.0.2.0/24",
    createdAt: at(5, 1),
    lastUsedAt: at(5, 9),
    current: true,
    ...given,
  });

export const anApiKey = (given: Given<typeof apiKey> = {}) =>
  apiKey.parse({
    id: "key_a",
    name: "Notebook",
    prefix: "plk_3fa9",
    scopes: ["read", "search"],
    collections: null,
    owner: { id: "usr_a", name: "Mira Okafor" },
    createdAt: at(5, 1),
    expiresAt: null,
    lastUsedAt: null,
    ...given,
  });

export const anOrganization = (given: Given<typeof organization> = {}) =>
  organization.parse({
    id: "org_a",
    name: "Bakers",
    requiresSecondFactor: false,
    keepsSearchTexts: false,
    allowsLooking: false,
    createdAt: at(1, 5),
    ...given,
  });

/** Any number of everything where a test says nothing. */
export const someQuotas = (given: Given<typeof organizationQuotas> = {}) => {
  const free = { limit: 0, own: null, server: 0 };
  return organizationQuotas.parse({
    requestsPerMinute: { ...free, used: null },
    tokensPerDay: { ...free, used: 0 },
    storedBytes: { ...free, used: 3_200_000 },
    ...given,
  });
};

export const aMember = (given: Given<typeof member> = {}) =>
  member.parse({
    id: "usr_b",
    email: "tobi@example.org",
    name: "Tobi Lang",
    role: "member",
    state: "active",
    keptByScim: false,
    secondFactor: true,
    joinedAt: at(2, 1),
    lastSeenAt: at(5, 9),
    picture: null,
    ...given,
  });

export const anInvitation = (given: Given<typeof invitation> = {}) =>
  invitation.parse({
    id: "inv_a",
    email: "ana@example.org",
    role: "viewer",
    createdAt: at(5, 8),
    expiresAt: at(5, 15),
    ...given,
  });

export const aTeam = (given: Given<typeof team> = {}) =>
  team.parse({
    id: "tea_a",
    name: "Ovens",
    keptByScim: false,
    members: [{ id: "usr_b", name: "Tobi Lang" }],
    ...given,
  });

export const anAuditEntry = (given: Given<typeof auditEntry> = {}) =>
  auditEntry.parse({
    seq: 17,
    at: at(5, 9),
    actor: "Mira Okafor",
    actorId: "usr_a",
    action: "member.role",
    target: "usr_b",
    details: { role: "admin", was: "member" },
    network: "192.0.2.0/24",
    ...given,
  });

export const anAccess = (given: Given<typeof collectionAccess> = {}) =>
  collectionAccess.parse({
    everybody: null,
    grants: [{ kind: "user", id: "usr_a", level: "manage", name: "Mira Okafor" }],
    ...given,
  });

/** A server with accounts, and somebody who is signed in. */
export const signedInAs = (given: Given<typeof account> = {}): Answers => ({
  "GET /api/v1/auth/state": anAuthState({ accounts: true }),
  "POST /api/v1/auth/refresh": () => aToken(),
  "GET /api/v1/account": anAccount(given),
  "GET /api/v1/account/notices": { notices: [], unseen: 0 },
  "GET /api/v1/account/owned": { collections: [] },
  "GET /api/v1/account/presence": () => new Response(null, { status: 204 }),
  "GET /api/v1/people": {
    people: [
      { id: "usr_a", name: "Mira Okafor", picture: null },
      { id: "usr_b", name: "Tobi Lang", picture: null },
    ],
    teams: [{ id: "tea_a", name: "Ovens" }],
  },
});
