// All messages of a collection for counting what rules would do: a bounded number, whole conversations by their ids, which are random.
import { setImmediate } from "node:timers/promises";
import type { CollectionId, ConversationId, MessageId } from "#services/domain/ids.ts";
import { erasedAmong, erasingOrigins } from "../being-erased.ts";
import { beyond } from "../places.ts";
import type { Rows } from "../rows.ts";
import type { ConversationRow, MessageRow } from "../tables.ts";

const CONVERSATIONS_A_PAGE = 200;
const MESSAGES_A_PAGE = 500;

export type Entry = Pick<MessageRow, "id" | "kind" | "author" | "role" | "text" | "unmasked"> &
  Pick<ConversationRow, "source">;

type Place = Pick<ConversationRow, "id" | "source">;

const messagesOf = async function* (
  rows: Rows,
  { id, source }: Place,
): AsyncGenerator<readonly Entry[], void, undefined> {
  for (let after: { position: number; id: MessageId } | undefined; ; ) {
    const page = await rows
      .selectFrom("messages")
      .select(["id", "position", "kind", "author", "role", "text", "unmasked"])
      .where("conversation_id", "=", id)
      .$if(after !== undefined, (query) =>
        query.where(beyond(["position", "id"], ">", [after?.position ?? 0, after?.id ?? ""])),
      )
      .orderBy("position")
      .orderBy("id")
      .limit(MESSAGES_A_PAGE)
      .execute();
    yield page.map(({ position: _, ...entry }) => ({ ...entry, source }));
    after = page.at(-1);
    await setImmediate();
    if (after === undefined || page.length < MESSAGES_A_PAGE) return;
  }
};

/** What is being erased is left out. Stops after the page with which `most` is reached. */
export const entriesOf = async function* (
  rows: Rows,
  collection: CollectionId,
  most: number,
): AsyncGenerator<readonly Entry[], void, undefined> {
  const erasing = await erasingOrigins(rows, collection);
  let left = most;
  for (let after: ConversationId | "" = ""; left > 0; ) {
    const page: Place[] = await rows
      .selectFrom("conversations")
      .select(["id", "source"])
      .where("collection_id", "=", collection)
      .where("id", ">", after as never)
      .orderBy("id")
      .limit(CONVERSATIONS_A_PAGE)
      .execute();
    for (const place of page)
      for await (const entries of messagesOf(rows, place)) {
        const gone = await erasedAmong(
          rows,
          entries.map(({ id }) => id),
          erasing,
        );
        const some = entries.filter(({ id }) => !gone.has(id)).slice(0, left);
        left -= some.length;
        yield some;
        if (left <= 0) return;
      }
    const last = page.at(-1);
    if (last === undefined || page.length < CONVERSATIONS_A_PAGE) return;
    after = last.id;
  }
};
