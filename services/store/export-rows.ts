// The rows of an export: all conversations of a collection, all messages of one, in pages between which others get a turn.
import { setImmediate } from "node:timers/promises";
import { nameOf, wordsOf } from "#services/domain/cleaning.ts";
import { hiddenKinds } from "#services/domain/conversation.ts";
import type { CollectionId, ConversationId } from "#services/domain/ids.ts";
import { erasedAmong, erasingOrigins, goes, holdsMore, withoutErased } from "./being-erased.ts";
import { childrenOf, type ShownMessage } from "./conversations.ts";
import { beyond } from "./places.ts";
import type { Rows } from "./rows.ts";
import type { ConversationRow } from "./tables.ts";

/** A page is read in a few milliseconds, in which the thread answers nobody else. */
const CONVERSATIONS_A_PAGE = 500;
const MESSAGES_A_PAGE = 200;

type Place = Pick<ConversationRow, "id" | "last_at">;

/** With `dated`, those with a time, the oldest first; then the others, by id. */
const placesAfter = (
  rows: Rows,
  collection: CollectionId,
  { dated, after }: { readonly dated: boolean; readonly after: Place | undefined },
): Promise<Place[]> =>
  rows
    .selectFrom("conversations")
    .select(["id", "last_at"])
    .where("collection_id", "=", collection)
    .where("hidden", "=", 0)
    .where("last_at", dated ? "is not" : "is", null)
    .$if(after !== undefined && dated, (query) =>
      query.where(beyond(["last_at", "id"], ">", [after?.last_at ?? 0, after?.id ?? ""])),
    )
    .$if(after !== undefined && !dated, (query) =>
      query.where("id", ">", after?.id ?? ("" as never)),
    )
    .orderBy("last_at")
    .orderBy("id")
    .limit(CONVERSATIONS_A_PAGE)
    .execute();

/**
 * As shown; undefined where nothing is left. What is being erased is asked for first and left out by the statement that reads: an
 * erasure that ends in between, in another process, has then removed the row or left it out.
 */
const shownNow = async (
  rows: Rows,
  collection: CollectionId,
  id: ConversationId,
): Promise<ConversationRow | undefined> => {
  const erasing = await erasingOrigins(rows, collection);
  const row = await rows
    .selectFrom("conversations as v")
    .selectAll("v")
    .where("v.id", "=", id)
    .where("v.hidden", "=", 0)
    .$if(erasing.length > 0, (query) => query.where(holdsMore(erasing)))
    .executeTakeFirst();
  return row && (await withoutErased(rows, [row], erasing))[0];
};

/** All conversations as shown, the oldest first, undated ones last. Changes made meanwhile may be missing. */
export const exportedConversations = async function* (
  rows: Rows,
  collection: CollectionId,
): AsyncGenerator<ConversationRow, void, undefined> {
  for (const dated of [true, false])
    for (let after: Place | undefined; ; ) {
      const page = await placesAfter(rows, collection, { dated, after });
      for (const { id } of page) {
        // Read only now: whoever takes the export may be slow, and an erasure may have been asked for since the page was read.
        const row = await shownNow(rows, collection, id);
        if (row !== undefined) yield row;
        await setImmediate();
      }
      after = page.at(-1);
      if (after === undefined || page.length < CONVERSATIONS_A_PAGE) break;
    }
};

type Read = Omit<ShownMessage, "siblings">;

interface WantedMessages {
  readonly path: "main" | "all";
  readonly kinds: "visible" | "all";
  /** Texts and names without the marks of the cleaning rules. */
  readonly asItCame?: boolean;
}

type MessagePlace = Pick<Read, "id" | "position">;

const messagesAfter = async (
  rows: Rows,
  conversation: ConversationId,
  { path, kinds, asItCame }: WantedMessages,
  after: MessagePlace | undefined,
): Promise<Read[]> => {
  const erasing = await erasingOrigins(rows);
  const page = await rows
    .selectFrom("messages as m")
    .select(["id", "source_id", "parent_id", "reply_to_id", "on_main_path", "gone"])
    .select("position")
    .select(["author", "author_id", "role", "kind", "at", "zone_known", "local_time", "text"])
    .select(["edited_at", "model", "attachments", "unmasked", "unmasked_author"])
    .where("conversation_id", "=", conversation)
    .$if(path === "main", (query) => query.where("on_main_path", "=", 1))
    .$if(kinds === "visible", (query) => query.where("kind", "not in", hiddenKinds))
    .$if(after !== undefined, (query) =>
      query.where(beyond(["position", "m.id"], ">", [after?.position ?? 0, after?.id ?? ""])),
    )
    .$if(erasing.length > 0, (query) => query.where((test) => test.not(goes(erasing)(test))))
    .orderBy("position")
    .orderBy("id")
    .limit(MESSAGES_A_PAGE)
    .execute();
  return page.map(({ unmasked, unmasked_author, ...message }) => ({
    ...message,
    ...(asItCame === true
      ? {
          text: wordsOf({ ...message, unmasked }),
          author: nameOf({ ...message, unmasked_author }),
        }
      : {}),
  }));
};

/** All messages of a conversation in reading order, in pages. Changes made meanwhile may be missing. */
export const exportedMessages = async function* (
  rows: Rows,
  conversation: ConversationId,
  wanted: WantedMessages,
): AsyncGenerator<readonly ShownMessage[], void, undefined> {
  for (let after: MessagePlace | undefined; ; ) {
    const page = await messagesAfter(rows, conversation, wanted, after);
    const children = await childrenOf(rows, page, "show");
    const gone = await erasedAmong(rows, [...children.values()].flat(), await erasingOrigins(rows));
    yield page.map((message) => ({
      ...message,
      siblings: (children.get(message.parent_id ?? "") ?? []).filter((id) => !gone.has(id)),
    }));
    after = page.at(-1);
    await setImmediate();
    if (after === undefined || page.length < MESSAGES_A_PAGE) return;
  }
};
