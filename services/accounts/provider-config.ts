// Providers that people sign in at instead of with a password here: read from the environment and checked.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { type MemberRole, roleNames } from "#services/contract/accounts.ts";
import { rejected } from "#services/domain/errors.ts";
import { folded } from "#services/domain/folded-name.ts";
import type { OrganizationId } from "#services/domain/ids.ts";
import { isLoopback } from "#services/domain/loopback.ts";
import { badProvider } from "./bad-provider.ts";
import { joiningSettings, type newcomers } from "./joining-settings.ts";
import { type SamlSettings, samlFields, samlSettingsIn } from "./saml/saml-settings.ts";

export const providerKinds = ["oidc", "google", "github", "saml"] as const;
const oauthKinds = ["oidc", "google", "github"] as const;

interface Basics {
  /** In addresses; it never changes, as the provider knows where it sends people back to. */
  readonly id: string;
  /** On the button. */
  readonly name: string;
  /** The role that members of a group get. */
  readonly roles?: Readonly<Record<string, MemberRole>> | undefined;
  /** The name of the team that members of a group are in. */
  readonly teams?: Readonly<Record<string, string>> | undefined;
  /** Who gets an account at their first sign-in; those who were invited where nothing is said. */
  readonly newAccounts?: (typeof newcomers)[number] | undefined;
  /** Where they become members, and where the roles and teams of groups count; the default one where nothing is said. */
  readonly organization?: OrganizationId | undefined;
  /** Its addresses count as verified although it does not say so: people cannot choose them there. */
  readonly verifiedEmails?: boolean | undefined;
  /** Plain http, for a provider on this very machine. */
  readonly allowHttp?: boolean | undefined;
}

export interface OAuthConfig extends Basics {
  readonly kind: (typeof oauthKinds)[number];
  /** For GitHub the address of the site, which is another one for a GitHub Enterprise Server. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The claim that lists a person's groups, a dotted path where it is within others: `groups`, `realm_access.roles`. */
  readonly groupsClaim?: string | undefined;
}

export interface SamlConfig extends Basics, SamlSettings {
  readonly kind: "saml";
}

export type ProviderConfig = OAuthConfig | SamlConfig;

const VARIABLE = "PARLANCE_SIGN_IN_PROVIDERS";
const hint =
  'It holds a JSON list, or the path of a file with one: [{"id": "…", "name": "…", "kind": "oidc", "issuer": "https://…", "clientId": "…", "clientSecret": "…"}]';
const fixedIssuers = { google: "https://accounts.google.com", github: "https://github.com" };

/** Whether requests may go there: https, or plain http to this machine where that is allowed. */
export const mayAsk = (url: URL, allowHttp: boolean | undefined): boolean =>
  url.protocol === "https:" ||
  (url.protocol === "http:" && allowHttp === true && isLoopback(url.hostname));

const notEncrypted = (url: URL): string =>
  isLoopback(url.hostname) && url.protocol === "http:"
    ? 'begins with http://: add "allowHttp": true, which is for a provider on the server\'s own machine'
    : "does not begin with https://";

const text = (max: number) => z.string("is missing").trim().min(1, "is missing").max(max);
const basics = {
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/u, "has small letters, digits and hyphens, 40 at most"),
  name: text(60),
  ...joiningSettings,
  newAccounts: joiningSettings.newAccounts.optional(),
  verifiedEmails: z.boolean().optional(),
  allowHttp: z.boolean().optional(),
};

const oauthProvider = z
  .strictObject({
    ...basics,
    kind: z.enum(oauthKinds),
    issuer: z.string().optional(),
    clientId: text(500),
    clientSecret: text(2000).refine(
      (secret) => !/^(change-?me.*|secret|example|…)$/iu.test(secret),
      {
        error: "is that of an example",
      },
    ),
    groupsClaim: text(200).optional(),
  })
  .transform((given, ctx): OAuthConfig => {
    const wrong = (field: string, message: string) => {
      ctx.addIssue({ code: "custom", path: [field], message });
      return z.NEVER;
    };
    const issuer = given.issuer ?? (given.kind === "oidc" ? undefined : fixedIssuers[given.kind]);
    if (issuer === undefined) return wrong("issuer", "is missing");
    const url = URL.parse(issuer);
    if (url === null || url.search !== "" || url.hash !== "" || url.username !== "")
      return wrong("issuer", "is not the address of a provider");
    if (!mayAsk(url, given.allowHttp)) return wrong("issuer", notEncrypted(url));
    if (given.roles !== undefined && given.groupsClaim === undefined)
      return wrong("groupsClaim", "is missing: the roles go by it");
    if (given.teams !== undefined && given.kind !== "oidc")
      return wrong("teams", "is not for Google and GitHub, which tell no groups");
    if (given.teams !== undefined && given.groupsClaim === undefined)
      return wrong("groupsClaim", "is missing: the teams go by it");
    if (given.kind === "github" && given.groupsClaim !== undefined)
      return wrong("groupsClaim", "is not for GitHub, which tells no groups");
    if (given.kind !== "oidc" && given.verifiedEmails !== undefined)
      return wrong("verifiedEmails", "is for OpenID Connect only");
    return { ...given, issuer };
  });

