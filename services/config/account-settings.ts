// The settings of accounts: the secret, how the server is reached, mail, the first owner, and who else gets in.
import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { rejected } from "#services/domain/errors.ts";
import { withPassword } from "./passwords.ts";

const unlessEmpty = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean),
);

export const accountShape = {
  /** What tokens are signed and secrets are sealed with, at least 32 random bytes; by default a file in the home. */
  PARLANCE_SECRET: unlessEmpty(z.string()),
  /** The one before: what was sealed with it can still be opened. */
  PARLANCE_SECRET_PREVIOUS: unlessEmpty(z.string()),
  /** How people reach this server, such as https://chats.example.org: links in mails begin with it. */
  PARLANCE_PUBLIC_URL: unlessEmpty(z.url({ protocol: /^https?$/, error: "https://…" })),
  /** The server that sends mail, smtp://user:password@host:587 or smtps://…; without it links are shown to admins. */
  PARLANCE_MAIL_URL: unlessEmpty(z.url({ protocol: /^smtps?$/, error: "smtp://… or smtps://…" })),
  /** The sender of mails. */
  PARLANCE_MAIL_FROM: unlessEmpty(z.string().min(3)),
  /** The address of the first owner, who is made at the start, without a link. */
  PARLANCE_OWNER_EMAIL: unlessEmpty(z.email()),
  /** A file whose first line is the password of that owner. */
  PARLANCE_OWNER_PASSWORD_FILE: unlessEmpty(z.string()),
  /** Requests in a minute of each person and each API key; 0 for any number. */
  PARLANCE_REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).default(1200),
  /** The same of a whole organization. */
  PARLANCE_ORGANIZATION_REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).default(0),
  /** Tokens that an organization may have embedded at /v1/embeddings in a day; 0 for any number. */
  PARLANCE_EMBEDDED_TOKENS_PER_DAY: z.coerce.number().int().min(0).default(0),
  /** Bytes of uploaded files that an organization may keep; 0 for any number. */
  PARLANCE_STORED_BYTES: z.coerce.number().int().min(0).default(0),
  /** Days for which entries of the audit log are kept; 0 for ever. */
  PARLANCE_AUDIT_DAYS: z.coerce.number().int().min(0).max(36_500).default(0),
  /** Redis (redis://user:password@host/0, or rediss://… over TLS), where all servers count requests and failed tries; without it, they are counted in the database. */
  PARLANCE_REDIS_URL: unlessEmpty(
    z.url({ protocol: /^rediss?$/, error: "redis://… or rediss://…" }),
  ),
  /** The password of Redis, where its address has none. */
  PARLANCE_REDIS_PASSWORD: unlessEmpty(z.string()),
  /** Where people may sign in instead, with Google, GitHub, OpenID Connect or SAML: a JSON list, or the path of a file with one. */
  PARLANCE_SIGN_IN_PROVIDERS: unlessEmpty(z.string()),
  /** An LDAP directory whose people sign in with their passwords there: a JSON object, or the path of a file with one. */
  PARLANCE_LDAP: unlessEmpty(z.string()),
  /** Who may make an account for themselves: off, the domains of their addresses with commas between, or * for everybody. */
  PARLANCE_REGISTRATION: unlessEmpty(z.string()),
  /** Addresses or networks of proxies before this server: only theirs X-Forwarded-For is believed. */
  PARLANCE_TRUSTED_PROXIES: list.default([]),
};

export interface AccountConfig {
  /** Whether people have to sign in: others than this machine reach the server. */
  readonly required: boolean;
  readonly secret: string | undefined;
  readonly previousSecret: string | undefined;
  /** Without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly mail: { readonly url: string; readonly from: string } | undefined;
  readonly owner: { readonly email: string; readonly passwordFile: string } | undefined;
  /** As it was written: whoever signs people in reads it. */
  readonly signInProviders: string | undefined;
  readonly ldap: string | undefined;
  /** The domains whose addresses may register, none for all; undefined where nobody may. */
  readonly registration: readonly string[] | undefined;
  readonly trustedProxies: readonly string[];
  /** Undefined: requests and failed tries are counted in the database. */
  readonly redisUrl: string | undefined;
  readonly quotas: Quotas;
  /** Days for which entries of the audit log are kept; 0 for ever. */
  readonly auditDays: number;
}

/** 0 for any number. */
export interface Quotas {
  readonly requestsPerMinute: number;
  readonly organizationRequestsPerMinute: number;
  readonly embeddedTokensPerDay: number;
  readonly storedBytes: number;
}

type Given = z.infer<z.ZodObject<typeof accountShape>>;

const bad = (message: string, hint: string) => rejected(message, { code: "bad-setting", hint });

/** @throws ParlanceError rejected `bad-setting` */
const registrationOf = (set: Given): readonly string[] | undefined => {
  const text = set.PARLANCE_REGISTRATION?.trim().toLowerCase() ?? "off";
  if (text === "off") return undefined;
  if (set.PARLANCE_MAIL_URL === undefined)
    throw bad(
      "PARLANCE_REGISTRATION needs mail: an account is made once its address was confirmed.",
      "Set PARLANCE_MAIL_URL and PARLANCE_MAIL_FROM, or PARLANCE_REGISTRATION=off.",
    );
  if (text === "*") return [];
  const domains = text.split(",").map((domain) => domain.trim().replace(/^@/u, ""));
  const wrong = domains.find((domain) => !/^(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}$/u.test(domain));
  if (wrong !== undefined)
    throw bad(
      `PARLANCE_REGISTRATION: “${wrong}” is no domain.`,
      "Write off, domains such as example.org with commas between, or * for everybody.",
    );
  return domains;
};

