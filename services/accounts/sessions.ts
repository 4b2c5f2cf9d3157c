// Sessions: begun by a sign-in, kept going by refresh tokens that each work once, ended by people or by a stolen token.
import type { OrganizationId, UserId, UserSessionId } from "#services/domain/ids.ts";
import { userSessionId } from "#services/domain/ids.ts";
import {
  addRefreshToken,
  addUserSession,
  changeUserSession,
  endUserSessions,
  findRefreshToken,
  findUser,
  findUserSession,
  membershipsOf,
  type SystemRows,
  takeRefreshToken,
  type UserSessionRow,
} from "#services/store/store.ts";
import { usedElsewhereLetter } from "./letters.ts";
import {
  type AccountParts,
  change,
  days,
  hashOf,
  type Origin,
  randomToken,
  rowsOf,
  warnOf,
} from "./parts.ts";
import { readerOf } from "./preferences.ts";
import { nextTokenOf } from "./sealed-for.ts";
import { ACCESS_S, signedOut } from "./tokens.ts";

/** A session that is not used for so long ends; one that is used ends after the second time all the same. */
const IDLE_MS = days(14);
const LONGEST_MS = days(60);
/** A refresh token that was used so shortly before is answered again: its answer was lost, or two tabs asked at once. */
const AGAIN_MS = 20_000;

/** What a sign-in gives: the access token goes to the page, the refresh token into a cookie that scripts cannot read. */
export interface Signed {
  readonly access: string;
  readonly refresh: string;
  /** When the access token ends, in seconds from now. */
  readonly expiresIn: number;
  readonly user: UserId;
}

const signed = async (
  { tokens }: AccountParts,
  session: Pick<UserSessionRow, "id" | "user_id" | "in_organization">,
  refresh: string,
): Promise<Signed> => ({
  access: await tokens.access({
    user: session.user_id,
    session: session.id,
    organization: session.in_organization,
  }),
  refresh,
  expiresIn: ACCESS_S,
  user: session.user_id,
});

const cut = (text: string): string => text.slice(0, 300);

/** Inside a transaction over accounts: begins a session, and says so in the log of its organization. */
export const beginSession = async (
  parts: AccountParts,
  rows: SystemRows,
  who: {
    readonly user: UserId;
    readonly name: string;
    readonly organization: OrganizationId;
    readonly by: string;
  },
  origin: Origin,
): Promise<Signed> => {
  const now = parts.now();
  const session: UserSessionRow = {
    id: userSessionId(parts.newId()),
    user_id: who.user,
    in_organization: who.organization,
    created_at: now,
    used_at: now,
    until: now + LONGEST_MS,
    device: cut(origin.device),
    network: cut(origin.network),
    proved_at: null,
    ended_at: null,
    ended_by: null,
  };
  await addUserSession(rows, session);
  const refresh = randomToken();
  await addRefreshToken(rows, {
    hash: hashOf(refresh),
    session_id: session.id,
    until: now + IDLE_MS,
    used_at: null,
    answer: null,
  });
  await parts.audit.write(await rowsOf(parts, rows, who.organization), now, {
    actor: { name: who.name, id: who.user },
    action: "sign-in",
    target: session.id,
    details: { by: who.by, device: session.device },
    network: origin.network,
  });
  return signed(parts, session, refresh);
};

/** The organizations in which somebody may work now. */
export const activeMemberships = async (rows: SystemRows, user: UserId) =>
  (await membershipsOf(rows, user)).filter(({ state }) => state === "active");

type Refreshed = Signed | { readonly stolen: UserSessionRow };

const refreshOnce = async (
  parts: AccountParts,
  rows: SystemRows,
  token: string,
  network: string,
): Promise<Refreshed> => {
  const now = parts.now();
  const hash = hashOf(token);
  const known = await findRefreshToken(rows, hash);
  if (known === undefined || known.until <= now) throw signedOut();
  // Sessions are read without a user: the token alone says whose it is.
  const session = await findUserSession(rows, known.session_id, now);
  if (session === undefined) throw signedOut();
  if ((await findUser(rows, session.user_id)) === undefined) throw signedOut();
  const memberships = await activeMemberships(rows, session.user_id);
  const [home] = memberships;
  if (home === undefined) throw signedOut();
  const isIn = memberships.some(({ organization }) => organization === session.in_organization);
  const place = isIn ? session.in_organization : home.organization;
  const going = { ...session, in_organization: place };
  if (known.used_at === null) {
    const next = randomToken();
    const answer = parts.keyring.seal(next, nextTokenOf(session.id));
    if (!(await takeRefreshToken(rows, hash, { at: now, answer }))) throw signedOut();
    const until = Math.min(now + IDLE_MS, session.until);
    await addRefreshToken(rows, {
      hash: hashOf(next),
      session_id: session.id,
      until,
      used_at: null,
      answer: null,
    });
    await changeUserSession(rows, session.id, { used_at: now, in_organization: place, network });
    return signed(parts, going, next);
  }
  if (known.answer !== null && now - known.used_at <= AGAIN_MS) {
    const next = parts.keyring.open(known.answer, nextTokenOf(session.id));
    const child = await findRefreshToken(rows, hashOf(next));
    if (child?.used_at === null) return signed(parts, going, next);
  }
  return { stolen: session };
};

/**
 * Gives the next pair of tokens. One that was used before, other than within seconds, was copied: its session ends, and its owner is
 * told.
 * @throws ParlanceError rejected `signed-out` (401)
 */
export const refreshSession = async (
  parts: AccountParts,
  token: string,
  origin: Origin,
): Promise<Signed> => {
  const { network } = origin;
  const refreshed = await change(parts, (rows) => refreshOnce(parts, rows, token, network));
  if (!("stolen" in refreshed)) return refreshed;
  const { stolen } = refreshed;
  await endSessions(parts, { user: stolen.user_id, id: stolen.id }, "stolen", {
    organization: stolen.in_organization,
    actor: { name: "Parlance", id: null },
    network,
  });
  const user = await findUser(parts.database.system.rows, stolen.user_id);
  // Told as far as that is possible: what matters is that the session has ended.
  if (user !== undefined)
    parts.mail
      ?.send(
        usedElsewhereLetter({
          to: readerOf(user),
          device: origin.device,
          network: origin.network,
          at: parts.now(),
          link: `${origin.url}/account`,
        }),
      )
      .catch(warnOf(parts));
  throw signedOut(
    "This session was ended: its token had been used before, maybe by somebody else.",
  );
};

/** Ends sessions, and says so in the log. @returns how many */
export const endSessions = async (
  parts: AccountParts,
  which: { readonly user: UserId; readonly id?: UserSessionId; readonly but?: UserSessionId },
  why: string,
  said: {
    readonly organization: OrganizationId;
    readonly actor: { readonly name: string; readonly id: string | null };
    readonly network?: string | null;
  },
): Promise<number> =>
  change(parts, async (rows) => {
    const count = await endUserSessions(rows, which, { at: parts.now(), by: why });
    if (count > 0)
      await parts.audit.write(await rowsOf(parts, rows, said.organization), parts.now(), {
        actor: said.actor,
        action: why === "signed-out" ? "sign-out" : "session.end",
        target: which.id ?? which.user,
        details: { count, why },
        network: said.network ?? null,
      });
    return count;
  });

/** Of the session that a refresh token belongs to; undefined for one that is not known. */
export const sessionOfToken = async (
  { database, now }: AccountParts,
  token: string,
): Promise<UserSessionRow | undefined> => {
  const { rows } = database.system;
  const known = await findRefreshToken(rows, hashOf(token));
  return known && findUserSession(rows, known.session_id, now());
};
