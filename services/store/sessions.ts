// Live sessions: conversations that grow message by message. Their rows; what follows from an append is decided in services/sessions.
import type { Cleaner } from "#services/domain/cleaning.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  type CollectionId,
  type ConversationId,
  type MessageId,
  type SessionId,
  sessionId,
} from "#services/domain/ids.ts";
import { cleaningOf } from "./cleaning/rules.ts";
import { findCollection } from "./collections.ts";
import { inPieces } from "./compiled.ts";
import { conversationsThere } from "./conversation-origins.ts";
import { savePart } from "./ingest.ts";
import { mergedInto } from "./merged/rule.ts";
import { unknownOrigin } from "./origins.ts";
import { messagesToChunk } from "./rechunk.ts";
import type { Rows, Store } from "./rows.ts";
import { addToSums, sumsOf } from "./sums.ts";
import type { MessageRow, SessionRow } from "./tables.ts";

export interface SessionWish {
  readonly collection: CollectionId;
  /** Made of the collection, `source` and `externalId`, as an imported conversation's is. */
  readonly conversation: ConversationId;
  readonly source: string;
  readonly externalId: string;
  readonly title: string | null;
  readonly channel: string | null;
}

const sessionOf = (rows: Rows, { collection, source, externalId }: SessionWish) =>
  rows
    .selectFrom("sessions")
    .selectAll()
    .where("collection_id", "=", collection)
    .where("source", "=", source)
    .where("external_id", "=", externalId)
    .where("state", "!=", "erasing")
    .executeTakeFirst();

/**
 * Opens a session, or gives the one that has this source and external id already; one that had ended is open again.
 * @throws ParlanceError rejected `unknown-collection` (404)
 */
export const openSession = (
  store: Store,
  wish: SessionWish,
  cleaner: Cleaner,
): Promise<SessionRow> =>
  store.transaction(async (rows) => {
    if (!(await findCollection(rows, wish.collection)))
      throw rejected("There is no such collection.", { code: "unknown-collection", status: 404 });
    const before = await sessionOf(rows, wish);
    if (before) {
      const open = { state: "open", ended_at: null };
      await rows.updateTable("sessions").set(open).where("id", "=", before.id).execute();
      return { ...before, ...open };
    }
    if ((await mergedInto(rows, wish.conversation)) !== undefined)
      throw rejected("This conversation is merged with others: a live session cannot add to it.", {
        code: "merged-conversation",
        status: 409,
        hint: "Undo the merge first.",
      });
    const rules = await cleaningOf(rows, wish.collection);
    const row: SessionRow = {
      id: sessionId(store.newId()),
      collection_id: wish.collection,
      conversation_id: wish.conversation,
      source: wish.source,
      external_id: wish.externalId,
      title: wish.title === null ? null : cleaner.title(wish.title, rules),
      channel: wish.channel === null ? null : cleaner.name(wish.channel, rules),
      state: "open",
      created_at: store.now(),
      appended_at: null,
      ended_at: null,
      pending: 0,
      pending_since: null,
      pending_from: null,
    };
    await rows.insertInto("sessions").values(row).execute();
    return row;
  });

/** Undefined where there is none, or it is being erased. */
export const findSession = (rows: Rows, id: SessionId): Promise<SessionRow | undefined> =>
  rows
    .selectFrom("sessions")
    .selectAll()
    .where("id", "=", id)
    .where("state", "!=", "erasing")
    .executeTakeFirst();

/** What a session says of a message; its place and its owner are given by `saveAppended`. */
export type AppendedMessage = Omit<
  MessageRow,
  | "collection_id"
  | "conversation_id"
  | "origin_id"
  | "parent_id"
  | "on_main_path"
  | "gone"
  | "position"
>;

/**
 * Where the next message stands: after all others, and never before what an import numbers from 0. An import that holds the same
 * messages later gives them its own numbers; what only the session has then still comes after them. Microseconds, as positions of
 * Slack are.
 */
const nextPosition = async (rows: Rows, conversation: ConversationId, now: number) => {
  const last = await rows
    .selectFrom("messages")
    .select("position")
    .where("conversation_id", "=", conversation)
    .orderBy("position", "desc")
    .limit(1)
    .executeTakeFirst();
  return Math.max(now * 1000, (last?.position ?? 0) + 1);
};

/** Those of these messages that are in the conversation. */
const among = async (rows: Rows, conversation: ConversationId, ids: readonly MessageId[]) => {
  const there = new Set<string>();
  for (const piece of inPieces(ids))
    for (const { id } of await rows
      .selectFrom("messages")
      .select("id")
      .where("id", "in", piece)
      .where("conversation_id", "=", conversation)
      .execute())
      there.add(id);
  return there;
};