/** @throws ParlanceError rejected `bad-setting` */
const redisUrlOf = (set: Given): string | undefined => {
  const address = withPassword(
    set.PARLANCE_REDIS_URL,
    set.PARLANCE_REDIS_PASSWORD,
    "PARLANCE_REDIS_PASSWORD",
  );
  if (address === undefined) return undefined;
  const { hostname, pathname } = new URL(address);
  if (hostname !== "" && /^\/?\d*$/u.test(pathname)) return address;
  throw bad(
    hostname === ""
      ? "PARLANCE_REDIS_URL names no host."
      : `PARLANCE_REDIS_URL: “${pathname.slice(1)}” is no number of a database.`,
    "Write redis://host:6379/0, with user and password before the host where Redis asks for them.",
  );
};

/** @throws ParlanceError rejected `bad-setting` */
export const accountConfigOf = (set: Given, required: boolean): AccountConfig => {
  const publicUrl = set.PARLANCE_PUBLIC_URL?.replace(/\/+$/u, "");
  const { PARLANCE_MAIL_URL: mailUrl, PARLANCE_MAIL_FROM: from } = set;
  if (mailUrl !== undefined && from === undefined)
    throw bad(
      "PARLANCE_MAIL_URL is set, but no sender.",
      "Set PARLANCE_MAIL_FROM, for example to `Parlance <parlance@example.org>`.",
    );
  if (mailUrl !== undefined && publicUrl === undefined)
    throw bad(
      "PARLANCE_MAIL_URL is set, but links in mails do not know where they lead.",
      "Set PARLANCE_PUBLIC_URL to how people reach this server, for example https://chats.example.org.",
    );
  const { PARLANCE_OWNER_EMAIL: email, PARLANCE_OWNER_PASSWORD_FILE: passwordFile } = set;
  if ((email === undefined) !== (passwordFile === undefined))
    throw bad(
      "PARLANCE_OWNER_EMAIL and PARLANCE_OWNER_PASSWORD_FILE belong together.",
      "Set both, or neither: then the server prints a link that makes the first owner.",
    );
  if (set.PARLANCE_SIGN_IN_PROVIDERS !== undefined && publicUrl === undefined)
    throw bad(
      "PARLANCE_SIGN_IN_PROVIDERS is set, but not how people reach this server.",
      "Set PARLANCE_PUBLIC_URL: providers send people back to an address that they were told before.",
    );
  proxyList(set.PARLANCE_TRUSTED_PROXIES);
  return {
    required,
    secret: set.PARLANCE_SECRET,
    previousSecret: set.PARLANCE_SECRET_PREVIOUS,
    publicUrl,
    mail: mailUrl === undefined || from === undefined ? undefined : { url: mailUrl, from },
    owner: email === undefined || passwordFile === undefined ? undefined : { email, passwordFile },
    signInProviders: set.PARLANCE_SIGN_IN_PROVIDERS,
    ldap: set.PARLANCE_LDAP,
    registration: registrationOf(set),
    trustedProxies: set.PARLANCE_TRUSTED_PROXIES,
    redisUrl: redisUrlOf(set),
    quotas: {
      requestsPerMinute: set.PARLANCE_REQUESTS_PER_MINUTE,
      organizationRequestsPerMinute: set.PARLANCE_ORGANIZATION_REQUESTS_PER_MINUTE,
      embeddedTokensPerDay: set.PARLANCE_EMBEDDED_TOKENS_PER_DAY,
      storedBytes: set.PARLANCE_STORED_BYTES,
    },
    auditDays: set.PARLANCE_AUDIT_DAYS,
  };
};

/** The addresses and networks as a list to look up. @throws ParlanceError rejected `bad-setting` */
export const proxyList = (proxies: readonly string[]): BlockList => {
  const all = new BlockList();
  for (const proxy of proxies) {
    const [address = "", bits] = proxy.split("/");
    const version = isIP(address);
    const length = bits === undefined ? undefined : Number(bits);
    const most = version === 4 ? 32 : 128;
    if (
      version === 0 ||
      (length !== undefined && !(Number.isInteger(length) && length >= 0 && length <= most))
    )
      throw bad(
        `PARLANCE_TRUSTED_PROXIES: “${proxy}” is no address or network.`,
        "Name addresses such as 10.0.0.5, or networks such as 172.16.0.0/12, with commas between.",
      );
    const family = version === 4 ? "ipv4" : "ipv6";
    if (length === undefined) all.addAddress(address, family);
    else all.addSubnet(address, length, family);
  }
  return all;
};

/** The first line of the file. @throws ParlanceError rejected `bad-setting` */
export const readPasswordFile = (path: string): string => {
  try {
    return readFileSync(path, "utf8").split(/\r?\n/u)[0] ?? "";
  } catch (cause) {
    throw rejected(`PARLANCE_OWNER_PASSWORD_FILE: ${path} cannot be read.`, {
      code: "bad-setting",
      hint: "Name a file that this user may read, with the password in its first line.",
      cause,
    });
  }
};
