// One conversation by its id: as it is kept, as it is shown, and one that is shown as part of a merged one only.
import type { CollectionId, ConversationId } from "#services/domain/ids.ts";
import { erasingOrigins, withoutErased } from "./being-erased.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";
import type { ConversationRow } from "./tables.ts";

export const findConversation = (
  rows: Rows,
  id: ConversationId,
): Promise<ConversationRow | undefined> =>
  rows.selectFrom("conversations").selectAll().where("id", "=", id).executeTakeFirst();

/** Those of a collection among these, by id, whether they are shown or not; without what is being erased. */
export const conversationsById = async (
  rows: Rows,
  collection: CollectionId,
  ids: readonly ConversationId[],
): Promise<ReadonlyMap<ConversationId, ConversationRow>> => {
  const found: ConversationRow[] = [];
  for (const piece of inPieces(ids))
    for (const row of await rows
      .selectFrom("conversations")
      .selectAll()
      .where("id", "in", piece)
      .where("collection_id", "=", collection)
      .execute())
      found.push(row);
  const left = await withoutErased(rows, found, await erasingOrigins(rows, collection));
  return new Map(left.map((row) => [row.id, row]));
};

/** As shown: without what is being erased; undefined where nothing is left, or it is shown as part of a merged one only. */
export const findShownConversation = async (
  rows: Rows,
  id: ConversationId,
): Promise<ConversationRow | undefined> => {
  const row = await findConversation(rows, id);
  if (row?.hidden !== 0) return undefined;
  return (await conversationsById(rows, row.collection_id, [id])).get(id);
};

/** One that is shown as part of a merged one only, as it is by itself. */
export const findMergedConversation = async (
  rows: Rows,
  id: ConversationId,
): Promise<ConversationRow | undefined> => {
  const row = await findConversation(rows, id);
  if (row?.hidden !== 1) return undefined;
  return (await conversationsById(rows, row.collection_id, [id])).get(id);
};
