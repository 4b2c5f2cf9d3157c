// The second factors that somebody has, and the ways by which they come in.
import { rejected } from "#services/domain/errors.ts";
import {
  countPasskeys,
  countRecoveryCodes,
  listIdentities,
  membershipsOf,
  type SystemRows,
  type UserRow,
} from "#services/store/store.ts";
import type { AccountParts } from "./parts.ts";
import { isWayIn } from "./ways-in.ts";

export interface Factors {
  readonly totp: boolean;
  readonly passkeys: number;
  /** Recovery codes that are left. */
  readonly recoveryCodes: number;
}

export const factorsOf = async (
  rows: SystemRows,
  user: Pick<UserRow, "id" | "totp">,
): Promise<Factors> => {
  const [passkeys, recoveryCodes] = await Promise.all([
    countPasskeys(rows, user.id),
    countRecoveryCodes(rows, user.id),
  ]);
  return { totp: user.totp !== null, passkeys, recoveryCodes };
};

/** A passkey verifies its owner: it is a second factor beside a password. */
export const hasSecondFactor = ({ totp, passkeys }: Pick<Factors, "totp" | "passkeys">): boolean =>
  totp || passkeys > 0;

/** Before the last second factor goes. @throws ParlanceError rejected `second-factor-required` (403) */
export const requireNoFactorWanted = async (rows: SystemRows, user: UserRow): Promise<void> => {
  const memberships = await membershipsOf(rows, user.id);
  if (memberships.some((one) => one.requiresSecondFactor && one.state !== "invited"))
    throw rejected("Your organization requires a second factor.", {
      code: "second-factor-required",
      status: 403,
    });
};

/** Inside the transaction that took one away. @throws ParlanceError rejected `last-way-in` (409) where none is left */
export const requireWayIn = async (
  parts: AccountParts,
  rows: SystemRows,
  user: UserRow,
): Promise<void> => {
  if (user.password_hash !== null) return;
  const ways = await parts.providers.waysIn(rows);
  const identities = await listIdentities(rows, user.id);
  // A provider that is not configured any more, or as another one, does not let them in.
  if (identities.some((one) => isWayIn(ways, one))) return;
  if ((await countPasskeys(rows, user.id)) > 0) return;
  throw rejected("Nothing would be left for you to sign in with.", {
    code: "last-way-in",
    status: 409,
    hint: "Set a password first, or add another way to sign in.",
  });
};
