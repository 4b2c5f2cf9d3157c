// Builders for tests of accounts without HTTP: an owner, on the kind of database that the tests run against.
import { randomBytes } from "node:crypto";
import { openDatabaseCounters } from "#services/counters/database.ts";
import { millis } from "#services/domain/units.ts";
import { aStore } from "#services/store/store.builders.ts";
import { type Accounts, openAccounts } from "./accounts.ts";
import { setUp } from "./links.ts";
import type { Origin } from "./parts.ts";
import { openProviders } from "./providers.ts";
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

export const accountsWithoutOwner = async (): Promise<OpenedAccounts> => {
  const { store, remove } = await aStore();
  const clock = { now: Date.now() };
  const keyring = openKeyring({ current: "Zr8#fWq2mLx9TtVb5nKc7GhYd4PsJe6A" });
  const now = () => millis(clock.now);
  const accounts = openAccounts({
    database: store.database,
    counters: openDatabaseCounters({ database: store.database, now }),
    now,
    newId: store.newId,
    keyring,
    auditKey: randomBytes(32),
    mail: undefined,
    warn: () => undefined,
    directory: undefined,
    isRequired: true,
    providers: openProviders([], {
      publicUrl: anOrigin.url,
      keyring,
      now,
    }),
    registration: undefined,
  });
  return { accounts, clock, remove };
};

export const someAccounts = async (): Promise<TestAccounts> => {
  const opened = await accountsWithoutOwner();
  const token = secretOf(await opened.accounts.setupLink(anOrigin.url));
  const owner = await setUp(opened.accounts.parts, { token, ...anOwner }, anOrigin);
  return { ...opened, owner };
};
