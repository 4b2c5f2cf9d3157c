// What SCIM gave of a user, as it is kept; and what it makes of an account.
import { type MemberRole, roleNames } from "#services/contract/accounts.ts";
import { type ScimUser, scimUser } from "#services/contract/scim.ts";
import { rejected } from "#services/domain/errors.ts";

/** But for what the membership says: its state and its role. */
const kept = scimUser.omit({ active: true, roles: true });
export type Given = Omit<ScimUser, "active" | "roles">;

export const readGiven = (text: string): Given => kept.parse(JSON.parse(text));

export const givenOf = ({ active: _, roles: __, ...given }: ScimUser): Given => given;

/** The name that others see, in 100 characters as of anybody. */
export const nameGiven = ({ displayName, name, userName }: Given): string => {
  const parts = [name?.givenName, name?.familyName].filter(Boolean).join(" ");
  const names = [displayName, name?.formatted, parts, userName.split("@")[0]];
  return (names.find((one) => one !== undefined && one !== "") ?? userName).slice(0, 100);
};

/** The most powerful of the roles that are named; undefined where none is. @throws ParlanceError rejected `unknown-role` */
export const roleGiven = ({ roles = [] }: Pick<ScimUser, "roles">): MemberRole | undefined => {
  const named = new Set(roles.map(({ value }) => value.toLowerCase()));
  const unknown = [...named].find((name) => !roleNames.some((role) => role === name));
  if (unknown !== undefined)
    throw rejected(`There is no role “${unknown.slice(0, 60)}”.`, {
      code: "unknown-role",
      hint: `Roles are ${roleNames.join(", ")}.`,
    });
  return roleNames.find((role) => named.has(role));
};
