// Who asks: told from a token, a key or a ticket, and remembered for a moment, so that most requests cost no question.

import type { AccessLevel } from "#services/contract/organizations.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  type CollectionId,
  type OrganizationId,
  readCollectionId,
  type TeamId,
} from "#services/domain/ids.ts";
import { type Caller, nobodysScope, type Role, type Scope } from "#services/domain/scope.ts";
import { accessOf, findApiKey, findUserSession, usedApiKey } from "#services/store/store.ts";
import { activeMember } from "./active-member.ts";
import { isApiKey } from "./keys.ts";
import { lookOf } from "./looking.ts";
import { type AccountParts, hashOf, readingOf } from "./parts.ts";
import { levelNumber, levelsOf } from "./rights.ts";
import { type AccessClaims, kindOfToken, type LookClaims, signedOut } from "./tokens.ts";

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
  /**
   * Who asked some time ago, with the role and the teams that they have now.
   * @throws ParlanceError rejected `signed-out` (401) where they would not be let in any more
   */
  again(identity: Identity): Promise<Identity>;
  /** Forgets what is remembered: a change of this server is in force at once. */
  forget(): void;
}

interface Known {
  readonly at: number;
  readonly identity: Promise<Identity>;
}

const roleOf = (text: string): Role => text as Role;

const bySession = async (
  parts: AccountParts,
  claims: AccessClaims,
  proof: string,
): Promise<Identity> => {
  const { rows } = parts.database.system;
  const session = await findUserSession(rows, claims.session, parts.now());
  if (session === undefined || session.user_id !== claims.user) throw signedOut();
  const { person, membership, teams, incomplete } = await activeMember(
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

const byKey = async (parts: AccountParts, hash: string, proof: string): Promise<Identity> => {
  const { rows } = parts.database.system;
  const found = await findApiKey(rows, hash, parts.now());
  if (found === undefined) throw signedOut("This API key does not exist, or its time is over.");
  const { membership, teams, incomplete } = await activeMember(
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

const byLook = async (
  parts: AccountParts,
  claims: LookClaims,
  proof: string,
): Promise<Identity> => {
  const { caller, teams } = await lookOf(parts, claims);
  return { organization: claims.organization, caller, teams, only: undefined, proof };
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
  const byKeyOf = (hash: string) => {
    const proof = `key ${hash}`;
    return remembered(proof, () => byKey(parts, hash, proof));
  };
  const byLookOf = (claims: LookClaims) => {
    const proof = `look ${claims.look}`;
    return remembered(proof, () => byLook(parts, claims, proof));
  };
  /** Who asks, as they are now. @throws ParlanceError rejected `signed-out` (401) where they are out */
  const again = (identity: Identity): Promise<Identity> => {
    const { proof, organization, caller } = identity;
    switch (caller.kind) {
      case "user":
        return bySessionOf({ user: caller.id, session: caller.session, organization });
      case "key":
        return byKeyOf(proof.slice("key ".length));
      case "look":
        return byLookOf({ look: caller.id, user: caller.user, by: caller.by.id, organization });
      default:
        return Promise.resolve(identity);
    }
  };
  const byBearer = async (token: string): Promise<Identity> => {
    if (isApiKey(token)) return byKeyOf(hashOf(token));
    switch (kindOfToken(token)) {
      case "access":
        return bySessionOf(await parts.tokens.readAccess(token));
      case "look":
        return byLookOf(await parts.tokens.readLook(token));
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
        case "look": {
          const access = await accessOf(readingOf(parts, organization), caller.user, teams);
          const levels = new Map(access.map(({ collection }) => [collection, "read" as const]));
          return { organization, caller, collections: [...levels.keys()], levels };
        }
        case "operator":
          return { organization, caller, collections: "all" };
        default:
          return nobodysScope;
      }
    },
    again,
    forget: () => known.clear(),
  };
};
