// Sessions of people who signed in, and the refresh tokens by which they go on.
import type { OrganizationId, UserId, UserSessionId } from "#services/domain/ids.ts";
import type { RefreshTokenRow, UserSessionRow } from "../account-tables.ts";
import type { SystemRows } from "../rows.ts";

export const addUserSession = async (rows: SystemRows, session: UserSessionRow): Promise<void> => {
  await rows.insertInto("user_sessions").values(session).execute();
};

/** The devices that somebody has used since then, also in sessions that have ended. */
export const devicesUsedSince = async (
  rows: SystemRows,
  user: UserId,
  since: number,
): Promise<ReadonlySet<string>> => {
  const used = await rows
    .selectFrom("user_sessions")
    .select("device")
    .distinct()
    .where("user_id", "=", user)
    .where("used_at", ">=", since)
    .execute();
  return new Set(used.map(({ device }) => device));
};

/** One that goes on. */
export const findUserSession = (
  rows: SystemRows,
  id: UserSessionId,
  now: number,
): Promise<UserSessionRow | undefined> =>
  rows
    .selectFrom("user_sessions")
    .selectAll()
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .where("until", ">", now)
    .executeTakeFirst();

/** Those that go on, the last used one first. */
export const listUserSessions = (
  rows: SystemRows,
  user: UserId,
  now: number,
): Promise<UserSessionRow[]> =>
  rows
    .selectFrom("user_sessions")
    .selectAll()
    .where("user_id", "=", user)
    .where("ended_at", "is", null)
    .where("until", ">", now)
    .orderBy("used_at", "desc")
    .limit(200)
    .execute();

export const changeUserSession = async (
  rows: SystemRows,
  id: UserSessionId,
  change: Partial<Pick<UserSessionRow, "used_at" | "in_organization" | "network" | "proved_at">>,
): Promise<void> => {
  await rows.updateTable("user_sessions").set(change).where("id", "=", id).execute();
};

/** @param but one that goes on. @returns how many ended */
export const endUserSessions = async (
  rows: SystemRows,
  which: {
    readonly user: UserId;
    readonly id?: UserSessionId;
    readonly but?: UserSessionId;
    /** Those that work in this organization now. */
    readonly inOrganization?: OrganizationId;
  },
  ended: { readonly at: number; readonly by: string },
): Promise<number> => {
  const { id, but, user, inOrganization } = which;
  let query = rows
    .updateTable("user_sessions")
    .set({ ended_at: ended.at, ended_by: ended.by })
    .where("user_id", "=", user)
    .where("ended_at", "is", null);
  if (id !== undefined) query = query.where("id", "=", id);
  if (but !== undefined) query = query.where("id", "!=", but);
  if (inOrganization !== undefined) query = query.where("in_organization", "=", inOrganization);
  return Number((await query.executeTakeFirst()).numUpdatedRows);
};

export const addRefreshToken = async (rows: SystemRows, token: RefreshTokenRow): Promise<void> => {
  await rows.insertInto("refresh_tokens").values(token).execute();
};

export const findRefreshToken = (
  rows: SystemRows,
  hash: string,
): Promise<RefreshTokenRow | undefined> =>
  rows.selectFrom("refresh_tokens").selectAll().where("hash", "=", hash).executeTakeFirst();

/** True for the one who uses it; of several at the same time the others get false. */
export const takeRefreshToken = async (
  rows: SystemRows,
  hash: string,
  used: { readonly at: number; readonly answer: string },
): Promise<boolean> => {
  const { numUpdatedRows } = await rows
    .updateTable("refresh_tokens")
    .set({ used_at: used.at, answer: used.answer })
    .where("hash", "=", hash)
    .where("used_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/**
 * Removes what no one can use any more, some rows of each kind.
 * @param before what ended before then goes
 * @param unusedSince sessions stay until they have not been used since then: they tell which devices are known
 * @returns how many
 */
export const forgetPast = async (
  rows: SystemRows,
  { before, unusedSince }: { readonly before: number; readonly unusedSince: number },
): Promise<number> => {
  const { numDeletedRows: sessions } = await rows
    .deleteFrom("user_sessions")
    .where("until", "<", before)
    .where("used_at", "<", unusedSince)
    .executeTakeFirst();
  let removed = sessions;
  for (const table of ["refresh_tokens", "links", "spent", "tries", "used"] as const) {
    const { numDeletedRows } = await rows
      .deleteFrom(table)
      .where("until", "<", before)
      .executeTakeFirst();
    removed += numDeletedRows;
  }
  return Number(removed);
};
