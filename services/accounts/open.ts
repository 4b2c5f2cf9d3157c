// Opens accounts as a configuration asks for: with its secret, or that of the home, its mail server, and its sign-in providers.
import type { Config } from "#services/config/config.ts";
import type { Counters } from "#services/counters/counters.ts";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import type { Clock } from "#services/domain/units.ts";
import type { Database } from "#services/store/store.ts";
import { type Accounts, openAccounts } from "./accounts.ts";
import { DIRECTORY, openDirectory, readDirectory } from "./directory.ts";
import { openMail } from "./mail.ts";
import { readProviders } from "./provider-config.ts";
import { openProviders } from "./providers.ts";
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
  const providers = readProviders({ PARLANCE_SIGN_IN_PROVIDERS: config.signInProviders });
  const ldap = readDirectory(config.ldap);
  const directory = ldap && openDirectory(ldap);
  const accounts = openAccounts({
    ...opened,
    directory,
    isRequired: config.required,
    quotas: config.quotas,
    auditKey: await readAuditKey(opened.database, keyring).catch((error: unknown) => {
      // Another secret than before: what does not need it goes on, and whoever signs in is told.
      if (error instanceof ParlanceError && error.code === "unknown-secret") return error;
      throw error;
    }),
    keyring,
    // Without providers nobody is sent anywhere.
    providers: openProviders(providers, {
      publicUrl: config.publicUrl ?? "http://localhost",
      keyring,
      now: opened.now,
      ...(directory === undefined ? {} : { further: { [DIRECTORY]: directory.policy } }),
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
