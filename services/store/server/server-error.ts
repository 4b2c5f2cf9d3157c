// Translates errors of MariaDB and PostgreSQL into those of Parlance, and says which of them are worth another try.
import { diskFull } from "#services/domain/disk-full.ts";
import { corrupt, ParlanceError, unavailable } from "#services/domain/errors.ts";

/** Two transactions were in each other's way, and the server ended one of them: it is to be run again. */
const conflicts = new Set([
  "ER_LOCK_DEADLOCK",
  "ER_LOCK_WAIT_TIMEOUT",
  // innodb_snapshot_isolation: the row was changed since this transaction first read.
  "ER_CHECKREAD",
  "40001",
  "40P01",
  "55P03",
]);

/** A unique key: another transaction inserted what this one looked for and did not find. */
const duplicates = new Set(["ER_DUP_ENTRY", "23505"]);

const lost = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_SEQUENCE_TIMEOUT",
  "ER_SERVER_SHUTDOWN",
  "ER_CONNECTION_KILLED",
  "ER_NEW_ABORTING_CONNECTION",
  "ER_CON_COUNT_ERROR",
  "ER_TOO_MANY_USER_CONNECTIONS",
  "ER_QUERY_INTERRUPTED",
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "53300",
  "57P01",
  "57P02",
  "57P03",
]);

/** Errors of the drivers themselves, which have no code. */
const lostWords =
  /connection (terminated|is closed|ended|lost)|closed state|timeout exceeded when trying to connect|not queryable|server closed the connection/i;

const full = new Set(["ER_DISK_FULL", "ER_RECORD_FILE_FULL", "53100"]);
const readOnly = new Set(["ER_OPTION_PREVENTS_STATEMENT", "ER_READ_ONLY_MODE", "25006"]);
const refused = new Set([
  "ER_ACCESS_DENIED_ERROR",
  "ER_DBACCESS_DENIED_ERROR",
  "ER_ACCESS_DENIED_NO_PASSWORD_ERROR",
  "ER_TABLEACCESS_DENIED_ERROR",
  "42501",
  "28P01",
  "28000",
]);
const noDatabase = new Set(["ER_BAD_DB_ERROR", "3D000"]);
const tooLarge = new Set(["ER_NET_PACKET_TOO_LARGE", "54000"]);
const damaged = new Set([
  "ER_NOT_KEYFILE",
  "ER_CRASHED_ON_USAGE",
  "ER_TABLE_CORRUPT",
  "XX001",
  "XX002",
]);

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? code : "";
};

const isLostError = (error: unknown): boolean => {
  const code = codeOf(error);
  if (lost.has(code) || code.startsWith("08")) return true;
  return code === "" && error instanceof Error && lostWords.test(error.message);
};

/** @param where the server's name for people: kind, host, port and database; never a password */
export const explainedByServer = (error: unknown, where: string): unknown => {
  if (error instanceof ParlanceError) return error;
  const code = codeOf(error);
  if (conflicts.has(code))
    return unavailable("The database is busy.", { code: "database-busy", cause: error });
  if (duplicates.has(code))
    return unavailable("Another process has just saved the same.", {
      code: "database-duplicate",
      cause: error,
    });
  if (isLostError(error))
    return unavailable(`The database ${where} does not answer.`, {
      code: "database-unreachable",
      hint: "Parlance tries again by itself. If it stays away: does the server run, and may it be reached from here?",
      cause: error,
    });
  if (full.has(code)) return diskFull("nothing more can be saved", { cause: error });
  if (readOnly.has(code))
    return unavailable(`The database ${where} is read-only.`, {
      code: "database-read-only",
      hint: "It may be a replica: PARLANCE_DATABASE_URL is to name the primary.",
      cause: error,
    });
  if (refused.has(code))
    return unavailable(`The database ${where} refuses the user or the password.`, {
      code: "database-refused",
      hint: "Correct them in PARLANCE_DATABASE_URL; the user needs all rights on this one database.",
      cause: error,
    });
  if (noDatabase.has(code))
    return unavailable(`There is no database ${where}.`, {
      code: "database-missing",
      hint: "Create it, empty, with the character set UTF-8: Parlance makes its tables itself.",
      cause: error,
    });
  if (tooLarge.has(code))
    return unavailable("A row is larger than the database takes.", {
      code: "database-row-too-large",
      hint: "Raise max_allowed_packet of the server, to 256M for instance.",
      cause: error,
    });
  if (damaged.has(code))
    return corrupt(`The database ${where} is damaged.`, {
      code: "database-damaged",
      hint: "Restore a backup, as the server's manual says.",
      cause: error,
    });
  return error;
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof ParlanceError && error.code === code;

/** The transaction was ended by the server and may be run again. */
export const isConflict = (error: unknown): boolean => hasCode(error, "database-busy");

/** A unique key was there: from another transaction, which the next try sees, or from this one, which no try mends. */
export const isDuplicate = (error: unknown): boolean => hasCode(error, "database-duplicate");

/** The connection is gone: what was not committed is undone, and a commit under way may or may not have happened. */
export const isUnreachable = (error: unknown): boolean => hasCode(error, "database-unreachable");

/** The connection is of no use any more. One that leads to a server that has become a replica is made anew: the address may lead elsewhere by now. */
export const isLost = (error: unknown): boolean =>
  isUnreachable(error) || hasCode(error, "database-read-only");
