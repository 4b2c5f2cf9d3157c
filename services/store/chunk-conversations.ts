// Chunks and their conversations, for analyses of whole conversations.
import type { ChunkId, ConversationId, LabelId } from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";

/** Live chunks of the conversations' messages. */
export const chunksOfConversations = async (
  rows: Rows,
  conversations: readonly ConversationId[],
): Promise<ChunkId[]> => {
  const found: ChunkId[] = [];
  for (const piece of inPieces(conversations))
    for (const { id } of await rows
      .selectFrom("chunks")
      .select("id")
      .where("conversation_id", "in", piece)
      .where("state", "=", "live")
      .where("unit", "=", "message")
      .execute())
      found.push(id);
  return found;
};

/** Conversations with a chunk of the label. */
export const conversationsOfLabel = async (rows: Rows, label: LabelId): Promise<ConversationId[]> =>
  (
    await rows
      .selectFrom("label_chunks as l")
      .innerJoin("chunks as c", "c.id", "l.chunk_id")
      .select("c.conversation_id")
      .distinct()
      .where("l.label_id", "=", label)
      .execute()
  ).map((row) => row.conversation_id);
