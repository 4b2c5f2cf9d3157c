// Signing in, and what people see and change of their own account, in requests and responses.
import { z } from "zod";
import { instant } from "./common.ts";
import { languageForm } from "./language.ts";

/** Of a member of an organization, the most powerful first. */
export const roleNames = ["owner", "admin", "member", "viewer"] as const;
export const memberRole = z.enum(roleNames).meta({
  id: "Role",
  description:
    "owner: everything; admin: members, keys, settings; member: imports and edits; viewer: reads",
});
export type MemberRole = z.infer<typeof memberRole>;

export const emailAddress = z.email().max(254);
export const personName = z.string().trim().min(1).max(100);
/** Its length and strength are checked where it is set: an answer says what is missing. */
export const givenPassword = z.string().min(1).max(1000);
/** From a link: setup, invitation, reset, verification. */
export const linkToken = z.string().min(20).max(200);

/** What the sign-in page needs before anybody is known. */
export const authState = z
  .object({
    /** Whether people sign in here. Where not, whoever reaches the server is its owner. */
    accounts: z.boolean(),
    /** Nobody owns this server yet: the setup link that it printed makes the first owner. */
    needsOwner: z.boolean(),
    /** Where anybody with an address may register: its domains, an empty list for all; null where nobody may. */
    registration: z.object({ domains: z.array(z.string()) }).nullable(),
    /** Whether it sends mail: otherwise links are shown to whoever makes them. */
    mail: z.boolean(),
    providers: z.array(z.object({ id: z.string(), name: z.string() })),
    /** Characters that a new password has at least. */
    passwordLength: z.int(),
  })
  .meta({ id: "AuthState" });
export type AuthState = z.infer<typeof authState>;

export const setupLink = z
  .object({
    /** Opens the page that makes the first owner; null where there is one. */
    link: z.string().nullable(),
  })
  .meta({ id: "SetupLink" });
export const setupCheck = z.object({ token: linkToken });
export const setupRequest = z.object({
  token: linkToken,
  email: emailAddress,
  name: personName,
  password: givenPassword,
});
export const signInRequest = z.object({ email: z.string().max(254), password: givenPassword });
export const secondFactorRequest = z.object({
  token: z.string().max(2000),
  /** Six digits, or a recovery code. */
  code: z.string().trim().min(6).max(80),
});
export const forgotRequest = z.object({ email: z.string().max(254) });
export const resetRequest = z.object({ token: linkToken, password: givenPassword });
/** The link of a registration, and the password that was chosen then: the mail alone does not show who chose it. */
export const verifyRequest = z.object({ token: linkToken, password: givenPassword });
export const registerRequest = z.object({
  email: emailAddress,
  name: personName,
  password: givenPassword,
});
export const invitationRequest = z.object({ token: linkToken });
/** Name and password of somebody new; somebody who has an account gives its password. */
export const acceptRequest = z.object({
  token: linkToken,
  name: personName.optional(),
  password: givenPassword,
});
export const shownInvitation = z
  .object({
    organization: z.string(),
    email: z.string(),
    role: memberRole,
    invitedBy: z.string().nullable(),
    /** Whether this address has an account already, with a password of its own. */
    hasAccount: z.boolean(),
  })
  .meta({ id: "ShownInvitation" });

/** The access token is sent as `Authorization: Bearer …`; the refresh token is in a cookie that scripts cannot read. */
export const signedIn = z
  .object({
    kind: z.literal("signed-in"),
    access: z.string(),
    /** When the access token ends, in seconds from now. */
    expiresIn: z.int(),
  })
  .meta({ id: "SignedIn" });
export type SignedIn = z.infer<typeof signedIn>;
export const needsSecondFactor = z
  .object({
    kind: z.literal("second-factor"),
    /** Opens nothing but `/auth/second-factor`, for five minutes. */
    token: z.string(),
    /** passkey: sign in with one, which is enough on its own. */
    methods: z.array(z.enum(["totp", "recovery-code", "passkey"])),
  })
  .meta({ id: "NeedsSecondFactor" });
export const signInAnswer = z.discriminatedUnion("kind", [signedIn, needsSecondFactor]);
export type SignInAnswer = z.infer<typeof signInAnswer>;

export const mailTimes = ["off", "at-once", "daily"] as const;
/**
 * What somebody is told beside changes of how they sign in and sessions that were used elsewhere, which they are always told. In the app, and by mail where the
 * server sends any.
 */
