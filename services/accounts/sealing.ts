// What is kept sealed: the key of the audit log, and every column with sealed values, sealed again when the secret was changed.
import { randomBytes } from "node:crypto";
import { ParlanceError } from "#services/domain/errors.ts";
import {
  type Database,
  readServerSetting,
  replaceSealed,
  type SealedPlace,
  type SystemRows,
  sealedOtherwise,
  writeServerSetting,
} from "#services/store/store.ts";
import { type AccountParts, change } from "./parts.ts";
import {
  nextTokenOf,
  providerSecretsOf,
  registrationOf,
  settingNamed,
  setupToken,
  totpOf,
} from "./sealed-for.ts";
import type { Keyring } from "./secrets.ts";

const AUDIT_KEY = "audit-key";
/** Rows that are sealed again at a time. */
const PAGE = 500;

type Row = Readonly<Record<string, string | null>>;

/** A column with sealed values, and what the value of a row is bound to. */
export interface SealedColumn extends SealedPlace {
  readonly contextOf: (row: Row) => readonly string[];
}

const text = (value: string | null | undefined): string => value ?? "";
const ofUser = ({ id }: Row) => totpOf(text(id));

/** All of them: a test reads the tables and fails for one that is missing here. */
export const sealedColumns: readonly SealedColumn[] = [
  {
    table: "server_settings",
    column: "value",
    key: "name",
    contextOf: ({ name }) => settingNamed(text(name)),
  },
  { table: "users", column: "totp", key: "id", contextOf: ofUser },
  { table: "users", column: "totp_pending", key: "id", contextOf: ofUser },
  {
    table: "links",
    column: "sealed",
    key: "hash",
    more: ["kind", "email"],
    // The answer of a provider does not open so, and is left: it lasts for two minutes.
    contextOf: ({ kind, email }) => (kind === "setup" ? setupToken : registrationOf(text(email))),
  },
  {
    table: "refresh_tokens",
    column: "answer",
    key: "hash",
    more: ["session_id"],
    contextOf: ({ session_id }) => nextTokenOf(text(session_id)),
  },
  {
    table: "sign_in_providers",
    column: "sealed",
    key: "id",
    contextOf: ({ id }) => providerSecretsOf(text(id)),
  },
];

/**
 * The key of the audit log: made once, and sealed in the database, so that the log can be checked after the secret was changed.
 * @throws ParlanceError corrupt `unknown-secret` where it was sealed with a secret that this server does not have
 */
export const readAuditKey = async (
  database: Pick<Database, "system">,
  keyring: Keyring,
): Promise<Buffer> => {
  const read = async (rows: SystemRows) => readServerSetting(rows, AUDIT_KEY);
  const known =
    (await read(database.system.rows)) ??
    // Of two servers that start at the same time the second reads what the first has made.
    (await change({ database: database as Database }, async (rows) => {
      const made = await read(rows);
      if (made !== undefined) return made;
      const sealed = keyring.seal(randomBytes(32).toString("base64"), settingNamed(AUDIT_KEY));
      await writeServerSetting(rows, AUDIT_KEY, sealed);
      return sealed;
    }));
  return Buffer.from(keyring.open(known, settingNamed(AUDIT_KEY)), "base64");
};

/** The value sealed with the current secret; undefined for one that cannot be opened, which keeps the others from nothing. */
const again = (
  keyring: Keyring,
  sealed: string,
  context: readonly string[],
): string | undefined => {
  try {
    return keyring.seal(keyring.open(sealed, context), context);
  } catch (error) {
    if (!(error instanceof ParlanceError) || error.kind !== "corrupt") throw error;
    return undefined;
  }
};

/** Seals with the current secret what was sealed with the one of before, which can be dropped then. */
export const sealAgain = async ({
  keyring,
  database,
}: Pick<AccountParts, "keyring" | "database">): Promise<void> => {
  const { rows } = database.system;
  for (const place of sealedColumns)
    for (let after = ""; ; ) {
      const page = await sealedOtherwise(rows, place, { mark: keyring.mark, after, limit: PAGE });
      for (const row of page) {
        const before = text(row[place.column]);
        const sealed = again(keyring, before, place.contextOf(row));
        if (sealed !== undefined)
          await replaceSealed(rows, place, { key: text(row[place.key]), before, sealed });
      }
      if (page.length < PAGE) break;
      after = text(page.at(-1)?.[place.key]);
    }
};
