// Signing in with an address and a password: one that is kept here, or one that the directory knows.
import { DIRECTORY } from "#services/contract/sign-in-providers.ts";
import { findUserByEmail, foldedEmail } from "#services/store/store.ts";
import { follow, personBehind } from "./elsewhere.ts";
import { forgetTry, type Try, takeTry } from "./limits.ts";
import type { AccountParts, Origin } from "./parts.ts";
import { afterFirstFactor, checkSignIn, type SignInOutcome, wrongSignIn } from "./sign-in.ts";

interface Given {
  readonly email: string;
  readonly password: string;
}

/** Whoever has a password here signs in with it, whatever the directory says: it may be down. */
const isKeptHere = async ({ database }: AccountParts, email: string): Promise<boolean> => {
  const user = await findUserByEmail(database.system.rows, email);
  return user !== undefined && user.password_hash !== null;
};

const byDirectory = async (
  parts: AccountParts,
  given: Given,
  origin: Origin,
): Promise<SignInOutcome> => {
  const tried: Try = {
    kind: "password",
    account: foldedEmail(given.email),
    address: origin.address,
  };
  parts.passwords.admit();
  await takeTry(parts, tried);
  const person = await parts.providers.directory()?.signIn(given.email, given.password);
  if (person === undefined) {
    throw wrongSignIn();
  }
  await forgetTry(parts, tried);
  const found = { ...person, provider: DIRECTORY, emailVerified: true };
  const user = await personBehind(parts, found);
  await follow(parts, user, found, origin);
  return afterFirstFactor(parts, user, { by: "directory" }, origin);
};

/**
 * @throws ParlanceError rejected `wrong-sign-in` | `too-many-tries` (429) | `suspended` (403), and what a provider's sign-in throws where
 * a directory is asked; unavailable `busy` | `directory-down`
 */
export const signIn = async (
  parts: AccountParts,
  given: Given,
  origin: Origin,
): Promise<SignInOutcome> =>
  parts.providers.directory() === undefined || (await isKeptHere(parts, given.email))
    ? afterFirstFactor(
        parts,
        await checkSignIn(parts, given, origin.address),
        { by: "password" },
        origin,
      )
    : byDirectory(parts, given, origin);
