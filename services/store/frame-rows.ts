// The rows of a frame, in pages: conversations in order with their visible messages, and chunks with theirs.
import { hiddenKinds } from "#services/domain/conversation.ts";
import {
  type ChunkId,
  type CollectionId,
  type ConversationId,
  type MessageId,
  readMessageId,
} from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import { beyond } from "./places.ts";
import { type Queries, type Rows, runCompiled } from "./rows.ts";

/**
 * Conversations looked up at once, and the number of messages that a page is aimed at. With 5,000 the rows of a page outlive two
 * collections of the young heap while they are used, and the old heap grew by 200 MB over a million messages.
 */
const CONVERSATIONS_AT_ONCE = 2000;
const MESSAGES_A_PAGE = 1000;

export interface FrameConversation {
  readonly id: ConversationId;
  readonly title: string | null;
  readonly source: string;
  readonly channel: string | null;
}

export interface FrameMessage {
  readonly id: MessageId;
  readonly conversation_id: ConversationId;
  readonly author: string;
  readonly role: string;
  readonly at: number | null;
  readonly model: string | null;
  readonly text: string;
}

export interface FramePage {
  /** The conversations whose messages start on this page, in order, including ones without a visible message. */
  readonly conversations: readonly FrameConversation[];
  /** Ordered by conversation id, and within a conversation in reading order. */
  readonly messages: readonly FrameMessage[];
}

type Counted = FrameConversation & {
  readonly message_count: number;
  readonly other_count: number;
};

const conversationsAfter = async (
  rows: Rows,
  collection: CollectionId,
  after: string,
): Promise<readonly Counted[]> =>
  (
    await runCompiled<Counted>(
      rows,
      "conversations of a frame",
      (db) =>
        db
          .selectFrom("conversations")
          .select(["id", "title", "source", "channel", "message_count", "other_count"])
          .where("collection_id", "=", collection)
          .where("hidden", "=", 0)
          .where("id", ">", after as never)
          .orderBy("id")
          .limit(CONVERSATIONS_AT_ONCE),
      [collection, 0, after, CONVERSATIONS_AT_ONCE],
    )
  ).rows;

/** Groups of conversations with about a page of messages together. */
const pagesOf = function* (conversations: readonly Counted[]): Generator<readonly Counted[]> {
  let group: Counted[] = [];
  let messages = 0;
  for (const conversation of conversations) {
    if (group.length > 0 && messages + conversation.message_count > MESSAGES_A_PAGE) {
      yield group;
      group = [];
      messages = 0;
    }
    group.push(conversation);
    messages += conversation.message_count;
  }
  if (group.length > 0) yield group;
};

const shown = (rows: Queries) =>
  rows
    .selectFrom("messages")
    .select(["id", "conversation_id", "author", "role", "at", "model", "text", "position"])
    .where("on_main_path", "=", 1)
    .where("kind", "not in", hiddenKinds);

const messagesOf = async (
  rows: Rows,
  conversations: readonly ConversationId[],
): Promise<FrameMessage[]> => {
  const found: FrameMessage[] = [];
  for (const piece of inPieces(conversations)) {
    const { rows: page } = await runCompiled<FrameMessage>(
      rows,
      `messages of a frame ${piece.length}`,
      (db) =>
        shown(db)
          .where("conversation_id", "in", piece)
          .orderBy("conversation_id")
          .orderBy("position")
          .orderBy("id"),
      [1, ...hiddenKinds, ...piece],
    );
    for (const message of page) found.push(message);
  }
  return found;
};

/** One very long conversation, a page at a time. */
const pagesOfOne = async function* (
  rows: Rows,
  conversation: ConversationId,
): AsyncGenerator<readonly FrameMessage[]> {
  let after: { position: number; id: string } | undefined;
  for (;;) {
    const page: readonly (FrameMessage & { readonly position: number })[] = await shown(rows)
      .where("conversation_id", "=", conversation)
      .$if(after !== undefined, (query) =>
        query.where(beyond(["position", "id"], ">", [after?.position ?? 0, after?.id ?? ""])),
      )
      .orderBy("position")
      .orderBy("id")
      .limit(MESSAGES_A_PAGE)
      .execute();
    const last = page.at(-1);
    if (last !== undefined || after === undefined) yield page;
    if (last === undefined || page.length < MESSAGES_A_PAGE) return;
    after = { position: last.position, id: last.id };
  }
};

