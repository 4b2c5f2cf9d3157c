// Copies of messages that were in the index before they were merged: new chunks of them are nothing new to anybody.
import type { ConversationId, MessageId } from "#services/domain/ids.ts";
import { inPieces } from "../compiled.ts";
import { messagesOfChunk } from "../gone-chunks.ts";
import type { Rows } from "../rows.ts";

/** The message of a merged conversation by each that is shown as it. */
const originalsOf = async (
  rows: Rows,
  messages: readonly MessageId[],
): Promise<ReadonlyMap<MessageId, MessageId>> => {
  const shown = new Map<MessageId, MessageId>();
  for (const piece of inPieces(messages))
    for (const { message_id, shown_id } of await rows
      .selectFrom("merged_messages")
      .select(["message_id", "shown_id"])
      .where("shown_id", "in", piece)
      .execute())
      shown.set(message_id, shown_id);
  return shown;
};

/** Those of these messages that say what had chunks already, in a conversation that was merged since. What is imported into a merged one has none. */
export const knownBefore = async (
  rows: Rows,
  messages: readonly MessageId[],
): Promise<ReadonlySet<MessageId>> => {
  const known = new Set<MessageId>();
  const shown = await originalsOf(rows, messages);
  const conversations = new Set<ConversationId>();
  for (const piece of inPieces([...shown.keys()]))
    for (const { conversation_id } of await rows
      .selectFrom("messages")
      .select("conversation_id")
      .distinct()
      .where("id", "in", piece)
      .execute())
      conversations.add(conversation_id);
  for (const conversation of conversations)
    for (const chunk of await rows
      .selectFrom("chunks")
      .select(["message_id", "message_ids"])
      .where("conversation_id", "=", conversation)
      .execute())
      for (const id of messagesOfChunk(chunk)) {
        const copy = shown.get(id);
        if (copy !== undefined) known.add(copy);
      }
  return known;
};
