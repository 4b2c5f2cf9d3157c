// The rules of merged conversations: which are shown together, under which one. Kept for conversations that come again later.
import type { CollectionId, ConversationId, MessageId } from "#services/domain/ids.ts";
import type { MergedConversationRow } from "../merged-tables.ts";
import type { Rows } from "../rows.ts";

const columns = ["conversation_id", "collection_id", "merged_id", "place", "state"] as const;

/** By which a conversation is merged with others, also where that is being undone. */
export const ruleOf = (
  rows: Rows,
  id: ConversationId,
): Promise<MergedConversationRow | undefined> =>
  rows
    .selectFrom("merged_conversations")
    .select(columns)
    .where("conversation_id", "=", id)
    .executeTakeFirst();

/** The merged conversation that shows this one's messages; undefined where it is shown by itself. */
export const mergedInto = async (
  rows: Rows,
  id: ConversationId,
): Promise<ConversationId | undefined> => {
  const rule = await ruleOf(rows, id);
  return rule?.state === "ending" ? undefined : rule?.merged_id;
};

/** What a merged conversation consists of, in the order that was chosen; none where it is not merged. */
export const membersOf = (rows: Rows, merged: ConversationId): Promise<MergedConversationRow[]> =>
  rows
    .selectFrom("merged_conversations")
    .select(columns)
    .where("merged_id", "=", merged)
    .orderBy("place")
    .orderBy("conversation_id")
    .execute();

/** All rules of a collection, those of one merged conversation after each other. */
export const mergesIn = (rows: Rows, collection: CollectionId): Promise<MergedConversationRow[]> =>
  rows
    .selectFrom("merged_conversations")
    .select(columns)
    .where("collection_id", "=", collection)
    .orderBy("merged_id")
    .orderBy("place")
    .orderBy("conversation_id")
    .execute();

/** Merged conversations that are still to be made, or to be undone. */
export const unsettledIn = async (
  rows: Rows,
  collection: CollectionId,
): Promise<ConversationId[]> =>
  (
    await rows
      .selectFrom("merged_conversations")
      .select("merged_id")
      .distinct()
      .where("collection_id", "=", collection)
      .where("state", "!=", "merged")
      .orderBy("merged_id")
      .execute()
  ).map(({ merged_id }) => merged_id);

/** The message of a merged conversation that this one is shown as. */
export const shownAs = async (rows: Rows, message: MessageId): Promise<MessageId | undefined> =>
  (
    await rows
      .selectFrom("merged_messages")
      .select("shown_id")
      .where("message_id", "=", message)
      .executeTakeFirst()
  )?.shown_id;

/** There is no such merge any more: those in it are shown by themselves, where they come again. */
export const forgetRule = async (rows: Rows, merged: ConversationId): Promise<void> => {
  await rows.deleteFrom("merged_conversations").where("merged_id", "=", merged).execute();
  await rows.deleteFrom("merged_messages").where("merged_id", "=", merged).execute();
};
