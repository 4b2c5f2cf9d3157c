// Signing in with a password that an LDAP directory knows: whoever it finds is asked to sign in there.
import { readFileSync } from "node:fs";
import {
  Client,
  type ClientOptions,
  Filter,
  InvalidCredentialsError,
  type Entry as LdapEntry,
} from "ldapts";
import { z } from "zod";
import type { MemberRole } from "#services/contract/accounts.ts";
import { ParlanceError, rejected, unavailable } from "#services/domain/errors.ts";
import { isLoopback } from "#services/domain/loopback.ts";
import { badProvider } from "./bad-provider.ts";
import { joiningSettings } from "./joining-settings.ts";
import { roleOfGroups, type TeamOfGroups, teamsOfGroups } from "./provider-config.ts";
import type { ProviderPolicy } from "./providers.ts";

const VARIABLE = "PARLANCE_LDAP";
const hint =
  'It holds a JSON object, or the path of a file with one: {"url": "ldaps://ldap.example.org", "base": "ou=people,dc=example,dc=org", "bindDn": "…", "bindPassword": "…"}';
const TIMEOUT_MS = 10_000;

const settings = z
  .strictObject({
    /** As the log names it. */
    name: z.string().trim().min(1).max(60).optional(),
    url: z.url({
      protocol: /^ldaps?$/u,
      error: ({ input }) =>
        input === undefined
          ? "is missing"
          : "is not an address that begins with ldaps:// or ldap://",
      // What follows reads it.
      abort: true,
    }),
    /** Below it people are looked for. */
    base: z.string("is missing").min(1, "is missing"),
    /** Who may look for them; anonymously where there is none. */
    bindDn: z.string().optional(),
    bindPassword: z.string().optional(),
    /** Finds one person; {login} is what was typed. */
    filter: z
      .string()
      .refine((text) => text.includes("{login}"), { error: "has to contain {login}" })
      .default("(mail={login})"),
    emailAttribute: z.string().default("mail"),
    nameAttribute: z.string().default("cn"),
    /** Never changes, and is never given to somebody else. */
    subjectAttribute: z.string().default("entryUUID"),
    groupsAttribute: z.string().default("memberOf"),
    ...joiningSettings,
    newAccounts: joiningSettings.newAccounts.default("anyone"),
    /** Encrypts a connection to ldap://; only without it on this very machine. */
    startTls: z.boolean().default(true),
    /** A file with the authority (PEM) of the directory's certificate. */
    ca: z.string().optional(),
    /** The same as text, for a directory that is added in the app: there nobody names a file of the server. */
    caCertificate: z
      .string()
      .trim()
      .includes("-----BEGIN CERTIFICATE-----", { error: "is no certificate in PEM" })
      .optional(),
  })
  .superRefine((given, ctx) => {
    const { protocol, hostname } = new URL(given.url);
    if (protocol === "ldap:" && !given.startTls && !isLoopback(hostname))
      ctx.addIssue({
        code: "custom",
        path: ["startTls"],
        message: "is off, so that passwords would go through the network as they are",
      });
    if ((given.bindDn === undefined) !== (given.bindPassword === undefined))
      ctx.addIssue({
        code: "custom",
        path: ["bindPassword"],
        message: "belongs to bindDn: set both or neither",
      });
  });
export type DirectoryConfig = z.infer<typeof settings>;

const bad = (message: string, cause?: unknown) =>
  rejected(`${VARIABLE}: ${message}.`, { code: "bad-setting", hint, cause });

/** @throws ParlanceError rejected `bad-setting`, naming the field; what was written is not quoted, since it holds a password */
export const readDirectory = (setting: string | undefined): DirectoryConfig | undefined => {
  if (setting === undefined || setting.trim() === "") return undefined;
  let json: unknown;
  try {
    json = JSON.parse(/^\s*\{/u.test(setting) ? setting : readFileSync(setting, "utf8"));
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw bad(code === undefined ? "this is not valid JSON" : `the file cannot be read (${code})`);
  }
  const read = settings.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw bad(`${issue?.path.join(".") ?? ""} ${issue?.message ?? "is not understood"}`.trim());
};

/**
 * A directory that is added in the app, as somebody wrote it.
 * @throws ParlanceError rejected `bad-provider`, naming the field
 */
export const checkDirectory = (written: unknown): DirectoryConfig => {
  const read = settings
    .refine(({ ca }) => ca === undefined, { path: ["ca"], error: "is a file of the server" })
    .safeParse(written);
  if (read.success) return read.data;
  throw badProvider(read.error);
};

/** Somebody whom the directory knows, and whose password it took. */
export interface DirectoryPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string;
  readonly name: string | undefined;
  readonly groups: readonly string[];
  readonly role: MemberRole | undefined;
  readonly teams: readonly TeamOfGroups[];
}

