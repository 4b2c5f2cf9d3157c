// Proof that it is still the same person: their password, a passkey of minutes ago, or, without a password, a sign-in of minutes ago.
import { rejected } from "#services/domain/errors.ts";
import { findUser, findUserSession, type UserRow } from "#services/store/store.ts";
import { forgetTry, takeTry } from "./limits.ts";
import { type AccountParts, minutes, type Person } from "./parts.ts";
import { signedOut } from "./tokens.ts";

const FRESH_MS = minutes(15);

export const userOf = async (parts: AccountParts, person: Person): Promise<UserRow> => {
  const user = await findUser(parts.database.system.rows, person.id);
  if (user === undefined) throw signedOut();
  return user;
};

/** Whether this session proved by a passkey whose it is, a short while ago; `began`: being signed in that short counts too. */
const isFresh = async (
  { database, now }: AccountParts,
  person: Person,
  began: boolean,
): Promise<boolean> => {
  const session = await findUserSession(database.system.rows, person.session, now());
  if (session === undefined) return false;
  const since = Math.max(session.proved_at ?? 0, began ? session.created_at : 0);
  return now() - since < FRESH_MS;
};

/**
 * For what must not be done by whoever finds an open window.
 * @throws ParlanceError rejected `wrong-password` | `too-many-tries` (429) | `sign-in-again` (403)
 */
export const prove = async (
  parts: AccountParts,
  person: Person,
  given: { readonly password: string | undefined; readonly address: string },
): Promise<UserRow> => {
  const user = await userOf(parts, person);
  // Somebody who signs in elsewhere, or by passkey, has no password to type.
  const { password_hash: hash } = user;
  if (given.password === undefined && (await isFresh(parts, person, hash === null))) return user;
  if (hash === null)
    throw rejected("You signed in too long ago for this.", {
      code: "sign-in-again",
      status: 403,
      hint: "Confirm it with a passkey, or sign out and in again; then do it within a quarter of an hour.",
    });
  const tried = { kind: "password", account: user.email, address: given.address } as const;
  await takeTry(parts, tried);
  const { ok } = await parts.passwords.check(given.password ?? "", hash);
  if (ok) {
    await forgetTry(parts, tried);
    return user;
  }
  throw rejected("The password is wrong.", {
    code: "wrong-password",
    hint: "Type the password that you sign in with.",
  });
};
