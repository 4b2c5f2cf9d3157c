// Passkeys of people: rows that are found by what a browser says, and counted at each use.
import type { UserId } from "#services/domain/ids.ts";
import type { PasskeyRow } from "../account-tables.ts";
import type { SystemRows } from "../rows.ts";

export const addPasskey = async (rows: SystemRows, passkey: PasskeyRow): Promise<void> => {
  await rows.insertInto("passkeys").values(passkey).execute();
};

export const findPasskey = (rows: SystemRows, id: string): Promise<PasskeyRow | undefined> =>
  rows.selectFrom("passkeys").selectAll().where("id", "=", id).executeTakeFirst();

/** The first one first. */
export const listPasskeys = (rows: SystemRows, user: UserId): Promise<PasskeyRow[]> =>
  rows
    .selectFrom("passkeys")
    .selectAll()
    .where("user_id", "=", user)
    .orderBy("created_at")
    .limit(100)
    .execute();

export const countPasskeys = async (rows: SystemRows, user: UserId): Promise<number> => {
  const found = await rows
    .selectFrom("passkeys")
    .select((make) => make.fn.countAll<number>().as("count"))
    .where("user_id", "=", user)
    .executeTakeFirstOrThrow();
  return Number(found.count);
};

/** False where it was used with this count or a later one: only a device that does not count says 0 again. */
export const takePasskeyCounter = async (
  rows: SystemRows,
  id: string,
  used: { readonly counter: number; readonly at: number },
): Promise<boolean> => {
  const { counter, at } = used;
  const { numUpdatedRows } = await rows
    .updateTable("passkeys")
    .set({ counter, used_at: at })
    .where("id", "=", id)
    .where((make) => (counter === 0 ? make("counter", "=", 0) : make("counter", "<", counter)))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** False where they have no such one. */
export const renamePasskey = async (
  rows: SystemRows,
  user: UserId,
  { id, name }: Pick<PasskeyRow, "id" | "name">,
): Promise<boolean> => {
  const { numUpdatedRows } = await rows
    .updateTable("passkeys")
    .set({ name })
    .where("user_id", "=", user)
    .where("id", "=", id)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** False where they have no such one. */
export const removePasskey = async (
  rows: SystemRows,
  user: UserId,
  id: string,
): Promise<boolean> => {
  const { numDeletedRows } = await rows
    .deleteFrom("passkeys")
    .where("user_id", "=", user)
    .where("id", "=", id)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

/** @returns how many */
export const removePasskeys = async (rows: SystemRows, user: UserId): Promise<number> => {
  const { numDeletedRows } = await rows
    .deleteFrom("passkeys")
    .where("user_id", "=", user)
    .executeTakeFirst();
  return Number(numDeletedRows);
};