export interface Directory {
  readonly policy: ProviderPolicy;
  /** Undefined where it knows nobody like this, or another password. @throws ParlanceError unavailable `directory-down` */
  signIn(login: string, password: string): Promise<DirectoryPerson | undefined>;
}

const down = (cause: unknown): ParlanceError =>
  cause instanceof ParlanceError
    ? cause
    : unavailable("The directory cannot be asked.", {
        code: "directory-down",
        hint: "Try again in a few minutes. Whoever has a password here can sign in all the same.",
        cause,
      });

const valuesOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) =>
    typeof one === "string" && one !== "" ? [one] : [],
  );

/** Who the directory says somebody is, but for their password. */
export type Entry = Omit<DirectoryPerson, "role" | "teams"> & { readonly dn: string };

/** What a directory is asked, on connections of their own. All reject with what the connection or the directory says. */
export interface DirectoryQuestions {
  /** With a connection that is encrypted as the settings say; closed in any case. */
  connected<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** Whoever may look people up. */
  bind(client: Client): Promise<void>;
  /** The entries that a login finds, two at most, as far as they are people who can sign in. */
  find(client: Client, login: string): Promise<readonly (Entry | undefined)[]>;
}

/** People of another directory, or of another part of it, are others. */
export const directoryIssuerOf = ({ url, base }: Pick<DirectoryConfig, "url" | "base">): string =>
  `${url.slice(0, 150)} ${base.slice(0, 140)}`;

const entryIn = (config: DirectoryConfig, found: LdapEntry): Entry | undefined => {
  const [subject] = valuesOf(found[config.subjectAttribute]);
  const [email] = valuesOf(found[config.emailAttribute]);
  if (subject === undefined || email === undefined) return undefined;
  return {
    dn: found.dn,
    issuer: directoryIssuerOf(config),
    subject,
    email,
    name: valuesOf(found[config.nameAttribute])[0],
    groups: valuesOf(found[config.groupsAttribute]),
  };
};

/** Opens no connection yet. */
export const openQuestions = (config: DirectoryConfig): DirectoryQuestions => {
  const secure = config.url.startsWith("ldaps:");
  const authority =
    config.caCertificate ?? (config.ca === undefined ? undefined : readFileSync(config.ca));
  const tls = {
    minVersion: "TLSv1.2",
    ...(authority === undefined ? {} : { ca: authority }),
  } as const;
  const options: ClientOptions = {
    url: config.url,
    timeout: TIMEOUT_MS,
    connectTimeout: TIMEOUT_MS,
    ...(secure ? { tlsOptions: tls } : {}),
  };
  return {
    async connected(work) {
      const client = new Client(options);
      try {
        if (!secure && config.startTls) await client.startTLS(tls);
        return await work(client);
      } finally {
        await client.unbind().catch(() => undefined);
      }
    },
    async bind(client) {
      if (config.bindDn !== undefined) await client.bind(config.bindDn, config.bindPassword ?? "");
    },
    async find(client, login) {
      const { searchEntries } = await client.search(config.base, {
        scope: "sub",
        filter: config.filter.replaceAll("{login}", () => Filter.escape(login)),
        attributes: [
          config.emailAttribute,
          config.nameAttribute,
          config.subjectAttribute,
          config.groupsAttribute,
        ],
        sizeLimit: 2,
      });
      return searchEntries.map((found) => entryIn(config, found));
    },
  };
};

/** Opens no connection yet; each sign-in has connections of its own. */
export const openDirectory = (config: DirectoryConfig): Directory => {
  const questions = openQuestions(config);
  const find = (login: string) =>
    questions.connected(async (client) => {
      await questions.bind(client);
      const found = await questions.find(client, login);
      // Two people for one login: it cannot be told who it is.
      return found.length === 1 ? found[0] : undefined;
    });
  const isTaken = (dn: string, password: string): Promise<boolean> =>
    questions.connected((client) =>
      client.bind(dn, password).then(
        () => true,
        (error: unknown) => {
          if (error instanceof InvalidCredentialsError) return false;
          throw error;
        },
      ),
    );
  const { name = "Directory", roles, organization, newAccounts } = config;
  return {
    policy: { name, organization, newAccounts, givesRoles: roles !== undefined },
    async signIn(login, password) {
      // Directories take a bind without a password for an anonymous one, which succeeds.
      if (password === "" || login.trim() === "") return undefined;
      try {
        const entry = await find(login.trim());
        if (entry === undefined || !(await isTaken(entry.dn, password))) return undefined;
        const { dn: _, ...person } = entry;
        const { groups } = person;
        return {
          ...person,
          role: roleOfGroups(config, groups),
          teams: teamsOfGroups(config, groups),
        };
      } catch (error) {
        throw down(error);
      }
    },
  };
};
