// Who asks: told from a token, a key or a ticket, and remembered for a moment, so that most requests cost no question.

import type { AccessLevel } from "#services/contract/organizations.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  type CollectionId,
  type OrganizationId,
  readCollectionId,
  type TeamId,
  type UserId,
} from "#services/domain/ids.ts";
import { type Caller, nobodysScope, type Role, type Scope } from "#services/domain/scope.ts";
import {
  accessOf,
  countPasskeys,
  findApiKey,
  findUser,
  findUserSession,
  membershipsOf,
  teamsOf,
  usedApiKey,
} from "#services/store/store.ts";
import { isApiKey } from "./keys.ts";
import { type AccountParts, hashOf, readingOf } from "./parts.ts";
import { levelNumber, levelsOf } from "./rights.ts";
import { type AccessClaims, kindOfToken, signedOut } from "./tokens.ts";

/** What is known of a caller is asked again after so long: nobody who was put out stays longer. */
const KNOWN_MS = 2000;
const MOST_KNOWN = 10_000;
/** A key's last use is written once in so long. */
const USED_MS = 60_000;

/** Somebody who asks, before it is known for what. */
export interface Identity {
  readonly organization: OrganizationId;
  readonly caller: Caller;
  /** Of a person or of a key's owner; what may be opened is asked for each request, so that a new collection is there at once. */
  readonly teams: readonly TeamId[];
  /** Those that a key is limited to. */
  readonly only: ReadonlySet<CollectionId> | undefined;
  /** By what it asked: whether that still holds can be asked again. */
  readonly proof: string;
}

const nobody: Identity = {
  ...nobodysScope,
  teams: [],
  only: undefined,
  proof: "",
};

export interface Callers {
  /**
   * @param sent the Authorization header, and the ticket of a download with its path
   * @throws ParlanceError rejected `signed-out` (401) for a token, a key or a ticket that is not good (any more)
   */
  identify(sent: {
    readonly authorization: string | undefined;
    readonly ticket: string | undefined;
    readonly path: string;
  }): Promise<Identity>;
  /** The scope of a request that needs this level in the collections that it touches. */
  scopeOf(identity: Identity, level: AccessLevel): Promise<Scope>;
  /** Whether somebody who asked some time ago would still be let in. */
  isStillIn(identity: Identity): Promise<boolean>;
  /** Forgets what is remembered: a change of this server is in force at once. */
  forget(): void;
}

interface Known {
  readonly at: number;
  readonly identity: Promise<Identity>;
}

const roleOf = (text: string): Role => text as Role;

const suspended = () => signedOut("This account is suspended, or no member any more.");

/** The member behind a session or a key. @throws ParlanceError rejected `signed-out` (401) */
const memberOf = async (parts: AccountParts, user: UserId, organization: OrganizationId) => {
  const { rows } = parts.database.system;
  const [person, memberships, teams] = await Promise.all([
    findUser(rows, user),
    membershipsOf(rows, user),
    teamsOf(readingOf(parts, organization), user),
  ]);
  const membership = memberships.find((one) => one.organization === organization);
  if (person === undefined || membership === undefined || membership.state !== "active")
    throw suspended();
  const incomplete =
    membership.requiresSecondFactor &&
    person.totp === null &&
    (await countPasskeys(rows, user)) === 0;
  return { person, membership, teams, incomplete };
};

const bySession = async (
  parts: AccountParts,
  claims: AccessClaims,
  proof: string,
): Promise<Identity> => {
  const { rows } = parts.database.system;
  const session = await findUserSession(rows, claims.session, parts.now());
  if (session === undefined || session.user_id !== claims.user) throw signedOut();
  const { person, membership, teams, incomplete } = await memberOf(
    parts,
    claims.user,
    claims.organization,
  );
  return {
    organization: claims.organization,
    caller: {
      kind: "user",
      id: person.id,
      name: person.name,
      session: session.id,
      role: roleOf(membership.role),
      incomplete,
      uncounted: JSON.parse(person.preferences).countSearches === false,
    },
    teams,
    only: undefined,
    proof,
  };
};

