// What the files of accounts work with: the database, the keys, passwords, mail and the audit log.
import { createHash, randomBytes } from "node:crypto";
import type { Counters } from "#services/counters/counters.ts";
import type { OrganizationId } from "#services/domain/ids.ts";
import { type Caller, workerScope } from "#services/domain/scope.ts";
import type { Clock } from "#services/domain/units.ts";
import type { Database, Rows, SystemRows } from "#services/store/store.ts";
import type { AuditEvent, AuditLog } from "./audit.ts";
import type { CurrentProviders } from "./current-providers.ts";
import type { Mail } from "./mail.ts";
import type { Passwords } from "./passwords.ts";
import type { Keyring } from "./secrets.ts";
import type { Tokens } from "./tokens.ts";

/** Somebody who signed in. */
export type Person = Extract<Caller, { kind: "user" }>;

/** Where a request comes from, as far as the log and the list of sessions are concerned. */
export interface Origin {
  /** The whole address, for limits; never stored. */
  readonly address: string;
  /** The network part of it. */
  readonly network: string;
  /** Such as "Firefox on Linux". */
  readonly device: string;
  /** Scheme, host and port under which the person reached us: links begin with it. */
  readonly url: string;
}

export interface AccountParts {
  readonly database: Database;
  readonly now: Clock;
  readonly newId: () => string;
  readonly keyring: Keyring;
  readonly tokens: Tokens;
  readonly passwords: Passwords;
  readonly audit: AuditLog;
  /** Where requests and failed tries are counted. */
  readonly counters: Counters;
  /** Undefined: links are shown to whoever makes them. */
  readonly mail: Mail | undefined;
  /** What whoever runs the server should know: a mail that could not be sent, which nobody waits for. */
  readonly warn: (message: string) => void;
  /** Where people may sign in instead. `refresh` before they are asked for anything. */
  readonly providers: CurrentProviders;
  /** The domains whose addresses may register, none for all; undefined where nobody may. */
  readonly registration: readonly string[] | undefined;
}

/** For mails that nobody waits for. */
export const warnOf =
  ({ warn }: Pick<AccountParts, "warn">) =>
  (error: unknown): void =>
    warn(`A mail was not sent: ${error instanceof Error ? error.message : String(error)}`);

/** Of what is only known by whoever was given it: rows hold this. */
export const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** 256 random bits, as text. */
export const randomToken = (): string => randomBytes(32).toString("base64url");

export const minutes = (count: number): number => count * 60_000;
export const days = (count: number): number => count * 86_400_000;

/** Inside a transaction over accounts: the rows of one organization. */
export const rowsOf = (
  { database }: Pick<AccountParts, "database">,
  rows: SystemRows,
  organization: OrganizationId,
): Promise<Rows> => database.system.within(rows, workerScope(organization));

/** The rows of one organization, outside transactions. */
export const readingOf = (
  { database }: Pick<AccountParts, "database">,
  organization: OrganizationId,
): Rows => database.within(workerScope(organization)).rows;

/** A transaction over accounts: one at a time. */
export const change = <T>(
  { database }: Pick<AccountParts, "database">,
  work: (rows: SystemRows) => Promise<T>,
): Promise<T> => database.system.transaction(work, "accounts");

/** A transaction in one organization that the log tells of. */
export const changeIn = <T>(
  parts: AccountParts,
  organization: OrganizationId,
  work: (
    rows: Rows,
    all: SystemRows,
  ) => Promise<{ readonly result: T; readonly event: AuditEvent }>,
): Promise<T> =>
  change(parts, async (all) => {
    const rows = await rowsOf(parts, all, organization);
    const { result, event } = await work(rows, all);
    await parts.audit.write(rows, parts.now(), event);
    return result;
  });
