// What works once or a few times: links, things that are spent, failed tries.
import type { InvitationId, OrganizationId, UserId } from "#services/domain/ids.ts";
import type { LinkRow } from "../account-tables.ts";
import type { SystemRows } from "../rows.ts";

export const addLink = async (rows: SystemRows, link: LinkRow): Promise<void> => {
  await rows.insertInto("links").values(link).execute();
};

/** One that can still be used. */
export const findLink = (
  rows: SystemRows,
  kind: string,
  hash: string,
  now: number,
): Promise<LinkRow | undefined> =>
  rows
    .selectFrom("links")
    .selectAll()
    .where("hash", "=", hash)
    .where("kind", "=", kind)
    .where("used_at", "is", null)
    .where("until", ">", now)
    .executeTakeFirst();

/** What the newest link of a kind keeps sealed that can still be used then; undefined where there is none. */
export const findSealedLink = async (
  rows: SystemRows,
  kind: string,
  then: number,
): Promise<string | undefined> =>
  (
    await rows
      .selectFrom("links")
      .select("sealed")
      .where("kind", "=", kind)
      .where("used_at", "is", null)
      .where("until", ">", then)
      .where("sealed", "is not", null)
      .orderBy("created_at", "desc")
      .limit(1)
      .executeTakeFirst()
  )?.sealed ?? undefined;

/** True for the one who uses it. */
export const takeLink = async (rows: SystemRows, hash: string, now: number): Promise<boolean> => {
  const { numUpdatedRows } = await rows
    .updateTable("links")
    .set({ used_at: now })
    .where("hash", "=", hash)
    .where("used_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** Those of a kind that can still be used do not work any more. */
export const dropLinks = async (
  rows: SystemRows,
  which: {
    readonly kind: string;
    readonly user?: UserId;
    readonly email?: string;
    readonly organization?: OrganizationId;
  },
): Promise<void> => {
  let query = rows.deleteFrom("links").where("kind", "=", which.kind).where("used_at", "is", null);
  if (which.user !== undefined) query = query.where("user_id", "=", which.user);
  if (which.email !== undefined) query = query.where("email", "=", which.email);
  if (which.organization !== undefined)
    query = query.where("in_organization", "=", which.organization);
  await query.execute();
};

/** Links of any kind to an address, whoever made them: nobody answers there any more. */
export const dropLinksTo = async (rows: SystemRows, email: string): Promise<void> => {
  await rows.deleteFrom("links").where("email", "=", email).execute();
};

export const listInvitations = (
  rows: SystemRows,
  organization: OrganizationId,
  now: number,
): Promise<LinkRow[]> =>
  rows
    .selectFrom("links")
    .selectAll()
    .where("kind", "=", "invitation")
    .where("in_organization", "=", organization)
    .where("used_at", "is", null)
    .where("until", ">", now)
    .orderBy("created_at", "desc")
    .limit(500)
    .execute();

/** Those to an address that can still be accepted, in whatever organization, the newest first. */
export const invitationsTo = (rows: SystemRows, email: string, now: number): Promise<LinkRow[]> =>
  rows
    .selectFrom("links")
    .selectAll()
    .where("kind", "=", "invitation")
    .where("email", "=", email)
    .where("used_at", "is", null)
    .where("until", ">", now)
    .orderBy("created_at", "desc")
    .limit(50)
    .execute();

/** False where there is none. */
export const dropInvitation = async (
  rows: SystemRows,
  organization: OrganizationId,
  id: InvitationId,
): Promise<boolean> => {
  const { numDeletedRows } = await rows
    .deleteFrom("links")
    .where("kind", "=", "invitation")
    .where("in_organization", "=", organization)
    .where("id", "=", id)
    .where("used_at", "is", null)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

/** Inside a transaction over accounts. True for the one who spends it. */
export const spend = async (rows: SystemRows, id: string, until: number): Promise<boolean> => {
  const known = await rows.selectFrom("spent").select("id").where("id", "=", id).executeTakeFirst();
  if (known !== undefined) return false;
  await rows.insertInto("spent").values({ id, until }).execute();
  return true;
};

export interface Tries {
  readonly count: number;
  readonly until: number;
}

/** Failed tries that are not forgotten yet, by name. */
export const triesOf = async (
  rows: SystemRows,
  names: readonly string[],
  now: number,
): Promise<Map<string, Tries>> => {
  const found = await rows
    .selectFrom("tries")
    .selectAll()
    .where("name", "in", [...names])
    .where("until", ">", now)
    .execute();
  return new Map(found.map(({ name, count, until }) => [name, { count, until }]));
};

/** Inside a transaction over accounts. */
export const saveTries = async (
  rows: SystemRows,
  tries: readonly (Tries & { readonly name: string })[],
): Promise<void> => {
  for (const { name, count, until } of tries) {
    const { numUpdatedRows } = await rows
      .updateTable("tries")
      .set({ count, until })
      .where("name", "=", name)
      .executeTakeFirst();
    if (numUpdatedRows === 0n)
      await rows.insertInto("tries").values({ name, count, until }).execute();
  }
};

/** One that was counted did not fail. */
export const giveTryBack = async (rows: SystemRows, name: string): Promise<void> => {
  await rows
    .updateTable("tries")
    .set((make) => ({ count: make("count", "-", 1) }))
    .where("name", "=", name)
    .where("count", ">", 0)
    .execute();
};

export const forgetTries = async (rows: SystemRows, name: string): Promise<void> => {
  await rows.deleteFrom("tries").where("name", "=", name).execute();
};

export const readServerSetting = async (
  rows: SystemRows,
  name: string,
): Promise<string | undefined> =>
  (
    await rows
      .selectFrom("server_settings")
      .select("value")
      .where("name", "=", name)
      .executeTakeFirst()
  )?.value;

export const writeServerSetting = async (
  rows: SystemRows,
  name: string,
  value: string | null,
): Promise<void> => {
  await rows.deleteFrom("server_settings").where("name", "=", name).execute();
  if (value !== null) await rows.insertInto("server_settings").values({ name, value }).execute();
};
