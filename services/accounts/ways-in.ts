// Ways in: whom a sign-in provider knows as it is set now, and who could not sign in any more without it.
import { rejected } from "#services/domain/errors.ts";
import { defaultOrganization, type UserId } from "#services/domain/ids.ts";
import {
  type IdentityRow,
  listOwners,
  peopleByProvidersOnly,
  type SystemRows,
} from "#services/store/store.ts";
import { type AccountParts, rowsOf } from "./parts.ts";
import type { WayIn } from "./provider-kinds.ts";

type Known = Pick<IdentityRow, "provider" | "issuer">;

/**
 * Whether somebody signs in by one of these providers. Its id may have been that of another one before, whose people it does not know;
 * and one that goes by the same issuer may know them by other names.
 */
export const isWayIn = (ways: readonly WayIn[], { provider, issuer }: Known): boolean =>
  ways.some((way) => way.id === provider && way.isIssuer(issuer));

type People = Awaited<ReturnType<typeof peopleByProvidersOnly>>;

/** People whom a provider knows, whatever id it had when they came, and who could not sign in without it. */
export const peopleOnlyBy = (people: People, way: WayIn, others: readonly WayIn[]): UserId[] =>
  [...people].flatMap(([id, identities]) =>
    identities.some(({ issuer }) => way.isIssuer(issuer)) &&
    !identities.some((one) => isWayIn(others, one))
      ? [id]
      : [],
  );

/**
 * Inside the transaction that takes a provider away. Whoever loses their only way in is told of; and there is always an owner who can
 * sign in.
 * @returns how many people are locked out
 * @throws ParlanceError rejected `last-way-in` (409) | `locks-out` (409), with how many people, where that is not confirmed
 */
export const requireWaysIn = async (
  parts: AccountParts,
  rows: SystemRows,
  way: WayIn,
  isConfirmed: boolean,
): Promise<number> => {
  // Read here: another owner may have turned another one off a moment ago.
  const others = (await parts.providers.waysIn(rows)).filter(({ id }) => id !== way.id);
  const people = await peopleByProvidersOnly(rows);
  const lockedOut = peopleOnlyBy(people, way, others).length;
  if (lockedOut === 0) return 0;
  const owners = await listOwners(await rowsOf(parts, rows, defaultOrganization));
  const canSignIn = (owner: UserId) =>
    people.get(owner)?.some((one) => isWayIn(others, one)) ?? true;
  if (!owners.some(canSignIn))
    throw rejected("No owner of this server could sign in any more.", {
      code: "last-way-in",
      status: 409,
      hint: "Let an owner set a password or a passkey first.",
    });
  if (isConfirmed) return lockedOut;
  throw rejected(
    lockedOut === 1
      ? "One person signs in only there, and could not sign in any more."
      : `${lockedOut} people sign in only there, and could not sign in any more.`,
    {
      code: "locks-out",
      status: 409,
      hint: "Confirm it, or let them set a password first.",
      data: { people: lockedOut },
    },
  );
};
