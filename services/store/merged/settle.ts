// Makes a merged conversation of those in it, brings it up to date when one of them has changed, and undoes it. Safe to kill: it is done again.
import { setTimeout as pause, setImmediate } from "node:timers/promises";
import type { Cleaner } from "#services/domain/cleaning.ts";
import type { ConversationId, MessageId, OriginId } from "#services/domain/ids.ts";
import { weaveChats } from "#services/domain/merged-chats.ts";
import { closeOpenBatch, dueForIndex } from "../batches.ts";
import { erasingOrigins } from "../being-erased.ts";
import { cleanAhead } from "../cleaning/ahead.ts";
import { noteChangedTexts } from "../cleaning/changed-texts.ts";
import { cleanTitle } from "../cleaning/clean-titles.ts";
import { cleaningOf, indexRulesOf } from "../cleaning/rules.ts";
import { inPieces, insertMany } from "../compiled.ts";
import { originColumns } from "../conversation-origins.ts";
import type { CutBy } from "../erase.ts";
import { deleteMessages, purgeChunks } from "../erase-messages.ts";
import { findConversation } from "../find-conversation.ts";
import type { MergedConversationRow } from "../merged-tables.ts";
import {
  Changed,
  checkRevisions,
  fillBatches,
  ifUnchanged,
  messagesToChunk,
  saveDifference,
} from "../rechunk.ts";
import { isCutBefore } from "../recut.ts";
import { revise, touch } from "../revisions.ts";
import type { Rows, Store } from "../rows.ts";
import { sumsInPages } from "../segments.ts";
import { type Sums, sumsOf } from "../sums.ts";
import type { ConversationOriginRow, ConversationRow } from "../tables.ts";
import { type Into, readCopies, saveCopies, shownIdOf, type Wanted } from "./copies.ts";
import { endMerged, UNDONE } from "./end.ts";
import { readChats } from "./read-chats.ts";
import { forgetRule, membersOf } from "./rule.ts";

/** Messages per transaction: other writers wait while they are compared and written. */
const AT_ONCE = 300;

/**
 * Two that settle the same one stop each other: both pause, longer after each attempt and not equally long, until one has the time to
 * end. A long one takes a minute.
 */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 60_000;

/** What makes chunks and cleans texts. */
export interface Making {
  readonly cut: CutBy;
  readonly cleaner: Cleaner;
}

export interface Settling extends Making {
  /** Where it is settled because this is erased: what is gone is purged from every version. */
  readonly erased?: OriginId;
}

/** The conversations in it that there are. */
const readMembers = async (
  rows: Rows,
  members: readonly MergedConversationRow[],
): Promise<ConversationRow[]> => {
  const found: ConversationRow[] = [];
  for (const { conversation_id } of members) {
    const row = await findConversation(rows, conversation_id);
    if (row !== undefined) found.push(row);
  }
  return found;
};

/** Its row, as that of the first one that has any message. From now on nobody else who makes it writes anything. */
const begin = async (
  rows: Rows,
  id: ConversationId,
  first: ConversationRow,
): Promise<ConversationRow> => {
  const there = await findConversation(rows, id);
  if (there === undefined)
    await rows
      .insertInto("conversations")
      .values({
        ...sumsOf([]),
        id,
        collection_id: first.collection_id,
        origin_id: first.origin_id,
        source: first.source,
        source_id: first.source_id,
        title: null,
        channel: first.channel,
        tree: 0,
        raw: null,
        as_of: null,
        partial: 0,
        leaf_id: null,
        newest_id: null,
        start_key: null,
        end_key: null,
        revision: 0,
        said_key: null,
        said_revision: 0,
        hidden: 1,
      })
      .execute();
  else
    await rows
      .updateTable("conversations")
      .set({
        source: first.source,
        source_id: first.source_id,
        // Whoever deletes the copies of the merge that was undone stops.
        hidden: there.hidden === UNDONE ? 1 : there.hidden,
      })
      .where("id", "=", id)
      .execute();
  await touch(rows, id);
  return (await findConversation(rows, id)) ?? first;
};

interface Plan {
  readonly wanted: readonly Wanted[];
  readonly into: Into;
  /** Its messages that are not to be there any more. */
  readonly gone: readonly MessageId[];
}

const idsIn = async (rows: Rows, conversation: ConversationId): Promise<MessageId[]> =>
  (
    await rows
      .selectFrom("messages")
      .select("id")
      .where("conversation_id", "=", conversation)
      .execute()
  ).map(({ id }) => id);