export const noticeChoices = z
  .object({
    /** That an import of theirs ended, or failed, which took longer than a minute. */
    imports: z.object({ app: z.boolean(), mail: z.boolean() }),
    /** That a watched concept has new alerts, in a collection that they may open. */
    alerts: z.object({ app: z.boolean(), mail: z.enum(mailTimes) }),
    /** That somebody signed in as them from a device that they have not used for 90 days: a browser on a system. */
    devices: z.object({ mail: z.boolean() }).default({ mail: true }),
  })
  .meta({ id: "NoticeChoices" });
export type NoticeChoices = z.infer<typeof noticeChoices>;

export const colorSchemes = ["auto", "light", "dark"] as const;
export const preferences = z
  .object({
    timeZone: z.string().max(60).nullable(),
    /** In which dates, times and numbers are written to them; null: as their browser prefers, and in mails as in the United Kingdom. */
    language: languageForm.nullable(),
    colorScheme: z.enum(colorSchemes),
    searchMode: z.enum(["semantic", "lexical", "hybrid"]).nullable(),
    /** A collection's id. */
    collection: z.string().max(60).nullable(),
    /** Whether their searches are counted for the organization; never with their name. */
    countSearches: z.boolean(),
    notices: noticeChoices,
  })
  .meta({ id: "Preferences" });
export type Preferences = z.infer<typeof preferences>;

export const account = z
  .object({
    /** Null where there are no accounts, or for a key that is nobody's. */
    user: z
      .object({
        id: z.string(),
        email: z.string(),
        name: z.string(),
        createdAt: instant,
        hasPassword: z.boolean(),
        /** Of the picture: another one has another tag. Null where there is none. */
        picture: z.string().nullable(),
        preferences,
      })
      .nullable(),
    organization: z.object({ id: z.string(), name: z.string() }),
    role: memberRole,
    organizations: z.array(z.object({ id: z.string(), name: z.string(), role: memberRole })),
    secondFactor: z.object({
      totp: z.boolean(),
      /** How many there are; each is a second factor too. */
      passkeys: z.int(),
      /** Recovery codes that are left. */
      recoveryCodes: z.int(),
      /** Its organization wants one, and there is none: nothing else can be done until it is set up. */
      required: z.boolean(),
    }),
    session: z.string().nullable(),
    /** Where whoever asks sees this person's app, read-only: who they are, null for the command line beside the data. */
    look: z.object({ by: z.string().nullable(), until: instant }).nullable(),
  })
  .meta({ id: "Account" });
export type Account = z.infer<typeof account>;

/** Longer waits would be cut off by proxies, which give up after half a minute at the earliest. */
export const LONGEST_WAIT_S = 25;
export const presenceQuery = z.object({
  /** How long the answer may wait for a change, in seconds. */
  wait: z.coerce.number().min(0).max(LONGEST_WAIT_S).default(0),
});

export const accountPatch = z.object({
  name: personName.optional(),
  preferences: preferences.partial().optional(),
});
/**
 * The current password, for what must not be done by whoever finds an open window. Absent where a passkey confirmed it within a quarter
 * of an hour (`/account/passkeys/prove/…`), or for somebody who has no password: then the session has to be that young
 * (`sign-in-again`).
 */
export const passwordProof = z.object({ password: givenPassword.optional() });
export const passwordChange = z.object({ current: givenPassword.optional(), next: givenPassword });
export const organizationChoice = z.object({ organization: z.string().max(60) });

/** Somebody's account at a sign-in provider, by which they sign in here. */
export const linkedIdentity = z
  .object({
    /** The id of the provider. */
    provider: z.string(),
    name: z.string(),
    /** As the provider knows them; null where it did not say. */
    email: z.string().nullable(),
    createdAt: instant,
  })
  .meta({ id: "LinkedIdentity" });
export const linkedIdentityList = z.object({ identities: z.array(linkedIdentity) });
/** With a path of the app to come back to. */
export const linkRequest = passwordProof.extend({ return: z.string().max(1000).optional() });
/**
 * Where the browser has to go. It comes back to the page that was given; where that failed, with `?problem=CODE&provider=ID`: identity-taken,
 * has-identity, email-not-verified, signed-out, and what can happen to everybody who signs in at a provider, which /sign-in is told of
 * likewise: wrong-state, link-expired, provider-refused, provider-down, unknown-provider, account-exists, not-invited, email-not-verified,
 * suspended, too-many-tries, no-owner, no-accounts. A second factor is asked for on /sign-in with `#second-factor=TOKEN&methods=totp,passkey`.
 */
