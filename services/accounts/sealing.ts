// What is kept sealed for long: the key of the audit log, and secrets of one-time codes and of sign-in providers. Sealed again when the secret was changed.
import { randomBytes } from "node:crypto";
import { ParlanceError } from "#services/domain/errors.ts";
import {
  type Database,
  listSignInProviders,
  readServerSetting,
  replaceProviderSecrets,
  replaceTotp,
  type SystemRows,
  usersWithTotp,
  writeServerSetting,
} from "#services/store/store.ts";
import { secretsContext } from "./current-providers.ts";
import { type AccountParts, change } from "./parts.ts";
import type { Keyring } from "./secrets.ts";

const AUDIT_KEY = "audit-key";
const auditContext = ["server_settings", AUDIT_KEY];
const totpContext = (user: string) => ["users", user, "totp"];

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
      const sealed = keyring.seal(randomBytes(32).toString("base64"), auditContext);
      await writeServerSetting(rows, AUDIT_KEY, sealed);
      return sealed;
    }));
  return Buffer.from(keyring.open(known, auditContext), "base64");
};

/** Then the secret of before can be dropped. */
export const sealAgain = async (parts: AccountParts): Promise<void> => {
  const { keyring, database } = parts;
  const again = (sealed: string, context: readonly string[]): string | undefined =>
    keyring.isCurrent(sealed) ? undefined : keyring.seal(keyring.open(sealed, context), context);
  const { rows } = database.system;
  const audit = await readServerSetting(rows, AUDIT_KEY);
  const renewed = audit && again(audit, auditContext);
  if (renewed) await change(parts, (inside) => writeServerSetting(inside, AUDIT_KEY, renewed));
  const renew = async (
    kept: string | null,
    context: readonly string[],
    save: (kept: string, sealed: string) => Promise<void>,
  ) => {
    try {
      const sealed = kept === null ? undefined : again(kept, context);
      if (sealed !== undefined && kept !== null) await save(kept, sealed);
    } catch (error) {
      // One that cannot be opened keeps the others from nothing.
      if (!(error instanceof ParlanceError) || error.kind !== "corrupt") throw error;
    }
  };
  for (const { id, totp } of await usersWithTotp(rows))
    await renew(totp, totpContext(id), (before, sealed) =>
      replaceTotp(rows, id, { totp: before, sealed }),
    );
  for (const { id, sealed } of await listSignInProviders(rows))
    await renew(sealed, secretsContext(id), (before, renewed) =>
      replaceProviderSecrets(rows, id, { before, sealed: renewed }),
    );
};
