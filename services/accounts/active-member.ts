// The member of an organization behind a session, a key or a look, as long as they may come in.
import type { OrganizationId, UserId } from "#services/domain/ids.ts";
import { countPasskeys, findUser, membershipsOf, teamsOf } from "#services/store/store.ts";
import { type AccountParts, readingOf } from "./parts.ts";
import { signedOut } from "./tokens.ts";

/** @throws ParlanceError rejected `signed-out` (401) where they are suspended, or no member */
export const activeMember = async (
  parts: AccountParts,
  user: UserId,
  organization: OrganizationId,
) => {
  const { rows } = parts.database.system;
  const [person, memberships, teams] = await Promise.all([
    findUser(rows, user),
    membershipsOf(rows, user),
    teamsOf(readingOf(parts, organization), user),
  ]);
  const membership = memberships.find((one) => one.organization === organization);
  if (person === undefined || membership === undefined || membership.state !== "active")
    throw signedOut("This account is suspended, or no member any more.");
  const incomplete =
    membership.requiresSecondFactor &&
    person.totp === null &&
    (await countPasskeys(rows, user)) === 0;
  return { person, membership, teams, incomplete };
};
