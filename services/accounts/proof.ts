// Proof that it is still the same person: their password, or, where they have none, a sign-in of minutes ago.
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

/** Somebody who signs in elsewhere, or by passkey, has no password to type. */
const requireFresh = async ({ database, now }: AccountParts, person: Person): Promise<void> => {
  const session = await findUserSession(database.system.rows, person.session, now());
  if (session !== undefined && now() - session.created_at < FRESH_MS) return;
  throw rejected("You signed in too long ago for this.", {
    code: "sign-in-again",
    status: 403,
    hint: "Sign out and in again, and do it within a quarter of an hour.",
  });
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
  if (user.password_hash === null) {
    await requireFresh(parts, person);
    return user;
  }
  const tried = { kind: "password", account: user.email, address: given.address } as const;
  await takeTry(parts, tried);
  const { ok } = await parts.passwords.check(given.password ?? "", user.password_hash);
  if (ok) {
    await forgetTry(parts, tried);
    return user;
  }
  throw rejected("The password is wrong.", {
    code: "wrong-password",
    hint: "Type the password that you sign in with.",
  });
};
