// The settings of accounts: the secret, how the server is reached, mail, and the first owner.
import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { rejected } from "#services/domain/errors.ts";

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
  readonly trustedProxies: readonly string[];
}

type Given = z.infer<z.ZodObject<typeof accountShape>>;

const bad = (message: string, hint: string) => rejected(message, { code: "bad-setting", hint });

/** @throws ParlanceError rejected `bad-setting` */
export const accountConfigOf = (set: Given, required: boolean): AccountConfig => {
  const publicUrl = set.PARLANCE_PUBLIC_URL?.replace(/\/+$/u, "");
  const { PARLANCE_MAIL_URL: mailUrl, PARLANCE_MAIL_FROM: from } = set;
  if (mailUrl !== undefined && from === undefined)
    throw bad(
      "PARLANCE_MAIL_URL is set, but no sender.",
      "Set PARLANCE_MAIL_FROM, for example to `Parlance <parlance@example.org>`.",
    );
  const { PARLANCE_OWNER_EMAIL: email, PARLANCE_OWNER_PASSWORD_FILE: passwordFile } = set;
  if ((email === undefined) !== (passwordFile === undefined))
    throw bad(
      "PARLANCE_OWNER_EMAIL and PARLANCE_OWNER_PASSWORD_FILE belong together.",
      "Set both, or neither: then the server prints a link that makes the first owner.",
    );
  proxyList(set.PARLANCE_TRUSTED_PROXIES);
  return {
    required,
    secret: set.PARLANCE_SECRET,
    previousSecret: set.PARLANCE_SECRET_PREVIOUS,
    publicUrl,
    mail: mailUrl === undefined || from === undefined ? undefined : { url: mailUrl, from },
    owner: email === undefined || passwordFile === undefined ? undefined : { email, passwordFile },
    trustedProxies: set.PARLANCE_TRUSTED_PROXIES,
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
