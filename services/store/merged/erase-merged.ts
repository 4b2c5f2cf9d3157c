// Erases what an origin brought where conversations are merged: from those in a merged one first, then from what is shown of them.
import type { ConversationId, OriginId } from "#services/domain/ids.ts";
import { eraseFromConversation } from "../erase.ts";
import { findConversation } from "../find-conversation.ts";
import type { Origin } from "../origins.ts";
import type { Rows, Store } from "../rows.ts";
import { deleteCopies, isUndone } from "./end.ts";
import { membersOf, mergedInto } from "./rule.ts";
import { type Making, settleMerged } from "./settle.ts";

/** The conversations from which something is to be erased: merged ones in place of those in them, each once. */
export const erasedTogether = async (
  rows: Rows,
  conversations: readonly ConversationId[],
): Promise<ConversationId[]> => {
  const all = new Set<ConversationId>();
  for (const id of conversations) all.add((await mergedInto(rows, id)) ?? id);
  return [...all];
};

/** Of a merge that was undone only older versions of the index have anything: all of it is purged from them. */
const eraseUndone = async (store: Store, id: ConversationId, origin: OriginId): Promise<void> => {
  const isBegun = await store.transaction(async (rows) => {
    if (!(await isUndone(rows, id))) return false;
    await rows
      .updateTable("chunks")
      .set({ state: "purge" })
      .where("conversation_id", "=", id)
      .execute();
    return true;
  });
  // It is being merged again: the caller finds it once more, as one that is merged.
  if (!isBegun) return;
  await deleteCopies(store, id);
  await store.transaction(async (rows) => {
    if (!(await isUndone(rows, id))) return;
    await rows
      .deleteFrom("conversation_origins")
      .where("conversation_id", "=", id)
      .where("origin_id", "=", origin)
      .execute();
  });
};

/** As `eraseFromConversation`, for one of `erasedTogether`. */
export const eraseFromAny = async (
  store: Store,
  origin: Origin,
  conversation: ConversationId,
  by: Making,
): Promise<void> => {
  const members = await membersOf(store.rows, conversation);
  if (members.length === 0) {
    if (await isUndone(store.rows, conversation))
      return eraseUndone(store, conversation, origin.id);
    return eraseFromConversation(store, origin, conversation, by.cut);
  }
  for (const { conversation_id } of members)
    if (await findConversation(store.rows, conversation_id))
      await eraseFromConversation(store, origin, conversation_id, by.cut);
  await settleMerged(store, conversation, { ...by, erased: origin.id });
};
