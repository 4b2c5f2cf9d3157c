// How long the conversations of a collection are.
import { sql } from "kysely";
import type { CollectionId } from "#services/domain/ids.ts";
import type { Rows } from "./rows.ts";

export interface ConversationSizes {
  readonly conversations: number;
  readonly messages: number;
  /** Messages that are in conversations of at most `short` messages. */
  readonly inShort: number;
}

/** One index scan over the conversations with messages. */
export const conversationSizes = async (
  rows: Rows,
  collection: CollectionId,
  short: number,
): Promise<ConversationSizes> => {
  const found = await rows
    .selectFrom("conversations")
    .select((make) => [
      make.fn.countAll<number>().as("conversations"),
      make.fn.sum<number | null>("message_count").as("messages"),
      sql<number | null>`sum(case when message_count <= ${short} then message_count else 0 end)`.as(
        "inShort",
      ),
    ])
    .where("collection_id", "=", collection)
    .where("hidden", "=", 0)
    .where("message_count", ">", 0)
    .executeTakeFirst();
  return {
    conversations: Number(found?.conversations ?? 0),
    messages: Number(found?.messages ?? 0),
    inShort: Number(found?.inShort ?? 0),
  };
};