const byKey = async (parts: AccountParts, key: string, proof: string): Promise<Identity> => {
  const { rows } = parts.database.system;
  const found = await findApiKey(rows, hashOf(key), parts.now());
  if (found === undefined) throw signedOut("This API key does not exist, or its time is over.");
  const { membership, teams, incomplete } = await memberOf(
    parts,
    found.user_id,
    found.organization,
  );
  if (found.used_at === null || parts.now() - found.used_at > USED_MS)
    await usedApiKey(rows, found.id, parts.now());
  return {
    organization: found.organization,
    caller: {
      kind: "key",
      id: found.id,
      name: found.name,
      user: found.user_id,
      role: roleOf(membership.role),
      scopes: found.scopes.split(" "),
      incomplete,
    },
    teams,
    only:
      found.collections === null
        ? undefined
        : new Set(
            (JSON.parse(found.collections) as string[]).flatMap((id) => readCollectionId(id) ?? []),
          ),
    proof,
  };
};

export const openCallers = (parts: AccountParts): Callers => {
  const known = new Map<string, Known>();
  const remembered = (proof: string, ask: () => Promise<Identity>): Promise<Identity> => {
    const found = known.get(proof);
    // Not the database's clock, which may be set: how long ago it was.
    const at = performance.now();
    if (found !== undefined && at - found.at < KNOWN_MS) return found.identity;
    if (known.size >= MOST_KNOWN) known.clear();
    const identity = ask();
    known.set(proof, { at, identity });
    // A refusal is not kept: the next request may come with something better by then.
    identity.catch(() => known.delete(proof));
    return identity;
  };
  const bySessionOf = (claims: AccessClaims) => {
    const proof = `session ${claims.session} ${claims.organization} ${claims.user}`;
    return remembered(proof, () => bySession(parts, claims, proof));
  };
  const byBearer = async (token: string): Promise<Identity> => {
    if (isApiKey(token)) {
      const proof = `key ${hashOf(token)}`;
      return remembered(proof, () => byKey(parts, token, proof));
    }
    switch (kindOfToken(token)) {
      case "access":
        return bySessionOf(await parts.tokens.readAccess(token));
      case "operator":
        return {
          ...nobody,
          organization: await parts.tokens.readOperator(token),
          caller: { kind: "operator" },
        };
      default:
        throw signedOut("This is no token or key of this server, or its time is over.");
    }
  };
  return {
    async identify({ authorization, ticket, path }) {
      if (authorization !== undefined) {
        const [, token] = /^bearer +(\S+)$/iu.exec(authorization) ?? [];
        if (token === undefined)
          throw signedOut("The header Authorization has to be `Bearer …`, with a token or a key.");
        return byBearer(token);
      }
      if (ticket === undefined) return nobody;
      const { path: opened, ...claims } = await parts.tokens.readTicket(ticket);
      if (opened !== path)
        throw rejected("This ticket is for another download.", {
          code: "signed-out",
          status: 401,
        });
      return bySessionOf(claims);
    },
    async scopeOf({ organization, caller, teams, only }, level) {
      switch (caller.kind) {
        case "user":
        case "key": {
          const user = caller.kind === "user" ? caller.id : caller.user;
          const access = await accessOf(readingOf(parts, organization), user, teams);
          const levels = levelsOf(access, caller);
          for (const [id, has] of levels)
            if (levelNumber(has) < levelNumber(level) || only?.has(id) === false) levels.delete(id);
          return { organization, caller, collections: [...levels.keys()], levels };
        }
        case "operator":
          return { organization, caller, collections: "all" };
        default:
          return nobodysScope;
      }
    },
    async isStillIn({ proof, organization, caller }) {
      if (caller.kind === "user")
        return bySessionOf({ user: caller.id, session: caller.session, organization }).then(
          () => true,
          () => false,
        );
      if (caller.kind !== "key") return true;
      const [, hash = ""] = proof.split(" ");
      const found = await findApiKey(parts.database.system.rows, hash, parts.now());
      return (
        found !== undefined &&
        memberOf(parts, found.user_id, organization).then(
          () => true,
          () => false,
        )
      );
    },
    forget: () => known.clear(),
  };
};
