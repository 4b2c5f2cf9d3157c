// Chooses what is grouped where nobody did: whole conversations where there are many short ones, else messages.
import type { Frame } from "#services/analyse/frame/frame.ts";
import type { AnalysisSettings } from "#services/contract/analysis.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { conversationSizes, type Rows } from "#services/store/store.ts";

/** With fewer conversations, topics would have too few members. */
const LEAST_CONVERSATIONS = 200;
/** A conversation with more messages is a channel, and about many things. */
const SHORT = 200;
/** The share of messages that must be in short conversations. */
const MOSTLY = 0.7;

/** A thread or a chat with an assistant is about one thing, and reads better as a whole; a channel's day is about everything. */
export const chooseUnit = async (
  rows: Rows,
  collection: CollectionId,
  { unit }: Pick<AnalysisSettings, "unit">,
): Promise<Frame["unit"]> => {
  if (unit !== "auto") return unit;
  const { conversations, messages, inShort } = await conversationSizes(rows, collection, SHORT);
  const many = conversations >= LEAST_CONVERSATIONS && messages >= 2 * conversations;
  return many && inShort >= MOSTLY * messages ? "conversation" : "chunk";
};
