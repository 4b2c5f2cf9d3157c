// The rows of an export: all conversations of a collection, all messages of one, in pages between which others get a turn.
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import type { CollectionId, ConversationId } from "#services/domain/ids.ts";
import { erasedAmong, erasingOrigins, withoutErased } from "./being-erased.ts";
import { childrenOf, hiddenKinds, type ShownMessage } from "./conversations.ts";
import type { Rows } from "./rows.ts";
import type { ConversationRow } from "./tables.ts";

/** A page is read in a few milliseconds, in which the thread answers nobody else. */
const CONVERSATIONS_A_PAGE = 50;
const MESSAGES_A_PAGE = 200;

/** With `dated`, those with a time, the oldest first; then the others, by id. */
const conversationsAfter = (
  rows: Rows,
  collection: CollectionId,
  { dated, after }: { readonly dated: boolean; readonly after: ConversationRow | undefined },
): Promise<ConversationRow[]> =>
  rows
    .selectFrom("conversations")
    .selectAll()
    .where("collection_id", "=", collection)
    .where("last_at", dated ? "is not" : "is", null)
    .$if(after !== undefined && dated, (query) =>
      query.where(sql<boolean>`(last_at, id) > (${after?.last_at ?? 0}, ${after?.id ?? ""})`),
    )
    .$if(after !== undefined && !dated, (query) =>
      query.where("id", ">", after?.id ?? ("" as never)),
    )
    .orderBy("last_at")
    .orderBy("id")
    .limit(CONVERSATIONS_A_PAGE)
    .execute();

/** All conversations as shown, the oldest first, undated ones last. Changes made meanwhile may be missing. */
export const exportedConversations = async function* (
  rows: Rows,
  collection: CollectionId,
): AsyncGenerator<ConversationRow, void, undefined> {
  for (const dated of [true, false])
    for (let after: ConversationRow | undefined; ; ) {
      const page = await conversationsAfter(rows, collection, { dated, after });
      const erasing = await erasingOrigins(rows, collection);
      for (const row of page) yield* await withoutErased(rows, [row], erasing);
      after = page.at(-1);
      if (after === undefined || page.length < CONVERSATIONS_A_PAGE) break;
      await setImmediate();
    }
};

type Read = Omit<ShownMessage, "siblings">;

interface WantedMessages {
  readonly path: "main" | "all";
  readonly kinds: "visible" | "all";
}

const messagesAfter = (
  rows: Rows,
  conversation: ConversationId,
  { path, kinds }: WantedMessages,
  after: Read | undefined,
): Promise<Read[]> =>
  rows
    .selectFrom("messages")
    .select(["id", "source_id", "parent_id", "reply_to_id", "on_main_path", "position"])
    .select(["author", "author_id", "role", "kind", "at", "zone_known", "local_time", "text"])
    .select(["edited_at", "model", "attachments"])
    .where("conversation_id", "=", conversation)
    .$if(path === "main", (query) => query.where("on_main_path", "=", 1))
    .$if(kinds === "visible", (query) => query.where("kind", "not in", hiddenKinds))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(position, id) > (${after?.position ?? 0}, ${after?.id ?? ""})`),
    )
    .orderBy("position")
    .orderBy("id")
    .limit(MESSAGES_A_PAGE)
    .execute();

/** All messages of a conversation in reading order, in pages. Changes made meanwhile may be missing. */
export const exportedMessages = async function* (
  rows: Rows,
  conversation: ConversationId,
  wanted: WantedMessages,
): AsyncGenerator<readonly ShownMessage[], void, undefined> {
  for (let after: Read | undefined; ; ) {
    const page = await messagesAfter(rows, conversation, wanted, after);
    const children = await childrenOf(rows, page);
    const ids = [...page.map(({ id }) => id), ...[...children.values()].flat()];
    const gone = await erasedAmong(rows, ids, await erasingOrigins(rows));
    yield page
      .filter(({ id }) => !gone.has(id))
      .map((message) => ({
        ...message,
        siblings: (children.get(message.parent_id ?? "") ?? []).filter((id) => !gone.has(id)),
      }));
    after = page.at(-1);
    await setImmediate();
    if (after === undefined || page.length < MESSAGES_A_PAGE) return;
  }
};