export const linkStart = z.object({ location: z.string() }).meta({ id: "LinkStart" });
export const userSession = z
  .object({
    id: z.string(),
    /** Such as "Firefox on Linux". */
    device: z.string(),
    /** The network part of the address only. */
    network: z.string(),
    createdAt: instant,
    lastUsedAt: instant,
    current: z.boolean(),
  })
  .meta({ id: "UserSession" });
export const userSessionList = z.object({ sessions: z.array(userSession) });

export const totpSecret = z
  .object({
    /** In base 32, to be typed where no picture can be read. */
    secret: z.string(),
    uri: z.string(),
    /** The same as a QR code. */
    svg: z.string(),
  })
  .meta({ id: "TotpSecret" });
export const totpCode = z.object({ code: z.string().trim().min(6).max(10) });
export const recoveryCodes = z
  .object({ codes: z.array(z.string()) })
  .meta({ id: "RecoveryCodes", description: "Each works once; they are shown this once" });

/** What a browser is asked for, as the functions of @simplewebauthn/browser take it, and what to send back with its answer. */
export const passkeyQuestion = z
  .object({
    options: z.looseObject({ challenge: z.string() }),
    /** Good for one answer, within five minutes. */
    token: z.string(),
  })
  .meta({ id: "PasskeyQuestion" });
/** The browser's answer as it came. */
export const passkeyAnswer = z.object({
  token: z.string().max(2000),
  response: z.looseObject({ id: z.string().max(1500) }),
});
export const newPasskey = passkeyAnswer.extend({ name: personName });
export const passkey = z
  .object({
    id: z.string(),
    /** Given by its owner. */
    name: z.string(),
    /** The host that it is for: elsewhere browsers do not offer it. */
    site: z.string(),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: "Passkey" });
export const passkeyName = z.object({ name: personName });
export const passkeyList = z.object({ passkeys: z.array(passkey) });
export const madePasskey = z
  .object({
    passkey,
    /** Where it is the first second factor: each works once, and they are shown this once. */
    recoveryCodes: z.array(z.string()).nullable(),
  })
  .meta({ id: "MadePasskey" });

export const keyScopes = ["read", "search", "import", "embed", "write", "admin", "scim"] as const;
export const keyScope = z.enum(keyScopes);
export type KeyScope = z.infer<typeof keyScope>;
/** What a member's own key may be for; a key for SCIM is made for the organization. */
export const ownScope = keyScope.exclude(["scim"]);
export type OwnScope = z.infer<typeof ownScope>;

const ofViewers: readonly OwnScope[] = ["read", "search"];
const ofMembers: readonly OwnScope[] = [...ofViewers, "import", "embed", "write"];
/** The scopes that have an effect in a key of somebody with this role: no others are given. */
export const scopesOfRole: Readonly<Record<MemberRole, readonly OwnScope[]>> = {
  viewer: ofViewers,
  member: ofMembers,
  admin: ownScope.options,
  owner: ownScope.options,
};
export const newApiKey = z.object({
  name: personName,
  scopes: z.array(ownScope).min(1).max(keyScopes.length),
  /** Ids; all that its owner reaches where absent. */
  collections: z.array(z.string().max(60)).min(1).max(100).optional(),
  /** Days until it ends; it does not end by itself where null. */
  days: z.int().min(1).max(3650).nullable().default(90),
});
/** For an identity provider, which keeps the members and teams of an organization in step with its own. */
export const newScimKey = z.object({
  name: personName,
  /** As of another key. */
  days: z.int().min(1).max(3650).nullable().default(365),
});
export const apiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    /** Its beginning, by which it is recognised. */
    prefix: z.string(),
    scopes: z.array(keyScope),
    collections: z.array(z.string()).nullable(),
    owner: z.object({ id: z.string(), name: z.string() }),
    createdAt: instant,
    expiresAt: instant.nullable(),
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: "ApiKey" });
export const apiKeyList = z.object({ keys: z.array(apiKey) });
export const madeApiKey = z
  .object({ key: apiKey, secret: z.string() })
  .meta({ id: "MadeApiKey", description: "The secret is shown this once" });

/**
 * For a download or a stream of events, which a browser asks for without a header: `?ticket=…` beside the other parameters opens
 * this path, for a minute. The path is given without parameters.
 */
export const ticketRequest = z.object({ path: z.string().startsWith("/api/v1/").max(2000) });
export const ticket = z.object({ ticket: z.string() }).meta({ id: "Ticket" });