const rowsOf = async (
  rows: Rows,
  session: SessionRow,
  messages: readonly AppendedMessage[],
  now: number,
): Promise<MessageRow[]> => {
  const conversation = session.conversation_id;
  const first = await nextPosition(rows, conversation, now);
  const answered = messages.map((message) => message.reply_to_id).filter((id) => id !== null);
  const there = await among(rows, conversation, [...new Set(answered)]);
  for (const { id } of messages) there.add(id);
  return messages.map((message, nth) => ({
    ...message,
    collection_id: session.collection_id,
    conversation_id: conversation,
    origin_id: session.id,
    parent_id: null,
    reply_to_id:
      message.reply_to_id !== null && there.has(message.reply_to_id) ? message.reply_to_id : null,
    on_main_path: 1,
    gone: 0,
    position: first + nth,
  }));
};

const countIn = async (rows: Rows, id: ConversationId, fresh: readonly MessageRow[]) => {
  if (fresh.length === 0) return;
  const before = await rows
    .selectFrom("conversations")
    .select(["message_count", "other_count", "first_at", "last_at", "participants"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  const sums = addToSums(before, fresh) ?? sumsOf(await messagesToChunk(rows, id));
  await rows.updateTable("conversations").set(sums).where("id", "=", id).execute();
};

export interface Appended {
  readonly newMessages: number;
  readonly changedMessages: number;
  readonly knownMessages: number;
  /** As it is now. */
  readonly session: SessionRow;
}

/**
 * Adds messages to the end of a session's conversation, in their order. One that is there already (from the session, or from an
 * upload of the same conversation) stays in its place; where its text differs, it is an edit, as in an import. Call it in a
 * transaction: two writers come one after the other.
 * @throws ParlanceError rejected `unknown-session` (404) | `session-ended` (409)
 */
export const saveAppended = async (
  store: Store,
  rows: Rows,
  id: SessionId,
  brought: { readonly messages: readonly AppendedMessage[]; readonly cleaner: Cleaner },
): Promise<Appended> => {
  const { messages, cleaner } = brought;
  const session = await findSession(rows, id);
  if (!session) throw unknownOrigin(id);
  if (session.state !== "open")
    throw rejected("This live session has ended: open it again to add to it.", {
      code: "session-ended",
      status: 409,
      data: { id },
    });
  const now = store.now();
  const conversation = {
    id: session.conversation_id,
    source: session.source,
    source_id: session.external_id,
    title: session.title,
    channel: session.channel,
    tree: 0,
    raw: null,
    as_of: null,
    partial: 0,
    start_key: null,
    end_key: null,
  };
  const part = { conversation, messages: await rowsOf(rows, session, messages, now) };
  const { fresh, changed, known } = await savePart(rows, part, {
    origin: id,
    collection: session.collection_id,
    there: await conversationsThere(rows, [part]),
    places: "kept",
    cleaner,
    rules: await cleaningOf(rows, session.collection_id),
  });
  await countIn(rows, conversation.id, fresh);
  const come = fresh.length + changed.length;
  const counts = {
    newMessages: fresh.length,
    changedMessages: changed.length,
    knownMessages: known,
  };
  if (come === 0) return { ...counts, session };
  const places = [...fresh, ...changed].map(({ position }) => position);
  const pending = {
    appended_at: now,
    pending: session.pending + come,
    pending_since: session.pending_since ?? now,
    pending_from: Math.min(session.pending_from ?? Number.POSITIVE_INFINITY, ...places),
  };
  await rows.updateTable("sessions").set(pending).where("id", "=", id).execute();
  return { ...counts, session: { ...session, ...pending } };
};

/**
 * No more messages are expected; one that has ended stays so.
 * @throws ParlanceError rejected `unknown-session` (404)
 */
export const saveSessionEnded = async (
  store: Store,
  rows: Rows,
  id: SessionId,
): Promise<SessionRow> => {
  const session = await findSession(rows, id);
  if (!session) throw unknownOrigin(id);
  if (session.state === "ended") return session;
  const ended = { state: "ended", ended_at: store.now() };
  await rows.updateTable("sessions").set(ended).where("id", "=", id).execute();
  return { ...session, ...ended };
};

/** Sessions with messages that are not yet cut into chunks, those that have waited longest first. */
export const pendingSessions = (rows: Rows, collection: CollectionId): Promise<SessionRow[]> =>
  rows
    .selectFrom("sessions")
    .selectAll()
    .where("collection_id", "=", collection)
    .where("pending_since", "is not", null)
    .where("state", "!=", "erasing")
    .orderBy("pending_since")
    .orderBy("id")
    .execute();

/** When the last message came into an open session of the collection; null where none is open, or nothing came. */
export const lastAppended = async (
  rows: Rows,
  collection: CollectionId,
): Promise<number | null> => {
  const row = await rows
    .selectFrom("sessions")
    .select((make) => make.fn.max<number | null>("appended_at").as("at"))
    .where("collection_id", "=", collection)
    .where("state", "=", "open")
    .executeTakeFirst();
  return row?.at ?? null;
};
