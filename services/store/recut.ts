// Conversations that are there are gone through again, in the order of their ids, some at a time: cleaned by the collection's rules, and cut. Continues where it stopped.
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import type { Chunk } from "#services/domain/chunk.ts";
import { type Cleaner, type CleaningRules, changesTexts } from "#services/domain/cleaning.ts";
import type { CollectionId, ConversationId } from "#services/domain/ids.ts";
import { batchesIn, closeBatch, dueForIndex } from "./batches.ts";
import { erasingOrigins } from "./being-erased.ts";
import { noteChangedTexts } from "./cleaning/changed-texts.ts";
import {
  type CleanedAgain,
  readCleanedAgain,
  saveCleanedAgain,
  withCleanedTexts,
  withCleanedTitles,
} from "./cleaning/clean-again.ts";
import { renameAuthors } from "./cleaning/people.ts";
import { cleaningOf, type IndexRules, indexRulesOf } from "./cleaning/rules.ts";
import type { CutBy } from "./erase.ts";
import { UNDONE } from "./merged/end.ts";
import {
  Changed,
  checkRevisions,
  fillBatches,
  ifUnchanged,
  type Rechunked,
  readToChunk,
  saveDifference,
} from "./rechunk.ts";
import { touch } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import { sumsOf } from "./sums.ts";
import type { ConversationRow } from "./tables.ts";
import { whollyErased } from "./wholly-erased.ts";

/** Messages cut at once, and the most conversations: other writers wait while what comes of them is written. */
const MESSAGES_AT_ONCE = 2000;
const CONVERSATIONS_AT_ONCE = 100;
/** The last conversation of those that are written at once is the one with which their texts have so many. */
const CHARACTERS_AT_ONCE = 2_000_000;

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
  readonly again: CleanedAgain;
  /** Of its texts. */
  readonly characters: number;
}

/** Cleaned, and cut by the same rules. Undefined where it has been erased. */
const makeAgain = async (
  rows: Rows,
  row: ConversationRow,
  { rules, cut, cleaner }: { rules: IndexRules; cut: CutBy; cleaner: Cleaner },
): Promise<Made | undefined> => {
  const read = await readToChunk(rows, row.id);
  if (read === undefined) return undefined;
  const again = await readCleanedAgain(rows, row, rules.rules, cleaner);
  const messages = withCleanedTexts(read.messages, again);
  const chunks = row.hidden === 0 ? cut(rules)(withCleanedTitles(row, again), messages) : [];
  const characters = read.messages.reduce((sum, { text }) => sum + text.length, 0);
  const made = { row, again, conversation: row.id, revision: read.revision, chunks, characters };
  // They name who wrote.
  return again.renamed.size === 0 ? made : { ...made, sums: sumsOf(messages) };
};

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
 * Of a merge that was undone only older versions of the index have anything, and nothing is left to be compared with what the rules
 * make of it: all of it is purged.
 * @returns whether there was any
 */
const purgeUndone = async (
  rows: Rows,
  { id, hidden }: ConversationRow,
  rules: CleaningRules,
): Promise<boolean> => {
  if (hidden !== UNDONE || !changesTexts(rules)) return false;
  const { numUpdatedRows } = await rows
    .updateTable("chunks")
    .set({ state: "purge" })
    .where("conversation_id", "=", id)
    .where("state", "!=", "purge")
    .executeTakeFirst();
  return numUpdatedRows > 0n;
};

interface Pass {
  readonly collection: CollectionId;
  readonly rules: IndexRules;
  /** Empty at the end. */
  readonly made: readonly Made[];
  readonly last: ConversationId | null;
}

const savePass = async (store: Store, rows: Rows, pass: Pass): Promise<void> => {
  const { collection, made } = pass;
  await checkRevisions(rows, made);
  // Somebody has changed the rules, and begun again.
  const now = await cleaningOf(rows, collection);
  if (JSON.stringify(now) !== JSON.stringify(pass.rules.rules)) throw new Changed();
  const ids = made.map(({ conversation }) => conversation);
  const erased = await whollyErased(rows, ids, await erasingOrigins(rows, collection));
  let vanished = 0;
  let changed = 0;
  const renamed = new Map<string, string>();
  for (const one of made) {
    if (erased.has(one.conversation)) continue;
    const isCleaned = await saveCleanedAgain(rows, one.row, one.again);
    const isPurged = (await purgeUndone(rows, one.row, now)) || isCleaned;
    for (const [name, shown] of one.again.renamed) if (!renamed.has(name)) renamed.set(name, shown);
    if (isPurged) changed++;
    const difference = await saveDifference(rows, one, isPurged ? "purge" : "removed");
    await saveFresh(store, rows, one.row, difference.fresh);
    // What an import or a session cuts at this moment was cut by the rules of before.
    await touch(rows, one.conversation);
    vanished += difference.vanished;
  }
  await renameAuthors(rows, collection, renamed);
  if (changed > 0) await noteChangedTexts(rows, collection);
  if (vanished > 0) await dueForIndex(store, rows, collection);
  await rows
    .updateTable("collections")
    .set({ recut_after: pass.last })
    .where("id", "=", collection)
    .execute();
  // Batches are filled over many calls; whoever else fills one opens the next.
  if (pass.last === null)
    for (const batch of await batchesIn(rows, collection, "open"))
      await closeBatch(store, rows, batch);
};

/**
 * Goes through the next conversations: cleans and cuts them. What is as it was stays; where a text has changed, its chunks wait to be
 * purged.
 * @returns how many conversations were gone through; 0 when none are left. Wake the bus afterwards
 */
export const cutAgain = async (
  store: Store,
  collection: CollectionId,
  by: { readonly cut: CutBy; readonly cleaner: Cleaner },
): Promise<number> => {
  for (;;) {
    const after = await placeOf(store.rows, collection);
    if (after === null) return 0;
    const rules = await indexRulesOf(store.rows, collection);
    const next = await nextOf(store.rows, collection, after);
    const made: Made[] = [];
    let looked = 0;
    let characters = 0;
    for (const row of next) {
      const one = await makeAgain(store.rows, row, { ...by, rules });
      looked++;
      if (one !== undefined) made.push(one);
      characters += one?.characters ?? 0;
      if (characters >= CHARACTERS_AT_ONCE) break;
      // Cleaning and cutting take the processor: others have a turn after each conversation.
      await setImmediate();
    }
    const last = next[looked - 1]?.id ?? null;
    const how = await ifUnchanged(store, (rows) =>
      savePass(store, rows, { collection, rules, made, last }),
    );
    if (how === "saved") return looked;
  }
};

/** How many conversations have been gone through, and of how many; null where none are left. */
export const recutProgress = async (
  rows: Rows,
  collection: CollectionId,
): Promise<{ readonly done: number; readonly of: number } | null> => {
  const after = await placeOf(rows, collection);
  if (after === null) return null;
  const counted = await rows
    .selectFrom("conversations")
    .select((make) => [
      make.fn.countAll<number>().as("of"),
      sql<number>`sum(case when id <= ${after} then 1 else 0 end)`.as("done"),
    ])
    .where("collection_id", "=", collection)
    .executeTakeFirst();
  return { done: Number(counted?.done ?? 0), of: Number(counted?.of ?? 0) };
};