const planOf = async (
  rows: Rows,
  row: Pick<ConversationRow, "id" | "collection_id">,
  members: readonly ConversationRow[],
): Promise<Plan> => {
  const chats = await readChats(rows, members, "as they came");
  const wanted: Wanted[] = [];
  const shownIds = new Map<string, MessageId>();
  for (const [position, { of, at, author }] of weaveChats(chats).messages.entries()) {
    const ids = of.flatMap(({ chat, place }) => chats[chat]?.[place]?.id ?? []);
    const [lead] = ids;
    if (lead === undefined) continue;
    const id = shownIdOf(row.id, lead);
    for (const one of ids) shownIds.set(one, id);
    wanted.push({ id, of: ids, position, at, author });
  }
  const kept = new Set(wanted.map(({ id }) => id));
  const gone = (await idsIn(rows, row.id)).filter((id) => !kept.has(id));
  return { wanted, gone, into: { merged: row.id, collection: row.collection_id, shownIds } };
};

/** What origins say of those in it, each origin once: whoever erases one of them finds it by this. */
const saidOfMembers = async (
  rows: Rows,
  id: ConversationId,
  members: readonly ConversationRow[],
): Promise<ConversationOriginRow[]> => {
  const said = new Map<OriginId, ConversationOriginRow>();
  const add = (one: Pick<ConversationOriginRow, "origin_id" | "title" | "channel">) => {
    const { origin_id, title, channel } = one;
    const before = said.get(origin_id);
    if (before !== undefined && before.title !== null) return;
    said.set(origin_id, {
      conversation_id: id,
      origin_id,
      ordinal: before?.ordinal ?? said.size,
      title,
      channel,
      raw: null,
      as_of: null,
      partial: 0,
      leaf_id: null,
    });
  };
  for (const member of members) {
    add(member);
    for (const one of await rows
      .selectFrom("conversation_origins")
      .select(["origin_id", "title", "channel"])
      .where("conversation_id", "=", member.id)
      .orderBy("ordinal")
      .execute())
      add(one);
  }
  return [...said.values()];
};

/**
 * What messages said until now may be what is erased, or what rules mask that have not reached their conversation: then it is found no
 * more from now on, and purged from every version.
 */
const purgeReworded = async (
  rows: Rows,
  { id, collection_id: collection }: ConversationRow,
  reworded: ReadonlySet<MessageId>,
  { erased }: Settling,
): Promise<void> => {
  if (reworded.size === 0) return;
  if (erased === undefined && !(await isCutBefore(rows, collection))) return;
  await purgeChunks(rows, id, reworded);
  if (erased === undefined) await noteChangedTexts(rows, collection);
};

/** Title, channel and owner: what the first one says that somebody says who stays. */
const saveSaid = async (
  rows: Rows,
  row: ConversationRow,
  members: readonly ConversationRow[],
  by: Settling,
): Promise<OriginId> => {
  const { id, collection_id: collection } = row;
  const { cleaner, erased } = by;
  const erasing: readonly OriginId[] = await erasingOrigins(rows, collection);
  const said = (await saidOfMembers(rows, id, members)).filter(
    ({ origin_id }) => origin_id !== erased,
  );
  const left = said.filter(({ origin_id }) => !erasing.includes(origin_id));
  const first = left.find(({ title }) => title !== null) ?? left[0] ?? said[0];
  const origin_id = first?.origin_id ?? erased ?? row.origin_id;
  const rules = await cleaningOf(rows, collection);
  const { title, channel } = cleanTitle(
    { title: first?.title ?? null, channel: first?.channel ?? null, raw: null },
    { rules, cleaner },
  );
  // The index has the name of the channel with each chunk.
  if (channel !== row.channel) await purgeReworded(rows, row, new Set(await idsIn(rows, id)), by);
  await rows.deleteFrom("conversation_origins").where("conversation_id", "=", id).execute();
  await insertMany(rows, "conversation_origins", originColumns, said);
  await rows
    .updateTable("conversations")
    .set({ origin_id, title, channel, hidden: 0 })
    .where("id", "=", id)
    .execute();
  return origin_id;
};

type Member = ConversationRow & { readonly sums: Sums };

/** Those in it are hidden: what was cut of them is in no newer version. @returns whether anything was */
const hideMembers = async (
  rows: Rows,
  members: readonly Member[],
  fate: "removed" | "purge",
): Promise<boolean> => {
  let removed = false;
  for (const { id, hidden, sums } of members) {
    await rows.updateTable("conversations").set(sums).where("id", "=", id).execute();
    const { numUpdatedRows } = await rows
      .updateTable("chunks")
      .set({ state: fate })
      .where("conversation_id", "=", id)
      .where("state", "=", "live")
      .executeTakeFirst();
    removed ||= numUpdatedRows > 0n;
    if (hidden === 1) continue;
    await rows.updateTable("conversations").set({ hidden: 1 }).where("id", "=", id).execute();
    // Chunks that are being made of it are not written.
    await touch(rows, id);
  }
  return removed;
};

