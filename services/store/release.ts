// Takes back what an origin said of a conversation, when none of its messages are left there.
import type { ConversationId, OriginId } from "#services/domain/ids.ts";
import { erasingOrigins } from "./being-erased.ts";
import { takeBackTitle } from "./conversation-origins.ts";
import type { Origin } from "./origins.ts";
import type { Rows } from "./rows.ts";

/** The origin of a message that is left of a conversation: of one that stays, if there is any. */
const heirOf = async (rows: Rows, conversation: ConversationId, erasing: readonly OriginId[]) => {
  const first = (test: "in" | "not in") =>
    rows
      .selectFrom("messages")
      .select("origin_id")
      .where("conversation_id", "=", conversation)
      .where("origin_id", test, erasing)
      .orderBy("position")
      .limit(1)
      .executeTakeFirst();
  return ((await first("not in")) ?? (await first("in")))?.origin_id;
};

/** Takes back the title too; with that, nothing of the origin is left in the conversation. */
export const release = async (rows: Rows, origin: Origin, conversation: ConversationId) => {
  const erasing = [...(await erasingOrigins(rows, origin.collection)), origin.id];
  const heir = await heirOf(rows, conversation, erasing);
  await takeBackTitle(rows, conversation, { origin: origin.id, erasing, heir });
  return heir;
};
