// The scope: on whose behalf something is done. Rows, indexes and files are only reached within a scope.
import {
  type ApiKeyId,
  type CollectionId,
  defaultOrganization,
  type LookId,
  type OrganizationId,
  type ShareId,
  type UserId,
  type UserSessionId,
} from "./ids.ts";

/** Who asks. */
export type Caller =
  /** Whoever reaches a server without accounts: its owner. */
  | { readonly kind: "anyone" }
  /** Somebody who has not signed in, where there are accounts. */
  | { readonly kind: "nobody" }
  /** The command line of somebody who can read the server's files. */
  | { readonly kind: "operator" }
  | {
      readonly kind: "user";
      readonly id: UserId;
      readonly name: string;
      readonly session: UserSessionId;
      readonly role: Role;
      /** It has to set up a second factor before anything else. */
      readonly incomplete: boolean;
      /** Their searches are not counted. */
      readonly uncounted: boolean;
    }
  /** A key has the rights of its user, at most. */
  | {
      readonly kind: "key";
      readonly id: ApiKeyId;
      readonly name: string;
      readonly user: UserId;
      readonly role: Role;
      readonly scopes: readonly string[];
      /** Its user has to set up a second factor before anything else. */
      readonly incomplete: boolean;
    }
  /** An owner or admin who looks at the app as somebody else: reads what that person may read, and changes nothing. */
  | {
      readonly kind: "look";
      readonly id: LookId;
      /** Whose eyes it is seen with. */
      readonly user: UserId;
      readonly name: string;
      /** Who looks; without an id the command line beside the data. */
      readonly by: { readonly id: UserId | null; readonly name: string };
      /** Milliseconds since 1970. */
      readonly until: number;
    }
  /** Whoever has a shared link: what they read is fixed by it. */
  | { readonly kind: "share"; readonly id: ShareId }
  /** A stage of the pipeline, the reconciler, or the command line on its own home. */
  | { readonly kind: "worker" };

/** Who asks, themselves or by a key of theirs; undefined where that is nobody who has an account. */
export const personBehind = (caller: Caller): UserId | undefined =>
  caller.kind === "user" ? caller.id : caller.kind === "key" ? caller.user : undefined;

/** What somebody may do in a collection, the least first. */
export type Level = "read" | "edit" | "manage";

/** Of a member of an organization, the most powerful first. */
export type Role = "owner" | "admin" | "member" | "viewer";

export interface Scope {
  readonly organization: OrganizationId;
  readonly caller: Caller;
  /** Rows of other collections are not there for this scope. */
  readonly collections: readonly CollectionId[] | "all";
  /** What its caller may do in each of them, where that differs; otherwise in all: manage. */
  readonly levels?: ReadonlyMap<CollectionId, Level>;
}

/** The scope of every request where there are no accounts. */
export const defaultScope: Scope = {
  organization: defaultOrganization,
  caller: { kind: "anyone" },
  collections: "all",
};

/** The scope of a request of somebody who has not signed in: it sees nothing. */
export const nobodysScope: Scope = {
  organization: defaultOrganization,
  caller: { kind: "nobody" },
  collections: [],
};

/** The scope of work without a request: jobs and repairs of an organization. */
export const workerScope = (organization: OrganizationId): Scope => ({
  organization,
  caller: { kind: "worker" },
  collections: "all",
});

/** The same with one collection more: one that this request has just made. */
export const scopeWith = (scope: Scope, collection: CollectionId): Scope =>
  scope.collections === "all"
    ? scope
    : {
        ...scope,
        collections: [...scope.collections, collection],
        // Whoever makes a collection manages it.
        ...(scope.levels && { levels: new Map(scope.levels).set(collection, "manage") }),
      };

/** The same for one of its collections, which has been looked up: what is asked of it names no others. */
export const scopeOnly = (scope: Scope, collection: CollectionId): Scope =>
  scope.collections === "all" ? scope : { ...scope, collections: [collection] };

/** What the caller may do in a collection that is there for this scope. */
export const levelIn = ({ collections, levels }: Scope, collection: CollectionId): Level =>
  levels?.get(collection) ?? (collections === "all" ? "manage" : "read");