/** The same rules as when it was begun. @throws Changed */
const checkRule = async (
  rows: Rows,
  id: ConversationId,
  before: readonly MergedConversationRow[],
): Promise<void> => {
  const now = await membersOf(rows, id);
  if (JSON.stringify(now) !== JSON.stringify(before)) throw new Changed();
};

interface Attempt {
  readonly row: ConversationRow;
  readonly rule: readonly MergedConversationRow[];
  readonly members: readonly Member[];
  readonly plan: Plan;
}

const saveMessages = async (
  store: Store,
  { row, plan }: Attempt,
  by: Settling,
): Promise<"saved" | "changed"> => {
  const mine = [{ conversation: row.id, revision: row.revision }];
  for (let from = 0; from < plan.wanted.length; from += AT_ONCE) {
    const copies = await readCopies(store.rows, plan.wanted.slice(from, from + AT_ONCE), plan.into);
    const ahead = await cleanAhead(store.rows, row.collection_id, [copies], by.cleaner);
    const how = await ifUnchanged(store, async (rows) => {
      await checkRevisions(rows, mine);
      await purgeReworded(rows, row, await saveCopies(rows, copies, plan.into, ahead), by);
    });
    if (how === "changed") return how;
    await setImmediate();
  }
  for (const piece of inPieces(plan.gone)) {
    const how = await ifUnchanged(store, async (rows) => {
      await checkRevisions(rows, mine);
      await deleteMessages(rows, piece);
    });
    if (how === "changed") return how;
  }
  return "saved";
};

/** Its chunks and sums, and that it is shown in place of those in it. */
const saveShown = async (
  store: Store,
  { row, rule, members }: Attempt,
  by: Settling,
): Promise<"saved" | "changed"> => {
  const fate = by.erased === undefined ? "removed" : "purge";
  const messages = await messagesToChunk(store.rows, row.id);
  const chunks = by.cut(await indexRulesOf(store.rows, row.collection_id))(row, messages);
  return ifUnchanged(store, async (rows) => {
    const revisions = [row, ...members].map(({ id, revision }) => ({
      conversation: id,
      revision,
    }));
    await checkRevisions(rows, revisions);
    await checkRule(rows, row.id, rule);
    const origin = await saveSaid(rows, row, members, by);
    const hidden = await hideMembers(rows, members, fate);
    const sums = sumsOf(messages);
    const difference = await saveDifference(rows, { conversation: row.id, chunks, sums }, fate);
    await fillBatches(store, rows, { origin, collection: row.collection_id }, difference.fresh);
    await closeOpenBatch(store, rows, origin);
    await rows
      .updateTable("merged_conversations")
      .set({ state: "merged" })
      .where("merged_id", "=", row.id)
      .execute();
    await touch(rows, row.id);
    await revise(rows, row.collection_id);
    if (hidden || difference.vanished > 0) await dueForIndex(store, rows, row.collection_id);
  });
};

/** @returns false where something has changed meanwhile: it is done again */
const attempt = async (store: Store, id: ConversationId, by: Settling): Promise<boolean> => {
  const rule = await membersOf(store.rows, id);
  if (rule.some(({ state }) => state === "ending")) return endMerged(store, rule, by);
  const members = await readMembers(store.rows, rule);
  const [first] = members;
  if (first === undefined) {
    await store.transaction((rows) => forgetRule(rows, id));
    return true;
  }
  const row = await store.transaction((rows) => begin(rows, id, first));
  const plan = await planOf(store.rows, row, members);
  const counted: Member[] = [];
  for (const member of members)
    counted.push({ ...member, sums: await sumsInPages(store.rows, member.id) });
  const one = { row, rule, members: counted, plan };
  if (by.erased !== undefined)
    // First, and for good: as long as the messages are there, their chunks are found by them.
    await store.transaction((rows) => purgeChunks(rows, id, new Set(plan.gone)));
  return (
    (await saveMessages(store, one, by)) === "saved" &&
    (await saveShown(store, one, by)) === "saved"
  );
};

/**
 * Brings a merged conversation up to date with those in it, or undoes it where that was asked for. What is as it is to be stays. Wake
 * the bus afterwards.
 */
export const settleMerged = async (
  store: Store,
  id: ConversationId,
  by: Settling,
): Promise<void> => {
  for (let most = FIRST_PAUSE_MS; !(await attempt(store, id, by)); ) {
    await pause(Math.random() * most);
    most = Math.min(2 * most, LONGEST_PAUSE_MS);
  }
};
