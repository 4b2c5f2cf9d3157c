// Undoes a merged conversation: those in it are shown by themselves again, as they are now.
import type { CollectionId, ConversationId } from "#services/domain/ids.ts";
import { closeOpenBatch, dueForIndex } from "../batches.ts";
import { indexRulesOf } from "../cleaning/rules.ts";
import type { CutBy } from "../erase.ts";
import { deleteMessages } from "../erase-messages.ts";
import { findConversation } from "../find-conversation.ts";
import type { MergedConversationRow } from "../merged-tables.ts";
import {
  checkRevisions,
  fillBatches,
  ifUnchanged,
  readToChunk,
  saveDifference,
} from "../rechunk.ts";
import { revise, touch } from "../revisions.ts";
import type { Rows, Store } from "../rows.ts";
import { sumsOf } from "../sums.ts";
import type { ConversationRow } from "../tables.ts";
import { forgetRule } from "./rule.ts";

const MESSAGES_AT_ONCE = 1000;

/** Of the rows of `conversations.hidden`: its messages are copies for a merge that was undone, and are being deleted. */
export const UNDONE = 2;

/** Whether that is so now: it may have been merged again since. */
export const isUndone = async (rows: Rows, id: ConversationId): Promise<boolean> =>
  (await findConversation(rows, id))?.hidden === UNDONE;

/** Deletes the copies of a merge that was undone, as long as it is. The row stays for chunks in older versions. */
export const deleteCopies = async (store: Store, id: ConversationId): Promise<void> => {
  for (;;) {
    const deleted = await store.transaction(async (rows) => {
      if (!(await isUndone(rows, id))) return 0;
      const some = await rows
        .selectFrom("messages")
        .select("id")
        .where("conversation_id", "=", id)
        .limit(MESSAGES_AT_ONCE)
        .execute();
      await deleteMessages(
        rows,
        some.map((row) => row.id),
      );
      return some.length;
    });
    if (deleted < MESSAGES_AT_ONCE) return;
  }
};

/** Deletes the copies that are left where a worker was killed after it had undone a merge. */
export const deleteLeftCopies = async (store: Store, collection: CollectionId): Promise<void> => {
  const left = await store.rows
    .selectFrom("conversations as v")
    .select("v.id")
    .where("v.collection_id", "=", collection)
    .where("v.hidden", "=", UNDONE)
    .where((test) =>
      test.exists(
        test.selectFrom("messages as m").select("m.id").whereRef("m.conversation_id", "=", "v.id"),
      ),
    )
    .execute();
  for (const { id } of left) await deleteCopies(store, id);
};

interface Again {
  readonly row: ConversationRow;
  readonly revision: number;
  readonly sums: ReturnType<typeof sumsOf>;
  readonly chunks: ReturnType<ReturnType<CutBy>>;
}

const made = async (rows: Rows, row: ConversationRow, cutBy: CutBy): Promise<Again[]> => {
  const read = await readToChunk(rows, row.id);
  if (read === undefined) return [];
  const cut = cutBy(await indexRulesOf(rows, row.collection_id));
  const { revision, messages } = read;
  return [{ row, revision, sums: sumsOf(messages), chunks: cut(row, messages) }];
};

const hide = async (rows: Rows, merged: ConversationId): Promise<void> => {
  await rows
    .updateTable("conversations")
    .set({ ...sumsOf([]), title: null, channel: null, hidden: UNDONE })
    .where("id", "=", merged)
    .execute();
  await rows
    .updateTable("conversation_origins")
    .set({ title: null, channel: null })
    .where("conversation_id", "=", merged)
    .execute();
  await rows
    .updateTable("chunks")
    .set({ state: "removed" })
    .where("conversation_id", "=", merged)
    .where("state", "=", "live")
    .execute();
  await forgetRule(rows, merged);
  await touch(rows, merged);
};

/** @returns false where one of them has changed meanwhile */
export const endMerged = async (
  store: Store,
  rule: readonly MergedConversationRow[],
  { cut }: { readonly cut: CutBy },
): Promise<boolean> => {
  const [one] = rule;
  if (one === undefined) return true;
  const { merged_id: merged, collection_id: collection } = one;
  const again: Again[] = [];
  for (const { conversation_id } of rule) {
    const row = await findConversation(store.rows, conversation_id);
    if (row) again.push(...(await made(store.rows, row, cut)));
  }
  const how = await ifUnchanged(store, async (rows) => {
    await checkRevisions(
      rows,
      again.map(({ row, revision }) => ({ conversation: row.id, revision })),
    );
    await hide(rows, merged);
    for (const { row, sums, chunks } of again) {
      await rows.updateTable("conversations").set({ hidden: 0 }).where("id", "=", row.id).execute();
      const { fresh } = await saveDifference(rows, { conversation: row.id, chunks, sums });
      await fillBatches(store, rows, { origin: row.origin_id, collection }, fresh);
      await closeOpenBatch(store, rows, row.origin_id);
      await touch(rows, row.id);
    }
    await revise(rows, collection);
    await dueForIndex(store, rows, collection);
  });
  if (how === "changed") return false;
  await deleteCopies(store, merged);
  return true;
};
