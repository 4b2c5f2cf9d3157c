// Rows of the times in which somebody looked at the app as somebody else.
import type { LookId, OrganizationId, UserId, UserSessionId } from "#services/domain/ids.ts";
import type { LookRow } from "../account-tables.ts";
import type { Rows, SystemRows } from "../rows.ts";

export const addLook = async (rows: Rows, look: LookRow): Promise<void> => {
  await rows.insertInto("looks").values(look).execute();
};

/** Also one that is over. */
export const findLook = (rows: Rows, id: LookId): Promise<LookRow | undefined> =>
  rows.selectFrom("looks").selectAll().where("id", "=", id).executeTakeFirst();

/** Those of a session that nobody has ended. */
export const openLooksOf = (rows: Rows, session: UserSessionId): Promise<LookRow[]> =>
  rows
    .selectFrom("looks")
    .selectAll()
    .where("by_session", "=", session)
    .where("ended_at", "is", null)
    .execute();

/** Those that nobody has ended, of all organizations. */
export const everyOpenLook = async (
  rows: SystemRows,
): Promise<(LookRow & { readonly organization: OrganizationId })[]> =>
  (await rows.selectFrom("looks").selectAll().where("ended_at", "is", null).execute()).map(
    ({ org_id, ...row }) => ({ ...row, organization: org_id }),
  );

/** False where it was ended before. */
export const endLookRow = async (
  rows: Rows,
  id: LookId,
  ended: { readonly at: number; readonly by: string },
): Promise<boolean> => {
  const { numUpdatedRows } = await rows
    .updateTable("looks")
    .set({ ended_at: ended.at, ended_by: ended.by })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

export interface ShownLook extends LookRow {
  readonly organization: string;
  /** Null for the command line beside the data. */
  readonly byName: string | null;
}

/** Who looked as this person, in all organizations, the last one first. */
export const listLooksAs = async (rows: SystemRows, user: UserId): Promise<ShownLook[]> =>
  (
    await rows
      .selectFrom("looks as l")
      .innerJoin("organizations as o", "o.id", "l.org_id")
      .leftJoin("users as u", "u.id", "l.by_id")
      .selectAll("l")
      .select(["o.name as organization", "u.name as byName"])
      .where("l.user_id", "=", user)
      .orderBy("l.begun_at", "desc")
      .limit(100)
      .execute()
  ).map(({ org_id: _, ...row }) => row);

/** Removes those that are over and began before. */
export const forgetLooks = async (rows: SystemRows, before: number): Promise<void> => {
  await rows
    .deleteFrom("looks")
    .where("ended_at", "is not", null)
    .where("begun_at", "<", before)
    .execute();
};
