// Notices: news that people are told, in the app and by mail; and the queue of those mails.
import type {
  CollectionId,
  NewsId,
  NoticeId,
  OrganizationId,
  UserId,
} from "#services/domain/ids.ts";
import { inPieces } from "../compiled.ts";
import type { NewsRow, NoticeRow } from "../notice-tables.ts";
import type { Rows, SystemRows } from "../rows.ts";
import { accessTo, EVERYBODY } from "./access.ts";

type OfOrganization<T> = T & { readonly organization: OrganizationId };

/** Of all organizations, the oldest first. */
export const oldestNews = async (
  rows: SystemRows,
  limit: number,
): Promise<OfOrganization<NewsRow>[]> =>
  (await rows.selectFrom("news").selectAll().orderBy("at").limit(limit).execute()).map(
    ({ org_id, ...row }) => ({ ...row, organization: org_id }),
  );

/** False where another server has told it already. */
export const takeNews = async (rows: Rows, id: NewsId): Promise<boolean> =>
  (await rows.deleteFrom("news").where("id", "=", id).executeTakeFirst()).numDeletedRows === 1n;

/** Active members who may open a collection. */
export const readersOf = async (rows: Rows, collection: CollectionId): Promise<UserId[]> => {
  const principals = new Set((await accessTo(rows, collection)).map(({ principal }) => principal));
  const [members, teams] = await Promise.all([
    rows.selectFrom("memberships").select("user_id").where("state", "=", "active").execute(),
    rows.selectFrom("team_members").select(["team_id", "user_id"]).execute(),
  ]);
  const byTeam = new Set(
    teams.filter(({ team_id }) => principals.has(team_id)).map(({ user_id }) => user_id),
  );
  return members
    .map(({ user_id }) => user_id)
    .filter((id) => principals.has(EVERYBODY) || principals.has(id) || byTeam.has(id));
};

export const addNotice = async (rows: Rows, notice: NoticeRow): Promise<void> => {
  await rows.insertInto("notices").values(notice).execute();
};

/** What somebody is shown in the app, the newest first; of collections that the scope opens. */
export const listNotices = (rows: Rows, user: UserId, limit: number): Promise<NoticeRow[]> =>
  rows
    .selectFrom("notices")
    .selectAll()
    .where("user_id", "=", user)
    .where("in_app", "=", 1)
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();

export const seeNotices = async (rows: Rows, user: UserId, at: number): Promise<void> => {
  await rows
    .updateTable("notices")
    .set({ seen_at: at })
    .where("user_id", "=", user)
    .where("seen_at", "is", null)
    .execute();
};

export const isNoticeDue = async (rows: SystemRows, now: number): Promise<boolean> =>
  (await rows
    .selectFrom("notices")
    .select("id")
    .where("mail", "=", "due")
    .where("mail_at", "<=", now)
    .limit(1)
    .executeTakeFirst()) !== undefined;

/**
 * Takes mails that are due, of all organizations, until then: a server that ends before they are sent leaves them due again. Inside a
 * transaction.
 */
export const takeDueNotices = async (
  rows: SystemRows,
  given: { readonly now: number; readonly until: number; readonly limit: number },
): Promise<OfOrganization<NoticeRow>[]> => {
  const due = await rows
    .selectFrom("notices")
    .selectAll()
    .where("mail", "=", "due")
    .where("mail_at", "<=", given.now)
    .orderBy("mail_at")
    .orderBy("at")
    .limit(given.limit)
    .execute();
  for (const piece of inPieces(due.map(({ id }) => id)))
    await rows
      .updateTable("notices")
      .set((make) => ({ mail_at: given.until, tries: make("tries", "+", 1) }))
      .where("id", "in", piece)
      .execute();
  return due.map(({ org_id, ...row }) => ({ ...row, organization: org_id }));
};

/** What became of the mail: sent, given up, not wanted any more, or due again later. */
export const settleNotices = async (
  rows: Rows,
  ids: readonly NoticeId[],
  to: Pick<NoticeRow, "mail" | "mail_at">,
): Promise<void> => {
  for (const piece of inPieces(ids))
    await rows.updateTable("notices").set(to).where("id", "in", piece).execute();
};

/** Those of before a time, seen or not; but for mails that are still due. */
export const forgetNotices = async (rows: SystemRows, before: number): Promise<void> => {
  await rows.deleteFrom("notices").where("at", "<", before).where("mail", "!=", "due").execute();
};