const samlProvider = z
  .strictObject({ ...basics, kind: z.literal("saml"), ...samlFields })
  .transform((given, ctx): SamlConfig => {
    const wrong = (field: string, message: string): undefined => {
      ctx.addIssue({ code: "custom", path: [field], message });
    };
    const config = samlSettingsIn(given, wrong);
    if (config === undefined) return z.NEVER;
    const url = URL.parse(config.signInUrl);
    const place = given.metadata === undefined ? "signInUrl" : "metadata";
    if (url === null || url.hash !== "" || url.username !== "")
      wrong(place, "is no address to sign in at");
    else if (!mayAsk(url, given.allowHttp))
      wrong(place, `names an address that ${notEncrypted(url)}`);
    return config;
  });

const provider = z.discriminatedUnion("kind", [oauthProvider, samlProvider], {
  error: (issue) =>
    issue.code === "invalid_union" ? `is one of ${providerKinds.join(", ")}` : undefined,
});

/**
 * One provider, as somebody wrote it: from a form, or from where it was kept.
 * @throws ParlanceError rejected `bad-provider`, naming the field; what was written is not quoted, since it holds a secret
 */
export const checkProvider = (written: unknown): ProviderConfig => {
  const read = provider.safeParse(written);
  if (read.success) return read.data;
  throw badProvider(read.error);
};

const providers = z
  .array(provider, { error: "is not a list" })
  .max(20)
  .superRefine((list, ctx) => {
    for (const [at, { id }] of list.entries())
      if (list.findIndex((other) => other.id === id) < at)
        ctx.addIssue({ code: "custom", path: [at, "id"], message: "is there twice" });
  });

const bad = (message: string, cause?: unknown) =>
  rejected(`${VARIABLE}: ${message}.`, { code: "bad-setting", hint, cause });

const contentsOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw bad(`the file ${path} cannot be read (${code ?? "unknown reason"})`, cause);
  }
};

const given = (setting: string): string =>
  /^\s*[[{]/u.test(setting) ? setting : contentsOf(setting);

/** Fields that may hold the path of a file instead, under the same name with `File` behind it. */
const inFiles = ["metadata", "privateKey", "certificate"] as const;

/** An entry with its files read. Files are named in the environment only: whoever may write there may read them anyway. */
const withFiles = (entry: unknown): unknown => {
  if (typeof entry !== "object" || entry === null) return entry;
  const read = new Map<string, unknown>(Object.entries(entry));
  for (const field of inFiles) {
    const path = read.get(`${field}File`);
    if (typeof path !== "string") continue;
    read.delete(`${field}File`);
    read.set(field, contentsOf(path));
  }
  return Object.fromEntries(read);
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    // The error quotes what it read, and that may be a secret.
    throw bad("this is not valid JSON");
  }
};

/** `[2].clientSecret` */
const placeOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");

/**
 * The providers in PARLANCE_SIGN_IN_PROVIDERS: JSON, or the path of a file with it. None where it is not set.
 * @throws ParlanceError rejected `bad-setting`, naming the field
 */
export const readProviders = (
  env: Readonly<Record<string, string | undefined>>,
): readonly ProviderConfig[] => {
  const setting = env[VARIABLE];
  if (setting === undefined || setting.trim() === "") return [];
  const list = parsed(given(setting));
  const result = providers.safeParse(Array.isArray(list) ? list.map(withFiles) : list);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw bad(`${placeOf(issue?.path ?? [])} ${issue?.message ?? "is not understood"}`.trim());
};

/** The most powerful role that any of the groups gives; undefined where none does. */
export const roleOfGroups = (
  { roles }: Pick<ProviderConfig, "roles">,
  groups: readonly string[],
): MemberRole | undefined => {
  const given = new Set(
    groups.filter((group) => Object.hasOwn(roles ?? {}, group)).map((group) => roles?.[group]),
  );
  return roleNames.find((role) => given.has(role));
};

/** A team that the settings name for a group, and whether somebody's groups put them into it. */
export interface TeamOfGroups {
  readonly name: string;
  readonly isIn: boolean;
}

/** Every team that is named for a group, once: several groups may lead to one team. */
export const teamsOfGroups = (
  { teams = {} }: Pick<ProviderConfig, "teams">,
  groups: readonly string[],
): readonly TeamOfGroups[] => {
  const has = new Set(groups);
  const byName = new Map<string, TeamOfGroups>();
  for (const [group, name] of Object.entries(teams)) {
    const known = byName.get(folded(name)) ?? { name, isIn: false };
    byName.set(folded(name), { ...known, isIn: known.isIn || has.has(group) });
  }
  return [...byName.values()];
};
