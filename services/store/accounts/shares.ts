// Rows of shared links.
import type { CollectionId, OrganizationId, ShareId, UserId } from "#services/domain/ids.ts";
import type { ShareRow } from "../account-tables.ts";
import { keepCollection } from "../keep-collection.ts";
import type { Rows, SystemRows } from "../rows.ts";

export const addShare = async (rows: Rows, share: ShareRow): Promise<void> => {
  await rows.insertInto("shares").values(share).execute();
  await keepCollection(rows, share.collection_id);
};

/** Of a collection, the newest first; those that are over too, until they are withdrawn. */
export const listShares = (rows: Rows, collection: CollectionId): Promise<ShareRow[]> =>
  rows
    .selectFrom("shares")
    .selectAll()
    .where("collection_id", "=", collection)
    .orderBy("created_at", "desc")
    .limit(500)
    .execute();

/** Of somebody, the newest first. */
export const listSharesBy = (rows: Rows, user: UserId): Promise<ShareRow[]> =>
  rows
    .selectFrom("shares")
    .selectAll()
    .where("made_by", "=", user)
    .orderBy("created_at", "desc")
    .limit(500)
    .execute();

/** One that is not over. */
export const findShare = async (
  rows: SystemRows,
  hash: string,
  now: number,
): Promise<(ShareRow & { readonly organization: OrganizationId }) | undefined> => {
  const found = await rows
    .selectFrom("shares")
    .selectAll()
    .where("hash", "=", hash)
    .where("until", ">", now)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const { org_id, ...row } = found;
  return { ...row, organization: org_id };
};

export const countOpened = async (rows: Rows, share: ShareRow, at: number): Promise<void> => {
  await rows
    .updateTable("shares")
    .set((make) => ({ opened: make("opened", "+", 1), opened_at: at }))
    .where("id", "=", share.id)
    .execute();
};

/** False where the collection has no such share. */
export const removeShare = async (
  rows: Rows,
  collection: CollectionId,
  id: ShareId,
): Promise<boolean> => {
  const { numDeletedRows } = await rows
    .deleteFrom("shares")
    .where("collection_id", "=", collection)
    .where("id", "=", id)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};
