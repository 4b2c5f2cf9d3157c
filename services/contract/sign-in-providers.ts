// Where people may sign in instead of with a password here, as whoever runs the server sees and changes it, in requests and responses.
import { z } from "zod";
import { personName } from "./accounts.ts";
import { instant } from "./common.ts";

/** oidc: any provider that speaks OpenID Connect; ldap: a directory, of which there is one at most. */
export const signInKinds = ["oidc", "google", "github", "saml", "ldap"] as const;
export const signInKind = z.enum(signInKinds);
export type SignInKind = z.infer<typeof signInKind>;

/** Which of its fields are secrets: kept sealed, and told to nobody. */
export const secretFields: Readonly<Record<SignInKind, readonly string[]>> = {
  oidc: ["clientSecret"],
  google: ["clientSecret"],
  github: ["clientSecret"],
  saml: ["privateKey"],
  ldap: ["bindPassword"],
};

/** Which of its fields say where a secret is sent, and whether it is encrypted on the way: with another one the secrets are given again. */
export const addressFields = ["issuer", "url", "signInUrl", "startTls"] as const;

/** The id of a directory: people give their passwords of it on the sign-in page, and are sent nowhere. */
export const DIRECTORY = "directory";

/** What its kind needs, with the names that they have in PARLANCE_SIGN_IN_PROVIDERS and PARLANCE_LDAP. */
const fields = z.record(z.string().max(60), z.unknown());
const secrets = z.record(z.string().max(60), z.string().max(20_000));

export const signInProvider = z
  .object({
    id: z.string(),
    kind: signInKind,
    /** On the button. */
    name: z.string(),
    /** setting: of PARLANCE_SIGN_IN_PROVIDERS or PARLANCE_LDAP, and only changed there; added: here. */
    source: z.enum(["setting", "added"]),
    /** off: nobody signs in there, and it is kept. */
    state: z.enum(["on", "off"]),
    /** Without its secrets. */
    settings: fields,
    /** The names of those of its secrets that are set; what they are is told to nobody. */
    secrets: z.array(z.string()),
    /** The address to enter at the provider as the one to send people back to; null for a directory. */
    redirectUri: z.string().nullable(),
    /** How many people sign in there. */
    people: z.int(),
    /** Those of them who could not sign in without it: they have no password, no passkey and no other provider. */
    peopleOnlyByIt: z.int(),
    /** Why nobody can sign in there although it is on; null where nothing is wrong. */
    problem: z.string().nullable(),
    changedAt: instant.nullable(),
  })
  .meta({ id: "SignInProvider" });
export type SignInProvider = z.infer<typeof signInProvider>;

export const signInProviderList = z
  .object({
    providers: z.array(signInProvider),
    /** What a new one would have to be told as redirectUri, with {id} for its id; null where PARLANCE_PUBLIC_URL is not set. */
    redirectUri: z.string().nullable(),
    /** The domains whose addresses may register (PARLANCE_REGISTRATION), an empty list for all; null where nobody may. */
    registration: z.object({ domains: z.array(z.string()) }).nullable(),
  })
  .meta({ id: "SignInProviders" });

export const newSignInProvider = z.object({
  /** In addresses; it never changes. That of a directory is “directory”. */
  id: z.string().max(60),
  kind: signInKind,
  name: personName.max(60),
  settings: fields.default({}),
  secrets: secrets.default({}),
  /** Does it also where people are linked to a provider that had this id before (`knows-people`, with their number). */
  confirmed: z.boolean().optional(),
});
export type NewSignInProvider = z.input<typeof newSignInProvider>;

export const signInProviderPatch = z.object({
  name: personName.max(60).optional(),
  state: z.enum(["on", "off"]).optional(),
  /** All of them from now on. */
  settings: fields.optional(),
  /** Those that change; an empty one stays as it is, unless the address changes: then all of them have to be given. */
  secrets: secrets.optional(),
  /** Does it also where people could not sign in any more (`locks-out`, with their number). */
  confirmed: z.boolean().optional(),
});
export type SignInProviderPatch = z.input<typeof signInProviderPatch>;
export const signInProviderRemoval = signInProviderPatch.pick({ confirmed: true });

/** Whom to look up in a directory. */
const sample = z.string().trim().min(1).max(254).optional();
/** As it would be, before it is added. */
export const newSignInProviderTest = newSignInProvider.omit({ confirmed: true }).extend({ sample });
/** As it is, or as it would be after this change: one of the settings only as it is. */
export const signInProviderTest = signInProviderPatch
  .pick({ settings: true, secrets: true })
  .extend({ sample });

export const testStep = z
  .object({
    /** What was tried, such as “Discovery”. */
    name: z.string(),
    /** unclear: it could not be told from here. */
    state: z.enum(["ok", "failed", "unclear"]),
    detail: z.string(),
    /** What to do; null where there is nothing to do. */
    hint: z.string().nullable(),
  })
  .meta({ id: "TestStep" });
export type TestStep = z.infer<typeof testStep>;
export const testedProvider = z
  .object({
    /** No step failed. */
    ok: z.boolean(),
    steps: z.array(testStep),
  })
  .meta({ id: "TestedProvider" });
export type TestedProvider = z.infer<typeof testedProvider>;
