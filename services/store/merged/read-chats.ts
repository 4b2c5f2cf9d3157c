// The messages of conversations as they are compared with each other: in their order, a page at a time, without what is not compared.
import { setImmediate } from "node:timers/promises";
import { nameOf, wordsOf } from "#services/domain/cleaning.ts";
import type { ConversationId } from "#services/domain/ids.ts";
import { type ChatMessage, wordsKey } from "#services/domain/same-messages.ts";
import { erasingOrigins, goes } from "../being-erased.ts";
import { beyond } from "../places.ts";
import type { Rows } from "../rows.ts";
import { isCounted } from "../sums.ts";
import type { ConversationRow, MessageRow } from "../tables.ts";

const A_PAGE = 5000;

/** Words that are compared: longer texts that begin alike are the same. */
const LONGEST = 1000;

export type ReadMessage = ChatMessage & Pick<MessageRow, "id">;

/** What is compared of a conversation, and its place in the database. */
export type Chat = Pick<ConversationRow, "id" | "collection_id" | "source">;

/** All messages that are kept, with names as they came; or those that are not being erased, with names as they are shown. */
type How = "as they came" | "as shown";

const readChat = async (
  rows: Rows,
  { id, collection_id: collection, source }: Chat,
  how: How,
): Promise<ReadMessage[]> => {
  const erasing = how === "as shown" ? await erasingOrigins(rows, collection) : [];
  const chat: ReadMessage[] = [];
  for (let after = { position: -Number.MAX_VALUE, id: "" }; ; ) {
    const page = await rows
      .selectFrom("messages as m")
      .select(["id", "position", "at", "author", "kind", "source_id", "text", "unmasked"])
      .select(["on_main_path", "unmasked_author"])
      .where("conversation_id", "=", id)
      .where(beyond(["position", "m.id"], ">", [after.position, after.id]))
      .$if(erasing.length > 0, (query) => query.where((test) => test.not(goes(erasing)(test))))
      .orderBy("position")
      .orderBy("id")
      .limit(A_PAGE)
      .execute();
    for (const row of page)
      chat.push({
        id: row.id,
        at: row.at,
        author: how === "as shown" ? row.author : nameOf(row),
        kind: row.kind,
        counted: isCounted(row),
        sourceKey: row.source_id === null ? null : `${source} ${row.source_id}`,
        words: wordsKey(wordsOf(row).slice(0, LONGEST)),
      });
    const last = page.at(-1);
    if (last === undefined || page.length < A_PAGE) return chat;
    after = last;
    await setImmediate();
  }
};

export const readChats = async (
  rows: Rows,
  conversations: readonly Chat[],
  how: How,
): Promise<ReadMessage[][]> => {
  const chats: ReadMessage[][] = [];
  for (const one of conversations) chats.push(await readChat(rows, one, how));
  return chats;
};

/** How many messages conversations keep, whether they are counted or not. */
export const keptIn = async (
  rows: Rows,
  conversations: readonly ConversationId[],
): Promise<number> =>
  Number(
    (
      await rows
        .selectFrom("messages")
        .select((make) => make.fn.countAll<number>().as("count"))
        .where("conversation_id", "in", conversations)
        .executeTakeFirst()
    )?.count ?? 0,
  );