const bare = ({ id, title, source, channel }: Counted): FrameConversation => ({
  id,
  title,
  source,
  channel,
});

/** Groups of conversations, ordered by id; each look-up is a query of its own, so that no read transaction stays open for long. */
const groupsOf = async function* (
  rows: Rows,
  collection: CollectionId,
): AsyncGenerator<readonly Counted[]> {
  for (let after = ""; ; ) {
    const conversations = await conversationsAfter(rows, collection, after);
    const last = conversations.at(-1);
    if (last === undefined) return;
    yield* pagesOf(conversations);
    after = last.id;
  }
};

/**
 * All visible messages on main paths (as `kinds=visible` shows them), conversation by conversation, in order, in pages of some
 * thousands. Changes made meanwhile may be missing: read it while nothing is imported into the collection.
 */
export const streamFrameRows = async function* (
  rows: Rows,
  collection: CollectionId,
): AsyncGenerator<FramePage> {
  for await (const group of groupsOf(rows, collection)) {
    const [only, second] = group;
    if (only && second === undefined && only.message_count > MESSAGES_A_PAGE) {
      let conversations: readonly FrameConversation[] = [bare(only)];
      for await (const messages of pagesOfOne(rows, only.id)) {
        yield { conversations, messages };
        conversations = [];
      }
      continue;
    }
    const messages = await messagesOf(
      rows,
      group.map(({ id }) => id),
    );
    yield { conversations: group.map(bare), messages };
  }
};

export interface FrameChunk {
  readonly id: ChunkId;
  readonly conversation: ConversationId;
  /** In order; never empty. */
  readonly messages: readonly MessageId[];
  /** ISO 639-1; null where the text is too short to tell. */
  readonly language: string | null;
}

type LiveChunk = {
  readonly id: ChunkId;
  readonly conversation_id: ConversationId;
  readonly message_id: MessageId;
  readonly message_ids: string | null;
  readonly language: string | null;
  readonly state: string;
  readonly unit: string;
};

const covered = (chunk: LiveChunk): readonly MessageId[] => {
  if (chunk.message_ids === null) return [chunk.message_id];
  const others = (JSON.parse(chunk.message_ids) as string[])
    .map(readMessageId)
    .filter((id) => id !== undefined && id !== chunk.message_id);
  return [chunk.message_id, ...others.filter((id) => id !== undefined)];
};

/** All live chunks of messages (not of exchanges) with the messages they cover, in pages; conversations in the order of `streamFrameRows`. */
export const chunkMessages = async function* (
  rows: Rows,
  collection: CollectionId,
): AsyncGenerator<readonly FrameChunk[]> {
  for await (const group of groupsOf(rows, collection)) {
    const found: FrameChunk[] = [];
    for (const piece of inPieces(group.map(({ id }) => id))) {
      const { rows: chunks } = await runCompiled<LiveChunk>(
        rows,
        `chunks of a frame ${piece.length}`,
        (db) =>
          db
            .selectFrom("chunks")
            .select([
              "id",
              "conversation_id",
              "message_id",
              "message_ids",
              "language",
              "state",
              "unit",
            ])
            .where("conversation_id", "in", piece),
        piece,
      );
      // As a condition of the query, SQLite would look chunks up by their state, reading all live ones again and again (3.4 s for
      // 250,000 instead of 0.4).
      for (const chunk of chunks.filter(
        ({ state, unit }) => state === "live" && unit === "message",
      ))
        found.push({
          id: chunk.id,
          conversation: chunk.conversation_id,
          messages: covered(chunk),
          language: chunk.language,
        });
    }
    if (found.length > 0) yield found;
  }
};
