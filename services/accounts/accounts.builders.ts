// Builders for tests of accounts without HTTP: an owner, on the kind of database that the tests run against.
import { randomBytes } from "node:crypto";
import { openDatabaseCounters } from "#services/counters/database.ts";
import { millis } from "#services/domain/units.ts";
import { aStore, type TestStore } from "#services/store/store.builders.ts";
import { type Accounts, openAccounts } from "./accounts.ts";
import { openCurrentProviders } from "./current-providers.ts";
import { setUp } from "./links.ts";
import type { Origin } from "./parts.ts";
import type { ProviderConfig } from "./provider-config.ts";
import { openKeyring } from "./secrets.ts";
import type { Signed } from "./sessions.ts";

export const anOrigin: Origin = {
  address: "203.0.113.7",
  network: "203.0.113.0/24",
  device: "Firefox on Linux",
  url: "https://chats.example.org",
};

export const aPassword = "gravel otter lantern nine";
export const anOwner = { email: "olga@example.org", name: "Olga", password: aPassword };

export const secretOf = (link: string | null | undefined): string => {
  const token = link?.split("#token=")[1];
  if (token === undefined) throw new Error(`There is no token in ${link}.`);
  return token;
};

export interface OpenedAccounts {
  readonly accounts: Accounts;
  /** The clock of these accounts: it stands still, and is set. */
  readonly clock: { now: number };
  remove(): Promise<void>;
}

export interface TestAccounts extends OpenedAccounts {
  readonly owner: Signed;
}

/** Accounts as one server opens them, with its secret and the providers that it knows. */
export const accountsOn = (
  store: TestStore,
  clock: { readonly now: number },
  {
    secret = "Zr8#fWq2mLx9TtVb5nKc7GhYd4PsJe6A",
    providers = [],
  }: { readonly secret?: string; readonly providers?: readonly ProviderConfig[] } = {},
): Accounts => {
  const keyring = openKeyring({ current: secret });
  const now = () => millis(clock.now);
  return openAccounts({
    database: store.database,
    counters: openDatabaseCounters({ database: store.database, now }),
    now,
    newId: store.newId,
    keyring,
    auditKey: randomBytes(32),
    mail: undefined,
    warn: () => undefined,
    isRequired: true,
    providers: openCurrentProviders({
      settings: { providers, directory: undefined },
      database: store.database,
      keyring,
      now,
      publicUrl: anOrigin.url,
    }),
    registration: undefined,
  });
};

export const accountsWithoutOwner = async (
  providers: readonly ProviderConfig[] = [],
): Promise<OpenedAccounts> => {
  const { store, remove } = await aStore();
  const clock = { now: Date.now() };
  return { accounts: accountsOn(store, clock, { providers }), clock, remove };
};

export const someAccounts = async (
  providers: readonly ProviderConfig[] = [],
): Promise<TestAccounts> => {
  const opened = await accountsWithoutOwner(providers);
  const token = secretOf(await opened.accounts.setupLink(anOrigin.url, "new"));
  const owner = await setUp(opened.accounts.parts, { token, ...anOwner }, anOrigin);
  return { ...opened, owner };
};
