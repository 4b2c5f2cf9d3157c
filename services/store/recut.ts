// Conversations that were cut before there were exchanges are cut again, in the order of their ids, some at a time; continues where it stopped.
import type { Chunk } from "#services/domain/chunk.ts";
import type { CollectionId, ConversationId } from "#services/domain/ids.ts";
import { batchesIn, closeBatch, dueForIndex } from "./batches.ts";
import { erasingOrigins } from "./being-erased.ts";
import type { Cut } from "./erase.ts";
import {
  checkRevisions,
  fillBatches,
  ifUnchanged,
  type Rechunked,
  readToChunk,
  saveDifference,
} from "./rechunk.ts";
import type { Rows, Store } from "./rows.ts";
import type { ConversationRow } from "./tables.ts";
import { whollyErased } from "./wholly-erased.ts";

/** Messages cut at once, and the most conversations: other writers wait while what comes of them is written. */
const MESSAGES_AT_ONCE = 2000;
const CONVERSATIONS_AT_ONCE = 100;

const placeOf = async (rows: Rows, collection: CollectionId): Promise<ConversationId | "" | null> =>
  (
    await rows
      .selectFrom("collections")
      .select("recut_after")
      .where("id", "=", collection)
      .where("state", "=", "active")
      .executeTakeFirst()
  )?.recut_after ?? null;

/** Whether the collection has conversations that are still to be cut again. */
export const isCutBefore = async (rows: Rows, collection: CollectionId): Promise<boolean> =>
  (await placeOf(rows, collection)) !== null;

const nextOf = async (
  rows: Rows,
  collection: CollectionId,
  after: ConversationId | "",
): Promise<ConversationRow[]> => {
  const page = await rows
    .selectFrom("conversations")
    .selectAll()
    .where("collection_id", "=", collection)
    .where("id", ">", after as never)
    .orderBy("id")
    .limit(CONVERSATIONS_AT_ONCE)
    .execute();
  let messages = 0;
  const over = page.findIndex(({ message_count, other_count }) => {
    messages += message_count + other_count;
    return messages > MESSAGES_AT_ONCE;
  });
  return over < 0 ? page : page.slice(0, Math.max(1, over));
};

interface Made extends Rechunked {
  readonly row: ConversationRow;
}

/** New chunks go into batches of the origin that brought the conversation. */
const saveFresh = async (
  store: Store,
  rows: Rows,
  conversation: ConversationRow,
  chunks: readonly Chunk[],
): Promise<void> => {
  const { origin_id: origin, collection_id: collection } = conversation;
  await fillBatches(store, rows, { origin, collection }, chunks);
  await rows
    .updateTable("uploads")
    .set((value) => ({ chunks: value("chunks", "+", chunks.length) }))
    .where("id", "=", origin as never)
    .execute();
};

/**
 * Cuts the next conversations again. Chunks that are as they were keep their ids, so that only exchanges are new.
 * @param cut makes the chunks of a conversation
 * @returns how many conversations were cut; 0 when none are left. Wake the bus afterwards
 */
export const cutAgain = async (
  store: Store,
  collection: CollectionId,
  cut: Cut,
): Promise<number> => {
  for (;;) {
    const after = await placeOf(store.rows, collection);
    if (after === null) return 0;
    const next = await nextOf(store.rows, collection, after);
    const made: Made[] = [];
    for (const row of next) {
      const read = await readToChunk(store.rows, row.id);
      if (read)
        made.push({
          row,
          conversation: row.id,
          revision: read.revision,
          chunks: cut(row, read.messages),
        });
    }
    const how = await ifUnchanged(store, async (rows) => {
      await checkRevisions(rows, made);
      const ids = made.map(({ conversation }) => conversation);
      const erased = await whollyErased(rows, ids, await erasingOrigins(rows, collection));
      let vanished = 0;
      for (const one of made) {
        if (erased.has(one.conversation)) continue;
        const difference = await saveDifference(rows, one);
        await saveFresh(store, rows, one.row, difference.fresh);
        vanished += difference.vanished;
      }
      if (vanished > 0) await dueForIndex(store, rows, collection);
      await rows
        .updateTable("collections")
        .set({ recut_after: next.at(-1)?.id ?? null })
        .where("id", "=", collection)
        .execute();
      // Batches are filled over many calls; whoever else fills one opens the next.
      if (next.length === 0)
        for (const batch of await batchesIn(rows, collection, "open"))
          await closeBatch(store, rows, batch);
    });
    if (how === "saved") return next.length;
  }
};
