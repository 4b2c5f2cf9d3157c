// What a caller may do: by role, by the scopes of a key, and at which level in each collection.
import { scopesOfRole } from "#services/contract/accounts.ts";
import type { AccessLevel } from "#services/contract/organizations.ts";
import { type ParlanceError, rejected } from "#services/domain/errors.ts";
import { type CollectionId, defaultOrganization } from "#services/domain/ids.ts";
import type { Caller, Role, Scope } from "#services/domain/scope.ts";
import type { Access } from "#services/store/store.ts";

/**
 * What a route needs of its caller. public: nothing; any: to be signed in, by whatever means; enrol: to be a person who signed in (no
 * key), also before they have the second factor that their organization wants; self: the same with everything set up; read, search:
 * also as a viewer; embed, import, write: as a member; admin: as an admin; scim: as the key of an admin that is made for it; server: whoever runs the server, which are the owners of its
 * first organization, or anybody where there are no accounts; operator: the command line beside the data.
 */
export type Right =
  | "public"
  | "any"
  | "enrol"
  | "self"
  | "read"
  | "search"
  | "embed"
  | "import"
  | "write"
  | "admin"
  | "scim"
  | "server"
  | "operator";

const ofPerson: readonly Right[] = ["any", "enrol", "self"];
/** What a key of somebody may be for, and what only a person may. */
const byRole: Readonly<Record<Role, ReadonlySet<Right>>> = {
  viewer: new Set([...ofPerson, ...scopesOfRole.viewer]),
  member: new Set([...ofPerson, ...scopesOfRole.member]),
  admin: new Set([...ofPerson, ...scopesOfRole.admin, "scim"]),
  owner: new Set([...ofPerson, ...scopesOfRole.owner, "scim"]),
};

/** Of roles: nobody gives, takes away or looks behind more than they have. */
export const rank: Readonly<Record<Role, number>> = { owner: 3, admin: 2, member: 1, viewer: 0 };

const ofLook: ReadonlySet<Right> = new Set(["any", "read", "search"]);

const isAllowed = ({ caller, organization }: Asking, right: Right): boolean => {
  switch (caller.kind) {
    case "nobody":
      return false;
    // Nobody signs in: there is no person whose account it could be.
    case "anyone":
      return right !== "operator";
    case "share":
      return right === "read" || right === "search";
    case "operator":
    case "worker":
      return true;
    case "user":
      // Its changes are told as those of a program.
      if (right === "scim") return false;
      return right === "server"
        ? caller.role === "owner" && organization === defaultOrganization
        : byRole[caller.role].has(right);
    // To read, and no more than to read.
    case "look":
      return ofLook.has(right);
    case "key":
      // A key opens what its scopes name, as far as its owner could. Never an account.
      return byRole[caller.role].has(right) && (right === "any" || caller.scopes.includes(right));
  }
};

/** What whoever looks at the app as somebody else is answered where they may not. */
export const readOnlyView = (name: string) =>
  rejected(`You see Parlance as ${name}, read-only.`, {
    code: "read-only-view",
    status: 403,
    hint: "Nothing can be changed or taken along, and no account or access is shown. Stop looking as this person to do it as yourself.",
  });

/** Who asks, and where. */
export type Asking = Pick<Scope, "caller" | "organization">;

const beforeFactor: ReadonlySet<Right> = new Set(["any", "enrol"]);

/** Why somebody may not; undefined where they may. */
const refusalOf = (asking: Asking, right: Right): ParlanceError | undefined => {
  const { caller } = asking;
  if (right === "public") return undefined;
  if (caller.kind === "nobody")
    return rejected("You are signed out.", {
      code: "signed-out",
      status: 401,
      hint: "Sign in, or send an API key: `Authorization: Bearer …`.",
    });
  const isPerson = caller.kind === "user" || caller.kind === "key";
  if (isPerson && caller.incomplete && !beforeFactor.has(right))
    return rejected("Your organization requires a second factor.", {
      code: "second-factor-required",
      status: 403,
      hint: "Set one up in your account.",
    });
  if (isAllowed(asking, right)) return undefined;
  if (caller.kind === "look") return readOnlyView(caller.name);
  if (caller.kind === "anyone")
    return rejected("Accounts are off: nobody signs in on this server.", {
      code: "not-allowed",
      status: 403,
      hint: "`parlance accounts enable` turns them on.",
    });
  return rejected(
    caller.kind === "key"
      ? `This API key may not do this: it would need the scope “${right}”, and an owner who may.`
      : "You may not do this.",
    { code: "not-allowed", status: 403, hint: "Ask an admin of your organization." },
  );
};

/** @throws ParlanceError rejected `signed-out` (401) | `not-allowed` (403) | `second-factor-required` (403) | `read-only-view` (403) */
export const requireRight = (asking: Asking, right: Right): void => {
  const refusal = refusalOf(asking, right);
  if (refusal !== undefined) throw refusal;
};

/** For an answer that tells those more who may more. */
export const hasRight = (asking: Asking, right: Right): boolean =>
  refusalOf(asking, right) === undefined;

const numbers: Readonly<Record<AccessLevel, number>> = { read: 1, edit: 2, manage: 3 };
export const levelNumber = (level: AccessLevel): number => numbers[level];
export const levelNamed = (level: number): AccessLevel =>
  level >= 3 ? "manage" : level === 2 ? "edit" : "read";

/** How far the scopes of a key reach in a collection, whatever its owner may. */
const reachOf = (caller: Caller): number => {
  if (caller.kind !== "key" || caller.scopes.includes("write")) return numbers.manage;
  return caller.scopes.includes("import") ? numbers.edit : numbers.read;
};

/** What is open to everybody is looked after by admins. */
const raised = ({ level, everybody }: Access, role: Role): number =>
  everybody > 0 && (role === "admin" || role === "owner") ? numbers.manage : level;

/** Whether a member with this role manages a collection. */
export const managesIn = (
  access: readonly Access[],
  role: Role,
  collection: CollectionId,
): boolean =>
  role !== "viewer" &&
  access.some((one) => one.collection === collection && raised(one, role) >= numbers.manage);

/** What a member, or the key of one, may do in each collection that is open to them. */
export const levelsOf = (
  access: readonly Access[],
  caller: Extract<Caller, { readonly kind: "user" | "key" }>,
): Map<CollectionId, AccessLevel> => {
  const { role } = caller;
  const most = role === "viewer" ? numbers.read : reachOf(caller);
  return new Map(
    access.map((one) => [one.collection, levelNamed(Math.min(raised(one, role), most))]),
  );
};
