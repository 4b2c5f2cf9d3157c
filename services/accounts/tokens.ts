// Tokens that this server signs: access, half a sign-in, a download, a look as somebody else, the command line beside the data. Each kind is of one use only.
import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { rejected } from "#services/domain/errors.ts";
import {
  type LookId,
  type OrganizationId,
  readLookId,
  readOrganizationId,
  readUserId,
  readUserSessionId,
  type UserId,
  type UserSessionId,
} from "#services/domain/ids.ts";
import type { Clock } from "#services/domain/units.ts";
import type { KeyPurpose, Keyring } from "./secrets.ts";

const ALGORITHM = "HS256";
const ISSUER = "parlance";
/** Clocks of servers may differ by so many seconds. */
const TOLERANCE_S = 30;
export const ACCESS_S = 600;
const MOST_CHECKED = 10_000;
const SECOND_FACTOR_S = 300;
const TICKET_S = 60;
const OPERATOR_S = 60;
export const LOOK_S = 1800;

interface Kind {
  readonly purpose: KeyPurpose;
  /** RFC 9068 for access tokens; the others in its manner. */
  readonly type: string;
  readonly audience: string;
  readonly seconds: number;
}

const kinds = {
  access: { purpose: "access-token", type: "at+jwt", audience: "parlance-api", seconds: ACCESS_S },
  secondFactor: {
    purpose: "access-token",
    type: "second-factor+jwt",
    audience: "parlance-second-factor",
    seconds: SECOND_FACTOR_S,
  },
  ticket: { purpose: "ticket", type: "ticket+jwt", audience: "parlance-file", seconds: TICKET_S },
  look: { purpose: "access-token", type: "look+jwt", audience: "parlance-look", seconds: LOOK_S },
  operator: {
    purpose: "operator",
    type: "operator+jwt",
    audience: "parlance-operator",
    seconds: OPERATOR_S,
  },
} as const satisfies Record<string, Kind>;

export interface AccessClaims {
  readonly user: UserId;
  readonly session: UserSessionId;
  readonly organization: OrganizationId;
}

export interface SecondFactorClaims {
  readonly user: UserId;
  /** Each half sign-in can be ended once. */
  readonly id: string;
  /** How the first half was done. */
  readonly by: string;
  /** The hash of an invitation that is accepted with it. */
  readonly invitation?: string | undefined;
}

export interface TicketClaims extends AccessClaims {
  readonly path: string;
}

/** Carries both people: it is signed for one, and says who acts (RFC 8693). */
export interface LookClaims {
  readonly look: LookId;
  /** As whom is looked. */
  readonly user: UserId;
  /** Who looks; null for the command line beside the data. */
  readonly by: UserId | null;
  readonly organization: OrganizationId;
}

export interface Tokens {
  access(claims: AccessClaims): Promise<string>;
  /** @throws ParlanceError rejected `signed-out` (401) */
  readAccess(token: string): Promise<AccessClaims>;
  secondFactor(claims: SecondFactorClaims): Promise<string>;
  /** @throws ParlanceError rejected `signed-out` (401) */
  readSecondFactor(token: string): Promise<SecondFactorClaims>;
  ticket(claims: TicketClaims): Promise<string>;
  /** @throws ParlanceError rejected `signed-out` (401) */
  readTicket(token: string): Promise<TicketClaims>;
  look(claims: LookClaims): Promise<string>;
  /** @throws ParlanceError rejected `signed-out` (401) */
  readLook(token: string): Promise<LookClaims>;
  /** For whoever can read the server's secret. */
  operator(organization: OrganizationId): Promise<string>;
  /** @throws ParlanceError rejected `signed-out` (401) */
  readOperator(token: string): Promise<OrganizationId>;
}

export const signedOut = (message = "You are signed out.", cause?: unknown) =>
  rejected(message, {
    code: "signed-out",
    status: 401,
    hint: "Sign in, or send an API key: `Authorization: Bearer …`.",
    cause,
  });

/** The kind that a token says it is; undefined for what is no token of ours. It is believed only once the signature is checked. */
export const kindOfToken = (token: string): keyof typeof kinds | undefined => {
  try {
    const { typ } = decodeProtectedHeader(token);
    return (Object.keys(kinds) as (keyof typeof kinds)[]).find((name) => kinds[name].type === typ);
  } catch {
    return undefined;
  }
};

