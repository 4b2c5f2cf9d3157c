// Asks for conversations to be merged, or for that to be undone: written down at once, done in the background.
import { shareTarget } from "#services/contract/shares.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  type CollectionId,
  type ConversationId,
  conversationId,
  readConversationId,
} from "#services/domain/ids.ts";
import { inPieces } from "../compiled.ts";
import { digest } from "../digest.ts";
import { conversationsById, findShownConversation } from "../find-conversation.ts";
import { enqueue } from "../jobs.ts";
import type { MergedConversationRow } from "../merged-tables.ts";
import type { Rows, Store } from "../rows.ts";
import type { ConversationRow } from "../tables.ts";
import { keptIn } from "./read-chats.ts";
import { membersOf, ruleOf } from "./rule.ts";

/** All messages of a merge are compared at once, in one go: 500,000 took 3.8 s of processor time and 300 MB. */
export const MOST_MERGED = 200_000;

const unknown = (id: string) =>
  rejected("There is no such conversation in this collection.", {
    code: "unknown-conversation",
    status: 404,
    data: { id },
  });

const refuse = (code: string, message: string, hint?: string) =>
  rejected(message, { code, status: 409, ...(hint === undefined ? {} : { hint }) });

const beingUndone = ({ id, title }: ConversationRow) =>
  refuse("being-undone", `The merge of “${title ?? id}” is being undone just now.`);

const requireShown = async (
  rows: Rows,
  collection: CollectionId,
  id: ConversationId,
): Promise<ConversationRow> => {
  const row = await findShownConversation(rows, id);
  if (row?.collection_id !== collection) throw unknown(id);
  const rule = await ruleOf(rows, id);
  // One that was not merged yet is shown, although it is one of those of a merge that is being undone.
  if (rule?.state === "ending") throw beingUndone(row);
  if (rule !== undefined)
    throw refuse("being-merged", `“${row.title ?? id}” is being merged with another one just now.`);
  return row;
};

const isLive = async (rows: Rows, ids: readonly ConversationId[]): Promise<boolean> =>
  (await rows
    .selectFrom("sessions")
    .select("id")
    .where("conversation_id", "in", ids)
    .limit(1)
    .executeTakeFirst()) !== undefined;

const isBeingRead = async (rows: Rows, ids: readonly ConversationId[]): Promise<boolean> =>
  (await rows
    .selectFrom("uploads")
    .select("id")
    .where("state", "=", "reading")
    .where("cut_conversation", "in", ids)
    .limit(1)
    .executeTakeFirst()) !== undefined;

/** What a merge would consist of. */
export interface Merge {
  /** The merged conversation: a new one, or the one that is extended. */
  readonly id: ConversationId;
  /** Those in it, in their order, without what is being erased. */
  readonly members: readonly ConversationRow[];
}

const mergeOf = async (
  rows: Rows,
  collection: CollectionId,
  shown: readonly ConversationRow[],
): Promise<Merge> => {
  const members: ConversationRow[] = [];
  const merged: ConversationId[] = [];
  for (const row of shown) {
    const rule = await membersOf(rows, row.id);
    if (rule.some(({ state }) => state === "ending")) throw beingUndone(row);
    if (rule.length > 0) merged.push(row.id);
    else members.push(row);
    const ids = rule.map(({ conversation_id }) => conversation_id);
    const there = await conversationsById(rows, collection, ids);
    members.push(...ids.flatMap((id) => there.get(id) ?? []));
  }
  if (merged.length > 1)
    throw refuse(
      "two-merges",
      "Both are merged conversations.",
      "Undo one of the merges, then add its conversations to the other one.",
    );
  const [first] = members;
  if (first === undefined) throw unknown(shown[0]?.id ?? "");
  return {
    id: merged[0] ?? conversationId(digest, collection, "merged", first.id),
    members,
  };
};

/**
 * @param ids conversations that are shown, the one whose title, names and clock are kept first
 * @throws ParlanceError rejected where they cannot be merged, and why
 */
