// Signing in: an address and a password, then a second factor where there is one.
import { rejected } from "#services/domain/errors.ts";
import type { OrganizationId, UserId } from "#services/domain/ids.ts";
import {
  changeUser,
  findUser,
  findUserByEmail,
  foldedEmail,
  spend,
  takeRecoveryCode,
  takeTotpStep,
  type UserRow,
} from "#services/store/store.ts";
import { factorsOf, hasSecondFactor } from "./factors.ts";
import { joinByInvitation } from "./joining.ts";
import { forgetTry, type Try, takeTry } from "./limits.ts";
import { watchDevice } from "./new-devices.ts";
import { type AccountParts, change, minutes, type Origin } from "./parts.ts";
import { totpOf } from "./sealed-for.ts";
import { activeMemberships, beginSession, type Signed } from "./sessions.ts";
import { signedOut } from "./tokens.ts";
import { checkTotp, recoveryHash } from "./totp.ts";

export type SignInOutcome =
  | ({ readonly kind: "signed-in" } & Signed)
  | {
      readonly kind: "second-factor";
      readonly token: string;
      readonly methods: ("totp" | "recovery-code" | "passkey")[];
    };

/** The same for an unknown address, a wrong password, and somebody who signs in elsewhere. */
export const wrongSignIn = () =>
  rejected("The e-mail address or the password is wrong.", {
    code: "wrong-sign-in",
    hint: "Try again, or set a new password.",
  });

const nowhere = () =>
  rejected("This account is in no organization, or is suspended there.", {
    code: "suspended",
    status: 403,
    hint: "Ask an admin of your organization.",
  });

/** Of several organizations the one that they are longest in; people change it. */
export const homeOf = async (parts: AccountParts, user: UserId): Promise<OrganizationId> => {
  const [first] = (await activeMemberships(parts.database.system.rows, user)).toSorted(
    (one, other) => one.joined_at - other.joined_at,
  );
  if (first === undefined) throw nowhere();
  return first.organization;
};

/** The first factor is given: signs in, or asks for the second one. */
export const afterFirstFactor = async (
  parts: AccountParts,
  user: UserRow,
  first: { readonly by: string; readonly invitation?: string },
  origin: Origin,
): Promise<SignInOutcome> => {
  const factors = await factorsOf(parts.database.system.rows, user);
  if (hasSecondFactor(factors)) {
    // An invitation that is accepted may be to their only organization.
    if (first.invitation === undefined) await homeOf(parts, user.id);
    return {
      kind: "second-factor",
      token: await parts.tokens.secondFactor({ user: user.id, id: parts.newId(), ...first }),
      methods: [
        ...(factors.totp ? (["totp"] as const) : []),
        ...(factors.recoveryCodes > 0 ? (["recovery-code"] as const) : []),
        ...(factors.passkeys > 0 ? (["passkey"] as const) : []),
      ],
    };
  }
  const organization = await homeOf(parts, user.id);
  const who = { user: user.id, name: user.name, organization, by: first.by };
  const tellOfDevice = await watchDevice(parts, user, origin);
  const signed = await change(parts, (rows) => beginSession(parts, rows, who, origin));
  tellOfDevice();
  return { kind: "signed-in", ...signed };
};

/** Tells the password of an account, within the limits. @throws ParlanceError rejected `too-many-tries` | `wrong-sign-in` */
export const checkSignIn = async (
  parts: AccountParts,
  given: { readonly email: string; readonly password: string },
  address: string,
): Promise<UserRow> => {
  const tried: Try = { kind: "password", account: foldedEmail(given.email), address };
  parts.passwords.admit();
  await takeTry(parts, tried);
  const { rows } = parts.database.system;
  const user = await findUserByEmail(rows, given.email);
  const { ok, outdated } = await parts.passwords.check(
    given.password,
    user?.password_hash ?? undefined,
  );
  if (!ok || user === undefined) {
    throw wrongSignIn();
  }
  await forgetTry(parts, tried);
  if (outdated)
    await changeUser(rows, user.id, { password_hash: await parts.passwords.hash(given.password) });
  return user;
};

/** The step of a one-time code, or the hash of a recovery code; undefined where the code is neither. */
const provenBy = (
  { keyring, now }: AccountParts,
  user: UserRow,
  code: string,
): { readonly step: number } | { readonly hash: string } | undefined => {
  if (!/^[\d\s]{6,8}$/u.test(code.trim())) return { hash: recoveryHash(code) };
  if (user.totp === null) return undefined;
  const secret = keyring.open(user.totp, totpOf(user.id));
  const step = checkTotp(secret, code, { at: now(), lastStep: user.totp_step });
  return step === undefined ? undefined : { step };
};

/**
 * The second half of a sign-in. Each code and each half sign-in is taken once.
 * @throws ParlanceError rejected `wrong-code` | `signed-out` (401) | `too-many-tries` (429)
 */
export const secondFactor = async (
  parts: AccountParts,
  given: { readonly token: string; readonly code: string },
  origin: Origin,
): Promise<Signed> => {
  const half = await parts.tokens.readSecondFactor(given.token);
  const tried: Try = { kind: "second-factor", account: half.user, address: origin.address };
  await takeTry(parts, tried);
  const user = await findUser(parts.database.system.rows, half.user);
  if (user === undefined) throw signedOut();
  const home = half.invitation === undefined ? await homeOf(parts, user.id) : undefined;
  const proven = provenBy(parts, user, given.code);
  const tellOfDevice = await watchDevice(parts, user, origin);
  const signed =
    proven &&
    (await change(parts, async (rows) => {
      const taken =
        "step" in proven
          ? await takeTotpStep(rows, user.id, proven.step)
          : await takeRecoveryCode(rows, user.id, proven.hash);
      if (!taken) return undefined;
      if (!(await spend(rows, `half ${half.id}`, parts.now() + minutes(10)))) throw signedOut();
      const by = `${half.by} and ${"step" in proven ? "one-time code" : "recovery code"}`;
      const organization =
        home ?? (await joinByInvitation(parts, rows, user, half.invitation ?? ""));
      const who = { user: user.id, name: user.name, organization, by };
      return beginSession(parts, rows, who, origin);
    }));
  if (signed === undefined)
    throw rejected("This code is wrong, or was used before.", {
      code: "wrong-code",
      hint: "Wait for the next code of your authenticator, and type that one.",
    });
  tellOfDevice();
  await forgetTry(parts, tried);
  return signed;
};
