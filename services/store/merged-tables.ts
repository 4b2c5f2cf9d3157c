// Tables about conversations that were merged by hand: which are kept hidden under which one, and as which message theirs are shown.
import type { CollectionId, ConversationId, MessageId } from "#services/domain/ids.ts";

/**
 * A rule: it is kept where its conversation is deleted with its uploads, and holds again when one is imported that brings it. Ids of
 * conversations follow from their collection, source and source id.
 */
export interface MergedConversationRow {
  conversation_id: ConversationId;
  collection_id: CollectionId;
  /** The one that shows the messages of all that have the same here. */
  merged_id: ConversationId;
  /** 0, 1, 2 …: the first one's title, names of people and clock are shown. */
  place: number;
  /** "asked" (to be merged, in the background) | "merged" | "ending" (to be shown by itself again, in the background) */
  state: "asked" | "merged" | "ending";
}

export interface MergedMessageRow {
  /** Of a conversation that is kept hidden. */
  message_id: MessageId;
  collection_id: CollectionId;
  merged_id: ConversationId;
  /** The message of the merged conversation that it is shown as: several have the same where they are the same message. */
  shown_id: MessageId;
}

export interface MergedRows {
  merged_conversations: MergedConversationRow;
  merged_messages: MergedMessageRow;
}