export const requireMergeable = async (
  rows: Rows,
  collection: CollectionId,
  ids: readonly ConversationId[],
): Promise<Merge> => {
  const all = [...new Set(ids)];
  if (all.length < 2)
    throw refuse(
      "one-conversation",
      "A conversation is merged with another one: name two or more.",
    );
  const shown: ConversationRow[] = [];
  for (const id of all) shown.push(await requireShown(rows, collection, id));
  const merge = await mergeOf(rows, collection, shown);
  const members = merge.members.map(({ id }) => id);
  const branched = merge.members.find(({ tree }) => tree === 1);
  if (branched)
    throw refuse(
      "branches",
      `“${branched.title ?? branched.id}” has branches, which have no place in one order: it cannot be merged.`,
    );
  if (await isLive(rows, members))
    throw refuse("live-session", "A conversation of a live session cannot be merged.");
  if (await isBeingRead(rows, members))
    throw refuse(
      "being-read",
      "An import of one of them is being read just now.",
      "Try again when it is done.",
    );
  if ((await keptIn(rows, members)) > MOST_MERGED)
    throw refuse(
      "too-long",
      `Together they have more than ${MOST_MERGED.toLocaleString("en")} messages: more than can be compared.`,
    );
  return merge;
};

/** Whoever has a link to a merged conversation reads all of it: what it is made of stays as it was when somebody shared it. */
const requireNoLink = async (
  { now }: Store,
  rows: Rows,
  collection: CollectionId,
  merged: ConversationId,
): Promise<void> => {
  for (const { target: text } of await rows
    .selectFrom("shares")
    .select("target")
    .where("collection_id", "=", collection)
    .where("until", ">", now())
    .execute()) {
    const target = shareTarget.parse(JSON.parse(text));
    if (target.kind === "conversation" && readConversationId(target.conversation) === merged)
      throw refuse(
        "shared",
        "The merged conversation is shared by a link, which would show the others too.",
        "Withdraw the link first: whoever manages the collection can.",
      );
  }
};

const settleSoon = (store: Store, rows: Rows, collection: CollectionId): Promise<void> =>
  enqueue(store, rows, { name: "exchanges.due", payload: { collection }, key: collection });

/** Wake the bus afterwards. @param onMade in the same transaction @throws as `requireMergeable`, and where the merged one is shared */
export const askToMerge = (
  store: Store,
  collection: CollectionId,
  ids: readonly ConversationId[],
  onMade?: (rows: Rows, id: ConversationId) => Promise<void>,
): Promise<Merge> =>
  store.transaction(async (rows) => {
    const merge = await requireMergeable(rows, collection, ids);
    await requireNoLink(store, rows, collection, merge.id);
    const rule = merge.members.map(
      ({ id }, place): MergedConversationRow => ({
        conversation_id: id,
        collection_id: collection,
        merged_id: merge.id,
        place,
        state: "asked",
      }),
    );
    for (const piece of inPieces(rule.map(({ conversation_id }) => conversation_id)))
      await rows.deleteFrom("merged_conversations").where("conversation_id", "in", piece).execute();
    for (const row of rule) await rows.insertInto("merged_conversations").values(row).execute();
    await settleSoon(store, rows, collection);
    await onMade?.(rows, merge.id);
    return merge;
  });

/** Wake the bus afterwards. @throws ParlanceError rejected `unknown-merge` (404) */
export const askToEndMerge = (
  store: Store,
  collection: CollectionId,
  merged: ConversationId,
): Promise<void> =>
  store.transaction(async (rows) => {
    const { numUpdatedRows } = await rows
      .updateTable("merged_conversations")
      .set({ state: "ending" })
      .where("merged_id", "=", merged)
      .where("collection_id", "=", collection)
      .executeTakeFirst();
    if (numUpdatedRows === 0n)
      throw rejected("There is no such merge in this collection.", {
        code: "unknown-merge",
        status: 404,
        data: { id: merged },
      });
    await settleSoon(store, rows, collection);
  });
