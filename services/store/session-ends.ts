// The end of a live session's conversation: read from a place where a chunk begins, cut, and written, a bounded piece a transaction.
import { sql } from "kysely";
import type { Chunk } from "#services/domain/chunk.ts";
import type { ConversationId, SessionId } from "#services/domain/ids.ts";
import { closeOpenBatch, dueForIndex } from "./batches.ts";
import { findConversation } from "./conversations.ts";
import { fillBatches, type StoredMessage, saveDifference } from "./rechunk.ts";
import type { Rows, Store } from "./rows.ts";
import { findSession } from "./sessions.ts";
import type { ConversationRow } from "./tables.ts";

/** Messages read before the first one that changed: what is said just before tells the language of short ones. */
const RUN_UP = 32;
/** Messages cut a transaction: other writers wait for as long as that takes. */
const AT_ONCE = 500;

export interface Cutter {
  /** The first place in a list (not 0) where a chunk begins whatever came before; undefined where there is none. */
  readonly beginning: (
    conversation: ConversationRow,
    messages: readonly StoredMessage[],
  ) => number | undefined;
  readonly cut: (
    conversation: ConversationRow,
    messages: readonly StoredMessage[],
  ) => readonly Chunk[];
}

const placed = (rows: Rows, conversation: ConversationId) =>
  rows
    .selectFrom("messages")
    .select(["id", "parent_id", "reply_to_id", "author", "role", "kind", "at", "text", "position"])
    .where("conversation_id", "=", conversation);

/** Where the next piece begins: messages that share a place, on branches of a tree, are cut together. */
const endOfPiece = async (rows: Rows, id: ConversationId, from: number) => {
  const of = () => placed(rows, id).orderBy("position").limit(1);
  const further = await of().where("position", ">=", from).offset(AT_ONCE).executeTakeFirst();
  if (further?.position !== from) return further?.position;
  return (await of().where("position", ">", from).executeTakeFirst())?.position;
};

/** @returns the messages to cut, and where the next piece begins; undefined where this is the last one */
const readEnd = async (
  rows: Rows,
  { id }: ConversationRow,
  from: number,
  beginning: (messages: readonly StoredMessage[]) => number | undefined,
): Promise<{ readonly messages: readonly StoredMessage[]; readonly next: number | undefined }> => {
  const next = await endOfPiece(rows, id, from);
  let messages = await placed(rows, id)
    .where("position", ">=", from)
    .where("position", "<", next ?? Number.MAX_VALUE)
    .orderBy("position")
    .orderBy("id")
    .execute();
  for (let before = 0; ; ) {
    const [first] = messages;
    if (first === undefined) return { messages, next: undefined };
    const page = await placed(rows, id)
      .where(sql<boolean>`(position, id) < (${first.position}, ${first.id})`)
      .orderBy("position", "desc")
      .orderBy("id", "desc")
      .limit(RUN_UP)
      .execute();
    messages = [...page.reverse(), ...messages];
    before += page.length;
    const start = page.length < RUN_UP ? 0 : beginning(messages.slice(0, before + 1));
    if (start !== undefined) return { messages: messages.slice(start), next };
  }
};

/**
 * Cuts the messages of a session that wait, at most 500, together with those just before, whose last chunk may have grown; chunks
 * before that are not looked at. What is new goes into a batch of the session.
 * @returns "more" where messages still wait
 */
export const cutSession = (
  store: Store,
  id: SessionId,
  { beginning, cut }: Cutter,
): Promise<"more" | "done"> =>
  store.transaction(async (rows) => {
    const session = await findSession(rows, id);
    const conversation = session && (await findConversation(rows, session.conversation_id));
    if (!conversation || session.pending_from === null) return "done";
    const { messages, next } = await readEnd(rows, conversation, session.pending_from, (list) =>
      beginning(conversation, list),
    );
    const of = { origin: id, collection: session.collection_id };
    const { fresh, vanished } = await saveDifference(rows, {
      conversation: conversation.id,
      chunks: cut(conversation, messages),
      end: messages,
    });
    await fillBatches(store, rows, of, fresh);
    if (vanished > 0) await dueForIndex(store, rows, of.collection);
    const left =
      next === undefined
        ? { pending: 0, pending_since: null, pending_from: null }
        : { pending_from: next };
    await rows.updateTable("sessions").set(left).where("id", "=", id).execute();
    if (next !== undefined) return "more";
    await closeOpenBatch(store, rows, id);
    return "done";
  });