const claimsOf = (payload: JWTPayload): AccessClaims => {
  const user = readUserId(payload.sub ?? "");
  const session = readUserSessionId(String(payload["sid"] ?? ""));
  const organization = readOrganizationId(String(payload["org"] ?? ""));
  if (user === undefined || session === undefined || organization === undefined) throw signedOut();
  return { user, session, organization };
};

/** One token has one spelling: base 64 that is padded, or has bits to spare, is not ours. */
const isCanonical = (token: string): boolean => {
  const parts = token.split(".");
  return (
    parts.length === 3 &&
    parts.every((part) => Buffer.from(part, "base64url").toString("base64url") === part)
  );
};

export const openTokens = (keyring: Keyring, now: Clock): Tokens => {
  const sign = (kind: Kind, subject: string, claims: JWTPayload): Promise<string> => {
    const { id, key } = keyring.key(kind.purpose);
    const at = Math.floor(now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: kind.type, kid: id })
      .setIssuer(ISSUER)
      .setAudience(kind.audience)
      .setSubject(subject)
      .setIssuedAt(at)
      .setNotBefore(at)
      .setExpirationTime(at + kind.seconds)
      .sign(key);
  };
  const read = async (kind: Kind, token: string): Promise<JWTPayload> => {
    if (!isCanonical(token)) throw signedOut();
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          // Only keys of ours: nothing that a token brings along is used.
          const found = keyring.keys(kind.purpose).find(({ id }) => id === kid);
          if (found === undefined) throw signedOut();
          return found.key;
        },
        {
          algorithms: [ALGORITHM],
          typ: kind.type,
          issuer: ISSUER,
          audience: kind.audience,
          clockTolerance: TOLERANCE_S,
          currentDate: new Date(now()),
          requiredClaims: ["iss", "aud", "sub", "exp", "nbf", "iat"],
        },
      );
      return payload;
    } catch (cause) {
      throw signedOut(undefined, cause);
    }
  };
  /** Access tokens whose signature was checked, until they end: a page sends the same one with each request for ten minutes. */
  const checked = new Map<string, { readonly claims: AccessClaims; readonly exp: number }>();
  const readAccess = async (token: string): Promise<AccessClaims> => {
    const known = checked.get(token);
    const at = now() / 1000;
    if (known !== undefined && at < known.exp + TOLERANCE_S) return known.claims;
    const payload = await read(kinds.access, token);
    const claims = claimsOf(payload);
    if (checked.size >= MOST_CHECKED) checked.clear();
    checked.set(token, { claims, exp: payload.exp ?? 0 });
    return claims;
  };
  const ofSession = ({ session, organization }: AccessClaims) => ({
    sid: session,
    org: organization,
  });
  return {
    access: (claims) => sign(kinds.access, claims.user, ofSession(claims)),
    readAccess,
    secondFactor: ({ user, id, by, invitation }) =>
      sign(kinds.secondFactor, user, {
        jti: id,
        by,
        ...(invitation === undefined ? {} : { inv: invitation }),
      }),
    readSecondFactor: async (token) => {
      const { sub, jti, by, inv } = await read(kinds.secondFactor, token);
      const user = readUserId(sub ?? "");
      if (user === undefined || jti === undefined) throw signedOut();
      const invitation = inv === undefined ? undefined : String(inv);
      return { user, id: jti, by: String(by), invitation };
    },
    ticket: (claims) =>
      sign(kinds.ticket, claims.user, { ...ofSession(claims), path: claims.path }),
    readTicket: async (token) => {
      const payload = await read(kinds.ticket, token);
      return { ...claimsOf(payload), path: String(payload["path"]) };
    },
    look: ({ user, look, by, organization }) =>
      sign(kinds.look, user, { jti: look, org: organization, act: { sub: by ?? "operator" } }),
    readLook: async (token) => {
      const payload = await read(kinds.look, token);
      const user = readUserId(payload.sub ?? "");
      const look = readLookId(payload.jti ?? "");
      const organization = readOrganizationId(String(payload["org"] ?? ""));
      const actor = payload["act"] as { readonly sub?: string } | undefined;
      if (user === undefined || look === undefined || organization === undefined) throw signedOut();
      return { user, look, organization, by: readUserId(actor?.sub ?? "") ?? null };
    },
    operator: (organization) => sign(kinds.operator, "operator", { org: organization }),
    readOperator: async (token) => {
      const payload = await read(kinds.operator, token);
      const organization = readOrganizationId(String(payload["org"] ?? ""));
      if (organization === undefined) throw signedOut();
      return organization;
    },
  };
};
