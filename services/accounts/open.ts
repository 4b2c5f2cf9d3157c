// Opens accounts as a configuration asks for: with its secret, or that of the home, its mail server, and its sign-in providers.
import type { Config } from "#services/config/config.ts";
import type { Counters } from "#services/counters/counters.ts";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import type { Clock } from "#services/domain/units.ts";
import type { Database } from "#services/store/store.ts";
import { type Accounts, openAccounts } from "./accounts.ts";
import { openCurrentProviders } from "./current-providers.ts";
import { readDirectory } from "./directory.ts";
import { openMail } from "./mail.ts";
import { readProviders } from "./provider-config.ts";
import { readAuditKey } from "./sealing.ts";
import { readOrMakeSecret } from "./secret-file.ts";
import { openKeyring } from "./secrets.ts";

/** @throws ParlanceError rejected `weak-secret` | `needs-secret` | `bad-setting` */
export const openAccountsOf = async (
  { home, accounts: config }: Pick<Config, "home" | "accounts">,
  opened: {
    readonly database: Database;
    readonly now: Clock;
    readonly newId: () => string;
    readonly warn: (message: string) => void;
    /** Closed with the accounts. */
    readonly counters: Counters;
  },
): Promise<Accounts> => {
  const own = config.secret === undefined;
  const keyring = openKeyring({
    current: config.secret ?? (await readOrMakeSecret(home)),
    previous: config.previousSecret,
  });
  const accounts = openAccounts({
    ...opened,
    isRequired: config.required,
    quotas: config.quotas,
    auditDays: config.auditDays,
    auditKey: await readAuditKey(opened.database, keyring).catch((error: unknown) => {
      // Another secret than before: what does not need it goes on, and whoever signs in is told.
      if (error instanceof ParlanceError && error.code === "unknown-secret") return error;
      throw error;
    }),
    keyring,
    providers: openCurrentProviders({
      ...opened,
      settings: {
        providers: readProviders({ PARLANCE_SIGN_IN_PROVIDERS: config.signInProviders }),
        directory: readDirectory(config.ldap),
      },
      keyring,
      publicUrl: config.publicUrl,
    }),
    registration: config.registration,
    mail: config.mail && openMail(config.mail.url, { from: config.mail.from }),
  });
  const requireShared = () => {
    // Each server has a home: with the secret of its own it would not know what the others signed.
    if (own && opened.database.kind !== "sqlite")
      throw rejected("Servers that share a database need the same secret for accounts.", {
        code: "needs-secret",
        hint: "Make one with `openssl rand -base64 48` and set it as PARLANCE_SECRET=… on all of them.",
      });
  };
  if (await accounts.isOn()) requireShared();
  return {
    ...accounts,
    turnOn: async (url) => {
      requireShared();
      return accounts.turnOn(url);
    },
  };
};
