// Making an account for oneself, where the server allows it: it exists once its address was confirmed, so that nobody blocks an address.
import { z } from "zod";
import { rejected } from "#services/domain/errors.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import { addUser, findUserByEmail, foldedEmail, type LinkRow } from "#services/store/store.ts";
import { join, takeOnce } from "./joining.ts";
import { alreadyRegisteredLetter, verificationLetter } from "./letters.ts";
import { forgetTry, takeTry } from "./limits.ts";
import { hasOwner, linkOf, makeLink, type NewPerson, newUser } from "./links.ts";
import { checkNewPassword } from "./new-password.ts";
import { type AccountParts, change, type Origin, warnOf } from "./parts.ts";
import { registrationOf } from "./sealed-for.ts";
import { beginSession, type Signed } from "./sessions.ts";

const VERIFY_HOURS = 48;

/** What a link keeps until it is used. */
const waiting = z.object({ name: z.string(), hash: z.string() });

/** @throws ParlanceError rejected `registration-off` (403) | `wrong-domain` (403) */
const requireOpen = ({ registration, mail }: AccountParts, email: string) => {
  if (registration === undefined || mail === undefined)
    throw rejected("Nobody makes accounts for themselves here.", {
      code: "registration-off",
      status: 403,
      hint: "Ask an admin to invite you.",
    });
  const domain = email.slice(email.lastIndexOf("@") + 1);
  if (registration.length > 0 && !registration.includes(domain))
    throw rejected(`Only addresses at ${registration.join(", ")} may register.`, {
      code: "wrong-domain",
      status: 403,
      hint: "Register with such an address, or ask an admin to invite you.",
    });
  return mail;
};

/**
 * Writes to the address. What is done, and how long it takes, is the same whether there is an account with it or not: only the
 * letter is another.
 * @throws ParlanceError rejected `registration-off` | `wrong-domain` (403) | `weak-password` | `no-owner` (409) | `too-many-tries` (429)
 */
export const register = async (
  parts: AccountParts,
  given: NewPerson,
  origin: Origin,
): Promise<void> => {
  const email = foldedEmail(given.email);
  const mail = requireOpen(parts, email);
  if (!(await hasOwner(parts)))
    throw rejected("Nobody owns this server yet.", { code: "no-owner", status: 409 });
  const tried = { kind: "mail", account: email, address: origin.address } as const;
  checkNewPassword(given.password, { names: [given.name, email], hasSecondFactor: false });
  await takeTry(parts, tried);
  const hash = await parts.passwords.hash(given.password);
  const sealed = parts.keyring.seal(
    JSON.stringify({ name: given.name, hash }),
    registrationOf(email),
  );
  // Earlier links go on working: otherwise anybody could make those of somebody else worthless.
  const of = { in_organization: null, user_id: null, email, role: null, made_by: null, sealed };
  const { link } = await change(parts, (rows) =>
    makeLink(parts, rows, { kind: "verify", ...of }, origin.url),
  );
  const known = await findUserByEmail(parts.database.system.rows, email);
  const letter =
    known === undefined
      ? verificationLetter({ to: given.email, link, hours: VERIFY_HOURS })
      : alreadyRegisteredLetter({ to: known.email, link: `${origin.url}/sign-in` });
  // Not waited for: the time that a mail takes would tell that there is an account.
  mail.send(letter).catch(warnOf(parts));
};

const sealedIn = ({ keyring }: AccountParts, link: LinkRow) =>
  waiting.parse(JSON.parse(keyring.open(link.sealed ?? "", registrationOf(link.email ?? ""))));

/**
 * Makes the account of a registration, and signs in. The password has to be given again: whoever reads the mail of an address did not
 * always ask for it, and an account that somebody else chose the password of would be theirs too.
 * @throws ParlanceError rejected `link-used` (410) | `wrong-password` | `account-exists` (409) | `too-many-tries` (429)
 */
export const verifyAddress = async (
  parts: AccountParts,
  given: { readonly token: string; readonly password: string },
  origin: Origin,
): Promise<Signed> => {
  const link = await linkOf(parts, "verify", given.token);
  const email = link.email ?? "";
  requireOpen(parts, email);
  const { name, hash } = sealedIn(parts, link);
  const tried = { kind: "password", account: email, address: origin.address } as const;
  await takeTry(parts, tried);
  if (!(await parts.passwords.check(given.password, hash)).ok) {
    throw rejected("This is not the password that the account was registered with.", {
      code: "wrong-password",
      hint: "If you did not register yourself, leave this link alone, or register anew.",
    });
  }
  await forgetTry(parts, tried);
  return change(parts, async (rows) => {
    await takeOnce(parts, rows, link);
    if ((await findUserByEmail(rows, email)) !== undefined)
      throw rejected("There is an account with this address already.", {
        code: "account-exists",
        status: 409,
        hint: "Sign in, or ask for a new password.",
      });
    const user = newUser(parts, { email, name, password_hash: hash, verified_at: parts.now() });
    await addUser(rows, user);
    const place = { organization: defaultOrganization, role: "member", by: null };
    await join(parts, rows, { user, ...place });
    const who = { user: user.id, name, organization: defaultOrganization, by: "registration" };
    return beginSession(parts, rows, who, origin);
  });
};
